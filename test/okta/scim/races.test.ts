import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, oktaUser, type ScimAnswer } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { actionsOf, assertScimError, memberOf, membersOf, patch, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("of fifty identical creates at once, one is 201 and forty-nine are 409", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser();
  const answers = await atOnce(50, () => org.scim("POST", "/Users", sent));
  assert.deepEqual(counted(answers), { 201: 1, 409: 49 });
  const [created] = answers.filter((answer) => answer.status === 201);
  for (const answer of answers) {
    if (answer.status === 409) assertScimError(answer, 409, "uniqueness", new RegExp(created?.body.id));
  }
  assert.equal((await membersOf(org)).size, 1);
  assert.deepEqual(await actionsOf(org), ["directory_user.created"]);
});

test("of fifty creates at once of a person who was a member before, one links and forty-nine are 409", async () => {
  const org = await newOrganization(service);
  const { id } = await org.addMember("ada@example.test");
  const sent = oktaUser({ userName: "ada@example.test", emails: [] });
  const answers = await atOnce(50, () => org.scim("POST", "/Users", sent));
  assert.deepEqual(counted(answers), { 201: 1, 409: 49 });
  assert.deepEqual(
    [...(await membersOf(org)).values()].map((member) => member.id),
    [id],
  );
});

test("of fifty creates at once of a person who is inactive, one revives and forty-nine are 409", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser();
  const { body } = await org.scim("POST", "/Users", sent);
  await setActive(org, body.id, false);
  const answers = await atOnce(50, () => org.scim("POST", "/Users", sent));
  assert.deepEqual(counted(answers), { 201: 1, 409: 49 });
  assert.equal(answers.find((answer) => answer.status === 201)?.body.id, body.id);
  assert.equal((await memberOf(org, sent.userName)).connected, true);
});

test("fifty people with one email and different names give one member", async () => {
  const org = await newOrganization(service);
  const emails = [{ value: "ada@example.test", primary: true }];
  const answers = await atOnce(50, (i) => org.scim("POST", "/Users", oktaUser({ userName: `ada${i}`, emails })));
  assert.deepEqual(counted(answers), { 201: 1, 409: 49 });
  assert.equal((await membersOf(org)).size, 1);
});

test("PATCHes of one user at once lose nothing", async () => {
  const org = await newOrganization(service);
  const { id, meta } = await pushUser(org);
  const names = [
    "title",
    "nickName",
    "displayName",
    "locale",
    "timezone",
    "userType",
    "preferredLanguage",
    "name.honorificPrefix",
    "name.middleName",
    "name.honorificSuffix",
  ];
  const answers = await atOnce(names.length, (i) =>
    patch(org, `/Users/${id}`, { op: "replace", path: names[i], value: `v${i}` }),
  );
  assert.deepEqual(counted(answers), { 200: names.length });
  const { body } = await org.scim("GET", `/Users/${id}`);
  for (const [i, name] of names.entries()) {
    assert.equal(
      name.split(".").reduce((so, part) => so[part], body),
      `v${i}`,
      name,
    );
  }
  assert.notEqual(body.meta.version, meta.version);
});

test("thirty phone numbers added at once are all there", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  const answers = await atOnce(30, (i) =>
    patch(org, `/Users/${id}`, { op: "add", path: "phoneNumbers", value: [{ type: "work", value: `+1-${100 + i}` }] }),
  );
  assert.deepEqual(counted(answers), { 200: 30 });
  assert.equal((await org.scim("GET", `/Users/${id}`)).body.phoneNumbers.length, 30);
});

test("a refusal that comes while many change one user is a refusal, not an error of ours", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const answers = await atOnce(60, (i) =>
    i % 2 === 0
      ? patch(org, `/Users/${bo.id}`, { op: "replace", path: "title", value: `t${i}` })
      : patch(org, `/Users/${bo.id}`, { op: "replace", path: "userName", value: ada.userName }),
  );
  assert.deepEqual(counted(answers), { 200: 30, 409: 30 });
});

function atOnce(count: number, act: (index: number) => Promise<ScimAnswer>): Promise<ScimAnswer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => act(index)));
}

function counted(answers: readonly ScimAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
