import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findIntegration } from "../../../../src/domain/integration/integration.ts";
import { queueJob } from "../../../../src/domain/jobs/jobs.ts";
import {
  ENCRYPTION_CERTIFICATE,
  NEXT_CERTIFICATE,
  PROVIDER_CERTIFICATE,
} from "../../../../src/protocols/saml/fixtures/certificates.ts";
import { cookiesOf, newOrganization, type OrganizationOptions } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const PATH = "/settings/okta/setup";
const filled = {
  ssoUrl: "https://example.okta.com/app/acme/exk1/sso/saml",
  issuer: "http://www.okta.com/exk1",
  certificate: PROVIDER_CERTIFICATE,
  provisioning: "scim",
  sessionDays: "7",
};

async function start(options: OrganizationOptions = { integration: "none" }) {
  const org = await newOrganization(service, options);
  const cookie = await org.signIn(org.owner.email);
  const save = (changes: Partial<typeof filled>) => readPage(org.page(PATH, cookie, { ...filled, ...changes }));
  return { org, cookie, save, open: () => readPage(org.page(PATH, cookie)), read: () => findIntegration(org.scope) };
}

test("the guide shows this organization's own values, each to copy, and warns of what a removal deletes", async () => {
  const { org, open } = await start();
  const page = await open();
  assert.equal(page.heading, "Set up Okta");
  for (const value of [`${org.url}/okta/auth`, org.url, `${org.url}/okta/scim`, "email"]) {
    assert.match(page.html, new RegExp(`<code class="copy-value">${value}</code><button class="copy-button"`));
  }
  for (const words of [
    "Application username to Email",
    "Push New Users",
    "Push Profile Updates",
    "Push Groups",
    "HTTP Header",
  ]) {
    assert.ok(page.text.includes(words), words);
  }
  assert.match(page.text, /deletes every member that it created/);
  for (const label of ["Single Sign-On URL", "SAML Issuer", "SAML Certificate", "Session length"]) {
    assert.match(page.html, new RegExp(`<label [^>]*>${label}</label>`));
  }
  assert.deepEqual([page.field("provisioning"), page.field("sessionDays")], ["scim", "14"]);
});

test("saving what Okta shows sets the integration up and leads to the token", async () => {
  const { save, read } = await start();
  const saved = await save({ ssoUrl: ` ${filled.ssoUrl}\n` });
  assert.deepEqual([saved.status, saved.location], [303, "/settings/okta/token"]);
  const integration = await read();
  assert.equal(integration?.ssoUrl, filled.ssoUrl);
  assert.deepEqual(
    [integration?.issuer, integration?.sessionDays, integration?.provisioning],
    [filled.issuer, 7, "scim"],
  );
});

test("everything that is wrong is said at once, beside its field, with what was typed kept", async () => {
  const { save, read } = await start();
  const typed = {
    ssoUrl: "http://example.okta.com",
    issuer: "two words",
    certificate: "\nnonsense",
    provisioning: "x",
    sessionDays: "31",
  };
  const page = await save(typed);
  assert.equal(page.status, 422);
  assert.match(page.error("ssoUrl") ?? "", /must begin with https/);
  assert.match(page.error("issuer") ?? "", /without spaces/);
  assert.match(page.error("certificate") ?? "", /certificate/);
  assert.match(page.error("provisioning") ?? "", /Choose/);
  assert.match(page.error("sessionDays") ?? "", /1 to 30/);
  assert.equal(page.html.match(/<li><a href="#field-/g)?.length, 5);
  for (const name of ["ssoUrl", "issuer", "sessionDays"] as const) assert.equal(page.field(name), typed[name]);
  assert.match(page.html, />\n\nnonsense<\/textarea>/);
  assert.equal(await read(), undefined);
});

test("a session lasts a whole number of days from 1 to 30", async () => {
  const { save } = await start();
  for (const sessionDays of ["0", "31", "1.5", "-1", "1e1", "", "ten"]) {
    assert.ok((await save({ sessionDays })).error("sessionDays"), sessionDays);
  }
  for (const sessionDays of ["1", " 30 "]) assert.equal((await save({ sessionDays })).status, 303);
});

test("a sign-on address that was copied out of the middle of a sign-in is not taken, one with a query is", async () => {
  const { save } = await start();
  const copied = await save({ ssoUrl: "https://example.okta.com/app/acme/exk1/sso/saml?SAMLRequest=abc&RelayState=x" });
  assert.match(copied.error("ssoUrl") ?? "", /leave out the \? before SAMLRequest/);
  assert.equal((await save({ ssoUrl: "https://accounts.google.com/o/saml2/idp?idpid=C01" })).status, 303);
});

test("a sign-on address on localhost may be http, and nothing else may", async () => {
  const { save } = await start();
  for (const ssoUrl of [
    "",
    "example.okta.com",
    "javascript:alert(1)",
    "ftp://example.com",
    "http://localhost.evil.example",
  ]) {
    assert.ok((await save({ ssoUrl })).error("ssoUrl"), ssoUrl);
  }
  assert.equal((await save({ ssoUrl: "http://localhost:4000/sso" })).status, 303);
});

test("a certificate is taken with and without its header, and two at once are both taken", async () => {
  const { save, read } = await start();
  const bare = PROVIDER_CERTIFICATE.replace(/-----[A-Z ]+-----/g, "").replaceAll("\n", "");
  assert.equal((await save({ certificate: bare })).status, 303);
  assert.equal((await read())?.certificates.length, 1);
  assert.equal(
    (await save({ certificate: `${PROVIDER_CERTIFICATE}\r\n${NEXT_CERTIFICATE}` })).location,
    "/settings/okta?saved",
  );
  assert.equal((await read())?.certificates.length, 2);
});

test("a certificate that may not sign is refused, also as the second of two", async () => {
  const { save, read } = await start();
  for (const first of ["", PROVIDER_CERTIFICATE]) {
    const page = await save({ certificate: `${first}${ENCRYPTION_CERTIFICATE}` });
    assert.match(page.error("certificate") ?? "", /not a signing certificate/);
  }
  assert.equal(await read(), undefined);
});

test("after saving, the subject and the expiry of each certificate are said back", async () => {
  const { org, cookie } = await start();
  const saved = await org.page(PATH, cookie, filled);
  const page = await readPage(org.page("/settings/okta/token", `${cookie}; ${cookiesOf(saved)}`));
  assert.match(page.text, /CN=idp\.example\.com .* 30 Oct 2126/);
});

test("editing shows the values and certificates as they are, and replaces only what was changed", async () => {
  const { org, open, save, read } = await start({ integration: "scim" });
  const page = await open();
  assert.equal(page.heading, "Edit the Okta integration");
  const before = await read();
  assert.deepEqual([page.field("ssoUrl"), page.field("issuer")], [before?.ssoUrl, before?.issuer]);
  assert.match(page.field("certificate") ?? "", /^-----BEGIN CERTIFICATE-----/);
  assert.match(page.text, /CN=demo, O=Okta/);
  const certificate = `${before?.certificates[0]?.pem}\n${PROVIDER_CERTIFICATE}`;
  assert.equal((await save({ certificate, issuer: "urn:new" })).location, "/settings/okta?saved");
  const after = await read();
  assert.deepEqual([after?.issuer, after?.certificates.length], ["urn:new", 2]);
  assert.deepEqual(after?.scimTokens, before?.scimTokens);
  assert.equal((await org.scim("GET", "/Users")).status, 200);
});

test("just-in-time makes no token; switching to SCIM later makes one", async () => {
  const { save, read } = await start();
  assert.equal((await save({ provisioning: "jit" })).location, "/settings/okta?saved");
  assert.equal((await read())?.scimTokens.length, 0);
  assert.equal((await save({ provisioning: "scim" })).location, "/settings/okta/token");
  assert.equal((await read())?.scimTokens.length, 1);
});

test("switching to just-in-time shuts the SCIM door at once", async () => {
  const { org, save } = await start({ integration: "scim" });
  assert.equal((await org.scim("GET", "/Users")).status, 200);
  await save({ provisioning: "jit" });
  assert.equal((await org.scim("GET", "/Users")).status, 404);
});

test("nothing is saved while a disconnect is under way", async () => {
  const { org, save, read } = await start();
  await queueJob(org.scope, { kind: "disconnect", total: 9, done: 1, finished: false, createdMembers: "delete" });
  const page = await save({});
  assert.equal(page.status, 409);
  assert.match(page.text, /still under way/);
  assert.equal(await read(), undefined);
});

test("a form that is far too large is refused before it is read", async () => {
  const { save } = await start();
  assert.equal((await save({ certificate: "A".repeat(600 * 1024) })).status, 413);
});

test("the guide switches to the words of each provider, with the same values to copy", async () => {
  const { org, open } = await start();
  const cookie = await org.signIn(org.owner.email);
  assert.match((await open()).html, /href="\/settings\/okta\/setup\?provider=entra"/);
  for (const [provider, heading, words] of [
    ["entra", "Set up Microsoft Entra ID", ["Reply URL", "Identifier (Entity ID)", "Tenant URL", "Login URL"]],
    ["jumpcloud", "Set up JumpCloud", ["ACS URLs", "SP Entity ID", "Token Key", "IDP URL"]],
    ["onelogin", "Set up OneLogin", ["Audience (EntityID)", "SCIM Bearer Token", "SAML 2.0 Endpoint (HTTP)"]],
    ["google", "Set up Google Workspace", ["ACS URL", "Choose Just in time here", "SSO URL"]],
    ["ping", "Set up PingOne", ["ACS URLs", "OAuth Access Token", "Single Signon Service"]],
    ["other", "Set up the integration", ["Assertion Consumer Service", "Bearer token"]],
  ] as const) {
    const page = await readPage(org.page(`${PATH}?provider=${provider}`, cookie));
    assert.equal(page.heading, heading);
    for (const each of words) assert.ok(page.text.includes(each), `${provider}: ${each}`);
    for (const value of [`${org.url}/okta/auth`, org.url]) {
      assert.ok(page.html.includes(`<code class="copy-value">${value}</code>`), `${provider}: ${value}`);
    }
    assert.equal(page.html.includes(`${org.url}/okta/scim</code>`), provider !== "google");
    assert.match(page.html, new RegExp(`<option value="${provider}" selected`));
  }
  assert.equal((await readPage(org.page(`${PATH}?provider=nonsense`, cookie))).heading, "Set up Okta");
});
