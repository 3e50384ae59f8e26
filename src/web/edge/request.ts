import { randomUUID } from "node:crypto";
import type { Next } from "hono";
import type { Context, Env, Parts } from "./context.ts";
import { type Tenant, tenantOf } from "./tenant.ts";

/** First at the edge: the time that holds for the whole request, its reference number, and from where it comes. */
export function receive(parts: Parts) {
  return async (c: Context, next: Next) => {
    const began = performance.now();
    c.set("parts", parts);
    c.set("now", parts.clock());
    c.set("referenceId", newReference());
    c.set("dress", "page");
    c.set("ip", clientAddress(c, parts));
    c.set("slug", c.env.slug);
    await next();
    parts.metrics.answered(c.get("dress"), c.res.status, (performance.now() - began) / 1000);
  };
}

/** Whose door the request knocks at. */
export function findTenant(parts: Parts, request: Request, bindings: Env["Bindings"] | undefined): Tenant {
  const peer = peerAddress(bindings);
  const proxied = peer !== undefined && parts.config.trustsProxy(peer);
  const forwarded = proxied ? request.headers.get("x-forwarded-host")?.split(",")[0]?.trim() : undefined;
  const host = forwarded || request.headers.get("host") || new URL(request.url).host;
  return tenantOf(host, parts.config.baseUrl.hostname);
}

/** Crockford's base 32: no letters that are mistaken for digits when somebody reads the number out. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 50 random bits as five letters, a dash and five letters. */
function newReference(): string {
  // A version 4 UUID begins with 48 random bits and ends with 48 more; the runtime makes them in batches.
  const hex = randomUUID();
  const half = (from: number) => Number.parseInt(hex.slice(from, from + 7), 16);
  return `${letters(half(0))}-${letters(half(24))}`;
}

function letters(bits: number): string {
  return [0, 5, 10, 15, 20].map((shift) => LETTERS[(bits >> shift) & 31]).join("");
}

/** The address that asked; what a proxy says of it is believed only of the proxies that the configuration names. */
function clientAddress(c: Context, parts: Parts): string | undefined {
  const peer = peerAddress(c.env);
  if (peer === undefined || !parts.config.trustsProxy(peer)) return peer;
  const hops = (c.req.header("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  return hops.filter(Boolean).findLast((hop) => !parts.config.trustsProxy(hop)) ?? peer;
}

function peerAddress(bindings: Env["Bindings"] | undefined): string | undefined {
  return bindings?.incoming?.socket?.remoteAddress?.replace(/^::ffff:/, "");
}
