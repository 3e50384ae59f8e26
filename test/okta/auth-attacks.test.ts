import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { demoKeys } from "../../dev/okta/saml/keys.ts";
import { ATTACKER_CERTIFICATE, ATTACKER_KEY } from "../../src/protocols/saml/fixtures/certificates.ts";
import { cookiesOf, newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import {
  browserOf,
  type Changes,
  clickTile,
  countSessions,
  encoded,
  eventsUnder,
  post,
  referenceOn,
  responseXml,
} from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

const ATTACKER = { privateKey: ATTACKER_KEY, certificate: ATTACKER_CERTIFICATE };
const ADA = "ada@example.test";

/** An organization with Ada in it. */
async function withAda(): Promise<TestOrganization> {
  const org = await newOrganization(service);
  await org.addMember(ADA, "admin", "Ada Park");
  return org;
}

/** Refused, by this check, without a session or a cookie. */
async function assertStopped(org: TestOrganization, response: Response, check: string, sessions = 0) {
  const page = await response.text();
  assert.equal(response.status, 403, page);
  assert.deepEqual(response.headers.getSetCookie(), []);
  const [event] = await eventsUnder(org, referenceOn(page));
  assert.equal(event?.detail["check"], check, JSON.stringify(event?.detail));
  assert.equal(await countSessions(service, org), sessions);
}

describe("a response that was posted before", () => {
  test("is refused, also from another browser and with another RelayState", async () => {
    const org = await withAda();
    const samlResponse = encoded(responseXml(service, org, ADA));
    assert.equal((await post(service, org, samlResponse)).status, 303);
    await assertStopped(org, await post(service, org, samlResponse), "replay", 1);
    await assertStopped(org, await post(service, org, samlResponse, { relayState: "/people" }), "replay", 1);
  });

  test("is refused, however its base64 is wrapped", async () => {
    const org = await withAda();
    const samlResponse = encoded(responseXml(service, org, ADA));
    assert.equal((await post(service, org, samlResponse)).status, 303);
    const wrapped = samlResponse.replace(/.{76}/g, "$&\r\n");
    await assertStopped(org, await post(service, org, wrapped), "replay", 1);
  });

  test("is refused in another envelope where only the assertion is signed", async () => {
    const org = await withAda();
    const xml = responseXml(service, org, ADA, { signed: "assertion" });
    assert.equal((await post(service, org, encoded(xml))).status, 303);
    const other = xml.replace(/ID="id\d+"/, 'ID="id1"');
    assert.notEqual(other, xml);
    await assertStopped(org, await post(service, org, encoded(other)), "replay", 1);
  });

  test("opens one session when it is posted fifty times at once", async () => {
    const org = await withAda();
    const samlResponse = encoded(responseXml(service, org, ADA));
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(service, org, samlResponse)));
    const statuses = answers.map((answer) => answer.status).sort();
    assert.deepEqual(statuses, [303, ...Array(49).fill(403)]);
    assert.equal(await countSessions(service, org), 1);
    assert.equal(answers.filter((answer) => answer.headers.getSetCookie().length > 0).length, 1);
  });

  test("is forgotten only once nobody would accept it any more", async () => {
    const org = await withAda();
    await clickTile(service, org, ADA);
    const select = service.parts.db.selectFrom("used_assertions").select("expires_at");
    const row = await select.where("organization_id", "=", org.organization.id).executeTakeFirstOrThrow();
    // Okta's window ends after five minutes; two minutes of skew come on top.
    assert.equal(row.expires_at.getTime(), service.clock.now.getTime() + 7 * 60_000);
  });

  // A refusal takes back everything: else whoever is first refused, then let in by an admin, would have to start again,
  // and a person who is let in can use a response once all the same.
  test("and was refused for its person is good once they are let in, and then once only", async () => {
    const org = await newOrganization(service);
    const samlResponse = encoded(responseXml(service, org, "late@example.test"));
    await assertStopped(org, await post(service, org, samlResponse), "person");
    await org.addMember("late@example.test");
    assert.equal((await post(service, org, samlResponse)).status, 303);
    await assertStopped(org, await post(service, org, samlResponse), "replay", 1);
  });
});

describe("between organizations", () => {
  test("a response for one is refused at another that uses the same identity provider", async () => {
    const [here, there] = [await withAda(), await withAda()];
    const samlResponse = encoded(responseXml(service, here, ADA));
    await assertStopped(there, await post(service, there, samlResponse), "destination");
    const loose = responseXml(service, here, ADA, { destination: `${there.url}/okta/auth` });
    await assertStopped(there, await post(service, there, encoded(loose)), "audience");
    assert.equal((await post(service, here, samlResponse)).status, 303);
  });

  test("a Host header makes nobody's response fit another organization", async () => {
    const [here, there] = [await withAda(), await withAda()];
    const samlResponse = encoded(responseXml(service, here, ADA));
    const host = new URL(there.url).host;
    await assertStopped(there, await post(service, here, samlResponse, { headers: { host } }), "destination");
  });

  test("what a Host header says is never expected of a response", async () => {
    const org = await withAda();
    const evil = { url: `http://${org.organization.slug}.localhost.evil.example` };
    const samlResponse = encoded(responseXml(service, evil, ADA));
    for (const host of [new URL(evil.url).host, `${new URL(org.url).host}@evil.example`, "evil.example"]) {
      const response = await post(service, org, samlResponse, { headers: { host } });
      assert.equal(response.status, 404, host);
    }
    assert.equal(await countSessions(service, org), 0);
  });

  test("X-Forwarded-Host counts for nothing where no proxy is trusted", async () => {
    const [here, there] = [await withAda(), await withAda()];
    const headers = { "x-forwarded-host": new URL(there.url).host, forwarded: `host=${new URL(there.url).host}` };
    const samlResponse = encoded(responseXml(service, there, ADA));
    await assertStopped(here, await post(service, here, samlResponse, { headers }), "destination");
    const genuine = await clickTile(service, here, ADA, { headers });
    assert.equal(genuine.status, 303);
    assert.ok(!genuine.headers.get("location")?.includes("://"));
  });

  test("a session of one opens nothing at another", async () => {
    const [here, there] = [await withAda(), await withAda()];
    const cookie = cookiesOf(await clickTile(service, here, ADA));
    assert.equal((await here.page("/", cookie)).status, 200);
    assert.equal((await there.page("/", cookie)).status, 303);
  });
});

/** What the attacker sends, signed with the genuine key where nothing else is said, and the check that stops it. */
const FORGED: readonly [what: string, check: string, changes: Changes][] = [
  ["is not signed", "signature-policy", { signed: "none" }],
  ["is for another audience", "audience", { audience: "http://other.localhost:3000" }],
  ["is for an audience that only begins as ours", "audience", { audience: "http://t-" }],
  ["is for another recipient", "recipient", { recipient: "http://other.localhost:3000/okta/auth" }],
  ["is for another destination", "destination", { destination: "http://other.localhost:3000/okta/auth" }],
  ["is from another issuer", "issuer", { issuer: "http://www.okta.com/exkother" }],
  ["answers a request that nobody made", "in-response-to", { inResponseTo: "_0123456789abcdef0123456789abcdef" }],
];

describe("a response that", () => {
  for (const [what, check, changes] of FORGED) {
    test(`${what} is refused`, async () => {
      const org = await withAda();
      await assertStopped(org, await clickTile(service, org, ADA, { changes }), check);
    });
  }

  test("is signed with the attacker's key is refused, whichever certificate it brings along", async () => {
    const org = await withAda();
    for (const certificate of [ATTACKER.certificate, demoKeys().certificate]) {
      for (const signed of ["both", "assertion", "response"] as const) {
        const xml = responseXml(service, org, ADA, { signed }, { ...ATTACKER, certificate });
        await assertStopped(org, await post(service, org, encoded(xml)), "signature");
      }
    }
  });

  test("was changed after it was signed is refused", async () => {
    const org = await withAda();
    const xml = responseXml(service, org, "nobody@example.test").replaceAll("nobody@example.test", ADA);
    await assertStopped(org, await post(service, org, encoded(xml)), "digest");
  });

  test("has expired is refused, and so is one from the future", async () => {
    const org = await withAda();
    const minutes = (count: number) => new Date(service.clock.now.getTime() + count * 60_000);
    const old = { notBefore: minutes(-20), notOnOrAfter: minutes(-3) };
    await assertStopped(org, await clickTile(service, org, ADA, { changes: old }), "expired");
    const early = { notBefore: minutes(3), notOnOrAfter: minutes(20) };
    await assertStopped(org, await clickTile(service, org, ADA, { changes: early }), "not-yet-valid");
  });

  test("names the person in a format that is no address is refused", async () => {
    const org = await withAda();
    const nameIdFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    await assertStopped(org, await clickTile(service, org, ADA, { changes: { nameIdFormat } }), "name-id");
  });

  test("comes twice in one form is refused, whichever is the genuine one", async () => {
    const org = await withAda();
    const genuine = encoded(responseXml(service, org, ADA));
    const forged = encoded(responseXml(service, org, ADA, {}, ATTACKER));
    for (const both of [
      [genuine, forged],
      [forged, genuine],
      [genuine, genuine],
    ]) {
      const body = new URLSearchParams(both.map((each): [string, string] => ["SAMLResponse", each]));
      const response = await service.fetch(`${org.url}/okta/auth`, { method: "POST", body });
      assert.equal(response.status, 400);
      assert.deepEqual(response.headers.getSetCookie(), []);
    }
    assert.equal(await countSessions(service, org), 0);
  });

  test("stands in the address instead of the form is refused", async () => {
    const org = await withAda();
    const query = new URLSearchParams({ SAMLResponse: encoded(responseXml(service, org, ADA)) });
    const url = `${org.url}/okta/auth?${query}`;
    assert.equal((await service.fetch(url)).status, 405);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    assert.equal((await service.fetch(url, { method: "POST", headers, body: "" })).status, 400);
  });
});

describe("a response for Ada in a browser where Bo is signed in", () => {
  async function withBo() {
    const org = await withAda();
    const bo = await org.addMember("bo@example.test", "member", "Bo Li");
    return { org, bo, browser: await browserOf(service, org, bo.id) };
  }

  /** The token in the form that asks. */
  function tokenIn(page: string): string {
    return /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
  }

  test("leads to a page that asks before switching: it names both, and sets no cookie", async () => {
    const { org, browser } = await withBo();
    const response = await clickTile(service, org, ADA, { cookie: browser.crossSite, relayState: "/people" });
    const page = await response.text();
    assert.equal(response.status, 200);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.ok(page.includes("bo@example.test") && page.includes(ADA));
    assert.match(page, /<form[^>]* method="post"[^>]* action="\/sign-in\/link"/);
    assert.equal(await countSessions(service, org), 1);
  });

  test("whoever confirms is Ada from then on, and Bo's session is over", async () => {
    const { org, browser } = await withBo();
    const asked = await clickTile(service, org, ADA, { cookie: browser.crossSite, relayState: "/people" });
    const token = tokenIn(await asked.text());
    const response = await org.page("/sign-in/link", browser.ours, { token });
    assert.equal(response.status, 303);
    assert.equal(response.headers.get("location"), "/welcome?next=%2Fpeople");
    const account = await org.page("/account", cookiesOf(response));
    assert.ok((await account.text()).includes(ADA));
    assert.equal((await org.page("/account", browser.ours)).status, 303);
    // Once.
    assert.equal((await org.page("/sign-in/link", cookiesOf(response), { token })).status, 403);
  });

  test("whoever stays is Bo, and Ada was not greeted behind her back", async () => {
    const { org, browser } = await withBo();
    await clickTile(service, org, ADA, { cookie: browser.crossSite });
    const account = await org.page("/account", browser.ours);
    assert.ok((await account.text()).includes("bo@example.test"));
    const later = await clickTile(service, org, ADA);
    assert.equal(later.headers.get("location"), "/welcome?next=%2F");
  });

  test("cannot be confirmed from another site, after five minutes, or for somebody who left meanwhile", async () => {
    const { org, browser } = await withBo();
    const ask = async () => tokenIn(await (await clickTile(service, org, ADA, { cookie: browser.crossSite })).text());
    const token = await ask();
    const headers = { cookie: browser.ours, origin: "https://evil.example" };
    const body = new URLSearchParams({ token });
    const crossSite = await service.fetch(`${org.url}/sign-in/link`, { method: "POST", headers, body });
    assert.equal(crossSite.status, 403);
    assert.deepEqual(crossSite.headers.getSetCookie(), []);
    const { db } = service.parts;
    const mine = db.updateTable("sign_in_links").where("organization_id", "=", org.organization.id);
    await mine.set({ expires_at: service.clock.now }).execute();
    assert.equal((await org.page("/sign-in/link", browser.ours, { token })).status, 403);
    const other = await ask();
    const members = db.updateTable("members").where("organization_id", "=", org.organization.id);
    await members.set({ state: "deactivated" }).where("email", "=", ADA).execute();
    assert.equal((await org.page("/sign-in/link", browser.ours, { token: other })).status, 403);
    assert.equal(await countSessions(service, org), 1);
  });

  test("uses the response up: posted again it does not ask again", async () => {
    const { org, browser } = await withBo();
    const samlResponse = encoded(responseXml(service, org, ADA));
    assert.equal((await post(service, org, samlResponse, { cookie: browser.crossSite })).status, 200);
    await assertStopped(org, await post(service, org, samlResponse), "replay", 1);
  });

  test("asks nothing where Bo's session is over, was of another organization, or is Ada's own", async () => {
    const { org, bo, browser } = await withBo();
    const elsewhere = await withBo();
    const cookie = elsewhere.browser.crossSite;
    assert.equal((await clickTile(service, org, ADA, { cookie })).status, 303);
    const ada = await clickTile(service, org, ADA);
    assert.equal((await clickTile(service, org, ADA, { cookie: cookiesOf(ada) })).status, 303);
    const sessions = service.parts.db.deleteFrom("sessions").where("organization_id", "=", org.organization.id);
    await sessions.where("member_id", "=", bo.id).execute();
    assert.equal((await clickTile(service, org, ADA, { cookie: browser.crossSite })).status, 303);
    assert.equal((await clickTile(service, org, ADA, { cookie: "__Host-browser=not-an-id" })).status, 303);
  });
});

describe("a deactivation at the same moment as a sign-in", () => {
  test("leaves no session: the sign-in that comes second is refused", async () => {
    const org = await withAda();
    const { db } = service.parts;
    const members = db.selectFrom("members").select("id").where("organization_id", "=", org.organization.id);
    const { id } = await members.where("email", "=", ADA).executeTakeFirstOrThrow();
    let signIn: Promise<Response> | undefined;
    await db.transaction().execute(async (trx) => {
      const mine = trx.updateTable("members").where("organization_id", "=", org.organization.id).where("id", "=", id);
      await mine.set({ state: "deactivated" }).execute();
      signIn = clickTile(service, org, ADA);
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    assert.equal((await signIn)?.status, 403);
    assert.equal(await countSessions(service, org), 0);
  });

  test("of somebody who was greeted before leaves none either", async () => {
    const org = await withAda();
    await clickTile(service, org, ADA);
    const { db } = service.parts;
    await db.deleteFrom("sessions").where("organization_id", "=", org.organization.id).execute();
    let signIn: Promise<Response> | undefined;
    await db.transaction().execute(async (trx) => {
      const mine = trx.updateTable("members").where("organization_id", "=", org.organization.id);
      await mine.where("email", "=", ADA).set({ state: "deactivated" }).execute();
      signIn = clickTile(service, org, ADA);
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    assert.equal((await signIn)?.status, 403);
    assert.equal(await countSessions(service, org), 0);
  });
});
