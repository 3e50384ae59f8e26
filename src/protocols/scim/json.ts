/** What JSON can say (RFC 8259). Parsed input is `unknown` until it was looked at; what we made ourselves has this type. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. The engine only ever writes names of its own schema table into one, so `__proto__` is never a key. */
export interface JsonObject {
  [name: string]: JsonValue;
}

/** Whether the value is a JSON object: not null, not an array. */
export function isObject(value: JsonValue | undefined): value is JsonObject;
export function isObject(value: unknown): value is Record<string, unknown>;
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a member whose name is given in lower case, whatever its case in the object (RFC 7643 §2.1). */
export function member(object: Record<string, unknown>, lowerName: string): unknown {
  if (Object.hasOwn(object, lowerName)) return object[lowerName];
  const name = Object.keys(object).find((key) => foldAscii(key) === lowerName);
  return name === undefined ? undefined : object[name];
}

/** Lower case for A to Z only, as `lower(… COLLATE "C")` does in PostgreSQL, so that both sides of a comparison agree. */
export function foldAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase()) : text;
}

/** Whether two values say the same; the order of an object's members does not count. Only for values of schema depth. */
export function sameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, i) => sameJson(item, other[i]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => sameJson(one[name], other[name]));
}

/** The value as a refusal may quote it: short, on one line. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  const text = typeof value === "string" ? value : String(value);
  const short = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return typeof value === "string" ? JSON.stringify(short.toWellFormed()) : short;
}
