import { createHmac, timingSafeEqual } from "node:crypto";
import { badRequest } from "./error.ts";

/** The place in a list behind which a page begins: a resource's id and sort key, null where it has none or nothing sorts. */
export interface CursorPosition {
  readonly id: string;
  readonly key: string | boolean | null;
}

/** How long a cursor is good for, in seconds: ServiceProviderConfig's `cursorTimeout` (RFC 9865 §4). */
export const CURSOR_SECONDS = 86_400;

/** What a cursor is good for: the secret of the service, and all that the list depends on: whose it is, filter and order. */
export interface CursorBinding {
  readonly secret: Buffer;
  readonly query: readonly string[];
}

/** A position as the opaque, signed text of `nextCursor` (RFC 9865 §2), good for that query only. */
export function writeCursor({ id, key }: CursorPosition, binding: CursorBinding, now: Date): string {
  const body = Buffer.from(JSON.stringify([Math.floor(now.getTime() / 1000), id, key])).toString("base64url");
  return `${body}.${sign(body, binding)}`;
}

/**
 * The position in a cursor that `writeCursor` made for the same query. Refuses with 400 `expiredCursor` one that is older than
 * a day, and with `invalidCursor` any other text, one for another query among them (RFC 9865 §2.1).
 */
export function readCursor(cursor: string, binding: CursorBinding, now: Date): CursorPosition {
  const [body = "", signature = "", ...more] = cursor.split(".");
  if (!isSignature(signature, sign(body, binding)) || more.length > 0) {
    const sentence = "This cursor was not given for this query: begin again with an empty cursor.";
    throw badRequest("invalidCursor", sentence);
  }
  const signed = JSON.parse(Buffer.from(body, "base64url").toString()) as [number, string, CursorPosition["key"]];
  const [at, id, key] = signed;
  if (now.getTime() / 1000 - at > CURSOR_SECONDS) {
    throw badRequest("expiredCursor", "This cursor is older than a day: begin again with an empty cursor.");
  }
  return { id, key };
}

function isSignature(got: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(got), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function sign(body: string, { secret, query }: CursorBinding): string {
  const signed = JSON.stringify([body, ...query]);
  return createHmac("sha256", secret).update(signed).digest("base64url");
}
