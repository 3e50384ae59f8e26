import assert from "node:assert/strict";
import { after, test } from "node:test";
import { changeMember } from "../../../src/domain/members/members.ts";
import { findPerson } from "../../../src/domain/sso/person.ts";
import type { VerifiedAssertion } from "../../../src/protocols/saml/response.ts";
import { newOrganization, oktaUser } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { settingsOf } from "../people.ts";
import {
  assertScimError,
  fill,
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

test("others got wrong: the case of userName", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser({ userName: "Ada.Park@Example.Test" });
  const { body } = await org.scim("POST", "/Users", sent);
  assert.equal(body.userName, sent.userName);
  for (const userName of ["ada.park@example.test", "ADA.PARK@EXAMPLE.TEST"]) {
    const [found] = await findUsers(org, `userName eq "${userName}"`);
    assert.deepEqual([found.id, found.userName], [body.id, sent.userName]);
    assertScimError(await org.scim("POST", "/Users", { ...sent, userName }), 409, "uniqueness");
  }
});

test("others got wrong: uniqueness on email instead of userName", async () => {
  const org = await newOrganization(service);
  const first = await pushUser(org, { userName: "ada", emails: [{ value: "ada@one.test" }] });
  const second = oktaUser({ userName: "ada", emails: [{ value: "ada@two.test" }] });
  assertScimError(await org.scim("POST", "/Users", second), 409, "uniqueness", /userName "ada"/);
  assert.equal((await findUsers(org, 'userName eq "ada"'))[0].id, first.id);
});

test("others got wrong: a creation race that ends in 500", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser();
  const answers = await Promise.all(Array.from({ length: 10 }, () => org.scim("POST", "/Users", sent)));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, ...Array(9).fill(409)]);
});

test("others got wrong: deactivated users hidden from the lookup, or impossible to create again", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser();
  const { body } = await org.scim("POST", "/Users", sent);
  await setActive(org, body.id, false);
  const filters = [
    `userName eq "${sent.userName}"`,
    `emails.value eq "${sent.userName}"`,
    `email eq "${sent.userName}"`,
    `externalId eq "${sent.externalId}"`,
    `emails[type eq "work"].value eq "${sent.userName}"`,
    `id eq "${body.id}"`,
    `emails eq "${sent.userName}"`,
  ];
  for (const filter of filters) {
    const [found] = await findUsers(org, filter);
    assert.deepEqual([found?.id, found?.active], [body.id, false], filter);
  }
  const again = await org.scim("POST", "/Users", sent);
  assert.deepEqual([again.status, again.body.id, again.body.active], [201, body.id, true]);
});

test("others got wrong: active:false ignored when it is a string, or nested, or path-less", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  for (const operation of [
    { op: "replace", value: { active: false } },
    { op: "Replace", value: { active: "False" } },
    { op: "replace", path: "active", value: false },
    { op: "Replace", path: "active", value: "False" },
    { op: "add", path: "active", value: "false" },
    { op: "replace", path: "active", value: [{ value: "False" }] },
    { op: "replace", path: "active", value: { value: false } },
    { op: "replace", path: "urn:ietf:params:scim:schemas:core:2.0:User:active", value: false },
    { op: "replace", value: { "urn:ietf:params:scim:schemas:core:2.0:User:active": false } },
  ]) {
    const { status, body } = await patch(org, `/Users/${id}`, operation);
    assert.deepEqual([status, body.active], [200, false], JSON.stringify(operation));
    assert.equal((await memberOf(org, userName)).state, "deactivated");
    await setActive(org, id, true);
  }
  const { body } = await overlay(org, id, { active: "False" });
  assert.equal(body.active, false);
});

test("others got wrong: of two PATCHes at once one is lost", async () => {
  const org = await newOrganization(service);
  for (let round = 0; round < 10; round++) {
    const { id } = await pushUser(org);
    const put = (path: string) => patch(org, `/Users/${id}`, { op: "replace", path, value: "new" });
    await Promise.all([put("title"), put("nickName")]);
    const { body } = await org.scim("GET", `/Users/${id}`);
    assert.deepEqual([body.title, body.nickName], ["new", "new"]);
  }
});

test("others got wrong: totals computed by loading everyone", async () => {
  const org = await newOrganization(service);
  await fill(org, 5_000);
  const { body } = await org.scim("GET", "/Users?count=0&filter=active%20eq%20true");
  assert.deepEqual([body.totalResults, body.itemsPerPage, body.Resources], [5_000, 0, []]);
});

test("others got wrong: the last owner disabled", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org, { userName: org.owner.email, emails: [] });
  assertScimError(await setActive(org, id, false), 400, "mutability");
  assertScimError(await org.scim("DELETE", `/Users/${id}`), 400, "mutability");
  assert.equal((await org.scim("GET", `/Users/${id}`)).body.active, true);
});

test("others got wrong: a changed email that makes a second person", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser();
  const { body } = await org.scim("POST", "/Users", sent);
  const { id: memberId } = await memberOf(org, sent.userName);
  await overlay(org, body.id, { userName: "new@example.test", emails: [{ value: "new@example.test", primary: true }] });
  assert.deepEqual(
    [...(await membersOf(org)).values()].map((member) => [member.id, member.email]),
    [[memberId, "new@example.test"]],
  );
  assert.deepEqual(await findUsers(org, `userName eq "${sent.userName}"`), []);
});

test("others got wrong: a sync that wipes roles given by hand", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await changeMember(org.scope, (await memberOf(org, userName)).id, { role: "admin" });
  await overlay(org, id, { title: "Engineer" });
  await setActive(org, id, true);
  await pushGroup(org, "Platform", [id]);
  assert.equal((await memberOf(org, userName)).role, "admin");
});

test("others got wrong: an absent attribute treated as an empty one", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org, { title: "Engineer", active: false });
  const group = await pushGroup(org, "Platform", [id]);
  await patch(org, `/Users/${id}`, { op: "replace", value: { nickName: "Ada" } });
  await patch(org, `/Groups/${group.id}`, { op: "replace", value: { displayName: "Renamed" } });
  await org.scim("PUT", `/Groups/${group.id}`, { displayName: "Renamed" });
  const { body } = await org.scim("GET", `/Users/${id}`);
  assert.deepEqual([body.title, body.nickName, body.active, body.groups.length], ["Engineer", "Ada", false, 1]);
  const cleared = await patch(org, `/Users/${id}`, { op: "replace", value: { title: null } });
  assert.equal(cleared.body.title, undefined);
});

test("others got wrong: people who came by themselves, invisible to the lookup but in conflict on create", async () => {
  const org = await newOrganization(service);
  const assertion = { email: "ada@example.test", attributes: new Map() } as unknown as VerifiedAssertion;
  const { memberId } = await findPerson(org.scope, assertion, settingsOf("jit"));
  const [found] = await findUsers(org, 'userName eq "Ada@example.test"');
  const sent = oktaUser({ userName: "ada@example.test", emails: [] });
  const { status, body } = await org.scim("POST", "/Users", sent);
  assert.deepEqual([status, body.id, body.externalId], [201, found.id, sent.externalId]);
  assert.equal((await memberOf(org, "ada@example.test")).id, memberId);
});
