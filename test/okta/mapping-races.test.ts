import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { map, ownGroup, rolesOf } from "./mapping.ts";
import { patch, pushGroup, pushUser } from "./scim/directory.ts";

// What waits here waits for the others of the same test: that is no test of the pool's patience.
const service = await startTestService({}, { wait: 60_000 });
after(() => service.stop());

/** Roles and groups of everybody, as they are, and as they are when everybody is evaluated from nothing. */
async function nowAndAnew({ scope: { db, organization } }: TestOrganization) {
  const state = async () => [
    (
      await sql`SELECT id, role, mapped_role FROM members WHERE organization_id = ${organization.id} ORDER BY id`.execute(
        db,
      )
    ).rows,
    (
      await sql`SELECT group_id, member_id, origin FROM group_members WHERE organization_id = ${organization.id}
        ORDER BY group_id, member_id, origin`.execute(db)
    ).rows,
  ];
  const now = await state();
  await sql`UPDATE members SET mapped_role = NULL WHERE organization_id = ${organization.id}`.execute(db);
  await sql`DELETE FROM group_members WHERE organization_id = ${organization.id} AND origin = 'mapping'`.execute(db);
  await sql`SELECT apply_mapping(${organization.id}, ARRAY(
    SELECT id FROM members WHERE organization_id = ${organization.id}))`.execute(db);
  return { now, anew: await state() };
}

test("one person comes into one mapped group and leaves another at the same moment: they keep the role", async () => {
  const org = await newOrganization(service);
  const ada = await pushUser(org);
  const [one, other] = [await pushGroup(org, "One", [ada.id]), await pushGroup(org, "Other")];
  await map(org, [
    { kind: "group", name: "One", role: "admin" },
    { kind: "group", name: "Other", role: "admin" },
  ]);
  const come = (id: string) => patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value: ada.id }] });
  const leave = (id: string) => patch(org, `/Groups/${id}`, { op: "remove", path: `members[value eq "${ada.id}"]` });
  for (let round = 0; round < 10; round++) {
    const [to, from] = round % 2 === 0 ? [other.id, one.id] : [one.id, other.id];
    const answers = await Promise.all([come(to), leave(from)]);
    assert.ok(answers.every(({ status }) => status < 300));
    assert.deepEqual(await rolesOf(org, ada.userName), { role: "admin", granted: "member", mapped: "admin" });
  }
});

test("people, groups and the mapping change at the same moment: nobody is missed by a line, and no line by anybody", async () => {
  const org = await newOrganization(service);
  const own = await ownGroup(org, "Own");
  const people = await Promise.all(Array.from({ length: 6 }, () => pushUser(org)));
  const groups = await Promise.all(["A", "B", "C"].map((name) => pushGroup(org, name)));
  const toggle = (n: number) => {
    const [group, person] = [groups[n % 3], people[n % 6]];
    const value = [{ value: person.id }];
    const change = { op: n % 4 === 3 ? "remove" : "add", path: "members", value };
    return patch(org, `/Groups/${group.id}`, change);
  };
  const acts = [
    () => map(org, [{ kind: "group", name: "A", role: "admin" }]),
    () => map(org, [{ kind: "group", name: "B", groupId: own }]),
    ...Array.from({ length: 24 }, (_, n) => () => toggle(n)),
    () => pushUser(org, { roles: [{ value: "lead" }] }),
    () => map(org, [{ kind: "role", name: "lead", role: "admin" }]),
    ...Array.from({ length: 12 }, (_, n) => () => toggle(n * 5)),
    () => map(org, [], { remove: ["A"] }),
    () =>
      pushGroup(
        org,
        "D",
        people.map(({ id }) => id),
      ),
    () => map(org, [{ kind: "group", name: "D", groupId: own }]),
  ];
  await Promise.all(acts.map((act) => act()));
  const { now, anew } = await nowAndAnew(org);
  assert.deepEqual(now, anew);
  assert.ok((now[1]?.length ?? 0) >= people.length);
});
