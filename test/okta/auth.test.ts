import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { getIntegration } from "../../src/domain/integration/integration.ts";
import { changeMember, removeMember } from "../../src/domain/members/members.ts";
import { cookiesOf, newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { assertRefused, eventsOf, memberOf, opens, push, setActive, setCookies } from "./people.ts";
import { clickTile, countSessions } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

const DAY = 86_400_000;

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

  test("again, and the new session takes the place of the old one in that browser", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const first = cookiesOf(await clickTile(service, org, userName));
    const second = cookiesOf(await clickTile(service, org, userName, { cookie: first }));
    assert.equal(await opens(org, first), false);
    assert.ok(await opens(org, second));
    assert.equal(await countSessions(service, org), 1);
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

  test("lands on the welcome page also where they came in by a link before", async () => {
    const org = await newOrganization(service);
    await org.signIn(org.owner.email);
    const response = await clickTile(service, org, org.owner.email);
    assert.equal(response.headers.get("location"), "/welcome?next=%2F");
  });

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
    const { id } = (await memberOf(service, org, userName)) ?? {};
    const [event] = await eventsOf(service, org, "session.opened");
    assert.equal(event?.actor_name, userName);
    assert.equal(event?.target_id, id);
    assert.deepEqual(event?.detail, { method: "sso" });
  });
});

describe("the person whom a response names", () => {
  test("is found by userName, without regard to ASCII case and to spaces around it", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    assert.equal((await clickTile(service, org, ` ${userName.toUpperCase()} `)).status, 303);
    assert.equal(await countSessions(service, org, (await memberOf(service, org, userName))?.id), 1);
  });

  test("is found by the directory's email where the userName is another", async () => {
    const org = await newOrganization(service);
    const email = "grace@example.test";
    await push(org, { userName: "gholm", emails: [{ value: email, primary: true }] });
    assert.equal((await clickTile(service, org, email)).status, 303);
    assert.equal(await countSessions(service, org, (await memberOf(service, org, email))?.id), 1);
  });

  test("is the one with this userName before the one with this email", async () => {
    const org = await newOrganization(service);
    await push(org, { userName: "b@example.test", emails: [{ value: "a@example.test", primary: true }] });
    await push(org, { userName: "a@example.test", emails: [{ value: "c@example.test", primary: true }] });
    assert.equal((await clickTile(service, org, "a@example.test")).status, 303);
    assert.equal(await countSessions(service, org, (await memberOf(service, org, "c@example.test"))?.id), 1);
    assert.equal(await countSessions(service, org, (await memberOf(service, org, "a@example.test"))?.id), 0);
  });

  test("is a member without directory user by email, who is thereby connected, and keeps name and role", async () => {
    const org = await newOrganization(service);
    const { id } = await org.addMember("Linked@Example.test", "admin", "Lin Ked");
    assert.equal((await getIntegration(org.scope)).connectedMembers, 0);
    assert.equal((await clickTile(service, org, "linked@example.test")).status, 303);
    assert.equal((await getIntegration(org.scope)).connectedMembers, 1);
    const member = await memberOf(service, org, "Linked@Example.test");
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
    assert.equal(await memberOf(service, org, "who@example.test"), undefined);
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
    const { id } = (await memberOf(service, org, userName)) ?? { id: "" };
    await changeMember(org.scope, id, { state: "deactivated" });
    await assertRefused(org, await clickTile(service, org, userName), 403, "person");
    const alone = await org.addMember("alone@example.test");
    await changeMember(org.scope, alone.id, { state: "deactivated" });
    await assertRefused(org, await clickTile(service, org, alone.email), 403, "person");
    assert.equal((await memberOf(service, org, alone.email))?.state, "deactivated");
  });

  test("is refused if somebody removed them by hand while the directory still says active", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await removeMember(org.scope, (await memberOf(service, org, userName))?.id ?? "");
    const { detail } = await assertRefused(org, await clickTile(service, org, userName), 403, "person");
    assert.equal(detail["code"], "removed");
    assert.equal(await memberOf(service, org, userName), undefined);
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
    const member = await memberOf(service, org, "ada@example.test");
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
    const { id } = (await memberOf(service, org, "gone@example.test")) ?? { id: "" };
    await changeMember(org.scope, id, { state: "deactivated" });
    await assertRefused(org, await clickTile(service, org, "gone@example.test"), 403, "person");
    assert.equal((await memberOf(service, org, "gone@example.test"))?.state, "deactivated");
  });

  test("a person who was removed by hand stays out", async () => {
    const org = await newOrganization(service, { integration: "jit" });
    await clickTile(service, org, "gone@example.test");
    await removeMember(org.scope, (await memberOf(service, org, "gone@example.test"))?.id ?? "");
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
