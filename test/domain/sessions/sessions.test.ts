import assert from "node:assert/strict";
import { after, test } from "node:test";
import { findSession } from "../../../src/domain/sessions/sessions.ts";
import { sweep } from "../../../src/domain/sso/sweep.ts";
import { clickTile } from "../../okta/provider.ts";
import { cookiesOf, newOrganization, type TestOrganization } from "../../support/organization.ts";
import { roundTrips } from "../../support/round-trips.ts";
import { startTestService } from "../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const MINUTE = 60_000;
const isIn = async (org: TestOrganization, cookie: string) => (await org.page("/account", cookie)).status === 200;

async function limitIdleness(org: TestOrganization, minutes: number | null): Promise<void> {
  const change = service.parts.db.updateTable("integrations").set({ idle_minutes: minutes });
  await change.where("organization_id", "=", org.organization.id).execute();
}

test("with an idle limit a session ends when it was left alone for so long, and not while it is used", async () => {
  const org = await newOrganization(service);
  await limitIdleness(org, 30);
  const cookie = await org.signIn(org.owner.email);
  for (let visit = 0; visit < 4; visit++) {
    service.clock.advance(29 * MINUTE);
    assert.ok(await isIn(org, cookie), `visit ${visit}`);
  }
  service.clock.advance(30 * MINUTE);
  assert.ok(!(await isIn(org, cookie)));
});

test("the idle limit costs no round trip: a session is found by one statement", async () => {
  const org = await newOrganization(service);
  await limitIdleness(org, 30);
  const token = /__Host-session=([^;]+)/.exec(await org.signIn(org.owner.email))?.[1] ?? "";
  const scope = { ...org.scope, now: service.clock.now };
  const asked = await roundTrips(async () => assert.ok(await findSession(scope, token)));
  assert.equal(asked.length, 1);
});

test("without an idle limit a session that was left alone for days goes on", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  service.clock.advance(13 * 24 * 60 * MINUTE);
  assert.ok(await isIn(org, cookie));
});

test("an idle session is not listed, and is swept away, so that a longer limit does not bring it back", async () => {
  const org = await newOrganization(service);
  const idle = await org.signIn(org.owner.email);
  await limitIdleness(org, 15);
  service.clock.advance(16 * MINUTE);
  const other = await org.signIn(org.owner.email);
  const account = await (await org.page("/account", other)).text();
  assert.equal(account.match(/name="session" value="[0-9a-f-]{36}"/g)?.length, 1);
  await sweep(service.parts.db, service.clock.now);
  await limitIdleness(org, null);
  assert.deepEqual([await isIn(org, idle), await isIn(org, other)], [false, true]);
});

test("the idle limit of one organization ends no session of another", async () => {
  const [org, other] = [await newOrganization(service), await newOrganization(service)];
  const [here, there] = [await org.signIn(org.owner.email), await other.signIn(other.owner.email)];
  await limitIdleness(org, 15);
  service.clock.advance(20 * MINUTE);
  await sweep(service.parts.db, service.clock.now);
  assert.deepEqual([await isIn(org, here), await isIn(other, there)], [false, true]);
});

test("NameID, its format and the SessionIndex are kept with the session, also where a button was pressed first", async () => {
  const org = await newOrganization(service);
  const email = org.owner.email;
  await org.addMember("mel@example.test");
  const signedIn = await clickTile(service, org, email);
  assert.equal(signedIn.status, 303);
  const kept = async () => {
    const select = service.parts.db.selectFrom("sessions").select(["name_id", "name_id_format", "session_index"]);
    const rows = select.where("organization_id", "=", org.organization.id).where("method", "=", "sso");
    return rows.where("member_id", "=", org.owner.id).execute();
  };
  const [first] = await kept();
  assert.equal(first?.name_id, email);
  assert.match(first?.name_id_format ?? "", /nameid-format:unspecified$/);
  assert.ok(first?.session_index);

  const mels = await org.signIn("mel@example.test");
  const browser = mels.replace(/.*(__Host-browser=[^;]+).*/, "$1");
  const asked = await clickTile(service, org, email, { cookie: browser });
  const token = /name="token" value="([^"]+)"/.exec(await asked.text())?.[1] ?? "";
  assert.equal((await org.page("/sign-in/link", mels, { token })).status, 303);
  const both = await kept();
  assert.equal(both.length, 2);
  for (const each of both) assert.ok(each.name_id === email && each.name_id_format && each.session_index);
});

test("a session's role is the one that the person has now", async () => {
  const org = await newOrganization(service);
  const admin = await org.addMember("admin@example.test", "admin");
  const cookie = await org.signIn(admin.email);
  assert.equal((await org.page("/settings", cookie)).status, 200);
  const path = `/organizations/${org.organization.slug}/members/${admin.id}`;
  assert.equal((await service.operator("PATCH", path, { role: "member" })).status, 200);
  assert.equal((await org.page("/settings", cookie)).status, 403);
});

test("an SSO sign-in proves the settings, until something else is checked", async () => {
  const org = await newOrganization(service);
  const path = `/organizations/${org.organization.slug}/okta-integration`;
  const state = async () => ((await (await service.operator("GET", path)).json()) as { state: string }).state;
  assert.equal(await state(), "saved");
  assert.notEqual(cookiesOf(await clickTile(service, org, org.owner.email)), "");
  assert.equal(await state(), "tested");
  const change = service.parts.db.updateTable("integrations").where("organization_id", "=", org.organization.id);
  await change.set({ session_days: 3 }).execute();
  assert.equal(await state(), "tested");
  await change.set({ issuer: "https://other.example" }).execute();
  assert.equal(await state(), "saved");
});
