import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import {
  assertScimError,
  findUsers,
  groupMembers,
  membersOf,
  overlay,
  patch,
  pushGroup,
  pushUser,
} from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("two organizations that are provisioned at once through one process each get their own", async () => {
  const orgs = await Promise.all([newOrganization(service), newOrganization(service)]);
  const same = Array.from({ length: 40 }, () => oktaUser());
  const pushes = same.flatMap((sent) => orgs.map((org) => org.scim("POST", "/Users", sent)));
  for (const { status } of await Promise.all(pushes)) assert.equal(status, 201);
  const found = await Promise.all(orgs.map((org) => org.scim("GET", "/Users?count=200")));
  const [first, second] = found.map(({ body }) => body.Resources.map((user: { id: string }) => user.id));
  assert.deepEqual([first.length, second.length], [40, 40]);
  assert.equal(new Set([...first, ...second]).size, 80);
  for (const [i, { body }] of found.entries()) {
    for (const user of body.Resources) assert.ok(user.meta.location.startsWith(`${orgs[i]?.url}/`));
  }
  assert.deepEqual([...(await membersOf(orgs[0])).keys()].sort(), same.map((sent) => sent.userName).sort());
  await Promise.all(same.map((_, i) => org(orgs, i).scim("DELETE", `/Users/${(i % 2 === 0 ? first : second)[i]}`)));
  for (const each of orgs) assert.equal((await each.scim("GET", "/Users?count=0")).body.totalResults, 20);
});

const org = (orgs: readonly [TestOrganization, TestOrganization], index: number) => orgs[(index % 2) as 0 | 1];

test("another organization's token opens nothing", async () => {
  const [a, b] = [await newOrganization(service), await newOrganization(service)];
  const { id } = await pushUser(b);
  const authorization = `Bearer ${a.token}`;
  for (const [method, path] of [
    ["GET", "/Users"],
    ["GET", `/Users/${id}`],
    ["DELETE", `/Users/${id}`],
    ["POST", "/Users"],
    ["GET", "/Groups"],
    ["GET", "/Nothing"],
  ] as const) {
    assertScimError(await b.scim(method, path, method === "POST" ? oktaUser() : undefined, { authorization }), 401);
  }
  assert.equal((await b.scim("GET", "/Users")).body.totalResults, 1);
});

test("another organization's users and groups are 404 in every way of asking", async () => {
  const [a, b] = [await newOrganization(service), await newOrganization(service)];
  const user = await pushUser(b);
  const group = await pushGroup(b, "Platform", [user.id]);
  const before = [await b.scim("GET", "/Users"), await b.scim("GET", "/Groups")].map((answer) => answer.body);
  for (const [path, body] of [
    [`/Users/${user.id}`, oktaUser()],
    [`/Groups/${group.id}`, { displayName: "Taken", members: [] }],
  ] as const) {
    assertScimError(await a.scim("GET", path), 404);
    assertScimError(await a.scim("PUT", path, body), 404);
    assertScimError(await patch(a, path, { op: "replace", path: "externalId", value: "x" }), 404);
    assertScimError(await a.scim("DELETE", path), 404);
  }
  for (const filter of [
    `id eq "${user.id}"`,
    `userName eq "${user.userName}"`,
    `externalId eq "${user.externalId}"`,
    `groups.value eq "${group.id}"`,
    "active eq true",
    "not (active eq false)",
  ]) {
    assert.deepEqual(await findUsers(a, filter), [], filter);
  }
  assert.deepEqual(
    [await b.scim("GET", "/Users"), await b.scim("GET", "/Groups")].map((answer) => answer.body),
    before,
  );
});

test("another organization's person cannot be put into a group, or taken out of one", async () => {
  const [a, b] = [await newOrganization(service), await newOrganization(service)];
  const [mine, theirs] = [await pushUser(a), await pushUser(b)];
  const group = await pushGroup(a, "Platform", [mine.id]);
  const members = [{ value: mine.id }, { value: theirs.id }];
  for (const answer of [
    await a.scim("POST", "/Groups", { displayName: "Other", members }),
    await a.scim("PUT", `/Groups/${group.id}`, { displayName: "Platform", members }),
    await patch(a, `/Groups/${group.id}`, { op: "add", path: "members", value: members }),
  ]) {
    assertScimError(answer, 400, "invalidValue", new RegExp(theirs.id));
  }
  assert.deepEqual(await groupMembers(a, group.id), [mine.id]);
});

test("one person in two organizations is two members who know nothing of each other", async () => {
  const [a, b] = [await newOrganization(service), await newOrganization(service)];
  const sent = oktaUser();
  const [inA, inB] = [await a.scim("POST", "/Users", sent), await b.scim("POST", "/Users", sent)];
  assert.deepEqual([inA.status, inB.status], [201, 201]);
  assert.notEqual(inA.body.id, inB.body.id);
  await overlay(a, inA.body.id, { active: false, name: { givenName: "Renamed" } });
  assert.deepEqual((await b.scim("GET", `/Users/${inB.body.id}`)).body, inB.body);
  assert.equal((await membersOf(b)).get(sent.userName)?.state, "active");
});
