import { listOf, unwrapped } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { matchesValue } from "./filter-match.ts";
import type { Filter } from "./filter-tree.ts";
import { foldAscii, isObject, type JsonObject, type JsonValue, sameJson } from "./json.ts";
import { mergedInto } from "./patch-single.ts";
import type { TargetedOperation } from "./patch-target.ts";
import type { AttributeTarget } from "./path.ts";
import { type Attribute, subAttributeOf } from "./schema.ts";
import { isPrimary, readOne, readValue, refuseTooMany, secondPrimary } from "./value.ts";

/**
 * The values of a multi-valued attribute after an operation, `undefined` if there are none then (RFC 7644 §3.5.2.1 to
 * §3.5.2.3). A value that an operation makes primary takes that from the other (§3.5.2).
 */
export function changedValues(operation: TargetedOperation, before: JsonValue | undefined): JsonValue[] | undefined {
  const { op, target, value } = operation;
  const values = (Array.isArray(before) ? before : []).filter((one): one is JsonObject => isObject(one));
  const after = op === "remove" ? removed(target, values, value) : written(op, target, values, value);
  refuseTooMany(target.attribute, after);
  return after.length > 0 ? after : undefined;
}

function written(op: "add" | "replace", target: AttributeTarget, values: JsonObject[], value: unknown): JsonObject[] {
  const { attribute, filter, sub } = target;
  if (op === "add" && unwrapped(value) === null) return values;
  if (filter === undefined && sub === undefined) {
    const given = objects(readValue(attribute, value));
    if (op === "add") return added(attribute, values, given);
    return given;
  }
  const chosen = chosenBy(filter, values);
  if (chosen.size === 0) return created(target, values, value);
  const seed = (filter && described(filter)) ?? {};
  const claims = new Set<JsonObject>();
  const after = values.flatMap((one) => {
    const next = chosen.has(one) ? rewritten(op, target, one, seed, value) : one;
    const says = sub?.name === "primary" && chosen.has(one);
    if (next !== undefined && isPrimary(next) && (says || !isPrimary(one))) claims.add(next);
    return next === undefined ? [] : [next];
  });
  return withOnePrimary(attribute, after, claims);
}

function chosenBy(filter: Filter | undefined, values: readonly JsonObject[]): ReadonlySet<JsonObject> {
  return new Set(values.filter((one) => filter === undefined || matchesValue(filter, one)));
}

/** A value that the path chose, after the operation; `undefined` if it is then empty. */
function rewritten(
  op: "add" | "replace",
  { attribute, sub }: AttributeTarget,
  one: JsonObject,
  seed: JsonObject,
  value: unknown,
): JsonObject | undefined {
  if (sub !== undefined) return withPart(attribute, one, sub, value);
  const given = alone(value);
  return mergedInto(attribute, op === "add" ? one : seed, given);
}

/** A value with one part set. Without its `value`, or with nothing but labels, it is no value any more. */
function withPart(attribute: Attribute, one: JsonObject, sub: Attribute, value: unknown): JsonObject | undefined {
  const after = mergedInto(attribute, one, { [sub.name]: unwrapped(value) });
  if (after === undefined || (sub.name in one && !(sub.name in after) && isHollow(after, sub))) return undefined;
  return after;
}

function isHollow(value: JsonObject, taken: Attribute): boolean {
  return taken.name === "value" || Object.keys(value).every((name) => LABELS.has(name));
}

const LABELS: ReadonlySet<string> = new Set(["type", "primary", "display"]);

/**
 * The values with the one that the path describes, for Entra ID's `emails[type eq "work"].value` where there is no work
 * address yet. It must match the path's filter, or the path has no target (RFC 7644 §3.5.2.3).
 */
function created(target: AttributeTarget, values: JsonObject[], value: unknown): JsonObject[] {
  const { attribute, filter, sub } = target;
  const seed = filter === undefined ? {} : described(filter);
  if (seed === undefined) throw noTarget(target);
  if (unwrapped(value) === null) return values;
  const given = sub === undefined ? alone(value) : { [sub.name]: unwrapped(value) };
  // Read again: what the filter says was not yet held to the lengths of the schema.
  const [one] = objects([readOne(attribute, mergedInto(attribute, seed, given) ?? {}) ?? null]);
  if (one === undefined || (filter !== undefined && !matchesValue(filter, one))) throw noTarget(target);
  return added(attribute, values, [one]);
}

/** The value that a filter describes: one that says with `eq` what each part is. `undefined` for any other filter. */
function described(filter: Filter): JsonObject | undefined {
  if (filter.op === "eq" && filter.path.sub !== undefined && filter.value !== null) {
    return { [filter.path.sub]: filter.value };
  }
  if (filter.op !== "and") return undefined;
  const parts = filter.filters.map(described);
  return parts.every((part) => part !== undefined) ? Object.assign({}, ...parts) : undefined;
}

/** The values with those given; one that is there already (the same value and type, RFC 7643 §2.4) gains their parts. */
function added(attribute: Attribute, values: readonly JsonObject[], given: readonly JsonObject[]): JsonObject[] {
  const after = [...values];
  const claims = new Set<JsonObject>();
  for (const one of given) {
    const at = after.findIndex((other) => isSame(attribute, one, other));
    const next = at < 0 ? one : { ...after[at], ...one };
    after[at < 0 ? after.length : at] = next;
    if (isPrimary(one)) claims.add(next);
  }
  return withOnePrimary(attribute, after, claims);
}

function isSame(attribute: Attribute, one: JsonObject, other: JsonObject): boolean {
  if (one["value"] === undefined) return sameJson(one, other);
  return samePart(attribute, one, other, "value") && samePart(attribute, one, other, "type");
}

function samePart(attribute: Attribute, one: JsonObject, other: JsonObject, name: string): boolean {
  const [a, b] = [one[name], other[name]];
  if (a === b) return true;
  if (typeof a !== "string" || typeof b !== "string" || a.length !== b.length) return false;
  return !subAttributeOf(attribute, name)?.caseExact && foldAscii(a) === foldAscii(b);
}

/** The one value that an operation makes primary makes the others not so; two are refused. */
function withOnePrimary(attribute: Attribute, values: JsonObject[], claims: ReadonlySet<JsonObject>): JsonObject[] {
  const primary = values.filter(isPrimary);
  if (primary.length < 2) return values;
  const [chosen, ...more] = primary.filter((one) => claims.has(one));
  if (chosen === undefined || more.length > 0) throw secondPrimary(attribute);
  return values.map((one) => (one !== chosen && isPrimary(one) ? { ...one, primary: false } : one));
}

/** Values that a path chose, or that the operation names, go; a bare path takes all (RFC 7644 §3.5.2.2). */
function removed(target: AttributeTarget, values: JsonObject[], value: unknown): JsonObject[] {
  const { attribute, filter, sub } = target;
  if (filter === undefined && sub === undefined) {
    if (value === undefined || value === null) return [];
    const named = objects(namedValues(attribute, value));
    return values.filter((one) => !named.some((other) => isNamed(attribute, one, other)));
  }
  const chosen = chosenBy(filter, values);
  if (chosen.size === 0 && filter !== undefined) throw noTarget(target);
  return values.flatMap((one) => {
    if (!chosen.has(one)) return [one];
    const next = sub && withPart(attribute, one, sub, null);
    return next === undefined ? [] : [next];
  });
}

/** Values to remove may be bare: `"value": ["ada@example.test"]`. */
function namedValues(attribute: Attribute, value: unknown): JsonValue[] {
  const list = listOf(typeof value === "string" ? [value] : value);
  if (!Array.isArray(list)) throw badRequest("invalidValue", `${attribute.label} takes a list of values to remove.`);
  return list.flatMap((one) => readOne(attribute, typeof one === "string" ? { value: one } : one) ?? []);
}

/** Whether a value is meant by one that names only some of its parts. */
function isNamed(attribute: Attribute, one: JsonObject, named: JsonObject): boolean {
  const parts = Object.keys(named).filter((name) => name !== "primary" && name !== "display");
  return parts.length > 0 && parts.every((name) => samePart(attribute, one, named, name));
}

function objects(values: JsonValue | undefined): JsonObject[] {
  return Array.isArray(values) ? values.filter((one): one is JsonObject => isObject(one)) : [];
}

/** A path that chose single values takes one value; a list of one will do. */
function alone(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function noTarget({ attribute }: AttributeTarget): Error {
  return badRequest("noTarget", `No value of ${attribute.label} matches the filter in the path.`);
}
