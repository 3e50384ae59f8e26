import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { AppSettings, Org, Person } from "../org.ts";
import { type AuthnRequest, readAuthnRequest } from "../saml/request.ts";
import { refusal, signedResponse } from "../sign-in.ts";
import { PostResponse, Stopped, WhoAreYou } from "./dashboard.tsx";
import { page } from "./guard.ts";

const TITLE = "You cannot sign in to this app";

/** The person chosen in this browser; undefined if there is none. */
export function personOf(c: Context, org: Org): Person | undefined {
  return org.people.get(getCookie(c, cookieName(c)) ?? "");
}

/** Remembers who is at the keyboard and goes on to where they were going. */
export async function signInAs(c: Context, org: Org): Promise<Response> {
  const form = await c.req.formData();
  const person = org.people.get(String(form.get("person") ?? ""));
  if (person !== undefined) setCookie(c, cookieName(c), person.id, { httpOnly: true, sameSite: "Lax", path: "/" });
  const next = new URL(String(form.get("next") ?? "/"), c.req.url);
  return c.redirect(next.origin === new URL(c.req.url).origin ? next.pathname + next.search : "/", 303);
}

/**
 * The Single Sign-On URL. A click on the tile comes without a request; the service's own sign-in brings a `SAMLRequest`,
 * which is answered by its id, and a `RelayState`, which is given back as it came.
 */
export async function sso(c: Context, org: Org): Promise<Response> {
  const person = personOf(c, org);
  const here = new URL(c.req.url);
  if (person === undefined) return page(c, <WhoAreYou org={org} next={here.pathname + here.search} />);
  const refused = refusal(org, person);
  if (org.app === undefined || refused !== undefined) {
    return page(c, <Stopped title={TITLE} sentence={refused ?? ""} />, { status: 403 });
  }
  const request = requestOf(c, org.app, here.origin + here.pathname);
  if (request instanceof Error) return page(c, <Stopped title={TITLE} sentence={request.message} />, { status: 400 });
  const response = signedResponse(org, person.id, { inResponseTo: request?.id });
  const form = <PostResponse to={org.app.acsUrl} response={response} relayState={c.req.query("RelayState")} />;
  return page(c, form, { formsTo: new URL(org.app.acsUrl).origin });
}

/** The AuthnRequest, if there is one; an Error whose message is a sentence when this Okta cannot answer it. */
function requestOf(c: Context, app: AppSettings, ssoUrl: string): AuthnRequest | undefined | Error {
  const parameter = c.req.query("SAMLRequest");
  if (parameter === undefined) return undefined;
  try {
    const request = readAuthnRequest(parameter);
    return fault(request, app, ssoUrl) ?? request;
  } catch (error) {
    return new Error(`The SAMLRequest cannot be read: ${(error as Error).message}.`);
  }
}

/** What of the request is not as the app's settings say. Okta does not compare the issuer with the audience. */
function fault({ acsUrl, destination }: AuthnRequest, app: AppSettings, ssoUrl: string): Error | undefined {
  if (acsUrl !== undefined && acsUrl !== app.acsUrl) {
    return new Error(`The request asks for an answer at ${acsUrl}, but the app says ${app.acsUrl}.`);
  }
  if (destination !== undefined && destination !== ssoUrl) {
    return new Error(`The request was meant for ${destination}, and this is ${ssoUrl}.`);
  }
  return undefined;
}

/** Cookies do not know ports: the port keeps two simulated Oktas on one host apart. */
function cookieName(c: Context): string {
  return `okta-person-${new URL(c.req.url).port}`;
}
