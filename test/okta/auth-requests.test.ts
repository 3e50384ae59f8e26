import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { sql } from "kysely";
import { createApp } from "../../src/app.ts";
import { removeMember } from "../../src/domain/members/members.ts";
import { beginSignIn, findRequest, useRequest } from "../../src/domain/sso/requests.ts";
import { sweep } from "../../src/domain/sso/sweep.ts";
import { assemble } from "../../src/service.ts";
import { cookiesOf, newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { askedBy, newBrowser, setIdpInitiated } from "./browser.ts";
import { opens } from "./people.ts";
import { countSessions, encoded, eventsUnder, post, referenceOn, responseXml } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

const ADA = "ada@example.test";

/** An organization with Ada in it, who was greeted already. */
async function withAda(): Promise<TestOrganization> {
  const org = await newOrganization(service);
  const { id } = await org.addMember(ADA, "admin", "Ada Park");
  const update = service.parts.db.updateTable("members").set({ welcomed_at: service.clock.now });
  await update.where("organization_id", "=", org.organization.id).where("id", "=", id).execute();
  return org;
}

/** Refused as no open request of this browser: without a session or a cookie; answers what the administrator reads. */
async function assertUnasked(org: TestOrganization, response: Response, sessions = 0): Promise<string> {
  const page = await response.text();
  assert.equal(response.status, 403, page);
  assert.deepEqual(response.headers.getSetCookie(), []);
  const [event] = await eventsUnder(org, referenceOn(page));
  assert.equal(event?.detail["code"], "in-response-to", JSON.stringify(event?.detail));
  assert.equal(await countSessions(service, org), sessions);
  return `${event?.detail["sentence"]} ${event?.detail["got"]}`;
}

describe("an answer to our own request", () => {
  test("signs in, and leads to the page that was asked for, whatever RelayState says", async () => {
    const org = await withAda();
    for (const relayState of [undefined, "/elsewhere", "https://evil.example", "_".padEnd(33, "0")]) {
      const browser = newBrowser(service, org);
      const asked = await browser.begin("/people?q=a#top");
      const response = await browser.postAnswer(ADA, relayState ?? asked.relayState, { inResponseTo: asked.id });
      assert.equal(response.status, 303, await response.text());
      assert.equal(response.headers.get("location"), "/people?q=a#top");
      assert.ok(await opens(org, cookiesOf(response)));
    }
  });

  test("leads through the welcome page the first time", async () => {
    const org = await newOrganization(service);
    await org.addMember(ADA);
    const browser = newBrowser(service, org);
    const response = await browser.answer(await browser.begin("/people"), ADA);
    assert.equal(response.headers.get("location"), "/welcome?next=%2Fpeople");
  });

  test("of each tab leads to that tab's page, in any order", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const tabs = [await browser.begin("/people"), await browser.begin("/account"), await browser.begin("/settings")];
    for (const [index, page] of [
      [2, "/settings"],
      [0, "/people"],
      [1, "/account"],
    ] as const) {
      const tab = tabs[index];
      assert.ok(tab);
      assert.equal((await browser.answer(tab, ADA)).headers.get("location"), page);
    }
  });

  test("is taken by another process on the same database", async () => {
    const org = await withAda();
    const { db } = service.parts;
    const { name } = await db.selectNoFrom(sql<string>`current_database()`.as("name")).executeTakeFirstOrThrow();
    const url = new URL(process.env["TEST_DATABASE_URL"] ?? "");
    url.pathname = `/${name}`;
    const { config, log, clock } = service.parts;
    const second = assemble(config, log, clock, { connectionString: url.href });
    try {
      const app = createApp(second.parts);
      const other: TestService = { ...service, fetch: async (to, init) => app.fetch(new Request(to, init)) };
      const browser = newBrowser(service, org);
      const asked = await browser.begin("/people");
      const cookie = `__Host-sign-in=${browser.cookies.get("__Host-sign-in")}`;
      const samlResponse = encoded(responseXml(other, org, ADA, { inResponseTo: asked.id }));
      const response = await post(other, org, samlResponse, { cookie, relayState: asked.relayState });
      assert.equal(response.headers.get("location"), "/people");
    } finally {
      await second.stop();
    }
  });

  test("that is refused leaves the request open, and one that is good then takes it", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const asked = await browser.begin("/people");
    for (const changes of [{ audience: "http://other.example" }, { signed: "none" as const }]) {
      assert.equal((await browser.answer(asked, ADA, changes)).status, 403);
    }
    const stranger = await browser.answer(asked, "who@example.test");
    assert.equal(stranger.status, 403);
    assert.match(await stranger.text(), /href="\/sign-in\?next=%2Fpeople"[^>]*>Try again/);
    assert.equal((await browser.answer(asked, ADA)).headers.get("location"), "/people");
  });

  test("ends with the integration, for its requests end with it", async () => {
    const org = await withAda();
    const { db } = service.parts;
    await newBrowser(service, org).begin();
    await db.deleteFrom("integrations").where("organization_id", "=", org.organization.id).execute();
    const rows = db.selectFrom("sign_in_requests").select("id").where("organization_id", "=", org.organization.id);
    assert.deepEqual(await rows.execute(), []);
  });
});

describe("an answer is refused", () => {
  test("if we sent no such request, whatever its ID looks like", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    await browser.begin();
    for (const inResponseTo of ["_0123456789abcdef0123456789abcdef", "x", "_", "' OR 1=1 --", "x".repeat(5_000)]) {
      const response = await browser.postAnswer(ADA, undefined, { inResponseTo });
      assert.match(await assertUnasked(org, response), /not made in this browser.*we sent no such request/s);
    }
  });

  test("in another browser than the one that asked, with and without a cookie of its own", async () => {
    const org = await withAda();
    const [mine, other] = [newBrowser(service, org), newBrowser(service, org)];
    const asked = await mine.begin("/people");
    assert.match(await assertUnasked(org, await other.answer(asked, ADA)), /without the cookie/);
    await other.begin();
    assert.match(await assertUnasked(org, await other.answer(asked, ADA)), /of another browser/);
    assert.equal((await mine.answer(asked, ADA)).status, 303);
  });

  test("in whichever browser: the attacker's own answer is good only in the attacker's", async () => {
    const org = await withAda();
    await org.addMember("eve@example.test");
    const [eve, victim] = [newBrowser(service, org), newBrowser(service, org)];
    const asked = await eve.begin();
    await victim.begin();
    await assertUnasked(org, await victim.answer(asked, "eve@example.test"));
  });

  test("at another organization than the one that asked, also in the same browser with the same cookie", async () => {
    const [here, there] = [await withAda(), await withAda()];
    const browser = newBrowser(service, here);
    const asked = await browser.begin();
    const stray = newBrowser(service, there);
    stray.cookies.set("__Host-sign-in", browser.cookies.get("__Host-sign-in") ?? "");
    assert.match(await assertUnasked(there, await stray.answer(asked, ADA)), /we sent no such request/);
  });

  test("after ten minutes", async () => {
    const own = await startTestService();
    try {
      const org = await newOrganization(own);
      await org.addMember(ADA);
      const browser = newBrowser(own, org);
      const [slow, punctual] = [await browser.begin(), await browser.begin()];
      own.clock.advance(10 * 60_000 - 1);
      assert.equal((await browser.answer(punctual, ADA)).status, 303);
      own.clock.advance(1);
      const late = await browser.answer(slow, ADA);
      assert.equal(late.status, 403);
      assert.match(await late.text(), /took longer than ten minutes\. Please start again/);
      await sweep(own.parts.db, own.clock.now);
      const rows = own.parts.db.selectFrom("sign_in_requests").select("id");
      assert.deepEqual(await rows.where("organization_id", "=", org.organization.id).execute(), []);
    } finally {
      await own.stop();
    }
  });

  test("if its request was answered already, by the same response or another", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const asked = await browser.begin();
    const cookie = `__Host-sign-in=${browser.cookies.get("__Host-sign-in")}`;
    const same = encoded(responseXml(service, org, ADA, { inResponseTo: asked.id }));
    assert.equal((await post(service, org, same, { cookie })).status, 303);
    assert.match(await assertUnasked(org, await post(service, org, same, { cookie }), 1), /used already.*answered at/s);
    assert.match(await assertUnasked(org, await browser.answer(asked, ADA), 1), /used already/);
  });

  test("all but once when one request is answered twenty times at once, each time by another response", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const asked = await browser.begin();
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.answer(asked, ADA)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, ...Array<number>(19).fill(403)]);
    assert.equal(await countSessions(service, org), 1);
  });

  test("if the envelope names the request and the signed part does not, or names another", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const [first, second] = [await browser.begin(), await browser.begin()];
    const cookie = `__Host-sign-in=${browser.cookies.get("__Host-sign-in")}`;
    const plain = responseXml(service, org, ADA, { signed: "assertion" });
    const named = plain.replace(/<saml2p:Response /, `<saml2p:Response InResponseTo="${first.id}" `);
    await assertUnasked(org, await post(service, org, encoded(named), { cookie }));
    const both = responseXml(service, org, ADA, { signed: "assertion", inResponseTo: first.id });
    const swapped = both.replace(`InResponseTo="${first.id}"`, `InResponseTo="${second.id}"`);
    assert.notEqual(swapped, both);
    await assertUnasked(org, await post(service, org, encoded(swapped), { cookie }));
  });

  test("if the request that it names is stripped from under the signature", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const asked = await browser.begin();
    const xml = responseXml(service, org, ADA, { inResponseTo: asked.id });
    const stripped = xml.replaceAll(` InResponseTo="${asked.id}"`, "");
    const response = await post(service, org, encoded(stripped));
    assert.equal(response.status, 403);
    assert.equal(await countSessions(service, org), 0);
  });

  test("if its request was for a test, which signs nobody in", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const asked = await browser.begin();
    const update = service.parts.db.updateTable("sign_in_requests").set({ purpose: "test" });
    await update.where("organization_id", "=", org.organization.id).execute();
    const response = await browser.postAnswer(ADA, undefined, { inResponseTo: asked.id });
    assert.match(await assertUnasked(org, response), /a request for a test/);
  });

  test("as a second answer to a test, which is known for one also when the test is over", async () => {
    const org = await withAda();
    const scope = { ...org.scope, now: service.clock.now };
    const browserToken = `skb_${"A".repeat(43)}`;
    for (const purpose of ["test", "sign-in"] as const) {
      const request = { purpose, next: "/", browserToken, startedBy: null };
      const { location } = await beginSignIn(scope, service.parts.sealer, request);
      const relayState = new URL(location).searchParams.get("RelayState") ?? "";
      assert.equal((await findRequest(scope, { relayState, browserToken }))?.purpose, purpose);
      await useRequest(scope, { inResponseTo: relayState, browserToken, purpose });
      const later = await findRequest(scope, { relayState, browserToken });
      assert.equal(later?.purpose, purpose === "test" ? "test" : undefined);
      assert.equal(await findRequest(scope, { relayState, browserToken: `skb_${"B".repeat(43)}` }), undefined);
      await assert.rejects(useRequest(scope, { inResponseTo: relayState, browserToken, purpose }), /used already/);
    }
  });

  test("without a word about it where the member who asked is gone, for the request went with them", async () => {
    const org = await withAda();
    const { id } = await org.addMember("gone@example.test");
    const token = `skb_${"A".repeat(43)}`;
    const request = { purpose: "test", next: "/", browserToken: token, startedBy: id } as const;
    const { location } = await beginSignIn({ ...org.scope, now: service.clock.now }, service.parts.sealer, request);
    const inResponseTo = new URL(location).searchParams.get("RelayState") ?? "";
    await removeMember(org.scope, id);
    const answer = { inResponseTo, browserToken: token, purpose: "test" } as const;
    await assert.rejects(useRequest({ ...org.scope, now: service.clock.now }, answer), { code: "in-response-to" });
  });
});

describe("where another member's session is alive in the browser", () => {
  test("the page asks before it switches, also where this browser asked for the sign-in", async () => {
    const org = await withAda();
    await org.addMember("bo@example.test", "member", "Bo Li");
    const browser = newBrowser(service, org);
    await browser.answer(await browser.begin(), "bo@example.test");
    const asked = await browser.begin("/people");
    const page = await (await browser.answer(asked, ADA)).text();
    assert.match(page, /Continue as ada@example\.test/);
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    // The request is used up; the confirmed switch goes on to its page.
    await assertUnasked(org, await browser.answer(asked, ADA), 1);
    const confirmed = await browser.open("/sign-in/link", { token });
    assert.equal(confirmed.headers.get("location"), "/people");
    assert.match(await (await browser.open("/account")).text(), /ada@example\.test/);
  });

  test("the person who is signed in already is not asked", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    for (const path of ["/people", "/account"]) {
      const response = await browser.answer(await browser.begin(path), ADA);
      assert.equal(response.headers.get("location"), path);
    }
    assert.equal(await countSessions(service, org), 1);
  });
});

describe("an answer that nobody asked for", () => {
  test("may name a request of this browser by RelayState alone where it is allowed: the page is not forgotten", async () => {
    const org = await withAda();
    const browser = newBrowser(service, org);
    const { relayState } = await browser.begin("/people");
    assert.equal((await browser.postAnswer(ADA, relayState)).headers.get("location"), "/people");
    const stranger = newBrowser(service, org);
    assert.equal((await stranger.postAnswer(ADA, relayState)).headers.get("location"), "/");
  });

  test("is refused where the settings say deny, and the page leads to Sign in", async () => {
    const org = await withAda();
    await setIdpInitiated(service, org, "deny");
    const browser = newBrowser(service, org);
    const response = await browser.postAnswer(ADA, "/people");
    const page = await response.text();
    assert.equal(response.status, 403);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.match(page, /does not take sign-ins that start at the identity provider/);
    assert.match(page, /href="\/sign-in\?next=%2Fpeople"[^>]*>Sign in</);
    const [event] = await eventsUnder(org, referenceOn(page));
    assert.equal(event?.detail["code"], "idp-initiated");
    assert.equal(await countSessions(service, org), 0);
    assert.equal((await browser.answer(await browser.begin("/people"), ADA)).headers.get("location"), "/people");
  });

  test("is dropped where the settings say bounce: a request of our own goes out, with the page of RelayState", async () => {
    const org = await withAda();
    await setIdpInitiated(service, org, "bounce");
    const browser = newBrowser(service, org);
    const bounced = await browser.postAnswer(ADA, "/people");
    const asked = askedBy(bounced);
    assert.equal(await countSessions(service, org), 0);
    assert.ok(!browser.cookies.has("__Host-session"));
    const used = service.parts.db.selectFrom("used_assertions").select("issuer");
    assert.deepEqual(await used.where("organization_id", "=", org.organization.id).execute(), []);
    assert.equal((await browser.answer(asked, ADA)).headers.get("location"), "/people");
    assert.ok(browser.cookies.has("__Host-session"));
  });

  test("is dropped without being believed: who is bounced may be nobody here, and forged ones are refused", async () => {
    const org = await withAda();
    await setIdpInitiated(service, org, "bounce");
    const browser = newBrowser(service, org);
    const asked = askedBy(await browser.postAnswer("who@example.test", undefined));
    assert.equal((await browser.answer(asked, "who@example.test")).status, 403);
    assert.equal((await browser.postAnswer(ADA, undefined, { signed: "none" })).status, 403);
    assert.equal((await browser.postAnswer(ADA, undefined, { audience: "http://other.example" })).status, 403);
  });

  test("never bounces for ever at a provider that does not say what it answers", async () => {
    const org = await withAda();
    await setIdpInitiated(service, org, "bounce");
    const browser = newBrowser(service, org);
    const { relayState } = askedBy(await browser.postAnswer(ADA, undefined));
    // It gives our RelayState back.
    assert.match(await assertUnasked(org, await browser.postAnswer(ADA, relayState)), /did not say which request/);
    // It gives nothing back.
    askedBy(await browser.postAnswer(ADA, undefined));
    askedBy(await browser.postAnswer(ADA, undefined));
    assert.match(await assertUnasked(org, await browser.postAnswer(ADA, undefined)), /did not say which request/);
    // Somebody who gave up three times may come again.
    service.clock.advance(60_000);
    askedBy(await browser.postAnswer(ADA, undefined));
  });

  test("bounces as often as somebody likes to sign in by the tile", async () => {
    const org = await withAda();
    await setIdpInitiated(service, org, "bounce");
    const browser = newBrowser(service, org);
    for (let count = 0; count < 6; count++) {
      const asked = askedBy(await browser.postAnswer(ADA, undefined));
      assert.equal((await browser.answer(asked, ADA)).status, 303);
    }
  });
});
