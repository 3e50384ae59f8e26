import { isIPv6 } from "node:net";
import type { RateLimits } from "../../config.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "./context.ts";
import { type Allowance, createLimiter, type Limiter } from "./limiter.ts";

/** How much each may ask for, in this process. */
export interface Limits {
  /** SCIM requests with a valid token, by organization. */
  readonly directory: Limiter;
  /** SCIM requests without one, by organization and address: a stranger uses up nobody's allowance but their own. */
  readonly stranger: Limiter;
  /** Attempts to sign in, by organization and address. */
  readonly signIn: Limiter;
}

/** 429: more than is allowed. `seconds` is when to ask again. */
export class TooMany extends Refusal {
  readonly seconds: number;

  constructor(sentence: string, seconds: number) {
    const again = seconds === 1 ? "1 second" : `${seconds} seconds`;
    super(429, "rate-limit", `${sentence} Try again in ${again}.`);
    this.seconds = seconds;
  }
}

export function createLimits(rates: RateLimits): Limits {
  return {
    directory: createLimiter(directoryAllowance(rates)),
    stranger: createLimiter(strangerAllowance(rates)),
    signIn: createLimiter({ perSecond: rates.signIn / 60, burst: rates.signIn }),
  };
}

/** Ten seconds' worth at once: directories send what has piled up, and then nothing for an hour. */
function directoryAllowance({ scim }: RateLimits): Allowance {
  return { perSecond: scim, burst: scim * 10 };
}

/** A tenth of a directory's: who has no valid token has no reason to hurry. */
function strangerAllowance({ scim }: RateLimits): Allowance {
  return { perSecond: scim / 10, burst: scim };
}

/** One SCIM request of a directory that showed a valid token. `key`: its organization. */
export function limitDirectory(c: Context, key: string): void {
  const { limits, config } = c.get("parts");
  const seconds = limits.directory.take(key, c.get("now"));
  const limit = `the limit is ${config.rateLimits.scim} a second for this organization`;
  if (seconds > 0) throw new TooMany(`Too many requests: ${limit} (RATE_LIMIT_SCIM, set by the operator).`, seconds);
}

/** One SCIM request of somebody who showed no token that is known as valid. */
export function limitStranger(c: Context): void {
  const { limits } = c.get("parts");
  const seconds = limits.stranger.take(visitor(c), c.get("now"));
  const sentence = "Too many requests without a valid SCIM token: copy it from Settings, Okta Integration.";
  if (seconds > 0) throw new TooMany(`${sentence} (The limit is a tenth of RATE_LIMIT_SCIM.)`, seconds);
}

/** One request for what is public. A directory has its usual allowance for that, but by address: no token is checked. */
export function limitDiscovery(c: Context, known: boolean): void {
  if (known) limitDirectory(c, visitor(c));
  else limitStranger(c);
}

/** One attempt to sign in, or what starts one at the identity provider: as many of these, beside the attempts. */
export function limitSignIn(c: Context, kind: true | "start"): void {
  const { limits, config } = c.get("parts");
  const seconds = limits.signIn.take(kind === "start" ? `${visitor(c)} start` : visitor(c), c.get("now"));
  const limit = `the limit is ${config.rateLimits.signIn} a minute (RATE_LIMIT_SIGN_IN, set by the operator)`;
  if (seconds > 0) throw new TooMany(`Too many attempts to sign in from your address: ${limit}.`, seconds);
}

/** An address at an organization. */
function visitor(c: Context): string {
  return `${c.get("slug")} ${network(c.get("ip") ?? "")}`;
}

/** What one subscriber has: an IPv4 address, or the 64 leading bits of an IPv6 address (RFC 6177), as they stand in it. */
function network(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const [head = "", tail = ""] = ip.split("%")[0]?.split("::") ?? [];
  const groups = (part: string) => part.split(":").filter(Boolean);
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array(Math.max(missing, 0)).fill("0"), ...groups(tail)]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
