import { type RawBuilder, sql } from "kysely";
import type { Comparison, Filter, Presence, ValueFilter } from "../../protocols/scim/filter-tree.ts";
import { foldAscii } from "../../protocols/scim/json.ts";
import type { ResourceType } from "../../protocols/scim/schema.ts";
import { compareField } from "./filter-compare.ts";
import { type Place, placeOf } from "./filter-places.ts";

/**
 * A SCIM filter as a condition in SQL, for rows of `directory_users u` or `directory_groups g`: true exactly where
 * `matches` says so of the rendered resource, else false or NULL, so for a WHERE only. What the filter says is bound,
 * never part of the text. It does not say which organization: the statement around it does.
 *
 * `baseUrl`: the SCIM base URL without a slash at its end, as `renderUser` takes it; for `meta.location` and `$ref`.
 */
export function filterCondition(filter: Filter, type: ResourceType, baseUrl = ""): RawBuilder<boolean> {
  return compose(filter, (leaf) => conditionAt(placeOf(leaf.path, { type, baseUrl }), leaf));
}

/** A filter on one member, as in `members[display co "x"]`, as a condition for rows of `group_memberships gm`. */
export function memberCondition(filter: Filter, baseUrl: string): RawBuilder<boolean> {
  return compose(filter, (leaf) => conditionOfOne(placeOf(leaf.path, { type: "Group", baseUrl }), leaf));
}

type Leaf = Comparison | Presence | ValueFilter;

/** Conditions may be NULL for false, which AND and OR keep; only a negation must make it true. */
function compose(filter: Filter, condition: (leaf: Leaf) => RawBuilder<boolean>): RawBuilder<boolean> {
  switch (filter.op) {
    case "and":
    case "or": {
      const parts = filter.filters.map((one) => compose(one, condition));
      return sql`(${sql.join(parts, filter.op === "and" ? sql` AND ` : sql` OR `)})`;
    }
    case "not":
      return sql`((${compose(filter.filter, condition)}) IS NOT TRUE)`;
    default:
      return condition(filter);
  }
}

function conditionAt(place: Place, leaf: Leaf): RawBuilder<boolean> {
  const found = narrowed(leaf, anyOf(place, conditionOfOne(place, leaf)));
  if (place.rows === undefined || !matchesNothing(leaf)) return found;
  return sql`(${found} OR NOT EXISTS (SELECT ${place.rows}))`;
}

function anyOf(place: Place, condition: RawBuilder<boolean>): RawBuilder<boolean> {
  return place.rows === undefined ? condition : sql`EXISTS (SELECT ${place.rows} AND ${condition})`;
}

/** What is asked of one and the same value. */
function conditionOfOne(place: Place, leaf: Leaf): RawBuilder<boolean> {
  if (leaf.op === "values") {
    return sql`(${place.isObject} AND ${compose(leaf.filter, (inner) => conditionOfOne(place, inner))})`;
  }
  const { path, definition } = leaf;
  if (leaf.op !== "pr") return compareField(leaf, place.field(path.sub));
  if (definition.type === "complex" && path.sub === undefined) return place.isPresent;
  const { value } = place.field(path.sub);
  const isText = definition.type !== "boolean" && definition.type !== "dateTime";
  return isText ? sql`(${value} <> '')` : sql`(${value} IS NOT NULL)`;
}

/** No value at all counts as one null. */
function matchesNothing(leaf: Leaf): boolean {
  return (leaf.op === "eq" && leaf.value === null) || (leaf.op === "ne" && leaf.value !== null);
}

/**
 * With an address to look for, an index finds the few users that may have it. They are still looked at: a user's
 * `email_key` may be its userName, or an address that it had before.
 */
function narrowed(leaf: Leaf, condition: RawBuilder<boolean>): RawBuilder<boolean> {
  const key = soughtAddress(leaf);
  if (key === undefined) return condition;
  return sql`((u.email_key = ${key}::text
    OR (u.other_email_keys IS NOT NULL AND u.other_email_keys @> ARRAY[${key}::text])) AND ${condition})`;
}

/** The address, lowered, that one of the user's emails must have as its value. */
function soughtAddress(leaf: Leaf): string | undefined {
  if (leaf.path.attribute !== "emails") return undefined;
  const inner = leaf.op === "values" ? leaf.filter : leaf;
  const all = inner.op === "and" ? inner.filters : [inner];
  for (const one of all) {
    if (one.op === "eq" && one.path.sub === "value" && typeof one.value === "string") return foldAscii(one.value);
  }
  return undefined;
}
