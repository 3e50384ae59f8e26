import { isObject } from "./json.ts";

/** What a kept body may have, in bytes of UTF-8. */
const MOST_BYTES = 16 * 1024;
/** How many values of a list are kept; of the others their number. */
const MOST_VALUES = 20;
const MOST_CHARACTERS = 1_000;

/** The name of an attribute that is a password, alone or at the end of a path or a URN. */
const PASSWORD = /(?:^|[:.])password$/i;
const REMOVED = "[removed]";

/**
 * A body as it may be kept for an administrator to read, as JSON text of at most 16 KiB: without passwords, wherever in a
 * resource, a PATCH or a bulk request they stand; of long lists the first 20 values and how many there were.
 */
export function keptBody(body: unknown): string {
  const text = textOf(body);
  const bytes = Buffer.byteLength(text);
  return bytes <= MOST_BYTES ? text : JSON.stringify(`A body of ${bytes} bytes, too many to keep.`);
}

/**
 * The same of a body whose text is at hand: short ones that speak of no password are kept as they came. A word may be
 * written with escapes, as `\u0070assword`, and is only seen once it is read.
 */
export function keptText(text: string, body: unknown): string {
  const asItCame = text.length <= MOST_BYTES / 4 && !speaksOfPassword(text) && !text.includes("\\u");
  return asItCame ? text : keptBody(body);
}

/** What was read may be nested more deeply than it can be written (V8: some thousand levels); nobody's resource is. */
function textOf(body: unknown): string {
  try {
    return JSON.stringify(body, shortened) ?? "null";
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return JSON.stringify("A body that is nested too deeply to keep.");
  }
}

function shortened(key: string, value: unknown): unknown {
  if (PASSWORD.test(key) && value !== null) return REMOVED;
  if (typeof value === "string") {
    return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…`.toWellFormed() : value;
  }
  if (Array.isArray(value)) {
    return value.length > MOST_VALUES
      ? [...value.slice(0, MOST_VALUES), `… and ${value.length - MOST_VALUES} more`]
      : value;
  }
  if (isObject(value) && typeof value["path"] === "string" && PASSWORD.test(value["path"].trim()) && "value" in value) {
    return { ...value, value: REMOVED };
  }
  return value;
}

/** The parameters of RFC 7644 §3.4.2 and §3.9, and of RFC 9865. */
const PARAMETERS = [
  "filter",
  "startIndex",
  "count",
  "cursor",
  "sortBy",
  "sortOrder",
  "attributes",
  "excludedAttributes",
] as const;

/** The query as it may be kept, to be read: only the standard's parameters, none that looks for a password. */
export function keptQuery(query: { get(name: string): string | undefined | null }): string {
  const said = PARAMETERS.flatMap((name) => {
    const value = query.get(name);
    if (value === undefined || value === null) return [];
    return `${name}=${speaksOfPassword(value) ? REMOVED : value.slice(0, MOST_CHARACTERS)}`;
  });
  return said.length > 0 ? `?${said.join("&")}` : "";
}

/** Whether a text may hold a password beside the word, as a filter or a sentence about one may. */
export function speaksOfPassword(text: string): boolean {
  return /password/i.test(text);
}
