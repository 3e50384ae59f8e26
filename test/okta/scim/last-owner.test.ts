import assert from "node:assert/strict";
import { after, test } from "node:test";
import { listMembers } from "../../../src/domain/members/members.ts";
import { findSession, inDays, openSession } from "../../../src/domain/sessions/sessions.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { actionsOf, assertScimError, findUsers, overlay, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("the last owner is not deactivated or deleted by a directory, which is told why, and it is audited", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org, { userName: org.owner.email, emails: [] });
  const token = await signIn(org, org.owner.email);
  const acts = [
    () => overlay(org, id, { active: false }),
    () => setActive(org, id, false),
    () => org.scim("DELETE", `/Users/${id}`),
  ];
  for (const act of acts) {
    const before = await actionsOf(org);
    assertScimError(await act(), 400, "mutability", /last active owner/);
    assert.deepEqual(await actionsOf(org), [...before, "directory_user.refused"]);
    assert.equal((await org.scim("GET", `/Users/${id}`)).body.active, true);
    assert.ok(await findSession(org.scope, token));
  }
});

test("an owner who was created as inactive by a push is the last one all the same", async () => {
  const org = await newOrganization(service);
  const answer = await org.scim("POST", "/Users", oktaUser({ userName: org.owner.email, emails: [], active: false }));
  assertScimError(answer, 400, "mutability", /last active owner/);
  assert.deepEqual(await findUsers(org, "active eq false"), []);
});

test("one of two owners may be deactivated, and then the other may not", async () => {
  const org = await newOrganization(service);
  await org.addMember("second@example.test", "owner");
  const first = await pushUser(org, { userName: org.owner.email, emails: [] });
  const second = await pushUser(org, { userName: "second@example.test", emails: [] });
  assert.equal((await setActive(org, first.id, false)).status, 200);
  assertScimError(await setActive(org, second.id, false), 400, "mutability");
  await setActive(org, first.id, true);
  const [owner] = (await listMembers(org.scope, { limit: 10 })).filter((one) => one.id === org.owner.id);
  assert.deepEqual([owner?.role, owner?.state], ["owner", "active"]);
});

/** A session of the member with this email; answers its token. */
async function signIn(org: TestOrganization, email: string): Promise<string> {
  const members = await listMembers(org.scope, { limit: 1000 });
  const memberId = members.find((member) => member.email === email)?.id ?? assert.fail(`no member ${email}`);
  return (await openSession(org.scope, { memberId, method: "link", expiresAt: inDays(service.clock.now, 1) })).token;
}
