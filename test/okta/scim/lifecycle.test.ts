import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { changeMember, listMembers } from "../../../src/domain/members/members.ts";
import { createSignInLink } from "../../../src/domain/sessions/links.ts";
import { findSession, inDays, openSession } from "../../../src/domain/sessions/sessions.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import {
  actionsOf,
  assertScimError,
  findUsers,
  memberOf,
  membersOf,
  overlay,
  patch,
  pushGroup,
  pushUser,
  setActive,
} from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("a deactivated person's sessions have ended when the answer leaves, by PUT, PATCH and DELETE", async () => {
  const org = await newOrganization(service);
  const acts = [
    (id: string) => overlay(org, id, { active: false }),
    (id: string) => setActive(org, id, false),
    (id: string) => patch(org, `/Users/${id}`, { op: "Replace", path: "active", value: "False" }),
    (id: string) => org.scim("DELETE", `/Users/${id}`),
  ];
  for (const act of acts) {
    const user = await pushUser(org);
    const other = await pushUser(org);
    const tokens = [await signIn(org, user.userName), await signIn(org, user.userName)];
    const kept = await signIn(org, other.userName);
    await act(user.id);
    for (const token of tokens) assert.equal(await findSession(org.scope, token), undefined);
    assert.ok(await findSession(org.scope, kept));
  }
});

test("a deactivated person's sign-in links are worth nothing, also after they come back", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await createSignInLink(org.scope, userName);
  await setActive(org, id, false);
  await setActive(org, id, true);
  const links = service.parts.db.selectFrom("sign_in_links").selectAll();
  assert.deepEqual(await links.where("organization_id", "=", org.organization.id).execute(), []);
});

test("a person pushed as inactive whom we knew loses their sessions and stays as a row", async () => {
  const org = await newOrganization(service);
  const member = await org.addMember("ada@example.test", "admin");
  const token = await signIn(org, "ada@example.test");
  await pushUser(org, { userName: "ada@example.test", emails: [], active: false });
  assert.equal(await findSession(org.scope, token), undefined);
  const after = await memberOf(org, "ada@example.test");
  assert.deepEqual([after.id, after.state, after.role], [member.id, "deactivated", "admin"]);
});

test("a person who comes back has the same user, the same member and their groups", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  const group = await pushGroup(org, "Platform", [id]);
  const { id: memberId } = await memberOf(org, userName);
  await overlay(org, id, { active: false });
  assert.equal((await memberOf(org, userName)).state, "deactivated");
  const [found] = await findUsers(org, `userName eq "${userName}"`);
  assert.deepEqual([found.id, found.active], [id, false]);
  const { body } = await overlay(org, id, { active: true });
  assert.deepEqual([body.id, body.active, body.groups[0].value], [id, true, group.id]);
  const after = await memberOf(org, userName);
  assert.deepEqual([after.id, after.state, after.connected], [memberId, "active", true]);
});

test("an inactive person who is created again is revived under the same id, by externalId and else by userName", async () => {
  const org = await newOrganization(service);
  const first = await pushUser(org);
  await setActive(org, first.id, false);
  const renamed = oktaUser({ externalId: first.externalId, title: "Engineer" });
  const byExternalId = await org.scim("POST", "/Users", renamed);
  assert.deepEqual([byExternalId.status, byExternalId.body.id], [201, first.id]);
  assert.deepEqual([byExternalId.body.userName, byExternalId.body.title], [renamed.userName, "Engineer"]);
  await setActive(org, first.id, false);
  const byUserName = await org.scim("POST", "/Users", oktaUser({ userName: renamed.userName.toUpperCase() }));
  assert.deepEqual([byUserName.status, byUserName.body.id, byUserName.body.active], [201, first.id, true]);
  assert.equal((await membersOf(org)).size, 1);
});

test("a role given by hand comes back with the same externalId", async () => {
  for (const back of ["PUT", "PATCH", "POST"]) {
    const org = await newOrganization(service);
    const { sent, id, memberId } = await admin(org);
    await setActive(org, id, false);
    if (back === "PUT") await overlay(org, id, { active: true });
    else if (back === "PATCH") await setActive(org, id, true);
    else await org.scim("POST", "/Users", sent);
    const { id: after, role, state } = await memberOf(org, sent.userName);
    assert.deepEqual([after, role, state], [memberId, "admin", "active"], back);
  }
});

test("a role given by hand does not come back with another externalId: the address may be somebody else's now", async () => {
  for (const back of ["PUT", "POST", "PUT in two steps"]) {
    const org = await newOrganization(service);
    const { sent, id } = await admin(org);
    await setActive(org, id, false);
    const other = { externalId: "00usomebodyelse" };
    if (back === "POST") await org.scim("POST", "/Users", { ...sent, ...other });
    else if (back === "PUT") await overlay(org, id, { ...other, active: true });
    else {
      await overlay(org, id, other);
      await setActive(org, id, true);
    }
    const { role, state } = await memberOf(org, sent.userName);
    assert.deepEqual([role, state], ["member", "active"], back);
  }
});

test("a role given by hand does not come back with a person of whom no externalId was ever known", async () => {
  const org = await newOrganization(service);
  await org.addMember("ada@example.test", "admin");
  const { id } = await pushUser(org, { userName: "ada@example.test", emails: [], externalId: undefined });
  await setActive(org, id, false);
  await setActive(org, id, true);
  assert.equal((await memberOf(org, "ada@example.test")).role, "member");
});

async function admin(org: TestOrganization) {
  const sent = oktaUser();
  const { body } = await org.scim("POST", "/Users", sent);
  const { id: memberId } = await memberOf(org, sent.userName);
  await changeMember(org.scope, memberId, { role: "admin" });
  return { sent, id: body.id, memberId };
}

test("DELETE takes a created member away and leaves a linked one deactivated; both can be pushed again", async () => {
  const org = await newOrganization(service);
  const linked = await org.addMember("ada@example.test");
  const created = oktaUser();
  const known = oktaUser({ userName: "ada@example.test", emails: [] });
  for (const sent of [created, known]) {
    const { body } = await org.scim("POST", "/Users", sent);
    assert.equal((await org.scim("DELETE", `/Users/${body.id}`)).status, 204);
    assertScimError(await org.scim("GET", `/Users/${body.id}`), 404);
    assertScimError(await org.scim("DELETE", `/Users/${body.id}`), 404);
  }
  const members = await membersOf(org);
  assert.deepEqual([...members.keys()], ["ada@example.test"]);
  assert.deepEqual(
    [members.get("ada@example.test")?.id, members.get("ada@example.test")?.state],
    [linked.id, "deactivated"],
  );
  for (const sent of [created, known]) assert.equal((await org.scim("POST", "/Users", sent)).status, 201);
  const back = await memberOf(org, "ada@example.test");
  assert.deepEqual([back.id, back.state, back.connected], [linked.id, "active", true]);
  assert.equal((await memberOf(org, created.userName)).connected, true);
});

test("a deleted user is out of its groups", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const group = await pushGroup(org, "Platform", [ada.id, bo.id]);
  await org.scim("DELETE", `/Users/${ada.id}`);
  const { body } = await org.scim("GET", `/Groups/${group.id}`);
  assert.deepEqual(
    body.members.map((member: { value: string }) => member.value),
    [bo.id],
  );
});

test("the last owner is not deactivated or deleted by a directory, which is told why, and it is audited", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org, { userName: org.owner.email, emails: [] });
  const token = await signIn(org, org.owner.email);
  const acts = [
    () => overlay(org, id, { active: false }),
    () => setActive(org, id, false),
    () => org.scim("DELETE", `/Users/${id}`),
  ];
  for (const act of acts) {
    const before = await actionsOf(org);
    assertScimError(await act(), 400, "mutability", /last active owner/);
    assert.deepEqual(await actionsOf(org), [...before, "directory_user.refused"]);
    assert.equal((await org.scim("GET", `/Users/${id}`)).body.active, true);
    assert.ok(await findSession(org.scope, token));
  }
});

test("an owner who was created as inactive by a push is the last one all the same", async () => {
  const org = await newOrganization(service);
  const answer = await org.scim("POST", "/Users", oktaUser({ userName: org.owner.email, emails: [], active: false }));
  assertScimError(answer, 400, "mutability", /last active owner/);
  assert.deepEqual(await findUsers(org, "active eq false"), []);
});

test("one of two owners may be deactivated, and then the other may not", async () => {
  const org = await newOrganization(service);
  await org.addMember("second@example.test", "owner");
  const first = await pushUser(org, { userName: org.owner.email, emails: [] });
  const second = await pushUser(org, { userName: "second@example.test", emails: [] });
  assert.equal((await setActive(org, first.id, false)).status, 200);
  assertScimError(await setActive(org, second.id, false), 400, "mutability");
  await setActive(org, first.id, true);
  const [owner] = (await listMembers(org.scope, { limit: 10 })).filter((one) => one.id === org.owner.id);
  assert.deepEqual([owner?.role, owner?.state], ["owner", "active"]);
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
