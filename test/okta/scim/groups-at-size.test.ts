import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newId } from "../../../src/db/id.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, fill, groupMembers, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const SIZE = 10_000;

/** An organization with a group of everybody, whose members are written by one statement. */
async function withLargeGroup(size = SIZE): Promise<{ org: TestOrganization; people: string[]; id: string }> {
  const org = await newOrganization(service);
  const people = await fill(org, size);
  const { id } = await pushGroup(org, "Everybody", people);
  return { org, people, id };
}

/** The answer to a GET, of which nothing has been read yet. */
function ask(org: TestOrganization, path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${org.token}` };
  return service.fetch(`${org.url}/okta/scim${path}`, { headers });
}

test("a PUT of one member on a group of 10,000 leaves one", async () => {
  const { org, people, id } = await withLargeGroup();
  const members = [{ value: people[77] }];
  const { status, body } = await org.scim("PUT", `/Groups/${id}`, { displayName: "Everybody", members });
  assert.deepEqual([status, body.members.map(({ value }: { value: string }) => value)], [200, [people[77]]]);
  assert.deepEqual(await groupMembers(org, id), [people[77]]);
});

test("a member added twice to a group of 10,000 is stored once", async () => {
  const { org, people, id } = await withLargeGroup();
  const late = (await pushUser(org)).id;
  const add = { op: "add", path: "members", value: [{ value: late }, { value: people[5] }, { value: late }] };
  for (let time = 0; time < 2; time++) assert.equal((await patch(org, `/Groups/${id}`, add, add)).status, 204);
  assert.deepEqual(await groupMembers(org, id), [...people, late].sort());
});

test("a push of all 10,000 members again writes only what differs, and refuses a missing one by name", async () => {
  const { org, people, id } = await withLargeGroup();
  const late = (await pushUser(org)).id;
  const version = async () => (await org.scim("GET", `/Groups/${id}?excludedAttributes=members`)).body.meta.version;
  const push = (ids: readonly string[]) => {
    return patch(org, `/Groups/${id}`, { op: "replace", path: "members", value: ids.map((value) => ({ value })) });
  };
  const before = await version();
  assert.equal((await push(people)).status, 204);
  assert.equal(await version(), before, "nothing differed, so nothing was written");
  assert.equal((await push([...people.slice(100), late])).status, 204);
  assert.deepEqual(await groupMembers(org, id), [...people.slice(100), late].sort());
  const nobody = newId(new Date());
  assertScimError(await push([...people, nobody]), 400, "invalidValue", new RegExp(nobody));
  assert.equal((await groupMembers(org, id)).length, SIZE - 99);
  const events = service.parts.db.selectFrom("audit_events").select("detail").where("target_id", "=", id);
  const changed = await events.where("action", "=", "directory_group.changed").execute();
  assert.deepEqual(changed, [{ detail: { added: 1, removed: 100 } }]);
});

test("a member whose name changed is shown under the new one after a push of the whole group", async () => {
  const { org, people, id } = await withLargeGroup(3);
  const members = people.map((value, at) => ({ value, display: at === 1 ? "Renamed" : undefined }));
  const { body } = await org.scim("PUT", `/Groups/${id}`, { displayName: "Everybody", members });
  const shown = body.members.map(({ display }: { display: string }) => display);
  assert.deepEqual(shown, ["p0@example.test", "Renamed", "p2@example.test"]);
});

test("whoever a filter on members means is removed, and nobody else", async () => {
  const { org, people, id } = await withLargeGroup(2_000);
  const remove = async (filter: string) => {
    const { status, body } = await patch(org, `/Groups/${id}`, { op: "remove", path: `members[${filter}]` });
    assert.equal(status, 204, JSON.stringify(body));
    return (await groupMembers(org, id)).length;
  };
  assert.equal(await remove('display sw "P19"'), 2_000 - 111);
  assert.equal(await remove(`$ref eq "${org.url}/okta/scim/Users/${people[0]}"`), 2_000 - 112);
  assert.equal(await remove(`not (type eq "User") or value eq "${people[1]}"`), 2_000 - 113);
  assert.equal(await remove("display pr"), 0);
});

test("a body of 50,000 members is read and looked up, to the last one, who is missing", async () => {
  const { org, people, id } = await withLargeGroup(10);
  const strangers = Array.from({ length: 50_000 }, () => ({
    value: newId(new Date()),
    display: "ada.park@example.test",
  }));
  const members = [...people.map((value) => ({ value })), ...strangers];
  const refused = await org.scim("PUT", `/Groups/${id}`, { displayName: "Everybody", members });
  assertScimError(refused, 400, "invalidValue", / and 49995 more/);
  assert.deepEqual(await groupMembers(org, id), people);
});

test("a large group is answered as a small one: headers, attributes, and each member's form", async () => {
  const { org, people, id } = await withLargeGroup(2_500);
  const small = await pushGroup(org, "Few", people.slice(0, 1));
  const large = await org.scim("GET", `/Groups/${id}`);
  assert.equal(large.headers.get("content-type"), "application/scim+json");
  assert.deepEqual(large.body.members[0], small.members[0]);
  assert.deepEqual(Object.keys(large.body).sort(), Object.keys(small).sort());
  const part = (await org.scim("GET", `/Groups/${id}?attributes=members.value`)).body;
  assert.deepEqual(
    [Object.keys(part).sort(), part.members[2_499]],
    [["id", "members", "schemas"], { value: people[2_499] }],
  );
  const made = await org.scim("POST", "/Groups", { displayName: "Again", members: people.map((value) => ({ value })) });
  assert.deepEqual([made.status, made.body.members.length], [201, 2_500]);
  assert.equal(made.headers.get("location"), `${org.url}/okta/scim/Groups/${made.body.id}`);
});

test("a page of large groups holds what each of them holds", async () => {
  const { org, people, id } = await withLargeGroup();
  const other = await pushGroup(org, "Many", people.slice(0, 1_500));
  const empty = await pushGroup(org, "Nobody");
  const { body } = await org.scim("GET", "/Groups?count=100");
  assert.deepEqual([body.totalResults, body.itemsPerPage, body.Resources.length], [3, 3, 3]);
  for (const [at, one] of [id, other.id, empty.id].entries()) {
    assert.deepEqual(body.Resources[at], (await org.scim("GET", `/Groups/${one}`)).body);
  }
});

test("a large group is answered as it was at one moment, whoever comes and goes meanwhile", async () => {
  const { org, people, id } = await withLargeGroup();
  const response = await ask(org, `/Groups/${id}`);
  const removals = people.slice(4_000).map((value) => ({ value }));
  assert.equal((await patch(org, `/Groups/${id}`, { op: "remove", path: "members", value: removals })).status, 204);
  const body = (await response.json()) as { members: { value: string }[]; meta: { version: string } };
  assert.deepEqual([body.members.length, body.meta.version], [SIZE, response.headers.get("etag")]);
  assert.equal((await groupMembers(org, id)).length, 4_000);
});

test("whoever goes away in the middle of a large group leaves its connection to the others", async () => {
  const { org, id } = await withLargeGroup();
  for (let time = 0; time < 12; time++) {
    const reader = (await ask(org, `/Groups/${id}`)).body?.getReader();
    await reader?.read();
    await reader?.cancel();
  }
  const answers = await Promise.all(Array.from({ length: 12 }, () => org.scim("GET", `/Groups/${id}`)));
  assert.deepEqual(
    answers.map(({ body }) => body.members.length),
    Array(12).fill(SIZE),
  );
});

test("two organizations of 10,000 that are provisioned at once keep their own people, and their totals", async () => {
  const orgs = [await newOrganization(service), await newOrganization(service)] as const;
  const people = await Promise.all(
    orgs.map(async (org) => {
      const known = await fill(org, SIZE);
      const group = await pushGroup(org, "Everybody", known.slice(0, 10));
      return { org, known, group, pushed: [] as string[] };
    }),
  );
  const push = async ({ org, group, pushed }: (typeof people)[number]) => {
    const { id } = await pushUser(org);
    pushed.push(id);
    const added = await patch(org, `/Groups/${group.id}`, { op: "add", path: "members", value: [{ value: id }] });
    assert.equal(added.status, 204);
  };
  for (let turn = 0; turn < 10; turn++) await Promise.all([...people, ...people, ...people].map(push));
  for (const { org, known, group, pushed } of people) {
    const ids: string[] = [];
    for (let startIndex = 1; startIndex <= SIZE + 30; startIndex += 200) {
      const query = `startIndex=${startIndex}&count=200&attributes=id`;
      const { body } = await org.scim("GET", `/Users?${query}`);
      assert.equal(body.totalResults, SIZE + 30);
      ids.push(...body.Resources.map(({ id }: { id: string }) => id));
    }
    assert.deepEqual(ids.sort(), [...known, ...pushed].sort());
    assert.deepEqual(await groupMembers(org, group.id), [...known.slice(0, 10), ...pushed].sort());
  }
});
