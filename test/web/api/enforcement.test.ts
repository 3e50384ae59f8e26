import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { OKTA, sent } from "../../../src/protocols/saml/fixtures/providers.ts";
import { operatorOf } from "./conversation.ts";
import { connect, INTEGRATION } from "./directory.ts";

const operator = operatorOf();

/** The organization's provider posts a signed response for this person. */
async function signIn(slug: string, email: string): Promise<Response> {
  const url = `http://${slug}.localhost:3000`;
  const acs = `${url}/okta/auth`;
  const xml = sent(OKTA, {
    now: operator.service.clock.now,
    assertionId: `id${randomUUID()}`,
    nameId: email,
    issuer: INTEGRATION.issuer,
    responseIssuer: INTEGRATION.issuer,
    audience: url,
    destination: ` Destination="${acs}"`,
    recipient: ` Recipient="${acs}"`,
  });
  return operator.service.fetch(acs, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString("base64") }),
  });
}

test("Single Sign-On is enforced once an owner has signed in with it; then only owners may have sign-in links", async () => {
  const slug = await operator.organization();
  await connect(operator, slug);
  const path = `/organizations/${slug}`;
  const owner = `owner@${slug}.example`;
  const member = { email: "ann@example.com", name: "Ann", role: "member" };
  await operator.call("POST", `${path}/members`, member);
  assert.equal((await signIn(slug, member.email)).status, 303);
  assert.equal((await operator.call("PATCH", path, { ssoEnforced: true })).body.code, "sso-untested");
  operator.service.clock.advance(1000);
  assert.equal((await signIn(slug, owner)).status, 303);
  const now = operator.service.clock.now.toISOString();
  assert.equal((await operator.call("GET", `${path}/okta-integration`)).body.lastSsoLoginAt, now);
  const enforced = await operator.call("PATCH", path, { ssoEnforced: true });
  assert.deepEqual([enforced.status, enforced.body.ssoEnforced], [200, true]);
  const refused = await operator.call("POST", `${path}/sign-in-links`, { email: member.email });
  assert.deepEqual([refused.status, refused.body.code], [409, "sso-enforced"]);
  assert.equal((await operator.call("POST", `${path}/sign-in-links`, { email: owner })).status, 201);
  const events = await operator.call("GET", `${path}/audit-events?action=sign_in_link.created`);
  assert.deepEqual(events.body.items[0].detail, { breakGlass: true });
  const moved = await operator.call("PATCH", path, { plan: "startup" });
  assert.equal(moved.body.ssoEnforced, false);
});
