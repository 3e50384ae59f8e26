import { hash, randomBytes } from "node:crypto";

/** 256 random bits, readable in a URL, a header and a cookie; the prefix tells what a stray one is. */
export function newToken(prefix: string): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** What is kept of a token. Looking this up in an index tells an attacker nothing about the token. */
export function hashToken(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
