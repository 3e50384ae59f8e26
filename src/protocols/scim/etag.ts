/**
 * The versions that an `If-Match` or `If-None-Match` header names (RFC 9110 §13.1, RFC 7644 §3.14), for the statement that
 * writes to compare with: "any" for `*`, `undefined` if there is no header.
 *
 * Tags compare weakly, `"3"` as `W/"3"`: ours are weak, and clients send them back with or without the mark. A tag that
 * we never gave names no version, so that nothing matches it.
 */
export function namedVersions(header: string | undefined): "any" | readonly number[] | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  if (header.trim() === "*") return "any";
  return [...header.matchAll(/(?:W\/)?"(\d{1,15})"/gi)].map(([, digits]) => Number(digits));
}

/** Whether a resource of this version is among those named. */
export function isNamedVersion(named: "any" | readonly number[], version: number): boolean {
  return named === "any" || named.includes(version);
}
