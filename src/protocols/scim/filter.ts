import { printPath } from "./attribute-path.ts";
import type { Filter } from "./filter-tree.ts";

export { matches } from "./filter-match.ts";
export { parseFilter } from "./filter-parser.ts";
export { parseSharedFilter } from "./filter-shared.ts";
export type { Comparison, Filter } from "./filter-tree.ts";

/** The filter as text that parses to it again. Enterprise attributes have their URN. */
export function printFilter(filter: Filter): string {
  return print(filter, false);
}

function print(filter: Filter, inside: boolean): string {
  switch (filter.op) {
    case "and":
    case "or":
      return filter.filters.map((one) => printOperand(one, filter.op, inside)).join(` ${filter.op} `);
    case "not":
      return `not (${print(filter.filter, inside)})`;
    case "values":
      return `${printPath(filter.path)}[${print(filter.filter, true)}]`;
    case "pr":
      return `${printName(filter, inside)} pr`;
    default:
      return `${printName(filter, inside)} ${filter.op} ${JSON.stringify(filter.value)}`;
  }
}

/** Only `and` below `or` needs no parentheses; the same junction in itself needs them to come back as it was. */
function printOperand(filter: Filter, around: "and" | "or", inside: boolean): string {
  const bare = filter.op !== "or" && !(filter.op === "and" && around === "and");
  return bare ? print(filter, inside) : `(${print(filter, inside)})`;
}

function printName({ path }: { readonly path: Parameters<typeof printPath>[0] }, inside: boolean): string {
  return inside && path.sub !== undefined ? path.sub : printPath(path);
}
