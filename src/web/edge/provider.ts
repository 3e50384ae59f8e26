import { getCookie, setCookie } from "hono/cookie";
import { newToken } from "../../domain/sessions/token.ts";
import { beginSignIn, type NewRequest, REQUEST_LIFE } from "../../domain/sso/requests.ts";
import type { Context } from "./context.ts";

/**
 * Binds the requests that we send to the identity provider to the browser that asked: one token for all of its tabs. The
 * answer comes from another site, and such a post carries no `Lax` cookie.
 */
const NAME = "__Host-sign-in";

/** What this browser's requests are bound to; undefined where it has made none lately. */
export function signInToken(c: Context): string | undefined {
  const token = getCookie(c, NAME);
  return token && /^skb_[\w-]{43}$/.test(token) ? token : undefined;
}

/** Sends the browser to the identity provider with a new request, and binds the request to it. */
export async function sendToProvider(c: Context, request: Omit<NewRequest, "browserToken">): Promise<Response> {
  const browserToken = signInToken(c) ?? newToken("skb_");
  const { location } = await beginSignIn(c.var.scope, c.var.parts.sealer, { ...request, browserToken });
  const maxAge = REQUEST_LIFE / 1000;
  setCookie(c, NAME, browserToken, { path: "/", secure: true, httpOnly: true, sameSite: "None", maxAge });
  return c.redirect(location, 303);
}
