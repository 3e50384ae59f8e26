import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { listMembers } from "../../../src/domain/members/members.ts";
import { findSession, inDays, openSession } from "../../../src/domain/sessions/sessions.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { actionsOf, assertScimError, membersOf, overlay, patch, pushGroup, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("every change is in the audit log with who, what and the reference number", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await overlay(org, id, { title: "Engineer" });
  await overlay(org, id, { active: false });
  await overlay(org, id, { active: true });
  await org.scim("DELETE", `/Users/${id}`);
  assert.deepEqual(await actionsOf(org), [
    "directory_user.created",
    "directory_user.changed",
    "directory_user.deactivated",
    "directory_user.reactivated",
    "directory_user.deleted",
  ]);
  const events = service.parts.db.selectFrom("audit_events").selectAll().where("target_id", "=", id);
  for (const event of await events.execute()) {
    assert.deepEqual([event.actor_kind, event.target_name], ["directory", userName]);
    assert.match(event.reference_id, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    assert.deepEqual(event.at, service.clock.now);
  }
});

test("a refused change leaves no audit event", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const before = await actionsOf(org);
  await overlay(org, bo.id, { userName: ada.userName });
  await org.scim("POST", "/Users", oktaUser({ userName: "none", emails: [] }));
  await org.scim("POST", "/Groups", { displayName: "X", members: [{ value: "nobody" }] });
  await org.scim("DELETE", `/Users/${org.owner.id}`);
  await patch(org, `/Users/${ada.id}`, { op: "replace", path: "id", value: "x" });
  assert.deepEqual(await actionsOf(org), before);
});

test("where the audit event cannot be written, nothing changes", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const group = await pushGroup(org, "Platform", [ada.id]);
  const token = await signIn(org, ada.userName);
  await org.addMember("known@example.test");
  const { db } = service.parts;
  await sql`CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no events'; END $$`.execute(
    db,
  );
  const when = sql.raw(`NEW.organization_id = '${org.organization.id}'`);
  await sql`CREATE TRIGGER refuse_events BEFORE INSERT ON audit_events FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION refuse_event()`.execute(
    db,
  );
  const state = async () => {
    const answers = [await org.scim("GET", "/Users"), await org.scim("GET", "/Groups")];
    return [answers.map((answer) => answer.body), [...(await membersOf(org)).values()]];
  };
  const before = await state();
  const acts = [
    () => org.scim("POST", "/Users", oktaUser()),
    () => org.scim("POST", "/Users", oktaUser({ userName: "known@example.test", emails: [] })),
    () => setActive(org, ada.id, false),
    () => overlay(org, ada.id, { name: { givenName: "Other" } }),
    () => org.scim("DELETE", `/Users/${ada.id}`),
    () => org.scim("POST", "/Groups", { displayName: "Other" }),
    () => patch(org, `/Groups/${group.id}`, { op: "add", path: "members", value: [{ value: bo.id }] }),
    () => org.scim("PUT", `/Groups/${group.id}`, { displayName: "Other", members: [] }),
    () => org.scim("DELETE", `/Groups/${group.id}`),
  ];
  for (const act of acts) assertScimError(await act(), 500, undefined, /^Something went wrong on our side/);
  assert.deepEqual(await state(), before);
  assert.ok(await findSession(org.scope, token));
  await sql`DROP TRIGGER refuse_events ON audit_events`.execute(db);
});

/** A session of the member with this email; answers its token. */
async function signIn(org: TestOrganization, email: string): Promise<string> {
  const members = await listMembers(org.scope, { limit: 1000 });
  const memberId = members.find((member) => member.email === email)?.id ?? assert.fail(`no member ${email}`);
  return (await openSession(org.scope, { memberId, method: "link", expiresAt: inDays(service.clock.now, 1) })).token;
}
