import { randomBytes } from "node:crypto";
import { getCookie, setCookie } from "hono/cookie";
import type { GitAccess } from "../../db/tables.ts";
import { beginGitFlow } from "../../domain/git/flows.ts";
import type { GitHost } from "../../outbound/git/host.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "./context.ts";

/** Whose browser was sent to a git host: at this organization only, and not with another site's forms. */
const BROWSER = "__Host-git";

/** The host that the address names; 404 `git-host` for one that is not configured. */
export function hostOf(c: Context): GitHost {
  const name = c.req.param("provider");
  const host = c.get("parts").gitHosts.find(({ provider }) => provider === name);
  if (host) return host;
  throw new Refusal(404, "git-host", "This git host is not connected to the service. Its operator can change that.");
}

/** Sends the browser to a git host. Many ways there may be open in it beside one another. */
export async function sendToHost(
  c: Context,
  host: GitHost,
  way: { readonly memberId: string | undefined; readonly access: GitAccess; readonly next: string },
): Promise<Response> {
  const { parts, scope } = c.var;
  const browserToken = browserTokenOf(c) || randomBytes(32).toString("base64url");
  const verifier = host.newVerifier();
  const flow = { ...way, provider: host.provider, browserToken, verifier };
  const state = await beginGitFlow(scope, parts.sealer, flow);
  setCookie(c, BROWSER, browserToken, { path: "/", secure: true, httpOnly: true, sameSite: "Lax", maxAge: 3600 });
  return c.redirect(await host.authorizationUrl({ state, verifier, access: way.access }), 303);
}

/** The secret that this browser was sent off with; empty for a browser that was not. */
export function browserTokenOf(c: Context): string {
  return getCookie(c, BROWSER) ?? "";
}
