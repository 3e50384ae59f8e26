import { createHmac } from "node:crypto";

/**
 * The token of the set-up link: the same in every process and after a restart, unguessable without the secret key. It dies
 * when the first organization exists.
 */
export function setupToken(secretKey: Buffer): string {
  return createHmac("sha256", secretKey).update("set-up link").digest("base64url");
}
