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

const HEADERS = {
  "X-Content-Type-Options": "nosniff",
  // Not `no-referrer`: with that, browsers send `Origin: null` with our own forms (Fetch, "append a request Origin header").
  "Referrer-Policy": "same-origin",
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
} as const;
const HTTPS_HEADERS = { ...HEADERS, "Strict-Transport-Security": "max-age=31536000; includeSubDomains" } as const;

/** What stands on every answer. */
function securityHeaders(c: Context): Readonly<Record<string, string>> {
  return c.get("parts").config.baseUrl.protocol === "https:" ? HTTPS_HEADERS : HEADERS;
}

/** What stands on every answer in SCIM's form (RFC 7644 §3.1). */
export function scimHeaders(c: Context): Readonly<Record<string, string>> {
  return { ...securityHeaders(c), "Cache-Control": "no-store", "Content-Type": "application/scim+json" };
}

/**
 * Puts them on every answer, whoever asked. SCIM's answers are made with them: changing the headers of an answer that is
 * made already costs as much as reading the request.
 */
export async function secure(c: Context, next: Next): Promise<void> {
  await next();
  if (c.get("dress") === "scim") return;
  for (const [name, value] of Object.entries(securityHeaders(c))) c.res.headers.set(name, value);
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
}
