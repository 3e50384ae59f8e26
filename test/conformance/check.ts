import { isDeepStrictEqual } from "node:util";
import type { Server } from "./server.ts";

/** What ServiceProviderConfig says is supported or not (RFC 7643 §5, RFC 9865 §4), and kinds of resource that may be missing. */
export type Feature = "patch" | "bulk" | "filter" | "sort" | "etag" | "cursor" | "groups" | "enterprise";

/** One thing that the standard says of a server. */
export interface Check {
  readonly name: string;
  /** The paragraph that says so. */
  readonly cites: string;
  /** Without these it is skipped. */
  readonly needs?: readonly Feature[];
  /** Why servers that serve well differ here: then that is noted, and no failure. */
  readonly mayDiffer?: string;
  run(server: Server): Promise<void>;
}

/** The server did not do what the standard says. */
export class Mismatch extends Error {
  constructor(what: string, wanted: unknown, got: unknown) {
    super(`${what}: wanted ${shown(wanted)}, got ${shown(got)}`);
  }
}

/** What is optional, and no feature says whether it is there. */
export class Unsupported extends Error {}

/** Fails unless the two are the same. */
export function same(what: string, got: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(got, wanted)) throw new Mismatch(what, wanted, got);
}

/** Fails unless it is so; `wanted` says in words what would be. */
export function holds(what: string, isSo: boolean, wanted: string, got: unknown): void {
  if (!isSo) throw new Mismatch(what, wanted, got);
}

/** Text on one line that is not long. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text.replaceAll("\n", " ");
}
