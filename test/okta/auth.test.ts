import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { getIntegration } from "../../src/domain/integration/integration.ts";
import { changeMember, removeMember } from "../../src/domain/members/members.ts";
import { cookiesOf, newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { clickTile, countSessions, encoded, eventsUnder, post, referenceOn, responseXml } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

const DAY = 86_400_000;

/** Pushes a person as Okta does; answers the directory user. */
async function push(org: TestOrganization, changes: Record<string, unknown> = {}) {
  const { status, body } = await org.scim("POST", "/Users", oktaUser(changes));
  assert.equal(status, 201, JSON.stringify(body));
  return body as { id: string; userName: string };
}

async function setActive(org: TestOrganization, id: string, active: boolean): Promise<void> {
  const Operations = [{ op: "replace", value: { active } }];
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
  assert.equal((await org.scim("PATCH", `/Users/${id}`, { schemas, Operations })).status, 200);
}

async function memberOf(org: TestOrganization, email: string) {
  return service.parts.db
    .selectFrom("members")
    .selectAll()
    .where("organization_id", "=", org.organization.id)
    .where("email", "=", email)
    .executeTakeFirst();
}

/** The cookies that an answer sets, by name. */
function setCookies(response: Response): Record<string, string> {
  return Object.fromEntries(response.headers.getSetCookie().map((cookie) => [cookie.split("=")[0], cookie]));
}

/** A door that only somebody who is signed in gets behind: where a request with these cookies ends up. */
async function opens(org: TestOrganization, cookie: string): Promise<boolean> {
  const response = await org.page("/", cookie);
  if (response.status === 303) assert.match(response.headers.get("location") ?? "", /^\/sign-in/);
  return response.status === 200;
}

/** Every refusal: its page, and what the audit log says under the number on it. */
async function assertRefused(org: TestOrganization, response: Response, status: number, check: string) {
  const page = await response.text();
  assert.equal(response.status, status, page);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(response.headers.getSetCookie(), []);
  assert.match(page, /<h1[^>]*>[^<]+<\/h1>/);
  assert.match(page, /<a [^>]*href="\/sign-in"[^>]*>Try again<\/a>/);
  const reference = referenceOn(page);
  assert.notEqual(reference, "");
  const [event, ...more] = await eventsUnder(org, reference);
  assert.equal(more.length, 0);
  assert.equal(event?.action, "session.refused");
  assert.equal(event?.detail["check"], check);
  assert.ok(page.includes(String(event?.detail["sentence"]).replaceAll("'", "&#39;")));
  return { page, event, detail: event?.detail ?? {} };
}

describe("a person whom Okta pushed clicks the tile", () => {
  test("and is in, with a cookie that only this host gets", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const response = await clickTile(service, org, userName);
    assert.equal(response.status, 303);
    const cookies = setCookies(response);
    const session = cookies["__Host-session"] ?? "";
    const attributes = session.split("; ").slice(1);
    for (const wanted of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"])
      assert.ok(attributes.includes(wanted), session);
    assert.ok(!/domain=/i.test(session), session);
    assert.deepEqual(Object.keys(cookies).sort(), ["__Host-browser", "__Host-session"]);
    assert.ok(await opens(org, cookiesOf(response)));
  });

  test("and the cookie that a cross-site post carries opens nothing", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const response = await clickTile(service, org, userName);
    const browser = setCookies(response)["__Host-browser"] ?? "";
    assert.match(browser, /SameSite=None/);
    const id = /=([^;]+)/.exec(browser)?.[1] ?? "";
    assert.equal(await opens(org, `__Host-browser=${id}`), false);
    assert.equal(await opens(org, `__Host-session=${id}`), false);
  });

  test("lands on the welcome page the first time, and straight where they wanted later", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const first = await clickTile(service, org, userName, { relayState: "/people?q=a" });
    assert.equal(first.headers.get("location"), "/welcome?next=%2Fpeople%3Fq%3Da");
    const second = await clickTile(service, org, userName, { relayState: "/people?q=a" });
    assert.equal(second.headers.get("location"), "/people?q=a");
    const third = await clickTile(service, org, userName);
    assert.equal(third.headers.get("location"), "/");
  });

  for (const relayState of [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/x\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    " /people",
    "people",
    "",
  ]) {
    test(`lands on / where RelayState is ${JSON.stringify(relayState)}`, async () => {
      const org = await newOrganization(service);
      const { userName } = await push(org);
      const response = await clickTile(service, org, userName, { relayState });
      assert.equal(response.headers.get("location"), "/welcome?next=%2F");
      const again = await clickTile(service, org, userName, { relayState });
      assert.equal(again.headers.get("location"), "/");
    });
  }

  test("and the integration shows when somebody last signed in through SSO", async () => {
    const org = await newOrganization(service);
    assert.equal((await getIntegration(org.scope)).lastSsoLoginAt, null);
    const { userName } = await push(org);
    await clickTile(service, org, userName);
    assert.deepEqual((await getIntegration(org.scope)).lastSsoLoginAt, service.clock.now);
  });

  test("and the audit log says who came in, and how", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await clickTile(service, org, userName);
    const { id } = (await memberOf(org, userName)) ?? {};
    const [event] = await eventsOf(org, "session.opened");
    assert.equal(event?.actor_name, userName);
    assert.equal(event?.target_id, id);
    assert.deepEqual(event?.detail, { method: "sso" });
  });
});

function eventsOf(org: TestOrganization, action: string) {
  const select = service.parts.db.selectFrom("audit_events").selectAll().where("action", "=", action);
  return select.where("organization_id", "=", org.organization.id).orderBy("id", "desc").execute();
}

describe("the person whom a response names", () => {
  test("is found by userName, without regard to ASCII case and to spaces around it", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    assert.equal((await clickTile(service, org, ` ${userName.toUpperCase()} `)).status, 303);
    assert.equal(await countSessions(service, org, (await memberOf(org, userName))?.id), 1);
  });

  test("is found by the directory's email where the userName is another", async () => {
    const org = await newOrganization(service);
    const email = "grace@example.test";
    await push(org, { userName: "gholm", emails: [{ value: email, primary: true }] });
    assert.equal((await clickTile(service, org, email)).status, 303);
    assert.equal(await countSessions(service, org, (await memberOf(org, email))?.id), 1);
  });

  test("is the one with this userName before the one with this email", async () => {
    const org = await newOrganization(service);
    await push(org, { userName: "b@example.test", emails: [{ value: "a@example.test", primary: true }] });
    await push(org, { userName: "a@example.test", emails: [{ value: "c@example.test", primary: true }] });
    assert.equal((await clickTile(service, org, "a@example.test")).status, 303);
    assert.equal(await countSessions(service, org, (await memberOf(org, "c@example.test"))?.id), 1);
    assert.equal(await countSessions(service, org, (await memberOf(org, "a@example.test"))?.id), 0);
  });

  test("is a member without directory user by email, who is thereby connected, and keeps name and role", async () => {
    const org = await newOrganization(service);
    const { id } = await org.addMember("Linked@Example.test", "admin", "Lin Ked");
    assert.equal((await getIntegration(org.scope)).connectedMembers, 0);
    assert.equal((await clickTile(service, org, "linked@example.test")).status, 303);
    assert.equal((await getIntegration(org.scope)).connectedMembers, 1);
    const member = await memberOf(org, "Linked@Example.test");
    assert.deepEqual([member?.id, member?.name, member?.role, member?.origin], [id, "Lin Ked", "admin", "manual"]);
    assert.equal((await clickTile(service, org, "linked@example.test")).status, 303);
    assert.equal((await getIntegration(org.scope)).connectedMembers, 1);
  });

  test("is made once where they sign in for the first time in several tabs at once", async () => {
    const org = await newOrganization(service);
    await org.addMember("tabs@example.test");
    const answers = await Promise.all(Array.from({ length: 8 }, () => clickTile(service, org, "tabs@example.test")));
    assert.deepEqual(
      answers.map((answer) => answer.status),
      Array(8).fill(303),
    );
    assert.equal((await getIntegration(org.scope)).connectedMembers, 1);
  });

  test("is nobody with a look-alike address", async () => {
    const org = await newOrganization(service);
    await push(org, { userName: "kim@example.test", emails: [{ value: "kim@example.test", primary: true }] });
    // The Kelvin sign, which Unicode lowers to k.
    await assertRefused(org, await clickTile(service, org, "\u212Aim@example.test"), 403, "person");
  });

  test("is refused if nobody knows them", async () => {
    const org = await newOrganization(service);
    const { detail } = await assertRefused(org, await clickTile(service, org, "who@example.test"), 403, "person");
    assert.equal(detail["code"], "unknown-person");
    assert.equal(detail["got"], "who@example.test");
    assert.equal(await memberOf(org, "who@example.test"), undefined);
  });

  test("is refused if the directory deactivated them", async () => {
    const org = await newOrganization(service);
    const { id, userName } = await push(org);
    await setActive(org, id, false);
    const { detail } = await assertRefused(org, await clickTile(service, org, userName), 403, "person");
    assert.equal(detail["code"], "deactivated");
  });

  test("is refused if an admin deactivated them, whether or not the directory knows them", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const { id } = (await memberOf(org, userName)) ?? { id: "" };
    await changeMember(org.scope, id, { state: "deactivated" });
    await assertRefused(org, await clickTile(service, org, userName), 403, "person");
    const alone = await org.addMember("alone@example.test");
    await changeMember(org.scope, alone.id, { state: "deactivated" });
    await assertRefused(org, await clickTile(service, org, alone.email), 403, "person");
    assert.equal((await memberOf(org, alone.email))?.state, "deactivated");
  });

  test("is refused if somebody removed them by hand while the directory still says active", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await removeMember(org.scope, (await memberOf(org, userName))?.id ?? "");
    const { detail } = await assertRefused(org, await clickTile(service, org, userName), 403, "person");
    assert.equal(detail["code"], "removed");
    assert.equal(await memberOf(org, userName), undefined);
  });
});

describe("with just-in-time provisioning", () => {
  test("a person whom nobody knows becomes a member at once, and is greeted once", async () => {
    const org = await newOrganization(service, { integration: "jit" });
    const attributes = new Map([
      ["firstName", ["Ada"]],
      ["lastName", ["Park"]],
    ]);
    const first = await clickTile(service, org, "ada@example.test", { changes: { attributes } });
    assert.equal(first.headers.get("location"), "/welcome?next=%2F");
    assert.ok(await opens(org, cookiesOf(first)));
    const member = await memberOf(org, "ada@example.test");
    assert.deepEqual(
      [member?.name, member?.role, member?.origin, member?.state],
      ["Ada Park", "member", "jit", "active"],
    );
    assert.equal((await getIntegration(org.scope)).connectedMembers, 1);
    assert.equal((await clickTile(service, org, "ADA@example.test")).headers.get("location"), "/");
    assert.equal((await getIntegration(org.scope)).connectedMembers, 1);
  });

  test("a person who comes in several tabs at once becomes one member", async () => {
    const org = await newOrganization(service, { integration: "jit" });
    const answers = await Promise.all(Array.from({ length: 8 }, () => clickTile(service, org, "tabs@example.test")));
    assert.deepEqual(
      answers.map((answer) => answer.status),
      Array(8).fill(303),
    );
    assert.equal((await getIntegration(org.scope)).connectedMembers, 1);
  });

  test("a deactivated person stays out", async () => {
    const org = await newOrganization(service, { integration: "jit" });
    await clickTile(service, org, "gone@example.test");
    const { id } = (await memberOf(org, "gone@example.test")) ?? { id: "" };
    await changeMember(org.scope, id, { state: "deactivated" });
    await assertRefused(org, await clickTile(service, org, "gone@example.test"), 403, "person");
    assert.equal((await memberOf(org, "gone@example.test"))?.state, "deactivated");
  });

  test("a person who was removed by hand stays out", async () => {
    const org = await newOrganization(service, { integration: "jit" });
    await clickTile(service, org, "gone@example.test");
    await removeMember(org.scope, (await memberOf(org, "gone@example.test"))?.id ?? "");
    await assertRefused(org, await clickTile(service, org, "gone@example.test"), 403, "person");
  });
});

describe("a session", () => {
  async function expiry(org: TestOrganization, sessionNotOnOrAfter?: Date): Promise<{ cookie: Date; row: Date }> {
    const { userName } = await push(org);
    const response = await clickTile(service, org, userName, { changes: { sessionNotOnOrAfter } });
    const cookie = /Expires=([^;]+)/.exec(setCookies(response)["__Host-session"] ?? "")?.[1] ?? "";
    const select = service.parts.db.selectFrom("sessions").select("expires_at").orderBy("id", "desc");
    const row = await select.where("organization_id", "=", org.organization.id).executeTakeFirstOrThrow();
    return { cookie: new Date(cookie), row: row.expires_at };
  }

  test("lasts as many days as the integration says", async () => {
    const org = await newOrganization(service, { sessionDays: 3 });
    const { cookie, row } = await expiry(org);
    assert.equal(row.getTime(), service.clock.now.getTime() + 3 * DAY);
    assert.ok(Math.abs(cookie.getTime() - row.getTime()) < 1000);
  });

  test("ends when the identity provider's own ends, if that is earlier", async () => {
    const org = await newOrganization(service, { sessionDays: 3 });
    const hour = new Date(service.clock.now.getTime() + 3_600_000);
    assert.deepEqual((await expiry(org, hour)).row, hour);
    const week = new Date(service.clock.now.getTime() + 7 * DAY);
    assert.equal((await expiry(org, week)).row.getTime(), service.clock.now.getTime() + 3 * DAY);
  });

  test("is not opened where the identity provider's own is over, even within the skew", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const sessionNotOnOrAfter = new Date(service.clock.now.getTime() - 60_000);
    const response = await clickTile(service, org, userName, { changes: { sessionNotOnOrAfter } });
    await assertRefused(org, response, 403, "session-expired");
  });

  test("is over when its time is", async () => {
    const own = await startTestService();
    try {
      const org = await newOrganization(own, { sessionDays: 1 });
      await org.addMember("late@example.test");
      const cookie = cookiesOf(await clickTile(own, org, "late@example.test"));
      own.clock.advance(DAY - 1000);
      assert.equal((await org.page("/", cookie)).status, 200);
      own.clock.advance(1000);
      assert.equal((await org.page("/", cookie)).status, 303);
    } finally {
      await own.stop();
    }
  });

  test("ends with the person's deactivation in Okta, and does not come back with the person", async () => {
    const org = await newOrganization(service);
    const { id, userName } = await push(org);
    const cookie = cookiesOf(await clickTile(service, org, userName));
    assert.ok(await opens(org, cookie));
    await setActive(org, id, false);
    assert.equal(await opens(org, cookie), false);
    assert.equal(await countSessions(service, org), 0);
    await setActive(org, id, true);
    assert.equal(await opens(org, cookie), false);
    const again = await clickTile(service, org, userName);
    assert.ok(await opens(org, cookiesOf(again)));
  });

  test("ends with the person's removal in Okta", async () => {
    const org = await newOrganization(service);
    const { id, userName } = await push(org);
    const cookie = cookiesOf(await clickTile(service, org, userName));
    assert.equal((await org.scim("DELETE", `/Users/${id}`)).status, 204);
    assert.equal(await opens(org, cookie), false);
  });
});

describe("a refusal", () => {
  test("names the failed check with what it wanted and got, and never keeps the assertion or a signature", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const xml = responseXml(service, org, userName, { audience: "https://other.example" });
    const response = await post(service, org, encoded(xml));
    const { detail } = await assertRefused(org, response, 403, "audience");
    assert.equal(detail["wanted"], org.url);
    assert.equal(detail["got"], "https://other.example");
    const row = JSON.stringify(await eventsOf(org, "session.refused"));
    const signatures = [...xml.matchAll(/<ds:(?:SignatureValue|DigestValue|X509Certificate)>([^<]+)</g)].map(
      (found) => found[1],
    );
    assert.equal(signatures.length, 6);
    for (const secret of [...signatures, encoded(xml).slice(0, 60), "<saml", "Assertion ID"]) {
      assert.ok(secret && !row.includes(secret), secret);
    }
  });

  test("does not keep a response that is not one either", async () => {
    const org = await newOrganization(service);
    for (const junk of ["not base64, but a secret-word", encoded("<secret-word"), encoded("secret-word")]) {
      const response = await post(service, org, junk);
      assert.equal(response.status, 400);
    }
    assert.ok(!JSON.stringify(await eventsOf(org, "session.refused")).includes("secret-word"));
  });

  test("of a long value that is cut in the middle of a character is still recorded", async () => {
    const org = await newOrganization(service);
    const statusCode = `a${"\u{1F511}".repeat(300)}`;
    const response = await clickTile(service, org, "ada@example.test", { changes: { statusCode } });
    assert.equal(response.status, 403, await response.clone().text());
    assert.equal((await eventsUnder(org, referenceOn(await response.text()))).length, 1);
  });

  test("repeats what the identity provider said", async () => {
    const org = await newOrganization(service);
    const statusCode = "urn:oasis:names:tc:SAML:2.0:status:Responder";
    await assertRefused(
      org,
      await clickTile(service, org, "ada@example.test", { changes: { statusCode } }),
      403,
      "status",
    );
  });

  test("of a form without a response is 400", async () => {
    const org = await newOrganization(service);
    await assertRefused(org, await org.page("/okta/auth", undefined, {}), 400, "request");
    await assertRefused(org, await org.page("/okta/auth", undefined, { SAMLResponse: "" }), 400, "request");
  });

  test("escapes what it repeats", async () => {
    const org = await newOrganization(service);
    const response = await clickTile(service, org, "<script>alert(1)</script>@example.test");
    const page = await response.text();
    assert.equal(response.status, 403);
    assert.ok(!page.includes("<script>alert"));
  });
});

describe("the address /okta/auth", () => {
  test("takes nothing but POST", async () => {
    const org = await newOrganization(service);
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await service.fetch(`${org.url}/okta/auth`, { method });
      assert.equal(response.status, 405, method);
      assert.equal(response.headers.get("allow"), "POST");
      assert.deepEqual(response.headers.getSetCookie(), []);
    }
  });

  for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", "text/xml"]) {
    test(`refuses ${type} with 415`, async () => {
      const org = await newOrganization(service);
      const url = `${org.url}/okta/auth`;
      const response = await service.fetch(url, { method: "POST", headers: { "content-type": type }, body: "x" });
      assert.equal(response.status, 415);
      assert.deepEqual(response.headers.getSetCookie(), []);
    });
  }

  test("refuses a form over 1 MiB and a response over 256 KiB with 413", async () => {
    const org = await newOrganization(service);
    assert.equal((await post(service, org, "A".repeat(1_100_000))).status, 413);
    assert.equal((await post(service, org, encoded(`<a>${"b".repeat(263_000)}</a>`))).status, 413);
  });

  test("stops reading a body of unknown length at the limit", async () => {
    const org = await newOrganization(service);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(65));
        if (sent > 64 * 1_048_576) controller.close();
      },
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    assert.equal((await service.fetch(`${org.url}/okta/auth`, init)).status, 413);
    assert.ok(sent < 2 * 1_048_576, `${sent} bytes were read`);
  });

  test("is 404 where there is no integration, and the audit log is not filled", async () => {
    const org = await newOrganization(service, { integration: "none" });
    const response = await clickTile(service, org, org.owner.email);
    assert.equal(response.status, 404);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal((await eventsOf(org, "session.refused")).length, 0);
  });

  test("is 404 where the plan does not include the integration any more", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await service.parts.db
      .updateTable("organizations")
      .set({ plan: "free" })
      .where("id", "=", org.organization.id)
      .execute();
    assert.equal((await clickTile(service, org, userName)).status, 404);
  });

  test("is 404 at a host that is no organization's", async () => {
    const nowhere = { url: "http://nobody-here.localhost:3000" };
    const response = await clickTile(service, nowhere, "ada@example.test");
    assert.equal(response.status, 404);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal((await clickTile(service, { url: "http://localhost:3000" }, "ada@example.test")).status, 404);
    assert.equal((await clickTile(service, { url: "http://example.org" }, "ada@example.test")).status, 404);
  });
});
