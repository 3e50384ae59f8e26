import { listOf, truthValue } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { isObject, type JsonObject, type JsonValue, quoted } from "./json.ts";
import { type Attribute, subAttributeOf } from "./schema.ts";

/** More values of one attribute than any person has; it keeps a PATCH of many additions from costing their square. */
const MAX_VALUES = 1_000;

/**
 * The value of an attribute as we store it: names in the schema's case, booleans as booleans, read-only and unknown
 * sub-attributes left out. `undefined` is unassigned, which is also what `null` and an empty list mean (RFC 7643 §2.5).
 *
 * Refuses with `invalidValue`, naming the attribute: another type than the schema's, text that is too long or has a NUL
 * character or half a surrogate pair (no database takes either), two primary values (RFC 7643 §2.4).
 */
export function readValue(attribute: Attribute, given: unknown): JsonValue | undefined {
  const value = attribute.mend === undefined ? given : attribute.mend(given);
  if (value === null || value === undefined) return undefined;
  return attribute.multiValued ? readList(attribute, value) : readOne(attribute, value);
}

/** One value of the attribute, of several if it is multi-valued. */
export function readOne(attribute: Attribute, value: unknown): JsonValue | undefined {
  if (attribute.type === "complex") return readComplex(attribute, value);
  if (attribute.type === "boolean") return readBoolean(attribute, value);
  return readText(attribute, value);
}

function readList(attribute: Attribute, given: unknown): JsonValue[] | undefined {
  const list = listOf(given);
  if (!Array.isArray(list)) throw wrongType(attribute, "a list", given);
  if (list.length > MAX_VALUES) {
    throw badRequest("invalidValue", `${attribute.label} takes at most ${MAX_VALUES} values, but got ${list.length}.`);
  }
  const values: JsonValue[] = [];
  for (const item of list) {
    const value = item === null ? undefined : readOne(attribute, item);
    if (value !== undefined) values.push(value);
  }
  if (values.filter(isPrimary).length > 1) throw secondPrimary(attribute);
  return values.length > 0 ? values : undefined;
}

/** Whether the value of a multi-valued attribute is the primary one (RFC 7643 §2.4). */
export function isPrimary(value: JsonValue): boolean {
  return isObject(value) && value["primary"] === true;
}

/** The refusal of a second primary value. */
export function secondPrimary(attribute: Attribute): Error {
  return badRequest("invalidValue", `${attribute.label} may have one primary value, but got more.`);
}

/** The refusal of more values than we keep. */
export function refuseTooMany(attribute: Attribute, values: readonly JsonValue[]): void {
  if (values.length <= MAX_VALUES) return;
  throw badRequest("invalidValue", `${attribute.label} takes at most ${MAX_VALUES} values, but got more.`);
}

function readComplex(attribute: Attribute, value: unknown): JsonObject | undefined {
  if (!isObject(value)) throw wrongType(attribute, "an object", value);
  const result: JsonObject = {};
  let empty = true;
  for (const name of Object.keys(value)) {
    const sub = subAttributeOf(attribute, name);
    if (sub === undefined || sub.mutability === "readOnly") continue;
    const read = readValue(sub, value[name]);
    if (read === undefined) continue;
    result[sub.name] = read;
    empty = false;
  }
  return empty ? undefined : result;
}

function readBoolean(attribute: Attribute, value: unknown): boolean {
  const truth = truthValue(value);
  if (truth === undefined) throw wrongType(attribute, "true or false", value);
  return truth;
}

function readText(attribute: Attribute, value: unknown): string {
  if (typeof value !== "string") throw wrongType(attribute, "text", value);
  return checkText(attribute.label, value, attribute.maxLength);
}

/** The text itself, if it may be stored; `label` names it in the refusal. Lengths are in UTF-16 code units. */
export function checkText(label: string, text: string, maxLength = 1024): string {
  if (text.length > maxLength) {
    const sentence = `${label} may have ${maxLength} characters, but got ${text.length}.`;
    throw badRequest("invalidValue", sentence);
  }
  if (text.includes("\0")) throw badRequest("invalidValue", `${label} contains a NUL character.`);
  if (!text.isWellFormed()) throw badRequest("invalidValue", `${label} contains half of a surrogate pair.`);
  return text;
}

function wrongType(attribute: Attribute, wanted: string, got: unknown): Error {
  return badRequest("invalidValue", `${attribute.label} takes ${wanted}, but got ${quoted(got)}.`);
}
