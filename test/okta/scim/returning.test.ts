import assert from "node:assert/strict";
import { after, test } from "node:test";
import { changeMember } from "../../../src/domain/members/members.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import {
  assertScimError,
  findUsers,
  memberOf,
  membersOf,
  overlay,
  pushGroup,
  pushUser,
  setActive,
} from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

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
