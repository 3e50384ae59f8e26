import { demoKeys, type KeyPair } from "../../dev/okta/saml/keys.ts";
import { buildResponse, type ResponseValues, windowAround } from "../../dev/okta/saml/response.ts";
import type { RecordedEvent } from "../../src/domain/audit/events.ts";
import { listEvents } from "../../src/domain/audit/events.ts";
import { openSession } from "../../src/domain/sessions/sessions.ts";
import { ISSUER, type TestOrganization } from "../support/organization.ts";
import type { TestService } from "../support/service.ts";

export type Changes = Partial<ResponseValues>;

/** The response that Okta posts when this person clicks the tile, as XML. */
export function responseXml(
  service: TestService,
  org: Pick<TestOrganization, "url">,
  email: string,
  changes: Changes = {},
  keys: KeyPair = demoKeys(),
): string {
  const values: ResponseValues = {
    destination: `${org.url}/okta/auth`,
    recipient: `${org.url}/okta/auth`,
    issuer: ISSUER,
    audience: org.url,
    nameId: email,
    nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    ...windowAround(service.clock.now),
    inResponseTo: undefined,
    sessionNotOnOrAfter: undefined,
    attributes: new Map([["groups", ["Everyone", "Engineering"]]]),
    statusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
    signed: "both",
    ...changes,
  };
  return buildResponse(values, keys);
}

/** XML as it stands in the form field. */
export function encoded(xml: string): string {
  return Buffer.from(xml).toString("base64");
}

export interface Posting {
  readonly relayState?: string | undefined;
  readonly cookie?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** The browser posts a response that it got from the identity provider: cross-site, without any `Lax` cookie. */
export function post(
  service: TestService,
  org: Pick<TestOrganization, "url">,
  samlResponse: string,
  { relayState, cookie, headers = {} }: Posting = {},
): Promise<Response> {
  const body = new URLSearchParams({ SAMLResponse: samlResponse });
  if (relayState !== undefined) body.set("RelayState", relayState);
  return service.fetch(`${org.url}/okta/auth`, {
    method: "POST",
    headers: { origin: "https://example.okta.com", ...(cookie && { cookie }), ...headers },
    body,
  });
}

/** Clicks the tile: a fresh response for this person, posted. */
export function clickTile(
  service: TestService,
  org: Pick<TestOrganization, "url">,
  email: string,
  { changes = {}, ...posting }: Posting & { changes?: Changes } = {},
): Promise<Response> {
  return post(service, org, encoded(responseXml(service, org, email, changes)), posting);
}

/** The cookies of a browser in which this member is signed in, as a cross-site post carries them: only `SameSite=None`. */
export async function browserOf(service: TestService, org: TestOrganization, memberId: string) {
  const expiresAt = new Date(service.clock.now.getTime() + 86_400_000);
  const scope = { ...org.scope, now: service.clock.now };
  const { id, token } = await openSession(scope, { memberId, method: "link", expiresAt });
  return { crossSite: `__Host-browser=${id}`, ours: `__Host-session=${token}; __Host-browser=${id}`, id, token };
}

/** What the audit log says under a reference number. */
export async function eventsUnder(org: TestOrganization, referenceId: string): Promise<readonly RecordedEvent[]> {
  return listEvents(org.scope, { referenceId, limit: 10 });
}

/** The reference number that a page shows. */
export function referenceOn(page: string): string {
  return /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}/.exec(page)?.[0] ?? "";
}

/** How many sessions there are in an organization, or of one member. */
export async function countSessions(service: TestService, org: TestOrganization, memberId?: string): Promise<number> {
  let select = service.parts.db.selectFrom("sessions").select("id").where("organization_id", "=", org.organization.id);
  if (memberId) select = select.where("member_id", "=", memberId);
  return (await select.execute()).length;
}
