import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Context } from "./context.ts";

/** How long a sealed secret waits for the page that shows it, in seconds. */
const LIFE = 120;
const NAME = "__Host-secret";
/** What is on its way, so that no page shows what was meant for another. */
type SecretKind = "SCIM token" | "recovery codes";
const PLACE = { path: "/", secure: true, httpOnly: true, sameSite: "Strict" } as const;

/**
 * Hands a secret to the next page of this session, through the browser, without keeping it here: encrypted (AES-256-GCM)
 * and good for this session alone, for two minutes.
 */
export function sealSecret(c: Context, secret: string, kind: SecretKind = "SCIM token"): void {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(c), nonce).setAAD(bindingOf(c, kind));
  const expiresAt = String(c.get("now").getTime() + LIFE * 1000);
  const body = Buffer.concat([cipher.update(`${expiresAt} ${secret}`, "utf8"), cipher.final()]);
  const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
  setCookie(c, NAME, sealed, { ...PLACE, maxAge: LIFE });
}

/**
 * The secret of this kind that was sealed for this session, taken out of the browser with this answer; undefined if there is
 * none.
 */
export function takeSecret(c: Context, kind: SecretKind = "SCIM token"): string | undefined {
  const sealed = getCookie(c, NAME);
  if (sealed === undefined) return undefined;
  deleteCookie(c, NAME, PLACE);
  const [, expiresAt, secret] = /^(\d+) (.+)$/.exec(open(c, kind, Buffer.from(sealed, "base64url")) ?? "") ?? [];
  return Number(expiresAt) > c.get("now").getTime() ? secret : undefined;
}

function open(c: Context, kind: SecretKind, sealed: Buffer): string | undefined {
  if (sealed.length < 28) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", keyOf(c), sealed.subarray(0, 12)).setAAD(bindingOf(c, kind));
  decipher.setAuthTag(sealed.subarray(12, 28));
  try {
    return decipher.update(sealed.subarray(28), undefined, "utf8") + decipher.final("utf8");
  } catch {
    // Made for another session, or under a key that was changed since.
    return undefined;
  }
}

/** A key for this purpose alone (RFC 5869). */
function keyOf(c: Context): Buffer {
  return Buffer.from(hkdfSync("sha256", c.get("parts").config.secretKey, "", "sealed cookie", 32));
}

function bindingOf(c: Context, kind: SecretKind): Buffer {
  return Buffer.from(`${c.get("organization").id} ${c.get("session").id} ${kind}`);
}
