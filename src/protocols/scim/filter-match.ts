import type { AttributePath } from "./attribute-path.ts";
import type { Comparison, Filter } from "./filter-tree.ts";
import { foldAscii, isObject, type JsonObject, type JsonValue } from "./json.ts";
import type { Attribute } from "./schema.ts";

/**
 * Whether a resource, as it is rendered, matches the filter (RFC 7644 §3.4.2.2): the plain meaning, that filters compiled
 * to SQL are tested against.
 *
 * - Of several values, one that matches is enough, also for `ne`. No value at all counts as one null.
 * - `eq null` matches what has no value, `ne` what has none or another; no other comparison matches what has no value.
 * - `pr` matches what has a value that is not "" (an object: any value in it).
 * - Text is compared without regard to the case of A to Z unless `caseExact`, and ordered by code point; times by instant.
 */
export function matches(filter: Filter, resource: JsonObject): boolean {
  return evaluate(filter, (path) => valuesAt(resource, path));
}

type Lookup = (path: AttributePath) => readonly (JsonValue | undefined)[];

function evaluate(filter: Filter, lookup: Lookup): boolean {
  switch (filter.op) {
    case "and":
      return filter.filters.every((one) => evaluate(one, lookup));
    case "or":
      return filter.filters.some((one) => evaluate(one, lookup));
    case "not":
      return !evaluate(filter.filter, lookup);
    case "pr":
      return lookup(filter.path).some(isPresent);
    case "values":
      return lookup(filter.path).some((value) => isObject(value) && matchesValue(filter.filter, value));
    default:
      return lookup(filter.path).some((value) => compare(filter, value));
  }
}

/** Whether one value of a multi-valued attribute matches a filter from inside brackets. */
export function matchesValue(filter: Filter, value: JsonObject): boolean {
  return evaluate(filter, ({ sub }) => [sub === undefined ? value : value[sub]]);
}

function valuesAt(resource: JsonObject, { urn, attribute, sub }: AttributePath): readonly (JsonValue | undefined)[] {
  const container = urn === undefined ? resource : resource[urn];
  const top = isObject(container) ? container[attribute] : undefined;
  const values = Array.isArray(top) ? top : [top];
  if (values.length === 0) return [undefined];
  return sub === undefined ? values : values.map((value) => (isObject(value) ? value[sub] : undefined));
}

function isPresent(value: JsonValue | undefined): boolean {
  if (isObject(value)) return Object.values(value).some(isPresent);
  return value !== undefined && value !== null && value !== "";
}

function compare({ op, definition, value: wanted }: Comparison, got: JsonValue | undefined): boolean {
  if (got === undefined || got === null || wanted === null) {
    const same = (got ?? null) === wanted;
    return op === "eq" ? same : op === "ne" && !same;
  }
  const [a, b] = [comparable(definition, got), comparable(definition, wanted)];
  if (op === "eq") return a === b;
  if (op === "ne") return a !== b;
  if (typeof a !== "string" || typeof b !== "string") return false;
  switch (op) {
    case "co":
      return a.includes(b);
    case "sw":
      return a.startsWith(b);
    case "ew":
      return a.endsWith(b);
    case "gt":
      return byCodePoint(a, b) > 0;
    case "ge":
      return byCodePoint(a, b) >= 0;
    case "lt":
      return byCodePoint(a, b) < 0;
    case "le":
      return byCodePoint(a, b) <= 0;
  }
}

function comparable({ type, caseExact }: Attribute, value: JsonValue): JsonValue {
  if (typeof value !== "string") return value;
  if (type === "dateTime") return Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString();
  return caseExact ? value : foldAscii(value);
}

/** UTF-8 keeps the order of code points, as PostgreSQL's collation "C" does; JavaScript's own order is by UTF-16. */
function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
