import type { Next } from "hono";
import type { Context } from "./context.ts";

/** Nothing from elsewhere, nothing inline, no frames: there are no exceptions. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** On every answer, whoever asked. */
export async function secure(c: Context, next: Next): Promise<void> {
  await next();
  const { headers } = c.res;
  headers.set("X-Content-Type-Options", "nosniff");
  // Not `no-referrer`: with that, browsers send `Origin: null` with our own forms (Fetch, "append a request Origin header").
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  if (c.var.parts.config.baseUrl.protocol === "https:") {
    headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  }
}
