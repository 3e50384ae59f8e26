import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { changeSignIn } from "../../src/domain/integration/sign-in-settings.ts";
import { changeMember } from "../../src/domain/members/members.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { inOwnGroup, map, ownGroup, rolesOf } from "./mapping.ts";
import { assertRefused, eventsOf, memberOf, push, setActive } from "./people.ts";
import { clickTile } from "./provider.ts";

// Fifty sign-ins of one person wait for one another, on whatever machine: that is no test of the pool's patience.
const service = await startTestService({}, { wait: 60_000 });
after(() => service.stop());

const ADA = "ada@example.test";

/** An organization whose people come just in time, with groups and a role in the assertion. */
async function withAttributes(integration: "jit" | "scim" = "jit"): Promise<TestOrganization> {
  const org = await newOrganization(service, { integration });
  await changeSignIn(org.scope, { groupsAttribute: "groups", roleAttribute: "role" });
  return org;
}

/** Clicks the tile with these attributes in the assertion. */
async function click(org: TestOrganization, email: string, attributes: Record<string, string[]> = {}) {
  const response = await clickTile(service, org, email, {
    changes: { attributes: new Map(Object.entries(attributes)) },
  });
  assert.equal(response.status, 303, await response.text());
  return response;
}

const name = (givenName: string, familyName: string) => ({ givenName: [givenName], familyName: [familyName] });

describe("an unknown person who clicks the tile", () => {
  test("is in at once: directory user, member and session", async () => {
    const org = await withAttributes();
    await click(org, ADA, name("Ada", "Park"));
    const member = await memberOf(service, org, ADA);
    assert.deepEqual([member?.name, member?.origin, member?.role], ["Ada Park", "jit", "member"]);
    const [event] = await eventsOf(service, org, "directory_user.created");
    assert.equal(event?.detail["memberId"], member?.id);
  });

  test("is one member, however often they come at one moment", async () => {
    const org = await withAttributes();
    const answers = await Promise.all(Array.from({ length: 50 }, () => clickTile(service, org, ADA)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [303]);
    const { db } = service.parts;
    for (const table of ["members", "directory_users"] as const) {
      const rows = await db.selectFrom(table).select("id").where("organization_id", "=", org.organization.id).execute();
      assert.equal(rows.length, table === "members" ? 2 : 1, table);
    }
  });

  test("is refused where SCIM says who is a member, and nobody is made", async () => {
    const org = await withAttributes("scim");
    await assertRefused(org, await clickTile(service, org, ADA), 403, "person");
    assert.equal(await memberOf(service, org, ADA), undefined);
  });

  test("comes with the role and the groups that the mapping gives", async () => {
    const org = await withAttributes();
    const deployers = await ownGroup(org, "Deployers");
    await map(org, [
      { kind: "group", name: "Engineering", groupId: deployers },
      { kind: "role", name: "lead", role: "admin" },
    ]);
    await click(org, ADA, { groups: ["Everyone", "engineering"], role: ["Lead"] });
    assert.deepEqual(await rolesOf(org, ADA), { role: "admin", granted: "member", mapped: "admin" });
    assert.deepEqual(await inOwnGroup(org, deployers), [`${ADA} mapping`]);
    const [event] = await eventsOf(service, org, "member.role_changed");
    const [opened] = await eventsOf(service, org, "session.opened");
    assert.equal(event?.reference_id, opened?.reference_id);
  });
});

describe("a person who came just in time", () => {
  test("is named as the provider names them at each sign-in; a name that is not sent stays", async () => {
    const org = await withAttributes();
    await click(org, ADA, name("Ada", "Park"));
    await click(org, ADA, name("Ada", "Holm"));
    assert.equal((await memberOf(service, org, ADA))?.name, "Ada Holm");
    await click(org, ADA, { givenName: ["Adele"] });
    assert.equal((await memberOf(service, org, ADA))?.name, "Adele Holm");
    await click(org, ADA);
    assert.equal((await memberOf(service, org, ADA))?.name, "Adele Holm");
    assert.equal((await eventsOf(service, org, "directory_user.changed")).length, 2);
  });

  test("is adopted by SCIM, switched on later, under the same member, and then keeps the directory's name", async () => {
    const org = await withAttributes("scim");
    const jit = { provisioning: "jit" } as const;
    await service.parts.db
      .updateTable("integrations")
      .set(jit)
      .where("organization_id", "=", org.organization.id)
      .execute();
    await click(org, ADA, name("Ada", "Park"));
    const before = await memberOf(service, org, ADA);
    await service.parts.db
      .updateTable("integrations")
      .set({ provisioning: "scim" })
      .where("organization_id", "=", org.organization.id)
      .execute();
    service.parts.gate.forget();
    const user = oktaUser({ userName: ADA, emails: [], name: { givenName: "Ada", familyName: "Directory" } });
    assert.equal((await org.scim("POST", "/Users", user)).status, 201);
    await click(org, ADA, name("Ada", "Assertion"));
    const after = await memberOf(service, org, ADA);
    assert.deepEqual([after?.id, after?.name], [before?.id, "Ada Directory"]);
  });

  test("is not revived once SCIM deactivated them, though the provider still signs them in", async () => {
    const org = await withAttributes("scim");
    const { id, userName } = await push(org);
    await setActive(org, id, false);
    await service.parts.db
      .updateTable("integrations")
      .set({ provisioning: "jit" })
      .where("organization_id", "=", org.organization.id)
      .execute();
    await assertRefused(org, await clickTile(service, org, userName), 403, "person");
    assert.equal((await memberOf(service, org, userName))?.state, "deactivated");
  });
});

describe("a member who was here before, by hand", () => {
  test("keeps their name, whatever the provider says", async () => {
    const org = await withAttributes();
    await org.addMember(ADA, "member", "Ada By Hand");
    await click(org, ADA, name("Somebody", "Else"));
    await click(org, ADA, name("Yet", "Another"));
    assert.equal((await memberOf(service, org, ADA))?.name, "Ada By Hand");
  });
});

describe("groups and roles in an assertion", () => {
  const ENGINEERS = { kind: "group", name: "Engineering", role: "admin" } as const;

  test("are evaluated anew at each sign-in", async () => {
    const org = await withAttributes();
    await map(org, [ENGINEERS]);
    await click(org, ADA, { groups: ["Engineering"] });
    assert.equal((await rolesOf(org, ADA)).role, "admin");
    await click(org, ADA, { groups: ["Sales"] });
    assert.equal((await rolesOf(org, ADA)).role, "member");
  });

  test("absent, change nothing; empty, clear", async () => {
    const org = await withAttributes();
    await map(org, [ENGINEERS]);
    await click(org, ADA, { groups: ["Engineering"] });
    await click(org, ADA, {});
    assert.equal((await rolesOf(org, ADA)).role, "admin");
    await click(org, ADA, { groups: [""] });
    assert.equal((await rolesOf(org, ADA)).role, "member");
  });

  test("absent, clear where the integration says that absent means none", async () => {
    const org = await withAttributes();
    await map(org, [ENGINEERS], { absentAttribute: "empty" });
    await click(org, ADA, { groups: ["Engineering"] });
    await click(org, ADA, {});
    assert.equal((await rolesOf(org, ADA)).role, "member");
  });

  test("are remembered for a mapping that is made later", async () => {
    const org = await withAttributes();
    await click(org, ADA, { groups: ["Engineering"] });
    assert.equal((await map(org, [ENGINEERS])).preview.touched, 1);
    assert.equal((await rolesOf(org, ADA)).role, "admin");
  });

  test("are not read where the integration names no attribute", async () => {
    const org = await newOrganization(service, { integration: "jit" });
    await changeSignIn(org.scope, { groupsAttribute: null });
    await map(org, [ENGINEERS], { absentAttribute: "empty" });
    await click(org, ADA, { groups: ["Engineering"] });
    assert.equal((await rolesOf(org, ADA)).role, "member");
  });

  test("never take the last owner away: they sign in, stay owner, and the audit log says so", async () => {
    const org = await withAttributes();
    await map(org, [{ kind: "group", name: "Owners", role: "owner" }]);
    await click(org, ADA, { groups: ["Owners"] });
    await changeMember(org.scope, org.owner.id, { role: "member" });
    await click(org, ADA, { groups: ["Engineering"] });
    assert.equal((await rolesOf(org, ADA)).role, "owner");
    const [event] = await eventsOf(service, org, "member.role_kept");
    assert.equal(event?.detail["reason"], "last owner");
  });

  test("of somebody who comes back under another externalId are forgotten", async () => {
    const org = await withAttributes("scim");
    await map(org, [ENGINEERS]);
    const { id, userName } = await push(org, { userName: ADA, emails: [], externalId: "one" });
    await click(org, userName, { groups: ["Engineering"] });
    assert.equal((await rolesOf(org, userName)).role, "admin");
    await setActive(org, id, false);
    await push(org, { userName, emails: [], externalId: "two" });
    assert.deepEqual(await rolesOf(org, userName), { role: "member", granted: "member", mapped: null });
  });
});
