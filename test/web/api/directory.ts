import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { PROVIDER_CERTIFICATE } from "../../../src/protocols/saml/fixtures/certificates.ts";
import type { Operator } from "./conversation.ts";

/** The settings of an integration that every organization may take. */
export const INTEGRATION = {
  ssoUrl: "https://example.okta.com/app/exk1/sso/saml",
  issuer: "http://www.okta.com/exk1",
  certificate: PROVIDER_CERTIFICATE,
};

/** Sets the organization's integration up; answers its SCIM token. */
export async function connect(operator: Operator, slug: string, more: object = {}): Promise<string> {
  const made = await operator.call("PUT", `/organizations/${slug}/okta-integration`, { ...INTEGRATION, ...more });
  assert.equal(made.status, 201);
  return made.body.scimToken;
}

/** What a directory with this token asks of the organization's SCIM address. */
export async function scim(
  { service }: Operator,
  slug: string,
  token: string,
  method = "GET",
  path = "/Users",
  body?: unknown,
): Promise<Response> {
  return service.fetch(`http://${slug}.localhost:3000/okta/scim${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/**
 * Lets the service learn by heart that this token may pass: once the notices of earlier changes have come in, it asks again.
 * What shuts the door after this has to make it forget.
 */
export async function passOften(operator: Operator, slug: string, token: string): Promise<void> {
  await setTimeout(100);
  for (let time = 0; time < 2; time++) assert.equal((await scim(operator, slug, token)).status, 200);
}

/** Pushes a person; answers the id of their directory user. */
export async function push(operator: Operator, slug: string, token: string, email: string): Promise<string> {
  const body = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: email,
    name: { givenName: "Pushed", familyName: "Person" },
    emails: [{ primary: true, value: email, type: "work" }],
    active: true,
  };
  const made = await scim(operator, slug, token, "POST", "/Users", body);
  assert.equal(made.status, 201, await made.clone().text());
  return ((await made.json()) as { id: string }).id;
}
