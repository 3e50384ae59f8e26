import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { findSession } from "../../domain/sessions/sessions.ts";
import { Refusal } from "../../refusal.ts";
import { type Context, scopeFor } from "./context.ts";

/** The session: sent by this host only, and never with a request that another site's page makes. */
const SESSION = "__Host-session";
/**
 * Whose browser this is, so that a response which another site posts here can be compared with it: the session's id, which
 * opens nothing. Such a post carries no `Lax` cookie.
 */
const BROWSER = "__Host-browser";

/** Puts a session into this browser. */
export function setSession(c: Context, session: { id: string; token: string; expiresAt: Date }): void {
  const common = { path: "/", secure: true, httpOnly: true, expires: session.expiresAt } as const;
  setCookie(c, SESSION, session.token, { ...common, sameSite: "Lax" });
  setCookie(c, BROWSER, session.id, { ...common, sameSite: "None" });
}

/** Takes the session out of this browser. */
export function clearSession(c: Context): void {
  deleteCookie(c, SESSION, { path: "/", secure: true });
  deleteCookie(c, BROWSER, { path: "/", secure: true });
}

/** The id of the session that was last opened in this browser, whoever asks. */
export function browserSessionId(c: Context): string | undefined {
  return getCookie(c, BROWSER);
}

/**
 * Finds who is signed in, and makes the request's scope theirs; answers false for a stranger. Always asks the database:
 * a session that was ended anywhere is over here.
 */
export async function findPerson(c: Context): Promise<boolean> {
  const token = getCookie(c, SESSION);
  const organization = c.get("organization");
  const parts = c.get("parts");
  const now = c.get("now");
  const session = token ? await findSession({ db: parts.db, organization, now }, token) : undefined;
  if (!session) return false;
  c.set("session", session);
  const actor = { kind: "member", id: session.memberId, name: session.email, role: session.role } as const;
  c.set("scope", scopeFor(c, organization, actor));
  return true;
}

/** A stranger is sent to the sign-in page, and from there back; 401 `signed-out` for a form that was sent too late. */
export function sendToSignIn(c: Context): Response {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") {
    throw new Refusal(401, "signed-out", "You are signed out: sign in, then send the form again.");
  }
  const url = new URL(c.req.url);
  const next = url.pathname === "/" ? "" : `?next=${encodeURIComponent(url.pathname + url.search)}`;
  return c.redirect(`/sign-in${next}`, 303);
}

/** No address of ours is longer, whatever it filters by. */
const LONGEST_PATH = 2_000;

/** A path of this organization, or `/` for anything that leads elsewhere. */
export function safePath(path: string | null | undefined): string {
  if (!path || path.length > LONGEST_PATH || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || path.includes("\\")) return "/";
  const url = new URL(path, "http://here.invalid");
  // Looked at again once it is resolved: "/.//elsewhere" becomes "//elsewhere", which is another host.
  const leadsElsewhere = url.host !== "here.invalid" || url.pathname.startsWith("//");
  return leadsElsewhere ? "/" : url.pathname + url.search + url.hash;
}
