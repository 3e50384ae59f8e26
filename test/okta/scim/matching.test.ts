import assert from "node:assert/strict";
import { after, test } from "node:test";
import { checkIntegration, saveIntegration } from "../../../src/domain/integration/integration.ts";
import { changeMember } from "../../../src/domain/members/members.ts";
import { findPerson } from "../../../src/domain/sso/person.ts";
import type { VerifiedAssertion } from "../../../src/protocols/saml/response.ts";
import { CERTIFICATE, ISSUER, newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { settingsOf } from "../people.ts";
import {
  assertScimError,
  connectedMembers,
  findUsers,
  memberOf,
  membersOf,
  overlay,
  pushUser,
  setActive,
} from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("a person who was a member before is linked by email, in whatever case and spaces it is written", async () => {
  const org = await newOrganization(service);
  const before = await org.addMember("Ada@Example.test", "admin", "Ada of old");
  await pushUser(org, { userName: "apark", emails: [{ value: "  aDA@example.TEST ", primary: true }] });
  assert.equal((await membersOf(org)).size, 1);
  const after = await memberOf(org, "Ada@Example.test");
  assert.deepEqual([after.id, after.role, after.name, after.source], [before.id, "admin", "Ada of old", "manual"]);
  assert.equal(after.connected, true);
});

test("only ASCII letters match without case: a look-alike address is another person", async () => {
  const org = await newOrganization(service);
  await org.addMember("kim@example.test");
  await pushUser(org, { userName: "\u212Aim@example.test", emails: [] });
  assert.equal((await membersOf(org)).size, 2);
});

test("the primary email matches before the first, and the first before userName", async () => {
  const org = await newOrganization(service);
  const match = async (emails: object[], userName: string) => {
    const { id } = await pushUser(org, { userName, emails });
    const before = new Set((await membersOf(org)).keys());
    await org.scim("DELETE", `/Users/${id}`);
    return [...before].filter((email) => email.endsWith("@match.test"));
  };
  const [first, second] = [{ value: "first@match.test" }, { value: "second@match.test", primary: true }];
  assert.deepEqual(await match([first, second], "name@match.test"), ["second@match.test"]);
  assert.deepEqual(await match([first, { value: "other@match.test" }], "name@match.test"), ["first@match.test"]);
  assert.deepEqual(await match([], "name@match.test"), ["name@match.test"]);
});

test("a linked member keeps role and name while the directory changes both", async () => {
  const org = await newOrganization(service);
  await org.addMember("ada@example.test", "admin", "Ada of old");
  const { id } = await pushUser(org, { userName: "ada@example.test", emails: [] });
  await overlay(org, id, { name: { givenName: "Other", familyName: "Name" }, emails: [{ value: "new@example.test" }] });
  const { name, role, email } = await memberOf(org, "ada@example.test");
  assert.deepEqual([name, role, email], ["Ada of old", "admin", "ada@example.test"]);
});

test("a created member follows the directory in name and email", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  const { id: memberId } = await memberOf(org, userName);
  const name = { givenName: "Adeline", familyName: "Park" };
  await overlay(org, id, { userName: "ada@new.test", emails: [{ value: "ada@new.test", primary: true }], name });
  const after = await memberOf(org, "ada@new.test");
  assert.deepEqual([after.id, after.name], [memberId, "Adeline Park"]);
  assert.equal((await membersOf(org)).size, 1);
});

test("a role given by hand stays while the directory changes the person", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await changeMember(org.scope, (await memberOf(org, userName)).id, { role: "admin" });
  await overlay(org, id, { title: "Engineer" });
  assert.equal((await memberOf(org, userName)).role, "admin");
});

test("a second user with the same email is refused, and the refusal names the first", async () => {
  const org = await newOrganization(service);
  const first = await pushUser(org, { userName: "first", emails: [{ value: "ada@example.test" }] });
  const second = oktaUser({ userName: "second", emails: [{ value: "ADA@example.test" }] });
  const answer = await org.scim("POST", "/Users", second);
  assertScimError(answer, 409, "uniqueness", /ADA@example\.test.*"first"/);
  assert.ok(answer.body.detail.includes(first.id));
  assert.equal((await membersOf(org)).size, 1);
  assert.deepEqual(await findUsers(org, 'userName eq "second"'), []);
});

test("a change to an address that another user has is refused, names that user and changes nothing", async () => {
  const org = await newOrganization(service);
  const first = await pushUser(org);
  const second = await pushUser(org);
  const taken = { emails: [{ value: first.userName.toUpperCase(), primary: true }], title: "Engineer" };
  const answer = await overlay(org, second.id, taken);
  assertScimError(answer, 409, "uniqueness", new RegExp(first.id));
  assert.deepEqual((await org.scim("GET", `/Users/${second.id}`)).body, second);
  assertScimError(await overlay(org, second.id, { userName: first.userName }), 409, "uniqueness", new RegExp(first.id));
});

test("a change of a created member to the address of a member by hand is refused and changes nothing", async () => {
  const org = await newOrganization(service);
  await org.addMember("bo@example.test");
  const user = await pushUser(org);
  const answer = await overlay(org, user.id, { emails: [{ value: "bo@example.test", primary: true }] });
  assertScimError(answer, 409, "uniqueness", /bo@example\.test/);
  assert.deepEqual((await org.scim("GET", `/Users/${user.id}`)).body, user);
});

test("a second user for a member whose user has moved to another address is refused, naming that user", async () => {
  const org = await newOrganization(service);
  await org.addMember("ada@example.test");
  const first = await pushUser(org, { userName: "ada@example.test", emails: [] });
  await overlay(org, first.id, { userName: "ada@new.test" });
  const answer = await org.scim("POST", "/Users", oktaUser({ userName: "ada@example.test", emails: [] }));
  assertScimError(answer, 409, "uniqueness", new RegExp(first.id));
  assert.equal((await membersOf(org)).size, 1);
});

test("an active person who is pushed again is refused, and nothing changes", async () => {
  const org = await newOrganization(service);
  const user = await pushUser(org);
  const again = { ...oktaUser(), userName: user.userName.toUpperCase(), externalId: user.externalId };
  assertScimError(await org.scim("POST", "/Users", again), 409, "uniqueness", new RegExp(user.id));
  assert.deepEqual((await org.scim("GET", `/Users/${user.id}`)).body, user);
});

test("a person who came by themselves is found by the lookup and adopted, by PUT and by POST", async () => {
  const org = await newOrganization(service, { integration: "jit" });
  const ids = [await arrive(org, "ada@example.test"), await arrive(org, "bo@example.test")];
  assert.equal((await memberOf(org, "ada@example.test")).source, "jit");
  const scim = await switchToScim(org);
  const [ada] = await findUsers(scim, 'userName eq "ADA@example.test"');
  assert.equal(ada.active, true);
  const profile = oktaUser({ userName: "ada@example.test", emails: [{ value: "ada@example.test", primary: true }] });
  const put = await overlay(scim, ada.id, profile);
  assert.deepEqual([put.status, put.body.externalId], [200, profile.externalId]);
  const bo = oktaUser({ userName: "bo@example.test", emails: [{ value: "bo@example.test", primary: true }] });
  const [found] = await findUsers(scim, 'userName eq "bo@example.test"');
  const post = await scim.scim("POST", "/Users", bo);
  assert.deepEqual([post.status, post.body.id, post.body.externalId], [201, found.id, bo.externalId]);
  assertScimError(await scim.scim("POST", "/Users", bo), 409, "uniqueness");
  const members = await membersOf(org);
  assert.deepEqual([...members.values()].map((member) => member.id).sort(), ids.sort());
  assert.equal(await connectedMembers(org), 2);
});

test("a member without a directory user who signs in through Okta is connected, and found by the lookup", async () => {
  const org = await newOrganization(service);
  const { id } = await org.addMember("Ada@example.test", "admin", "Ada of old");
  assert.equal(await arrive(org, "ada@EXAMPLE.test"), id);
  assert.equal(await connectedMembers(org), 1);
  const [user] = await findUsers(org, 'userName eq "ada@example.test"');
  assert.equal(user.active, true);
  assert.equal((await setActive(org, user.id, false)).status, 200);
  assert.equal((await memberOf(org, "Ada@example.test")).state, "deactivated");
});

/** Signs a person in whose assertion was verified; answers the member. */
async function arrive(org: TestOrganization, email: string): Promise<string> {
  const assertion = { email, attributes: new Map() } as unknown as VerifiedAssertion;
  const { memberId } = await findPerson(org.scope, assertion, settingsOf(org.token === "" ? "jit" : "scim"));
  return memberId;
}

async function switchToScim(org: TestOrganization): Promise<TestOrganization> {
  const ssoUrl = "https://example.okta.com/app/semaphore/exktest/sso/saml";
  const settings = { ssoUrl, issuer: ISSUER, certificate: CERTIFICATE, provisioning: "scim" } as const;
  const { scimToken } = await saveIntegration(org.scope, checkIntegration(settings));
  const authorization = `Bearer ${scimToken}`;
  return { ...org, scim: (method, path, body) => org.scim(method, path, body, { authorization }) };
}
