import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newId } from "../../../src/db/id.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { actionsOf, assertScimError, groupMembers, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("a created group is answered whole, with its members and its address", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const sent = { displayName: "Platform Team", externalId: "00gplatform", members: [{ value, display: "Ada" }] };
  const { status, headers, body } = await org.scim("POST", "/Groups", sent);
  assert.equal(status, 201);
  assert.equal(headers.get("location"), `${org.url}/okta/scim/Groups/${body.id}`);
  assert.deepEqual(
    [body.displayName, body.externalId, body.meta.resourceType],
    ["Platform Team", "00gplatform", "Group"],
  );
  assert.deepEqual(body.members, [
    { value, $ref: `${org.url}/okta/scim/Users/${value}`, display: "Ada", type: "User" },
  ]);
  assert.deepEqual((await org.scim("GET", `/Groups/${body.id}`)).body, body);
});

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

test("two groups cannot have one name, in whatever case, and the refusal names the other", async () => {
  const org = await newOrganization(service);
  const first = await pushGroup(org, "Platform Team");
  const other = await pushGroup(org, "Other");
  assertScimError(
    await org.scim("POST", "/Groups", { displayName: "PLATFORM team" }),
    409,
    "uniqueness",
    new RegExp(first.id),
  );
  const renamed = await org.scim("PUT", `/Groups/${other.id}`, { displayName: "Platform Team" });
  assertScimError(renamed, 409, "uniqueness", new RegExp(first.id));
  const patched = await patch(org, `/Groups/${other.id}`, {
    op: "replace",
    path: "displayName",
    value: "platform team",
  });
  assertScimError(patched, 409, "uniqueness", new RegExp(first.id));
  assert.equal((await org.scim("PUT", `/Groups/${first.id}`, { displayName: "PLATFORM TEAM" })).status, 200);
});

test("a group is found by its name in any case, and by its externalId in the exact one", async () => {
  const org = await newOrganization(service);
  const { id } = await pushGroup(org, 'The "A" Team (or b)');
  await org.scim("PUT", `/Groups/${id}`, { displayName: 'The "A" Team (or b)', externalId: "00gA" });
  const found = async (filter: string) => {
    const { status, body } = await org.scim("GET", `/Groups?filter=${encodeURIComponent(filter)}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.totalResults;
  };
  assert.equal(await found('displayName eq "the \\"a\\" team (OR B)"'), 1);
  assert.equal(await found('externalId eq "00gA"'), 1);
  assert.equal(await found('externalId eq "00ga"'), 0);
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

test("excludedAttributes=members leaves members out of a group and of a list of groups", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const { id } = await pushGroup(org, "Platform", [value]);
  for (const query of ["excludedAttributes=members", "attributes=displayName,id", "excludedAttributes=MEMBERS,meta"]) {
    const one = await org.scim("GET", `/Groups/${id}?${query}`);
    const [listed] = (await org.scim("GET", `/Groups?${query}&filter=displayName%20eq%20%22platform%22`)).body
      .Resources;
    for (const group of [one.body, listed])
      assert.deepEqual([group.displayName, group.members], ["Platform", undefined]);
  }
  const { body } = await org.scim("GET", `/Groups/${id}?attributes=members.value`);
  assert.deepEqual(body.members, [{ value }]);
});

test("groups are listed page by page in one order with exact totals", async () => {
  const org = await newOrganization(service);
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) ids.push((await pushGroup(org, `Group ${9 - i}`)).id);
  const walked: string[] = [];
  for (const startIndex of [1, 4, 7, 10]) {
    const { body } = await org.scim("GET", `/Groups?startIndex=${startIndex}&count=3`);
    assert.deepEqual([body.totalResults, body.itemsPerPage], [7, body.Resources.length]);
    walked.push(...body.Resources.map((group: { id: string }) => group.id));
  }
  assert.deepEqual(walked, ids);
});

test("a deleted group is gone, its name is free, and its people stay", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const { id } = await pushGroup(org, "Platform", [value]);
  assert.equal((await org.scim("DELETE", `/Groups/${id}`)).status, 204);
  assertScimError(await org.scim("DELETE", `/Groups/${id}`), 404);
  assertScimError(await patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value }] }), 404);
  assert.equal((await org.scim("GET", `/Users/${value}`)).body.groups, undefined);
  await pushGroup(org, "Platform", [value]);
});

test("a refused group keeps neither its name nor its members", async () => {
  const org = await newOrganization(service);
  for (const body of [
    {},
    { displayName: "" },
    { displayName: "  " },
    { displayName: 7 },
    { displayName: "X", members: 7 },
  ]) {
    assertScimError(await org.scim("POST", "/Groups", body), 400, "invalidValue");
  }
  assert.equal((await org.scim("GET", "/Groups")).body.totalResults, 0);
});

/** So many directory users, made by one statement. */
async function fill(org: TestOrganization, count: number): Promise<string[]> {
  const now = new Date();
  const rows = Array.from({ length: count }, (_, i) => ({
    organization_id: org.organization.id,
    id: newId(now),
    user_name: `p${i}@example.test`,
    email: `p${i}@example.test`,
    active: true,
    origin: "scim" as const,
    attributes: JSON.stringify({}),
    created_at: now,
    updated_at: now,
  }));
  await service.parts.db.insertInto("directory_users").values(rows).execute();
  return rows.map((row) => row.id);
}
