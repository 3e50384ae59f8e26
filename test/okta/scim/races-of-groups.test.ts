import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, type ScimAnswer } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { groupMembers, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("fifty creates of one group at once give one", async () => {
  const org = await newOrganization(service);
  const answers = await atOnce(50, () => org.scim("POST", "/Groups", { displayName: "Platform", members: [] }));
  assert.deepEqual(counted(answers), { 201: 1, 409: 49 });
});

test("fifty additions of members at once give fifty members", async () => {
  const org = await newOrganization(service);
  const people = await Promise.all(Array.from({ length: 50 }, () => pushUser(org)));
  const { id } = await pushGroup(org, "Platform");
  const add = (value: string) => patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value }] });
  const answers = await atOnce(50, (i) => add(people[i].id));
  assert.deepEqual(counted(answers), { 204: 50 });
  assert.deepEqual(await groupMembers(org, id), people.map((one) => one.id).sort());
});

test("fifty removals at once among fifty additions leave exactly the added", async () => {
  const org = await newOrganization(service);
  const people = (await Promise.all(Array.from({ length: 100 }, () => pushUser(org)))).map((one) => one.id);
  const { id } = await pushGroup(org, "Platform", people.slice(0, 50));
  const answers = await atOnce(100, (i) =>
    i < 50
      ? patch(org, `/Groups/${id}`, { op: "remove", path: `members[value eq "${people[i]}"]` })
      : patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value: people[i] }] }),
  );
  assert.deepEqual(counted(answers), { 204: 100 });
  assert.deepEqual(await groupMembers(org, id), people.slice(50).sort());
});

test("a PUT of a group at the same moment as PATCHes of it ends as one after the other would", async () => {
  const org = await newOrganization(service);
  const people = (await Promise.all(Array.from({ length: 10 }, () => pushUser(org)))).map((one) => one.id);
  for (let round = 0; round < 10; round++) {
    const { id } = await pushGroup(org, `Platform ${round}`, people.slice(0, 5));
    const members = people.slice(0, 8).map((value) => ({ value }));
    const answers = await Promise.all([
      org.scim("PUT", `/Groups/${id}`, { displayName: `Renamed ${round}`, members }),
      patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value: people[9] }] }),
      patch(org, `/Groups/${id}`, { op: "remove", path: `members[value eq "${people[0]}"]` }),
    ]);
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 204, 204],
    );
    const after = new Set(await groupMembers(org, id));
    assert.ok(people.slice(1, 8).every((one) => after.has(one)));
    assert.ok(!after.has(people[8] ?? ""));
    assert.equal((await org.scim("GET", `/Groups/${id}`)).body.displayName, `Renamed ${round}`);
  }
});

function atOnce(count: number, act: (index: number) => Promise<ScimAnswer>): Promise<ScimAnswer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => act(index)));
}

function counted(answers: readonly ScimAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
