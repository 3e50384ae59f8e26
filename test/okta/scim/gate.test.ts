import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { disconnect } from "../../../src/domain/integration/disconnect.ts";
import { checkIntegration, saveIntegration } from "../../../src/domain/integration/integration.ts";
import { createScimToken, listScimTokens, revokeScimToken } from "../../../src/domain/integration/tokens.ts";
import { changeOrganization, deleteOrganization } from "../../../src/domain/organizations/organizations.ts";
import { CERTIFICATE, ISSUER, newOrganization, oktaUser, type ScimAnswer } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("the next request with a token that was revoked is refused, and the others stay valid", async () => {
  const org = await newOrganization(service);
  const tokens = `/organizations/${org.organization.slug}/okta-integration/scim-tokens`;
  for (let round = 0; round < 20; round++) {
    const made = (await (await service.operator("POST", tokens, {})).json()) as { id: string; token: string };
    const authorization = `Bearer ${made.token}`;
    assert.equal((await org.scim("GET", "/Users", undefined, { authorization })).status, 200);
    assert.equal((await service.operator("DELETE", `${tokens}/${made.id}`)).status, 204);
    assertScimError(await org.scim("GET", "/Users", undefined, { authorization }), 401);
    assert.equal((await org.scim("GET", "/Users")).status, 200);
  }
});

test("a token that another process revoked opens nothing as soon as this one hears of it", async () => {
  const org = await newOrganization(service);
  const { id, token } = await createScimToken(org.scope, null);
  const ask = () => org.scim("GET", "/Users", undefined, { authorization: `Bearer ${token}` });
  assert.equal((await ask()).status, 200);
  await revokeScimToken(org.scope, id);
  await shut(ask, 401);
});

test("a token stops at the moment of its expiry", async () => {
  const org = await newOrganization(service);
  const { token } = await createScimToken(org.scope, new Date(service.clock.now.getTime() + 60_000));
  const ask = () => org.scim("GET", "/Users", undefined, { authorization: `Bearer ${token}` });
  assert.equal((await ask()).status, 200);
  service.clock.advance(59_999);
  assert.equal((await ask()).status, 200);
  service.clock.advance(1);
  assertScimError(await ask(), 401);
});

test("an organization without integration, just in time, or on another plan answers 404 to a token and to none", async () => {
  const none = await newOrganization(service, { integration: "none" });
  const jit = await newOrganization(service, { integration: "jit" });
  const poor = await newOrganization(service);
  await changeOrganization(poor.scope, service.parts.settings, { plan: "starter" });
  const nowhere = { ...none, scim: poor.scim };
  await shut(() => poor.scim("GET", "/Users"), 404);
  for (const org of [none, jit, poor, nowhere]) {
    for (const authorization of ["", `Bearer ${poor.token}`, "Bearer x"]) {
      for (const path of ["/Users", "/Groups/1", "/ServiceProviderConfig", "/Schemas", "/Nothing"]) {
        assertScimError(
          await org.scim("GET", path, undefined, { authorization }),
          404,
          undefined,
          /has no Okta integration that takes SCIM/,
        );
      }
    }
  }
});

test("an organization that comes back to a plan with the integration is as connected as before", async () => {
  const org = await newOrganization(service);
  await pushUser(org);
  await changeOrganization(org.scope, service.parts.settings, { plan: "starter" });
  await shut(() => org.scim("GET", "/Users"), 404);
  await changeOrganization(org.scope, service.parts.settings, { plan: "scaleup" });
  assert.equal((await org.scim("GET", "/Users")).body.totalResults, 1);
});

test("a host where no organization is answers 404 as a SCIM error", async () => {
  const response = await service.fetch("http://nobody.localhost:3000/okta/scim/Users");
  const answer: ScimAnswer = { status: response.status, headers: response.headers, body: await response.json() };
  assertScimError(answer, 404, undefined, /no organization at this address/);
});

test("a disconnected or deleted organization takes no push any more", async () => {
  const gone = await newOrganization(service);
  const deleted = await newOrganization(service);
  for (const each of [gone, deleted]) assert.equal((await each.scim("GET", "/Users")).status, 200);
  await disconnect(gone.scope);
  await deleteOrganization(deleted.scope);
  for (const each of [gone, deleted]) assertScimError(await each.scim("POST", "/Users", oktaUser()), 404);
  for (const each of [gone, deleted]) await shut(() => each.scim("GET", "/Users"), 404);
});

test("a new integration has another token, and the old one stays worthless", async () => {
  const org = await newOrganization(service);
  await disconnect(org.scope);
  const ssoUrl = "https://example.okta.com/app/semaphore/exktest/sso/saml";
  const { scimToken } = await saveIntegration(
    org.scope,
    checkIntegration({ ssoUrl, issuer: ISSUER, certificate: CERTIFICATE }),
  );
  await shut(() => org.scim("GET", "/Users"), 401);
  const { status } = await org.scim("GET", "/Users", undefined, { authorization: `Bearer ${scimToken}` });
  assert.equal(status, 200);
});

test("changing SAML values leaves the SCIM token valid", async () => {
  const org = await newOrganization(service);
  const ssoUrl = "https://other.okta.com/app/semaphore/exkother/sso/saml";
  const saved = await saveIntegration(
    org.scope,
    checkIntegration({ ssoUrl, issuer: "http://www.okta.com/exkother", certificate: CERTIFICATE }),
  );
  assert.equal(saved.scimToken, undefined);
  assert.equal((await org.scim("GET", "/Users")).status, 200);
});

test("the last use of a token is kept to the minute, and no token is stored", async () => {
  const org = await newOrganization(service);
  await org.scim("GET", "/Users");
  const [first] = await listScimTokens(org.scope);
  assert.deepEqual(first?.lastUsedAt, service.clock.now);
  service.clock.advance(61_000);
  await org.scim("GET", "/Users");
  const [later] = await listScimTokens(org.scope);
  assert.deepEqual(later?.lastUsedAt, service.clock.now);
  for (const table of ["scim_tokens", "audit_events", "integrations"] as const) {
    const rows = await service.parts.db.selectFrom(table).selectAll().execute();
    assert.ok(!JSON.stringify(rows).includes(org.token), table);
  }
});

/** Asserts that the door is shut as soon as the change is known here: within a second, and from then on. */
async function shut(ask: () => Promise<ScimAnswer>, status: number): Promise<void> {
  for (let i = 0; i < 100 && (await ask()).status !== status; i++) await sleep(10);
  for (let i = 0; i < 3; i++) assertScimError(await ask(), status);
}
