import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newId } from "../../../src/db/id.ts";
import { newOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { actionsOf, assertScimError, fill, groupMembers, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("a member that does not exist is refused by name, and nothing of the request is done", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const { id } = await pushGroup(org, "Platform", [ada.id]);
  const nobody = newId(new Date());
  const before = [(await org.scim("GET", `/Groups/${id}`)).body, await actionsOf(org)];
  const members = [{ value: bo.id }, { value: nobody }, { value: "ada@example.test" }];
  const answers = [
    await org.scim("POST", "/Groups", { displayName: "Other", members }),
    await org.scim("PUT", `/Groups/${id}`, { displayName: "Renamed", members }),
    await patch(
      org,
      `/Groups/${id}`,
      { op: "replace", value: { displayName: "Renamed" } },
      { op: "add", path: "members", value: members },
    ),
    await patch(
      org,
      `/Groups/${id}`,
      { op: "remove", path: "members" },
      { op: "replace", path: "members", value: members },
    ),
  ];
  for (const answer of answers) assertScimError(answer, 400, "invalidValue", /"ada@example\.test"/);
  const unknown = await patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value: nobody }] });
  assertScimError(unknown, 400, "invalidValue", new RegExp(nobody));
  assert.deepEqual([(await org.scim("GET", `/Groups/${id}`)).body, await actionsOf(org)], before);
  assert.equal((await org.scim("GET", "/Groups")).body.totalResults, 1);
});

test("a member of the organization who is no directory user cannot be in a directory group", async () => {
  const org = await newOrganization(service);
  const answer = await org.scim("POST", "/Groups", { displayName: "Owners", members: [{ value: org.owner.id }] });
  assertScimError(answer, 400, "invalidValue", new RegExp(org.owner.id));
});

test("a member added twice is in once, in one request or in two, in whatever case the id is written", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const { id } = await pushGroup(org, "Platform", [value, value, value.toUpperCase()]);
  assert.deepEqual(await groupMembers(org, id), [value]);
  const add = { op: "add", path: "members", value: [{ value }, { value: value.toUpperCase() }] };
  assert.equal((await patch(org, `/Groups/${id}`, add, add)).status, 204);
  assert.deepEqual(await groupMembers(org, id), [value]);
});

test("removing whoever is not in the group is no error, and changes nothing", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const { id, meta } = await pushGroup(org, "Platform", [ada.id]);
  for (const value of [bo.id, newId(new Date()), "nobody"]) {
    assert.equal(
      (await patch(org, `/Groups/${id}`, { op: "remove", path: `members[value eq "${value}"]` })).status,
      204,
    );
  }
  const { body } = await org.scim("GET", `/Groups/${id}`);
  assert.deepEqual([body.members.length, body.meta], [1, meta]);
});

test("a PUT without members keeps them, with an empty list clears them", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const { id } = await pushGroup(org, "Platform", [value]);
  await org.scim("PUT", `/Groups/${id}`, { displayName: "Renamed" });
  assert.deepEqual(await groupMembers(org, id), [value]);
  const { body } = await org.scim("PUT", `/Groups/${id}`, { displayName: "Renamed", members: [] });
  assert.deepEqual(body.members, []);
});

test("a PUT of a group of 2,000 members writes the difference", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 2001);
  const { id } = await pushGroup(org, "Everybody", people.slice(0, 2000));
  const rows = () =>
    service.parts.db
      .selectFrom("group_memberships")
      .select(["directory_user_id as id"])
      .select((all) => all.ref("xmin" as never).as("written"))
      .where("group_id", "=", id)
      .execute();
  const before = new Map((await rows()).map((row) => [row.id, row.written]));
  const members = people.slice(1).map((value) => ({ value }));
  const { status, body } = await org.scim("PUT", `/Groups/${id}`, { displayName: "Everybody", members });
  assert.deepEqual([status, body.members.length], [200, 2000]);
  const after = await rows();
  assert.deepEqual(after.map((row) => row.id).sort(), people.slice(1).sort());
  const rewritten = after.filter((row) => before.get(row.id) !== row.written);
  assert.deepEqual(
    rewritten.map((row) => row.id),
    people.slice(-1),
  );
  const events = service.parts.db.selectFrom("audit_events").select("detail").where("target_id", "=", id);
  const [event] = await events.where("action", "=", "directory_group.changed").execute();
  assert.deepEqual(event?.detail, { added: 1, removed: 1 });
});

test("a thousand removals and a thousand additions fit in one PATCH", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 2000);
  const { id } = await pushGroup(org, "Everybody", people.slice(0, 1000));
  const removals = people.slice(0, 1000).map((value) => ({ op: "remove", path: `members[value eq "${value}"]` }));
  const value = people.slice(1000).map((one) => ({ value: one, display: "Somebody" }));
  assert.equal((await patch(org, `/Groups/${id}`, ...removals, { op: "add", path: "members", value })).status, 204);
  assert.deepEqual(await groupMembers(org, id), people.slice(1000).sort());
});
