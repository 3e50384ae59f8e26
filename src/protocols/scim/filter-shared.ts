import { parseWhole } from "./filter-parser.ts";
import type { Filter } from "./filter-tree.ts";
import type { ResourceType } from "./schema.ts";

/**
 * The filter of a query that several kinds of resource are asked at once (RFC 7644 §3.4.2.1), for one of them. An
 * attribute that only the others have is one without a value here. Where that leaves nothing to look at, the answer is
 * whether every resource of this kind matches, or none. Refuses as `parseFilter` does, also what no kind has.
 */
export function parseSharedFilter(text: string, type: ResourceType, others: readonly ResourceType[]): Filter | boolean {
  const absent = new Set<Filter>();
  return without(absent, parseWhole(text, { type, shared: { others, absent } }));
}

function without(absent: ReadonlySet<Filter>, filter: Filter): Filter | boolean {
  if (absent.has(filter)) return matchesNothing(filter);
  if (filter.op === "not") {
    const inner = without(absent, filter.filter);
    return typeof inner === "boolean" ? !inner : { op: "not", filter: inner };
  }
  if (filter.op !== "and" && filter.op !== "or") return filter;
  const decisive = filter.op === "or";
  const parts = filter.filters.map((one) => without(absent, one));
  if (parts.includes(decisive)) return decisive;
  const [first, ...more] = parts.filter((part) => typeof part !== "boolean");
  if (first === undefined) return !decisive;
  return more.length === 0 ? first : { op: filter.op, filters: [first, ...more] };
}

/** No value at all counts as one null, as `matches` has it. */
function matchesNothing(leaf: Filter): boolean {
  return (leaf.op === "eq" && leaf.value === null) || (leaf.op === "ne" && leaf.value !== null);
}
