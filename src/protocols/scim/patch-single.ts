import { unwrapped } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { isObject, type JsonObject, type JsonValue, quoted } from "./json.ts";
import type { TargetedOperation } from "./patch-target.ts";
import { type Attribute, subAttributeOf } from "./schema.ts";
import { readValue } from "./value.ts";

/**
 * The value of a single-valued attribute after an operation, `undefined` if it is then unassigned (RFC 7644 §3.5.2.1 to
 * §3.5.2.3). Adding null changes nothing, replacing by null removes.
 */
export function changedSingle(operation: TargetedOperation, before: JsonValue | undefined): JsonValue | undefined {
  const { op, target, value } = operation;
  const { attribute, sub } = target;
  if (op === "add" && unwrapped(value) === null) return before;
  const parts: JsonObject | undefined = isObject(before) ? before : undefined;
  if (sub !== undefined) return changedPart(attribute, sub, parts, op === "remove" ? null : value);
  if (op === "remove") return undefined;
  if (attribute.type !== "complex") return readValue(attribute, unwrapped(value));
  const given = attribute.mend === undefined ? value : attribute.mend(value);
  return given === null ? undefined : mergedInto(attribute, parts ?? {}, given);
}

/** `manager.value`: one part set, or taken away by null. What the attribute's provider calls empty empties it all. */
function changedPart(
  attribute: Attribute,
  sub: Attribute,
  before: JsonObject | undefined,
  value: unknown,
): JsonObject | undefined {
  const given = { [sub.name]: unwrapped(value) };
  if (value !== null && attribute.mend?.(given) === null) return undefined;
  return mergedInto(attribute, before ?? {}, given);
}

/**
 * The parts of a complex value with those of the given object put in their places; a null takes a part away. The others
 * stay, also when the operation is `replace` (RFC 7644 §3.5.2.3). `undefined` if nothing is left.
 */
export function mergedInto(attribute: Attribute, before: JsonObject, given: unknown): JsonObject | undefined {
  if (!isObject(given)) {
    throw badRequest("invalidValue", `${attribute.label} takes an object, but got ${quoted(given)}.`);
  }
  const after: JsonObject = { ...before };
  for (const name of Object.keys(given)) {
    const sub = subAttributeOf(attribute, name);
    if (sub === undefined || sub.mutability === "readOnly") continue;
    const value = readValue(sub, given[name]);
    if (value === undefined) delete after[sub.name];
    else after[sub.name] = value;
  }
  // A reference is to the value it came with.
  if (after["$ref"] === before["$ref"] && after["value"] !== before["value"]) delete after["$ref"];
  return Object.keys(after).length > 0 ? after : undefined;
}
