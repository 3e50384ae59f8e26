import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { getIntegration } from "../../../../src/domain/integration/integration.ts";
import { askedBy, newBrowser, type TestBrowser } from "../../../okta/browser.ts";
import { eventsOf, memberOf, push } from "../../../okta/people.ts";
import { countSessions } from "../../../okta/provider.ts";
import { newOrganization, type OrganizationOptions, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService } from "../../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const START = "/settings/okta/test/start";

/** An owner at the settings page, in a browser of their own. */
async function start(options?: OrganizationOptions) {
  const org = await newOrganization(service, options);
  const browser = newBrowser(service, org);
  for (const part of (await org.signIn(org.owner.email)).split("; ")) {
    const [name = "", value = ""] = part.split("=");
    browser.cookies.set(name, value);
  }
  return { org, browser };
}

/** Presses *Test sign-in*, as a browser says that it was pressed on our page. */
async function begin(org: TestOrganization, browser: TestBrowser, headers: Record<string, string> = {}) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const response = await service.fetch(`${org.url}${START}`, {
    headers: { cookie, "sec-fetch-site": "same-origin", ...headers },
  });
  for (const set of response.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    browser.cookies.set(name, value);
  }
  return response;
}

async function shown(browser: TestBrowser, answer: Response) {
  assert.equal(answer.status, 303, await answer.text());
  assert.deepEqual(answer.headers.getSetCookie(), []);
  const path = answer.headers.get("location") ?? "";
  assert.match(path, /^\/settings\/okta\/test\/[0-9a-f-]{36}$/);
  const page = await readPage(browser.open(path));
  assert.equal(page.status, 200, page.html);
  return page;
}

describe("a test of the sign-in", () => {
  test("shows each check, signs nobody in, and is noted with the integration and in the audit log", async () => {
    const { org, browser } = await start();
    const { userName } = await push(org, { name: { givenName: "Ada", familyName: "Park" }, displayName: "Ada Park" });
    const sessions = await countSessions(service, org);
    const { text } = await shown(browser, await browser.answer(askedBy(await begin(org, browser)), userName));
    assert.match(text, /The sign-in works/);
    assert.match(text, new RegExp(`${userName}: would be signed in as Ada Park, member`));
    assert.match(text, /It is meant for us \(Audience\) Wanted|Audience/);
    assert.equal(await countSessions(service, org), sessions);
    assert.equal((await memberOf(service, org, userName))?.welcomed_at, null);
    const { testedAt, testedBy, lastSsoLoginAt } = await getIntegration(org.scope);
    assert.deepEqual([testedAt, testedBy, lastSsoLoginAt], [service.clock.now, org.owner.email, null]);
    const [event] = await eventsOf(service, org, "sign_in.tested");
    assert.equal(event?.actor_name, org.owner.email);
    assert.equal(event?.detail["outcome"], "passed");
    assert.equal(event?.detail["named"], userName);
    assert.equal((await eventsOf(service, org, "session.opened")).length, 1, "the owner's own");
    const settings = (await readPage(browser.open("/settings/okta"))).text;
    assert.match(settings, new RegExp(`Last passed .*by ${org.owner.email}`));
  });

  test("shows all that is wrong, and what to do about it, and is not noted as passed", async () => {
    const { org, browser } = await start();
    const { userName } = await push(org);
    const changes = { audience: "https://other.test", recipient: `${org.url}/okta` };
    const answer = await browser.answer(askedBy(await begin(org, browser)), userName, changes);
    const { text } = await shown(browser, answer);
    assert.match(text, /The sign-in does not work yet/);
    assert.match(text, /2 things are wrong/);
    assert.match(text, new RegExp(`The audience is https://other.test; it must be ${org.url}\\.`));
    assert.match(text, new RegExp(`set Audience URI \\(SP Entity ID\\) to ${org.url},`));
    assert.match(text, new RegExp(`it must be ${org.url}/okta/auth`));
    assert.equal((await getIntegration(org.scope)).testedAt, null);
    assert.equal((await eventsOf(service, org, "session.refused")).length, 0);
    const [event] = await eventsOf(service, org, "sign_in.tested");
    assert.deepEqual([event?.detail["outcome"], event?.detail["code"]], ["refused", "audience"]);
  });

  test("shows the provider's own words where it said no", async () => {
    const { org, browser } = await start();
    const changes = { statusCode: "urn:oasis:names:tc:SAML:2.0:status:RequestDenied" };
    const answer = await browser.answer(askedBy(await begin(org, browser)), "ada@example.test", changes);
    const { text } = await shown(browser, answer);
    assert.match(text, /Okta itself said no\. Its words: urn:oasis:names:tc:SAML:2\.0:status:RequestDenied/);
    assert.match(text, /you are not allowed to use this application/);
  });

  test("shows an answer that nobody signed, marked as such", async () => {
    const { org, browser } = await start();
    const answer = await browser.answer(askedBy(await begin(org, browser)), "ada@example.test", { signed: "none" });
    const { text } = await shown(browser, answer);
    assert.match(text, /Not verified: anybody may have written this/);
    assert.match(text, /Assertion Signature: Signed/);
    assert.match(text, /The checks after this one were not made/);
  });

  test("says that a person would be made just in time, and makes nobody", async () => {
    const { org, browser } = await start({ integration: "jit" });
    const answer = await browser.answer(askedBy(await begin(org, browser)), "new@example.test");
    const { text } = await shown(browser, answer);
    assert.match(text, /new@example\.test: would become a member just in time, as member/);
    assert.equal(await memberOf(service, org, "new@example.test"), undefined);
    assert.equal((await eventsOf(service, org, "directory_user.created")).length, 0);
  });

  test("says who would be refused, and why", async () => {
    const { org, browser } = await start();
    const answer = await browser.answer(askedBy(await begin(org, browser)), "nobody@example.test");
    const { text } = await shown(browser, answer);
    assert.match(text, /vouches for nobody@example\.test, but nobody here has this address/);
    assert.equal((await getIntegration(org.scope)).testedAt, null);
  });

  test("offers the attribute that holds the email, where the NameID does not", async () => {
    const { org, browser } = await start();
    const { userName } = await push(org);
    const changes = {
      nameId: "AAdzZWNyZXQ",
      nameIdFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
      attributes: new Map([["mail", [userName]]]),
    };
    const answer = await browser.answer(askedBy(await begin(org, browser)), userName, changes);
    const { text, html } = await shown(browser, answer);
    assert.match(text, /The email is in the attribute mail: take it from there/);
    assert.match(html, /<a href="\/settings\/okta\/[a-z-]+">Change the settings here/);
  });

  test("is answered once: a second answer signs nobody in either", async () => {
    const { org, browser } = await start();
    const { userName } = await push(org);
    const asked = askedBy(await begin(org, browser));
    assert.equal((await browser.answer(asked, userName)).status, 303);
    const again = await browser.answer(asked, userName);
    assert.equal(again.status, 403);
    assert.deepEqual(again.headers.getSetCookie(), []);
  });

  test("must be answered by its own answer, and in its own browser", async () => {
    const { org, browser } = await start();
    const { userName } = await push(org);
    const asked = askedBy(await begin(org, browser));
    const other = newBrowser(service, org);
    const elsewhere = await other.answer(asked, userName);
    assert.equal(elsewhere.status, 403);
    assert.equal(await countSessions(service, org), 1);
    const { text } = await shown(browser, await browser.postAnswer(userName, asked.relayState));
    assert.match(text, /does not send InResponseTo back/);
    assert.equal((await getIntegration(org.scope)).testedAt, null);
  });

  test("is not noted where whoever started it may not test any more", async () => {
    const { org, browser } = await start();
    const { userName } = await push(org);
    await org.addMember("admin@example.test", "admin");
    const admin = newBrowser(service, org);
    for (const part of (await org.signIn("admin@example.test")).split("; ")) {
      admin.cookies.set(part.split("=")[0] ?? "", part.split("=")[1] ?? "");
    }
    const asked = askedBy(await begin(org, admin));
    const members = service.parts.db.updateTable("members").set({ granted_role: "member", role: "member" });
    await members
      .where("email", "=", "admin@example.test")
      .where("organization_id", "=", org.organization.id)
      .execute();
    const answer = await admin.answer(asked, userName);
    assert.equal(answer.status, 303);
    assert.equal((await admin.open(answer.headers.get("location") ?? "")).status, 403);
    assert.equal((await getIntegration(org.scope)).testedAt, null);
    assert.ok(browser);
  });
});

describe("who may test", () => {
  test("owners and admins; a stranger is sent to the sign-in page, and so is one with the result's address", async () => {
    const { org, browser } = await start();
    const { userName } = await push(org);
    await org.addMember("mel@example.test");
    for (const path of [START]) {
      assert.equal((await org.page(path, await org.signIn("mel@example.test"))).status, 403);
      assert.match((await org.page(path)).headers.get("location") ?? "", /^\/sign-in/);
    }
    const answer = await browser.answer(askedBy(await begin(org, browser)), userName);
    const result = answer.headers.get("location") ?? "";
    assert.match((await org.page(result)).headers.get("location") ?? "", /^\/sign-in/);
    assert.equal((await org.page(result, await org.signIn("mel@example.test"))).status, 403);
  });

  test("and whom another site led there is asked first", async () => {
    const { org, browser } = await start();
    for (const site of ["cross-site", "same-site", "none"]) {
      const page = await begin(org, browser, { "sec-fetch-site": site });
      assert.equal(page.status, 200);
      assert.match((await readPage(page)).text, /Test the sign-in\?/);
    }
    const requests = service.parts.db.selectFrom("sign_in_requests").where("organization_id", "=", org.organization.id);
    assert.deepEqual(await requests.select("id").execute(), []);
  });
});
