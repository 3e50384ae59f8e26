import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createScimToken } from "../../../src/domain/integration/tokens.ts";
import { queueJob } from "../../../src/domain/jobs/jobs.ts";
import { changeOrganization } from "../../../src/domain/organizations/organizations.ts";
import { CERTIFICATE, newOrganization, type OrganizationOptions, oktaUser } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService({ SUPPORT_EMAIL: "help@semaphore.test", INTEGRATION_PLANS: "scaleup,enterprise" });
});
after(() => service.stop());

async function start(options?: OrganizationOptions) {
  const org = await newOrganization(service, options);
  const cookie = await org.signIn(org.owner.email);
  return { org, cookie, open: () => readPage(org.page("/settings/okta", cookie)) };
}

test("before the set-up the page says what the integration brings, and how to begin", async () => {
  const { open } = await start({ integration: "none" });
  const page = await open();
  assert.match(page.text, /Not connected/);
  assert.match(page.html, /href="\/settings\/okta\/setup">Set up</);
});

test("on a plan without the integration the page says which plans have it and whom to ask", async () => {
  const { org, cookie, open } = await start({ integration: "none", plan: "startup" });
  const page = await open();
  assert.match(page.text, /“startup” does not include .* are “scaleup”, “enterprise”/);
  assert.match(page.html, /href="mailto:help@semaphore\.test\?subject=/);
  assert.doesNotMatch(page.html, /Set up</);
  assert.equal((await readPage(org.page("/settings/okta/setup", cookie))).location, "/settings/okta");
  const settings = { ssoUrl: "https://a.example/sso", issuer: "i", provisioning: "scim", sessionDays: "14" };
  const form = { ...settings, certificate: CERTIFICATE };
  assert.equal((await org.page("/settings/okta/setup", cookie, form)).status, 409);
});

test("an integration that a plan change took away is kept, and may be disconnected", async () => {
  const { org, open } = await start();
  await changeOrganization(org.scope, service.parts.settings, { plan: "startup" });
  const page = await open();
  assert.match(page.text, /are kept/);
  assert.match(page.html, /href="\/settings\/okta\/disconnect"/);
});

test("the connected page counts connected members and says what came last", async () => {
  const { org, open } = await start();
  const before = await open();
  assert.match(before.fact("Connected members") ?? "", /^0\b/);
  assert.match(before.fact("Last SCIM request") ?? "", /^Never/);
  await org.scim("POST", "/Users", oktaUser());
  await org.scim("POST", "/Users", oktaUser());
  await org.scim("POST", "/Users", oktaUser({ active: false }));
  service.clock.advance(3 * 60_000);
  const page = await open();
  assert.match(page.text, /Okta Integration Connected Edit/);
  assert.equal(page.fact("Connected members"), "2");
  assert.equal(page.fact("Last SCIM request"), "3 minutes ago");
  assert.match(page.fact("Last SSO sign-in") ?? "", /^Never/);
  assert.match(page.fact("Provisioning") ?? "", /^SCIM/);
  assert.equal(page.fact("Session length"), "14 days");
  assert.equal(page.fact("SAML Issuer"), "http://www.okta.com/exktest");
});

test("the connected page keeps the steps and the values to copy at hand", async () => {
  const { org, open } = await start();
  const { html } = await open();
  for (const value of [`${org.url}/okta/auth`, org.url, `${org.url}/okta/scim`, "email"]) {
    assert.ok(html.includes(`<code class="copy-value">${value}</code>`), value);
  }
});

test("a certificate is shown with subject, expiry and fingerprint, and a warning sixty days before it ends", async () => {
  const { org, open } = await start();
  const { fingerprint_sha256: fingerprint } = await service.parts.db
    .selectFrom("integration_certificates")
    .select("fingerprint_sha256")
    .where("organization_id", "=", org.organization.id)
    .executeTakeFirstOrThrow();
  const endsIn = async (days: number) => {
    const not_after = new Date(service.clock.now.getTime() + days * 86_400_000 + 60_000);
    const change = service.parts.db.updateTable("integration_certificates").set({ not_after });
    await change.where("organization_id", "=", org.organization.id).execute();
    return (await open()).text;
  };
  const calm = await endsIn(61);
  assert.ok(calm.includes(fingerprint));
  assert.match(calm, /CN=demo, O=Okta .* \d+ \w{3} 20\d\d/);
  assert.doesNotMatch(calm, /days? left|Expired/);
  assert.match(await endsIn(59), /59 days left/);
  assert.match(await endsIn(1), /1 day left/);
  assert.match(await endsIn(-1), /Expired/);
});

test("a just-in-time integration shows no SCIM", async () => {
  const { open } = await start({ integration: "jit" });
  const page = await open();
  assert.match(page.fact("Provisioning") ?? "", /^Just in time/);
  assert.equal(page.fact("Last SCIM request"), undefined);
  assert.doesNotMatch(page.text, /SCIM tokens/);
});

test("a token is revoked only after asking, and at once", async () => {
  const { org, cookie, open } = await start();
  const second = await createScimToken(org.scope, null);
  const path = `/settings/okta/token/revoke`;
  const ask = await readPage(org.page(`${path}?id=${second.id}`, cookie));
  assert.equal(ask.field("id"), second.id);
  assert.doesNotMatch(ask.text, /only one/);
  assert.equal((await org.scim("GET", "/Users")).status, 200);
  const ids = [...(await open()).html.matchAll(/revoke\?id=([\w-]+)/g)].map(([, id]) => id ?? "");
  assert.equal(ids.length, 2);
  const first = ids.find((id) => id !== second.id) ?? "";
  assert.equal((await org.page(path, cookie, { id: first })).status, 303);
  assert.equal((await org.scim("GET", "/Users")).status, 401);
  assert.match((await readPage(org.page(`${path}?id=${second.id}`, cookie))).text, /only one/);
  assert.equal((await org.page(path, cookie, { id: first })).status, 404);
  assert.equal((await readPage(org.page(`${path}?id=${first}`, cookie))).location, "/settings/okta");
});

test("another organization's token cannot be revoked", async () => {
  const [{ org, cookie }, other] = [await start(), await newOrganization(service)];
  const { id } = await createScimToken(other.scope, null);
  assert.equal((await org.page("/settings/okta/token/revoke", cookie, { id })).status, 404);
  assert.equal((await other.scim("GET", "/Users")).status, 200);
});

test("while a disconnect is under way the page shows how far it is", async () => {
  const { org, open } = await start({ integration: "none" });
  await queueJob(org.scope, { kind: "disconnect", total: 1204, done: 500, finished: false, createdMembers: "delete" });
  for (const state of ["queued", "running"] as const) {
    const mine = service.parts.db.updateTable("jobs").set({ state });
    await mine.where("organization_id", "=", org.organization.id).execute();
    const page = await open();
    assert.match(page.text, /500 of 1204 members/, state);
    assert.match(page.html, /data-poll="2"/);
  }
});
