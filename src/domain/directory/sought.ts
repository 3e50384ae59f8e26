import { isId } from "../../db/id.ts";
import type { Comparison, Filter } from "../../protocols/scim/filter-tree.ts";
import { foldAscii } from "../../protocols/scim/json.ts";

/** What a directory looks a resource up by: one attribute that equals one value, which an index finds. */
export interface Sought {
  readonly by: "id" | "externalId" | "userName" | "displayName" | "emails";
  /** In lower case, but for an `externalId`. */
  readonly value: string;
  /** Of an address: `emails[type eq "work"].value eq "…"`. In lower case. */
  readonly type?: string;
}

/** The lookup that a filter is, or `undefined` for every other filter. */
export function soughtBy(filter: Filter | undefined): Sought | undefined {
  if (filter?.op === "eq") return soughtByOne(filter);
  if (filter?.op !== "values" || filter.path.attribute !== "emails") return undefined;
  const parts = filter.filter.op === "and" ? filter.filter.filters : [filter.filter];
  const value = comparedWith(parts, "value");
  if (value === undefined || parts.length > 2) return undefined;
  if (parts.length === 1) return { by: "emails", value };
  const type = comparedWith(parts, "type");
  return type === undefined ? undefined : { by: "emails", value, type };
}

function soughtByOne({ path, value }: Comparison): Sought | undefined {
  if (typeof value !== "string") return undefined;
  const { attribute: by, sub } = path;
  if (by === "id") return isId(value) && value === foldAscii(value) ? { by, value } : undefined;
  if (by === "externalId") return { by, value };
  if (by === "userName" || by === "displayName") return { by, value: foldAscii(value) };
  return by === "emails" && sub === "value" ? { by, value: foldAscii(value) } : undefined;
}

/** What the one comparison of a sub-attribute says, in lower case. */
function comparedWith(parts: readonly Filter[], sub: string): string | undefined {
  const [one, ...more] = parts.filter((part): part is Comparison => part.op === "eq" && part.path.sub === sub);
  return more.length === 0 && typeof one?.value === "string" ? foldAscii(one.value) : undefined;
}
