import assert from "node:assert/strict";
import { after, test } from "node:test";
import { changeMember, removeMember } from "../../../src/domain/members/members.ts";
import { findPerson } from "../../../src/domain/sso/person.ts";
import type { VerifiedAssertion } from "../../../src/protocols/saml/response.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { settingsOf } from "../people.ts";
import { connectedMembers, memberOf, membersOf, overlay, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

/** Signs a person in whose assertion was verified; answers the member. */
async function arrive(org: TestOrganization, email: string): Promise<string> {
  const assertion = { email, attributes: new Map() } as unknown as VerifiedAssertion;
  const { memberId } = await findPerson(org.scope, assertion, settingsOf(org.token === "" ? "jit" : "scim"));
  return memberId;
}

test("a member removed by hand stays removed while the directory says what it said before", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await removeMember(org.scope, (await memberOf(org, userName)).id);
  await overlay(org, id, {});
  await overlay(org, id, { title: "Engineer" });
  await setActive(org, id, true);
  assert.equal((await membersOf(org)).size, 0);
  assert.equal(await connectedMembers(org), 0);
  await assert.rejects(arrive(org, userName), /You were removed/);
});

test("a member removed by hand is back when invited again, and follows the directory as a linked one", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await removeMember(org.scope, (await memberOf(org, userName)).id);
  await org.addMember(userName, "admin", "Ada again");
  assert.equal((await memberOf(org, userName)).connected, true);
  await overlay(org, id, { active: false });
  const { state, name } = await memberOf(org, userName);
  assert.deepEqual([state, name], ["deactivated", "Ada again"]);
});

test("a member removed by hand is back when assigned anew, by PUT, PATCH or POST, with the role of a member", async () => {
  for (const back of ["PUT", "PATCH", "POST"]) {
    const org = await newOrganization(service);
    const sent = oktaUser();
    const { body: user } = await org.scim("POST", "/Users", sent);
    const { id: memberId } = await memberOf(org, sent.userName);
    await changeMember(org.scope, memberId, { role: "admin" });
    await removeMember(org.scope, memberId);
    await setActive(org, user.id, false);
    assert.equal((await membersOf(org)).size, 0);
    if (back === "PUT") await overlay(org, user.id, { active: true });
    else if (back === "PATCH") await setActive(org, user.id, true);
    else assert.equal((await org.scim("POST", "/Users", sent)).body.id, user.id);
    const { state, role, connected } = await memberOf(org, sent.userName);
    assert.deepEqual([state, role, connected], ["active", "member", true], back);
  }
});

test("a member removed by hand is back when the directory creates them again", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser();
  const { body: user } = await org.scim("POST", "/Users", sent);
  await removeMember(org.scope, (await memberOf(org, sent.userName)).id);
  const { status, body } = await org.scim("POST", "/Users", sent);
  assert.deepEqual([status, body.id], [201, user.id]);
  assert.equal((await memberOf(org, sent.userName)).connected, true);
});
