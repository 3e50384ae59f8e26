import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { readMapping } from "../../src/domain/directory/mapping.ts";
import { addToOwnGroup, removeFromOwnGroup } from "../../src/domain/directory/own-groups.ts";
import { saveMapping } from "../../src/domain/directory/save-mapping.ts";
import { changeSignIn } from "../../src/domain/integration/sign-in-settings.ts";
import { changeMember } from "../../src/domain/members/members.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { asOwner, map, ownGroup } from "./mapping.ts";
import { type Act, GROUPS, history, Model, OWN, PEOPLE } from "./mapping-model.ts";
import { clickTile } from "./provider.ts";
import { patch, pushGroup, pushUser, setActive } from "./scim/directory.ts";

const service = await startTestService();
after(() => service.stop());

/** The real thing, told to do what the model does. */
async function reality() {
  const org = await newOrganization(service);
  await changeSignIn(org.scope, { groupsAttribute: "groups" });
  const people = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await pushUser(org, { externalId: `e${n}` }));
  const own = [];
  for (let n = 0; n < OWN; n++) own.push(await ownGroup(org, `Own ${n}`));
  const groups: (string | undefined)[] = Array(GROUPS).fill(undefined);
  const ruleIds: string[] = [];
  return { org, people, own, groups, ruleIds };
}

type Reality = Awaited<ReturnType<typeof reality>>;

async function memberIds({ org, people }: Reality): Promise<string[]> {
  const rows = await org.scope.db
    .selectFrom("members")
    .select(["id", "email"])
    .where("organization_id", "=", org.organization.id)
    .execute();
  return people.map(({ userName }) => rows.find(({ email }) => email === userName)?.id ?? "");
}

async function perform(real: Reality, act: Act): Promise<void> {
  const { org, people, own, groups, ruleIds } = real;
  const ok = (answer: { status: number; body: unknown }) =>
    assert.ok(answer.status < 300, `${JSON.stringify(act)}: ${JSON.stringify(answer.body)}`);
  switch (act.kind) {
    case "grant": {
      const id = (await memberIds(real))[act.person] ?? "";
      return void (await changeMember(org.scope, id, { role: act.role }));
    }
    case "join": {
      const value = [{ value: people[act.person].id }];
      return ok(await patch(org, `/Groups/${groups[act.group]}`, { op: "add", path: "members", value }));
    }
    case "leave": {
      const path = `members[value eq "${people[act.person].id}"]`;
      return ok(await patch(org, `/Groups/${groups[act.group]}`, { op: "remove", path }));
    }
    case "push":
      groups[act.group] = (await pushGroup(org, ["Red", "green", "BLUE"][act.group] ?? "")).id;
      return;
    case "delete":
      ok(await org.scim("DELETE", `/Groups/${groups[act.group]}`));
      groups[act.group] = undefined;
      return;
    case "rename":
      return ok(await patch(org, `/Groups/${groups[act.group]}`, { op: "replace", value: { displayName: act.name } }));
    case "sign-in": {
      // An empty list is sent as an attribute without a value.
      const values = act.groups?.length === 0 ? [""] : act.groups;
      const attributes = new Map<string, readonly string[]>(values ? [["groups", values]] : []);
      const { status } = await clickTile(service, org, people[act.person].userName, { changes: { attributes } });
      return assert.equal(status, 303);
    }
    case "map": {
      const target = act.role ? { role: act.role } : { groupId: own[act.own] };
      await map(org, [{ kind: "group", name: act.name, ...target }]);
      const { rules } = await readMapping(org.scope);
      return void ruleIds.push(rules.find(({ id }) => !ruleIds.includes(id))?.id ?? "");
    }
    case "unmap": {
      const [gone = ""] = ruleIds.splice(act.rule, 1);
      return void (await unmap(org, gone));
    }
    case "default":
      return void (await map(org, [], { defaultRole: act.role }));
    case "add":
      return addToOwnGroup(asOwner(org), own[act.own] ?? "", people[act.person].userName);
    case "remove": {
      const id = (await memberIds(real))[act.person] ?? "";
      return removeFromOwnGroup(asOwner(org), own[act.own] ?? "", id);
    }
    case "deactivate":
    case "reactivate":
      return ok(await setActive(org, people[act.person].id, act.kind === "reactivate"));
  }
}

async function unmap(org: TestOrganization, id: string): Promise<void> {
  const { defaultRole, absentAttribute } = await readMapping(org.scope);
  await saveMapping(asOwner(org), { add: [], remove: [id], defaultRole, absentAttribute });
}

/** What is: roles, and who is in which of our own groups by hand and by the mapping. */
async function stateOf(real: Reality) {
  const { org, own } = real;
  const ids = await memberIds(real);
  const { db } = org.scope;
  const members = await db
    .selectFrom("members")
    .select(["id", "role", "granted_role", "mapped_role"])
    .where("organization_id", "=", org.organization.id)
    .execute();
  const inGroups = await db
    .selectFrom("group_members")
    .select(["member_id", "group_id", "origin"])
    .where("organization_id", "=", org.organization.id)
    .orderBy("origin")
    .execute();
  return ids.map((id) => {
    const member = members.find((each) => each.id === id);
    const groups = own.map((group) =>
      inGroups.filter((each) => each.member_id === id && each.group_id === group).map(({ origin }) => origin),
    );
    return { role: member?.role, granted: member?.granted_role, mapped: member?.mapped_role, groups };
  });
}

function expectedOf(model: Model) {
  return Array.from({ length: PEOPLE }, (_, who) => ({
    role: model.role(who),
    granted: model.granted[who],
    mapped: model.mappedRole(who),
    groups: Array.from({ length: OWN }, (__, group) => model.inOwn(who, group)),
  }));
}

test("whatever happens in whatever order, everybody has the higher of what was granted and what the mapping gives now", async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(history(50), async (acts) => {
      const [model, real] = [new Model(), await reality()];
      for (const act of acts) {
        if (!model.do(act)) continue;
        await perform(real, act);
        done++;
        assert.deepEqual(await stateOf(real), expectedOf(model), JSON.stringify(act));
      }
      await assertSameFromNothing(real);
    }),
    { numRuns: 12, seed: 20261127 },
  );
  assert.ok(done > 200, `${done} acts`);
});

/** Evaluating everybody once more changes nothing and tells of nothing; evaluating from nothing leads to the same. */
async function assertSameFromNothing(real: Reality): Promise<void> {
  const { db, organization } = real.org.scope;
  const before = await stateOf(real);
  const events = () =>
    db.selectFrom("audit_events").select("id").where("organization_id", "=", organization.id).execute();
  const everybody = sql`SELECT apply_mapping(${organization.id}, ARRAY(
    SELECT id FROM members WHERE organization_id = ${organization.id}))`;
  const told = (await events()).length;
  await everybody.execute(db);
  assert.equal((await events()).length, told);
  await sql`UPDATE members SET mapped_role = NULL WHERE organization_id = ${organization.id}`.execute(db);
  await sql`DELETE FROM group_members WHERE organization_id = ${organization.id} AND origin = 'mapping'`.execute(db);
  await everybody.execute(db);
  assert.deepEqual(await stateOf(real), before);
}
