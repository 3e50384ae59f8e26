import { createHash } from "node:crypto";
import { Refusal } from "../../refusal.ts";

/** Versions that a header names: "any" for `*`. */
export type NamedVersions = "any" | readonly number[];

/** What a request says about the version that it is meant for (RFC 7644 §3.14, RFC 9110 §13.1). */
export interface Precondition {
  /** `If-Match`, or the `version` of a bulk operation. */
  readonly match?: NamedVersions | undefined;
  /** `If-None-Match`. */
  readonly noneMatch?: NamedVersions | undefined;
}

/**
 * The version as an entity tag: a weak one, since an answer's bytes also depend on `attributes` (RFC 7644 §3.14). A user
 * shows the groups that they are in, which change without a new version: `groups` is what is shown of them, and a digest
 * of it stands behind the number.
 */
export function versionTag(version: number, groups: readonly { value: string; display: string }[] = []): string {
  if (groups.length === 0) return `W/"${version}"`;
  const text = groups.map(({ value, display }) => `${value}${display}`).join();
  return `W/"${version}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}"`;
}

/**
 * The versions that an `If-Match` or `If-None-Match` header names, `undefined` if there is no header.
 *
 * Tags compare weakly, `"3"` as `W/"3"`: ours are weak, and clients send them back with or without the mark. A tag that
 * we never gave names no version, so that nothing matches it.
 */
export function namedVersions(header: string | undefined): NamedVersions | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  if (header.trim() === "*") return "any";
  return [...header.matchAll(/(?:W\/)?"(\d{1,15})(?:-[0-9a-f]{8})?"/gi)].map(([, digits]) => Number(digits));
}

/**
 * Refuses with 412 where the resource, which has this version, is not the one that the request is meant for. To be asked
 * of the version that the write then names, or of a row that is held; a resource that is not there is 404 before.
 */
export function requireVersion(precondition: Precondition | undefined, version: number): void {
  const { match, noneMatch } = precondition ?? {};
  const other = match !== undefined && !isNamed(match, version);
  if (!other && (noneMatch === undefined || !isNamed(noneMatch, version))) return;
  const now = versionTag(version);
  const sentence = `The resource has the version ${now} now, which the request does not mean: read it again. Nothing was changed.`;
  throw new Refusal(412, "preconditionFailed", sentence);
}

function isNamed(named: NamedVersions, version: number): boolean {
  return named === "any" || named.includes(version);
}

/** Whether an `If-None-Match` header names this tag, so that whoever reads has it already (RFC 9110 §13.1.2). */
export function isNamedTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const opaque = (text: string) => text.trim().replace(/^W\//i, "");
  return header.split(",").some((one) => one.trim() === "*" || opaque(one) === opaque(tag));
}
