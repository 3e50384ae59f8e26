import assert from "node:assert/strict";
import { after, test } from "node:test";
import { listMembers } from "../../../src/domain/members/members.ts";
import { createSignInLink } from "../../../src/domain/sessions/links.ts";
import { findSession, inDays, openSession } from "../../../src/domain/sessions/sessions.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { memberOf, overlay, patch, pushGroup, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("a deactivated person's sessions have ended when the answer leaves, by PUT, PATCH and DELETE", async () => {
  const org = await newOrganization(service);
  const acts = [
    (id: string) => overlay(org, id, { active: false }),
    (id: string) => setActive(org, id, false),
    (id: string) => patch(org, `/Users/${id}`, { op: "Replace", path: "active", value: "False" }),
    (id: string) => org.scim("DELETE", `/Users/${id}`),
  ];
  for (const act of acts) {
    const user = await pushUser(org);
    const other = await pushUser(org);
    const tokens = [await signIn(org, user.userName), await signIn(org, user.userName)];
    const kept = await signIn(org, other.userName);
    await act(user.id);
    for (const token of tokens) assert.equal(await findSession(org.scope, token), undefined);
    assert.ok(await findSession(org.scope, kept));
  }
});

test("a deactivated person's sign-in links are worth nothing, also after they come back", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await createSignInLink(org.scope, userName);
  await setActive(org, id, false);
  await setActive(org, id, true);
  const links = service.parts.db.selectFrom("sign_in_links").selectAll();
  assert.deepEqual(await links.where("organization_id", "=", org.organization.id).execute(), []);
});

test("a person pushed as inactive whom we knew loses their sessions and stays as a row", async () => {
  const org = await newOrganization(service);
  const member = await org.addMember("ada@example.test", "admin");
  const token = await signIn(org, "ada@example.test");
  await pushUser(org, { userName: "ada@example.test", emails: [], active: false });
  assert.equal(await findSession(org.scope, token), undefined);
  const after = await memberOf(org, "ada@example.test");
  assert.deepEqual([after.id, after.state, after.role], [member.id, "deactivated", "admin"]);
});

test("a deleted user is out of its groups", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const group = await pushGroup(org, "Platform", [ada.id, bo.id]);
  await org.scim("DELETE", `/Users/${ada.id}`);
  const { body } = await org.scim("GET", `/Groups/${group.id}`);
  assert.deepEqual(
    body.members.map((member: { value: string }) => member.value),
    [bo.id],
  );
});

/** A session of the member with this email; answers its token. */
async function signIn(org: TestOrganization, email: string): Promise<string> {
  const members = await listMembers(org.scope, { limit: 1000 });
  const memberId = members.find((member) => member.email === email)?.id ?? assert.fail(`no member ${email}`);
  return (await openSession(org.scope, { memberId, method: "link", expiresAt: inDays(service.clock.now, 1) })).token;
}
