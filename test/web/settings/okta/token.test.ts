import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findIntegration } from "../../../../src/domain/integration/integration.ts";
import { CERTIFICATE, cookiesOf, newOrganization, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const PATH = "/settings/okta/token";
const tokenIn = (html: string) => /<code class="copy-value">(skscim_[\w-]{43})<\/code>/.exec(html)?.[1];

/** Presses *New SCIM token*; answers the sealed cookie. */
async function makeToken(org: TestOrganization, cookie: string): Promise<{ sealed: string; header: string }> {
  const answer = await org.page(PATH, cookie, {});
  assert.equal(answer.headers.get("location"), PATH);
  return { sealed: cookiesOf(answer), header: answer.headers.getSetCookie().join() };
}

test("a token is shown once after the set-up, and works", async () => {
  const org = await newOrganization(service, { integration: "none" });
  const cookie = await org.signIn(org.owner.email);
  const form = {
    ssoUrl: "https://a.example/sso",
    issuer: "i",
    certificate: CERTIFICATE,
    provisioning: "scim",
    sessionDays: "14",
  };
  const saved = await org.page("/settings/okta/setup", cookie, form);
  const shown = await org.page(PATH, `${cookie}; ${cookiesOf(saved)}`);
  const page = await readPage(shown.clone());
  const token = tokenIn(page.html);
  assert.ok(token);
  assert.match(page.text, /shown only this once/);
  assert.ok(page.html.includes(`<code class="copy-value">${org.url}/okta/scim</code>`));
  assert.match(
    shown.headers.getSetCookie().join(),
    /^__Host-secret=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Strict$/i,
  );
  const answer = await org.scim("GET", "/Users", undefined, { authorization: `Bearer ${token}` });
  assert.equal(answer.status, 200);
});

test("reloading the page shows the token no more, and says how to make a new one", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const page = await readPage(org.page(PATH, cookie));
  assert.equal(tokenIn(page.html), undefined);
  assert.match(page.text, /shown once/);
  assert.match(page.html, /<form method="post" action="\/settings\/okta\/token">/);
});

test("a new token leaves those before valid", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const { sealed } = await makeToken(org, cookie);
  const token = tokenIn((await readPage(org.page(PATH, `${cookie}; ${sealed}`))).html);
  for (const each of [token, org.token]) {
    assert.equal((await org.scim("GET", "/Users", undefined, { authorization: `Bearer ${each}` })).status, 200);
  }
  assert.equal((await findIntegration(org.scope))?.scimTokens.length, 2);
});

test("on its way to the page the token is sealed, for this browser and for two minutes", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const { sealed, header } = await makeToken(org, cookie);
  assert.match(header, /^__Host-secret=[\w-]+; Max-Age=120; Path=\/; HttpOnly; Secure; SameSite=Strict$/i);
  assert.doesNotMatch(Buffer.from(sealed, "base64url").toString("latin1"), /skscim_/);
  service.clock.advance(121_000);
  assert.equal(tokenIn((await readPage(org.page(PATH, `${cookie}; ${sealed}`))).html), undefined);
});

test("another session, another organization and a changed byte open no sealed token", async () => {
  const [org, other] = [await newOrganization(service), await newOrganization(service)];
  const cookie = await org.signIn(org.owner.email);
  const { sealed } = await makeToken(org, cookie);
  const shows = async (page: Promise<Response>) => tokenIn((await readPage(page)).html) !== undefined;
  assert.ok(!(await shows(org.page(PATH, `${await org.signIn(org.owner.email)}; ${sealed}`))));
  assert.ok(!(await shows(other.page(PATH, `${await other.signIn(other.owner.email)}; ${sealed}`))));
  const flipped = sealed.replace(/.(?=.{8}$)/, (letter) => (letter === "A" ? "B" : "A"));
  for (const broken of [flipped, "__Host-secret=", "__Host-secret=AAAA"]) {
    assert.ok(!(await shows(org.page(PATH, `${cookie}; ${broken}`))), broken);
  }
  assert.ok(await shows(org.page(PATH, `${cookie}; ${sealed}`)));
});

test("without an integration that speaks SCIM there is no token page and no token", async () => {
  for (const [integration, status] of [
    ["none", 404],
    ["jit", 409],
  ] as const) {
    const org = await newOrganization(service, { integration });
    const cookie = await org.signIn(org.owner.email);
    assert.equal((await readPage(org.page(PATH, cookie))).location, "/settings/okta");
    assert.equal((await org.page(PATH, cookie, {})).status, status);
  }
});
