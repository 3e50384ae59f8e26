import assert from "node:assert/strict";
import { after, test } from "node:test";
import { memberOf } from "../okta/scim/directory.ts";
import { newOrganization, type ScimAnswer } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { conversation } from "./recorded.ts";

const service = await startTestService();
after(() => service.stop());

const ADA = "ada.park@example.test";

test("Okta's wizard app provisions a person from the connector test to the second assignment", async () => {
  const talk = conversation(await newOrganization(service));
  await talk("test-connector");
  await talk("test-connector.groups");
  await talk("test-connector.badtoken");
  await talk("assign.lookup");
  await talk("assign.lookup.plus");
  await talk("assign.lookup.emails");
  const { userId } = await talk.keeping("userId", "assign.create");
  await talk("assign.create.dup");
  await talk("assign.create.dup", { userName: ADA.toUpperCase() });
  await talk("update.get");
  assert.equal((await talk("update.put")).body.name.givenName, "Adeline");
  await talk("update.get");
  await talk("deactivate.put");
  assert.equal((await talk("update.get")).body.active, false);
  const found = await talk.found("assign.lookup");
  assert.deepEqual([found[0].id, found[0].active], [userId, false]);
  await talk("update.get");
  await talk("reactivate.put");
  assert.equal((await talk("update.get")).body.active, true);
});

test("a stale formatted name that comes back in a PUT does not hide the new given name", async () => {
  const org = await newOrganization(service);
  const talk = conversation(org);
  await talk.keeping("userId", "assign.create");
  await talk("update.put");
  assert.equal((await memberOf(org, ADA)).name, "Adeline Park");
});

test("Okta's wizard app pushes a department in the enterprise extension and gets it back", async () => {
  const talk = conversation(await newOrganization(service));
  const { body } = await talk("assign.create.enterprise");
  assert.deepEqual(body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"], { department: "Sales" });
  assert.equal(body.title, "Account Executive");
  assert.equal(body.schemas.length, 2);
});

test("Okta's catalogue app switches a person off and on, and sets a password that nobody keeps", async () => {
  const talk = conversation(await newOrganization(service));
  await talk("assign.lookup");
  const { userId } = await talk.keeping("userId", "assign.create");
  await talk("deactivate.patch");
  const found = await talk.found("assign.lookup");
  assert.deepEqual([found[0].id, found[0].active], [userId, false]);
  await talk("reactivate.patch");
  assert.equal((await talk("update.get")).body.active, true);
  const before = (await talk("update.get")).body;
  await talk("password.patch");
  assert.deepEqual((await talk("update.get")).body, before);
});

test("Okta imports people and groups page by page, and an empty page lies past the end", async () => {
  const talk = conversation(await newOrganization(service));
  await talk("assign.create");
  await talk("assign.create", BO);
  await talk("group.create", { members: [] });
  const { body } = await talk("import.page1");
  assert.deepEqual([body.totalResults, body.itemsPerPage, body.startIndex], [2, 2, 1]);
  await talk("import.page-past-end");
  assert.equal((await talk("import.groups")).body.totalResults, 1);
});

test("Okta's wizard app pushes a group with all of its members each time", async () => {
  const org = await newOrganization(service);
  const talk = conversation(org);
  const { userId } = await talk.keeping("userId", "assign.create");
  const { userId2 } = await talk.keeping("userId2", "assign.create", BO);
  await talk("group.lookup");
  const { groupId } = await talk.keeping("groupId", "group.create");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  await talk("group.put");
  assert.deepEqual(membersIn(await talk("group.get")), [userId, userId2].sort());
  const { body } = await talk("group.get");
  await org.scim("PUT", `/Groups/${groupId}`, { ...body, displayName: "Platform" });
  const renamed = await talk("group.get");
  assert.equal(renamed.body.displayName, "Platform");
  assert.deepEqual(membersIn(renamed), [userId, userId2].sort());
  await talk("group.put.empty");
  assert.deepEqual(membersIn(await talk("group.get")), []);
  await talk("group.delete");
  assert.equal((await talk("group.lookup")).body.totalResults, 0);
});

test("Okta's catalogue app renames a group and moves its members by PATCH, however often it says so", async () => {
  const talk = conversation(await newOrganization(service));
  const { userId } = await talk.keeping("userId", "assign.create");
  const { userId2 } = await talk.keeping("userId2", "assign.create", BO);
  await talk.keeping("groupId", "group.create", { members: [{ value: userId2, display: "bo.li@example.test" }] });
  await talk("group.patch.rename");
  await talk("group.patch.members");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  await talk("group.patch.members");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  await talk("group.put");
  await talk("group.patch.fullpush");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  const person = await talk("update.get");
  assert.deepEqual(
    person.body.groups.map((group: { display: string }) => group.display),
    ["Platform Team"],
  );
  await talk("group.delete");
  assert.equal((await talk("update.get")).body.groups, undefined);
});

const BO = {
  userName: "bo.li@example.test",
  externalId: "00u0000000000000bo01",
  emails: [{ value: "bo.li@example.test" }],
};

function membersIn(answer: ScimAnswer): string[] {
  return answer.body.members.map((member: { value: string }) => member.value).sort();
}
