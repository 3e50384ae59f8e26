import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listEvents } from "../../../../src/domain/audit/events.ts";
import { findIntegration } from "../../../../src/domain/integration/integration.ts";
import { clickTile, countSessions } from "../../../okta/provider.ts";
import { newOrganization, oktaUser } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const PATH = "/settings/okta/sign-in";
const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

const FILLED = {
  provider: "okta",
  idpInitiated: "allow",
  signRequests: "no",
  signaturePolicy: "any",
  emailAttribute: "",
  givenNameAttribute: "",
  familyNameAttribute: "",
  groupsAttribute: "groups",
  roleAttribute: "",
  sessionDays: "14",
  idle: "",
  idleUnit: "hours",
};

async function start() {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  return {
    org,
    open: (query = "") => readPage(org.page(`${PATH}${query}`, cookie)),
    save: (changes: Partial<typeof FILLED>) => readPage(org.page(PATH, cookie, { ...FILLED, ...changes })),
    read: async () => (await findIntegration(org.scope)) ?? assert.fail(),
    settings: () => readPage(org.page("/settings/okta", cookie)),
  };
}

test("the form shows what is set, and every setting can be saved", async () => {
  const { open, save, read, settings } = await start();
  const page = await open();
  for (const [name, value] of Object.entries(FILLED)) {
    if (!["provider", "idleUnit"].includes(name)) assert.equal(page.field(name), value, name);
  }
  const changes = {
    provider: "entra",
    idpInitiated: "bounce",
    signRequests: "yes",
    signaturePolicy: "both",
    emailAttribute: " mail ",
    givenNameAttribute: "given",
    familyNameAttribute: "family",
    groupsAttribute: "",
    roleAttribute: "job",
    sessionDays: "3",
    idle: "90",
    idleUnit: "minutes",
  };
  assert.equal((await save(changes)).location, "/settings/okta?saved");
  const saved = await read();
  assert.deepEqual(
    [
      saved.provider,
      saved.idpInitiated,
      saved.signRequests,
      saved.signaturePolicy,
      saved.sessionDays,
      saved.idleMinutes,
    ],
    ["entra", "bounce", true, "both", 3, 90],
  );
  const { emailAttribute, givenNameAttribute, familyNameAttribute, groupsAttribute, roleAttribute } = saved;
  assert.deepEqual(
    [emailAttribute, givenNameAttribute, familyNameAttribute, groupsAttribute, roleAttribute],
    ["mail", "given", "family", null, "job"],
  );
  assert.equal((await open()).field("idle"), "90");
  const overview = await settings();
  assert.equal(overview.fact("Session length"), "3 days, or 90 minutes without a request");
  assert.equal(overview.fact("Identity provider"), "Microsoft Entra ID");
});

test("an idle limit comes back in the unit that suits it", async () => {
  const { open, save, read } = await start();
  await save({ idle: "2", idleUnit: "days" });
  assert.equal((await read()).idleMinutes, 2880);
  const page = await open();
  assert.equal(page.field("idle"), "2");
  assert.match(page.html, /<option value="days" selected/);
});

test("saving touches no certificate, no token and no open session; a new session gets the new length", async () => {
  const { org, save, read } = await start();
  const person = oktaUser();
  await org.scim("POST", "/Users", person);
  await clickTile(service, org, person.userName);
  const before = await read();
  const ends = async () =>
    (
      await org.scope.db
        .selectFrom("sessions")
        .select("expires_at")
        .where("organization_id", "=", org.organization.id)
        .where("method", "=", "sso")
        .orderBy("expires_at")
        .execute()
    ).map(({ expires_at }) => Math.round((expires_at.getTime() - service.clock.now.getTime()) / 86_400_000));
  assert.deepEqual(await ends(), [14]);
  await save({ sessionDays: "2" });
  assert.deepEqual(await ends(), [14]);
  const after = await read();
  assert.deepEqual([after.certificates, after.scimTokens.length], [before.certificates, before.scimTokens.length]);
  assert.equal((await org.scim("GET", "/Users")).status, 200);
  await clickTile(service, org, person.userName);
  assert.deepEqual(await ends(), [2, 14]);
  assert.ok((await countSessions(service, org)) > 2);
});

test("the audit log says who changed what, from what to what", async () => {
  const { org, save } = await start();
  await save({ idpInitiated: "deny", groupsAttribute: "memberOf" });
  const [event] = await listEvents(org.scope, { action: "integration.changed", limit: 5 });
  assert.equal(event?.actor.name, org.owner.email);
  assert.deepEqual(event?.detail, {
    before: { idpInitiated: "allow", groupsAttribute: "groups" },
    after: { idpInitiated: "deny", groupsAttribute: "memberOf" },
  });
});

test("owners are told when an admin changes where the email stands", async () => {
  const { org } = await start();
  await org.addMember("admin@acme.test", "admin");
  await org.page(PATH, await org.signIn("admin@acme.test"), { ...FILLED, emailAttribute: "nickname" });
  const home = await org.page("/", await org.signIn(org.owner.email));
  assert.match(await home.text(), /admin@acme\.test changed/);
});

test("the email is then read from that attribute, and from no NameID", async () => {
  const { org, save } = await start();
  await save({ emailAttribute: `${CLAIMS}/emailaddress` });
  const attributes = new Map([[`${CLAIMS}/emailaddress`, [org.owner.email]]]);
  assert.equal((await clickTile(service, org, "opaque-id-of-entra", { changes: { attributes } })).status, 303);
  assert.equal((await clickTile(service, org, org.owner.email)).status, 403);
});

test("the usual values of a provider fill the form and save nothing", async () => {
  const { open, read } = await start();
  const page = await open("?provider=entra");
  assert.match(page.text, /Not saved yet .* Microsoft Entra ID/);
  assert.equal(page.field("emailAttribute"), `${CLAIMS}/emailaddress`);
  assert.equal(page.field("groupsAttribute"), "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups");
  assert.match(page.html, /<option value="entra" selected/);
  assert.equal((await read()).provider, "okta");
  assert.doesNotMatch((await open("?provider=nonsense")).text, /Not saved yet/);
});

test("each attribute offers the names that providers use", async () => {
  const { html } = await (await start()).open();
  const offered = (field: string) =>
    new RegExp(`<datalist id="field-${field}-list">(.*?)</datalist>`).exec(html)?.[1] ?? "";
  assert.match(offered("givenNameAttribute"), new RegExp(`value="${CLAIMS}/givenname">Entra ID, ADFS<`));
  assert.match(offered("groupsAttribute"), /value="http:\/\/schemas\.xmlsoap\.org\/claims\/Group">ADFS</);
  for (const field of ["emailAttribute", "familyNameAttribute", "roleAttribute"]) {
    assert.match(html, new RegExp(`list="field-${field}-list"`));
    assert.notEqual(offered(field), "");
  }
});

test("everything that is wrong is said at once, beside its field, and nothing is saved", async () => {
  const { save, read } = await start();
  const before = await read();
  const wrong = {
    provider: "adfs",
    idpInitiated: "maybe",
    signRequests: "",
    signaturePolicy: "none",
    emailAttribute: "<b>",
    roleAttribute: "x".repeat(257),
    sessionDays: "31",
    idle: "14",
    idleUnit: "minutes",
  };
  const page = await save(wrong);
  assert.equal(page.status, 422);
  for (const name of Object.keys(wrong)) {
    if (name !== "idleUnit") assert.notEqual(page.error(name), undefined, name);
  }
  assert.deepEqual([page.field("sessionDays"), page.field("idle")], ["31", "14"]);
  assert.match((await save({ idle: "31", idleUnit: "days" })).error("idle") ?? "", /15 minutes to 30 days/);
  assert.match((await save({ idle: "2", idleUnit: "weeks" })).error("idle") ?? "", /minutes, hours or days/);
  assert.deepEqual(await read(), before);
});

test("without an integration the page leads to the settings", async () => {
  const org = await newOrganization(service, { integration: "none" });
  const cookie = await org.signIn(org.owner.email);
  assert.equal((await readPage(org.page(PATH, cookie))).location, "/settings/okta");
  assert.equal((await org.page(PATH, cookie, FILLED)).status, 404);
});

test("the set-up asks for the provider, and a new integration begins with its usual settings", async () => {
  const org = await newOrganization(service, { integration: "none" });
  const cookie = await org.signIn(org.owner.email);
  const { certificates } = await (await start()).read();
  const form = {
    provider: "entra",
    ssoUrl: "https://login.microsoftonline.com/t/saml2",
    issuer: "https://sts.windows.net/t/",
    certificate: certificates[0]?.pem ?? "",
    provisioning: "scim",
    sessionDays: "14",
  };
  assert.equal((await org.page("/settings/okta/setup", cookie, form)).status, 303);
  const saved = await findIntegration(org.scope);
  assert.deepEqual([saved?.provider, saved?.emailAttribute], ["entra", `${CLAIMS}/emailaddress`]);
  const wrong = await readPage(org.page("/settings/okta/setup", cookie, { ...form, provider: "adfs" }));
  assert.deepEqual([wrong.status, wrong.error("provider")], [422, "Choose the identity provider."]);
});
