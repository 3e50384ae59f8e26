import assert from "node:assert/strict";
import { type AuthnRequest, readAuthnRequest } from "../../dev/okta/saml/request.ts";
import type { TestOrganization } from "../support/organization.ts";
import type { TestService } from "../support/service.ts";
import { type Changes, clickTile } from "./provider.ts";

/** What our redirect asks the identity provider, as the simulated Okta reads it. */
export interface Asked extends AuthnRequest {
  readonly location: URL;
  readonly relayState: string;
}

/** Reads the address to which a browser was sent. */
export function askedBy(response: Response): Asked {
  assert.equal(response.status, 303);
  const location = new URL(response.headers.get("location") ?? "");
  const request = readAuthnRequest(location.searchParams.get("SAMLRequest") ?? "");
  return { ...request, location, relayState: location.searchParams.get("RelayState") ?? "" };
}

/** One person's browser: it keeps cookies, and sends those that a real one would. */
export interface TestBrowser {
  readonly cookies: Map<string, string>;
  /** A page, or a form from our own origin. */
  open(path: string, form?: Record<string, string>): Promise<Response>;
  /** *Sign in with Okta*; the identity provider is asked. */
  begin(redirectTo?: string): Promise<Asked>;
  /** The identity provider answers a request: it repeats its ID and its RelayState. */
  answer(asked: Pick<Asked, "id" | "relayState">, email: string, changes?: Changes): Promise<Response>;
  /** Posts an answer with the RelayState that a test chooses, and no InResponseTo unless `changes` has one. */
  postAnswer(email: string, relayState: string | undefined, changes?: Changes): Promise<Response>;
}

export function newBrowser(service: TestService, org: TestOrganization): TestBrowser {
  const cookies = new Map<string, string>();
  const keep = (response: Response): Response => {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/Max-Age=0/.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  /** A post from another site carries no `Lax` cookie. */
  const crossSite = () => header([...cookies].filter(([name]) => name !== "__Host-session"));
  const postAnswer = async (email: string, relayState: string | undefined, changes: Changes = {}) =>
    keep(await clickTile(service, org, email, { changes, relayState, cookie: crossSite() }));
  return {
    cookies,
    open: async (path, form) => keep(await org.page(path, header([...cookies]), form)),
    begin: async (redirectTo) => {
      const query = redirectTo === undefined ? "" : `?redirect_to=${encodeURIComponent(redirectTo)}`;
      return askedBy(keep(await org.page(`/okta/login${query}`, header([...cookies]))));
    },
    answer: ({ id, relayState }, email, changes) => postAnswer(email, relayState, { inResponseTo: id, ...changes }),
    postAnswer,
  };
}

function header(cookies: readonly (readonly [string, string])[]): string {
  return cookies.map(([name, value]) => `${name}=${value}`).join("; ");
}

/** Sets what becomes of answers that nobody asked for. */
export async function setIdpInitiated(
  service: TestService,
  org: TestOrganization,
  setting: "allow" | "bounce" | "deny",
): Promise<void> {
  const update = service.parts.db.updateTable("integrations").set({ idp_initiated: setting });
  await update.where("organization_id", "=", org.organization.id).execute();
}
