import { createHash, timingSafeEqual } from "node:crypto";
import type { Hono, Next } from "hono";
import { readNotices } from "../../domain/integration/notices.ts";
import { listOwners } from "../../domain/members/members.ts";
import { allows, isForOwners, type Permission } from "../../domain/members/permissions.ts";
import { Refusal } from "../../refusal.ts";
import { beginExchange, keepRequest } from "../okta/scim/recording.ts";
import { type Context, type Dress, type Env, type Handler, scopeFor } from "./context.ts";
import { limitDirectory, limitDiscovery, limitSignIn, limitStranger } from "./rate-limits.ts";
import { refusalPage } from "./refusals.tsx";
import { requireSameOrigin } from "./same-origin.ts";
import { findPerson, sendToSignIn } from "./session.ts";
import { loadOrganization } from "./tenant.ts";

/**
 * Who may come in. Doors are shut unless they say `open`: to a person with a permission, to a directory with a SCIM token,
 * to the operator. `crossSite` is for the one form that another site is meant to post, `signIn` for attempts to sign in,
 * which are counted, and so is what only starts one, by itself.
 */
export type Door =
  | { readonly open: "apex" | "organization" | "scim"; readonly crossSite?: true; readonly signIn?: true | "start" }
  | { readonly permission: Permission }
  | { readonly directory: true }
  | { readonly operator: true };

/** One line of the URL map. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "ALL";
  readonly path: string;
  readonly door: Door;
  readonly answer: Handler;
}

/** Hangs the routes in, each behind its door; a known path asked in another way is 405. */
export function hang(app: Hono<Env>, routes: readonly Route[]): void {
  for (const { method, path, door, answer } of routes)
    app.on(method === "ALL" ? [] : [method], path, guard(door), answer);
  // Before those for all methods: such a path may be a pattern that this one fits as well.
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path && route.method !== "ALL");
    const [first] = here;
    if (first)
      app.all(path, guard(shown(first.door)), () => refuseMethod(here.map((route) => route.method).join(", ")));
  }
  for (const { method, path, door, answer } of routes) if (method === "ALL") app.all(path, guard(door), answer);
}

/** A wrong method is told to anybody who asks; only the form of the answer depends on the door. */
function shown(door: Door): Door {
  if (dressOf(door) === "scim") return { open: "scim" };
  return "operator" in door ? door : { open: "apex", crossSite: true };
}

function guard(door: Door) {
  return async (c: Context, next: Next): Promise<Response | undefined> => {
    c.set("dress", dressOf(door));
    if ("directory" in door) await admitDirectory(c);
    else if ("operator" in door) admitOperator(c);
    else if ("permission" in door) {
      const answer = await admitPerson(c, door.permission);
      if (answer) return answer;
    } else await admitAnybody(c, door);
    await next();
    if ("directory" in door) await keepRequest(c);
    return undefined;
  };
}

function dressOf(door: Door): Dress {
  if ("directory" in door || ("open" in door && door.open === "scim")) return "scim";
  return "operator" in door ? "problem" : "page";
}

async function admitAnybody(c: Context, door: Extract<Door, { open: string }>): Promise<void> {
  if (door.signIn) limitSignIn(c, door.signIn);
  if (door.open === "scim") limitDiscovery(c, knowsDirectory(c));
  if (door.open !== "apex") await loadOrganization(c);
  const origin = c.get("organization")?.url ?? c.get("parts").config.baseUrl.origin;
  // What speaks SCIM is no browser, and has no cookie that another site could borrow.
  const isForm = c.req.method === "POST" && door.open !== "scim" && !door.crossSite;
  if (isForm) requireSameOrigin(c, origin);
  if (c.get("organization")) c.set("scope", scopeFor(c, c.get("organization"), { kind: "visitor", name: "visitor" }));
}

async function admitPerson(c: Context, permission: Permission): Promise<Response | undefined> {
  await loadOrganization(c);
  if (!(await findPerson(c))) return sendToSignIn(c);
  if (c.req.method === "POST") requireSameOrigin(c, c.get("organization").url);
  const { role, memberId } = c.get("session");
  if (role !== "member") c.set("notices", await readNotices(c.get("scope"), memberId));
  if (allows(role, permission)) return undefined;
  const owners = await listOwners(c.get("scope"));
  const whose = isForOwners(permission) ? "owners" : "owners and admins";
  const sentence = `This page is for the ${whose} of the organization.`;
  const refusal = new Refusal(403, "permission", sentence, { check: permission, got: role });
  return refusalPage(c, refusal, {}, { whomToAsk: owners.map((owner) => `${owner.name}, ${owner.email}`) });
}

async function admitDirectory(c: Context): Promise<void> {
  const exchange = beginExchange(c);
  const { gate, share } = c.get("parts");
  if (!knowsDirectory(c)) limitStranger(c);
  const visit = { slug: c.get("slug") ?? "", token: bearerToken(c), address: c.get("ip"), now: c.get("now") };
  const { organization, tokenId } = await gate.open(visit);
  limitDirectory(c, organization.id);
  c.set("organization", organization);
  const scope = scopeFor(c, organization, { kind: "directory", id: tokenId, name: "SCIM" });
  c.set("scope", { ...scope, db: share(organization.id), exchange });
}

/** Whether the token was a valid one when it was last shown here. Asks nobody, so that a flood of others costs little. */
function knowsDirectory(c: Context): boolean {
  return c.get("parts").gate.knows(c.get("slug") ?? "", bearerToken(c));
}

function admitOperator(c: Context): void {
  const wanted = createHash("sha256").update(c.get("parts").config.operatorToken).digest();
  const got = createHash("sha256")
    .update(bearerToken(c) ?? "")
    .digest();
  if (timingSafeEqual(wanted, got)) return;
  const sentence = "The operator token is missing or not valid: send Authorization: Bearer OPERATOR_TOKEN.";
  throw new Refusal(401, "unauthorized", sentence);
}

/** RFC 6750 §2.1; the scheme's case does not count (RFC 9110 §11.1). */
function bearerToken(c: Context): string | undefined {
  return /^bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

function refuseMethod(allowed: string): never {
  throw new Refusal(405, "method", `This address takes ${allowed}.`, { check: "method", wanted: allowed });
}
