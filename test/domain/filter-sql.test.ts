import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { CompiledQuery, sql } from "kysely";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { filterCondition } from "../../src/domain/directory/filter-sql.ts";
import { readMembers } from "../../src/domain/directory/group-members.ts";
import { listGroups } from "../../src/domain/directory/list-groups.ts";
import { listUsers } from "../../src/domain/directory/list-users.ts";
import { type Filter, matches, parseFilter, parseSharedFilter, printFilter } from "../../src/protocols/scim/filter.ts";
import type { JsonObject } from "../../src/protocols/scim/json.ts";
import { renderGroup, renderUser } from "../../src/protocols/scim/resource.ts";
import { ENTERPRISE_URN, type ResourceType, USER_URN } from "../../src/protocols/scim/schema.ts";
import type { Scope } from "../../src/scope.ts";
import { freshDatabase } from "../support/database.ts";
import { addresses, filters, words } from "./filter-arbitraries.ts";
import { createOrganization, type Directory, directory, store } from "./filter-directory.ts";

const BASE = "https://acme.example.com/okta/scim";

let database: Database;
let drop: () => Promise<void>;

before(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  database = openDatabase({ connectionString: fresh.url }, { size: 2 });
});

after(async () => {
  await database.close();
  await drop();
});

function selection(organizationId: string, type: ResourceType, filter: Filter) {
  const from = type === "User" ? sql`directory_users u WHERE u.` : sql`directory_groups g WHERE g.`;
  return sql<{ id: string }>`SELECT id FROM ${from}organization_id = ${organizationId}
    AND ${filterCondition(filter, type, BASE)} ORDER BY id`;
}

/** The ids of those that the database finds. */
async function found(organizationId: string, type: ResourceType, filter: Filter): Promise<string[]> {
  const { rows } = await selection(organizationId, type, filter).execute(database.db);
  return rows.map((row) => row.id);
}

async function rendered(organizationId: string, type: ResourceType): Promise<JsonObject[]> {
  const { db } = database;
  const scope = { db, organization: { id: organizationId } } as Pick<Scope, "db" | "organization">;
  const all = { filter: undefined, startIndex: 1, count: 200 };
  if (type === "User") return (await listUsers(scope, all)).resources.map((user) => renderUser(user, BASE));
  const { resources: groups } = await listGroups(scope, all);
  const members = await readMembers(
    db,
    organizationId,
    groups.map((group) => group.id),
  );
  return groups.map((group) => renderGroup(group, members?.get(group.id), BASE));
}

/** Texts that some value of the stored resources is, or has in it, or is not. */
function textsFor(ids: readonly string[]): string[] {
  const references = ids.flatMap((id) => [id, id.toUpperCase(), `${BASE}/Users/${id}`, `${BASE}/Groups/${id}`]);
  const computed = ["User", "user", "Group", "direct", 'W/"1"', USER_URN, ENTERPRISE_URN, ENTERPRISE_URN.toLowerCase()];
  return ["", ...words, ...addresses, "x.co", "before1@x.co", "a1", ...computed, ...references];
}

for (const type of ["User", "Group"] as const) {
  test(`the database finds exactly the ${type}s that a filter means`, async () => {
    let hits = 0;
    let misses = 0;
    await fc.assert(
      fc.asyncProperty(directory, fc.nat(), async (given, seed) => {
        const organizationId = await createOrganization(database.db);
        const { userIds, groupIds } = await store(database.db, organizationId, given);
        const resources = await rendered(organizationId, type);
        const tags = resources.slice(0, 3).map(({ meta }) => String((meta as JsonObject)["version"]));
        const texts = [...textsFor([...userIds.slice(0, 2), ...groupIds.slice(0, 2)]), ...tags];
        for (const tree of fc.sample(filters(type, texts), { numRuns: 60, seed })) {
          const printed = printFilter(tree);
          const filter = parseFilter(printed, type);
          const wanted = resources.filter((one) => matches(filter, one)).map((one) => one["id"]);
          hits += wanted.length;
          misses += resources.length - wanted.length;
          assert.deepEqual(await found(organizationId, type, filter), wanted, printed);
        }
      }),
      { numRuns: 40 },
    );
    assert.ok(hits > 1_000 && misses > 1_000, `${hits} matched, ${misses} did not`);
  });
}

for (const [type, other] of [
  ["User", "Group"],
  ["Group", "User"],
] as const) {
  test(`a filter about ${other}s that is asked of ${type}s finds those without what ${type}s do not have`, async () => {
    await fc.assert(
      fc.asyncProperty(directory, fc.nat(), async (given, seed) => {
        const organizationId = await createOrganization(database.db);
        const { userIds, groupIds } = await store(database.db, organizationId, given);
        const resources = await rendered(organizationId, type);
        const texts = textsFor([...userIds.slice(0, 1), ...groupIds.slice(0, 1)]);
        for (const tree of fc.sample(filters(other, texts), { numRuns: 40, seed })) {
          const printed = printFilter(tree);
          const meant = parseFilter(printed, other);
          const wanted = resources.filter((one) => matches(meant, one)).map((one) => one["id"]);
          const filter = parseSharedFilter(printed, type, [other]);
          const all = () => resources.map((one) => one["id"]);
          const got = typeof filter !== "boolean" ? await found(organizationId, type, filter) : filter ? all() : [];
          assert.deepEqual(got, wanted, printed);
        }
      }),
      { numRuns: 10 },
    );
  });
}

/** What the statement reads, and how: the plan as text, and how many pages of 8 KiB it looked at. */
async function explain(organizationId: string, filter: string, type: ResourceType = "User") {
  const { sql: text, parameters } = selection(organizationId, type, parseFilter(filter, type)).compile(database.db);
  const explained = CompiledQuery.raw(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text} LIMIT 100`, [...parameters]);
  const { rows } = await database.db.executeQuery<{ "QUERY PLAN": [{ Plan: Record<string, unknown> }] }>(explained);
  const plan = rows[0]?.["QUERY PLAN"][0].Plan ?? {};
  const pages = Number(plan["Shared Hit Blocks"]) + Number(plan["Shared Read Blocks"]);
  return { plan: JSON.stringify(plan), pages, found: Number(plan["Actual Rows"]) };
}

let crowd: Promise<{ organizationId: string; userId: string; groupId: string }> | undefined;

/** An organization with 20,000 users: number 7 has two addresses, and each tenth is in a group of its own. */
function crowded() {
  crowd ??= makeCrowd();
  return crowd;
}

async function makeCrowd() {
  const { db } = database;
  const organizationId = await createOrganization(db);
  await sql`INSERT INTO directory_users (organization_id, id, user_name, external_id, email, other_email_keys, active,
      origin, attributes, created_at, updated_at)
    SELECT ${organizationId}, gen_random_uuid(), 'User.' || i || '@acme.test', '00u' || i, 'User.' || i || '@acme.test',
      CASE i WHEN 7 THEN ARRAY['seven@home.test'] END, true, 'scim', jsonb_build_object('displayName', 'User ' || i,
        'emails', jsonb_build_array(jsonb_build_object('value', 'User.' || i || '@acme.test', 'type', 'work'),
          jsonb_build_object('value', CASE i WHEN 7 THEN 'Seven@home.test' END, 'type', 'home'))), now(), now()
    FROM generate_series(1, 20000) i`.execute(db);
  await sql`INSERT INTO directory_groups (organization_id, id, display_name, external_id, created_at, updated_at)
    SELECT organization_id, gen_random_uuid(), 'Group of ' || external_id, external_id, now(), now()
    FROM directory_users WHERE organization_id = ${organizationId} AND external_id LIKE '%0'`.execute(db);
  // Without it, the planner takes the new tables for nearly empty ones.
  await sql`VACUUM ANALYZE directory_users, directory_groups`.execute(db);
  await sql`INSERT INTO group_memberships SELECT u.organization_id, g.id, u.id
    FROM directory_users u JOIN directory_groups g USING (organization_id, external_id)
    WHERE organization_id = ${organizationId}`.execute(db);
  await sql`VACUUM ANALYZE group_memberships`.execute(db);
  const { rows } = await sql<{ userId: string; groupId: string }>`
    SELECT directory_user_id AS "userId", group_id AS "groupId" FROM group_memberships
    WHERE organization_id = ${organizationId} LIMIT 1`.execute(db);
  assert.ok(rows[0]);
  return { organizationId, ...rows[0] };
}

const LOOKUPS = [
  ['userName eq "USER.7@acme.test"', "directory_users_user_name_unique"],
  ['userName sw "user.77@"', "directory_users_user_name_unique"],
  ['externalId eq "00u7"', "directory_users_by_external_id"],
  ['emails eq "user.7@ACME.test"', "directory_users_email_unique"],
  ['email eq "user.7@acme.test"', "directory_users_email_unique"],
  ['emails.value eq "user.7@acme.test"', "directory_users_email_unique"],
  ['emails.value eq "seven@home.test"', "directory_users_by_other_email"],
  ['emails[type eq "home"].value eq "seven@home.test"', "directory_users_by_other_email"],
  ['emails[type eq "work" and value eq "user.7@acme.test"]', "directory_users_email_unique"],
  ['active eq true and (userName eq "user.7@acme.test" or emails eq "x@y.zz")', "directory_users_user_name_unique"],
  ['id eq "USER"', "directory_users_pkey"],
  ['groups.value eq "GROUP"', "group_memberships"],
] as const;

for (const [filter, index] of LOOKUPS) {
  test(`among 20,000 users, ${filter} reads a few pages through ${index}`, async () => {
    const { organizationId, userId, groupId } = await crowded();
    const {
      plan,
      pages,
      found: one,
    } = await explain(
      organizationId,
      filter.replace('"USER"', JSON.stringify(userId)).replace('"GROUP"', JSON.stringify(groupId)),
    );
    assert.equal(one, 1);
    assert.match(plan, new RegExp(index));
    assert.doesNotMatch(plan, /Seq Scan/);
    assert.ok(pages < 60, `${pages} pages: ${plan}`);
  });
}

const GROUP_LOOKUPS = ['displayName eq "GROUP OF 00u20"', 'externalId eq "00u20"', 'members.value eq "USER"'];

for (const filter of [...GROUP_LOOKUPS, 'members[value eq "USER"]', 'id eq "GROUP"']) {
  test(`among 2,000 groups, ${filter} reads a few pages`, async () => {
    const { organizationId, userId, groupId } = await crowded();
    const {
      plan,
      pages,
      found: one,
    } = await explain(
      organizationId,
      filter.replace('"USER"', JSON.stringify(userId)).replace('"GROUP"', JSON.stringify(groupId)),
      "Group",
    );
    assert.equal(one, 1);
    assert.doesNotMatch(plan, /Seq Scan/);
    assert.ok(pages < 60, `${pages} pages: ${plan}`);
  });
}

async function findUserNames(organizationId: string, filter: string): Promise<string[]> {
  const ids = await found(organizationId, "User", parseFilter(filter, "User"));
  const all = await rendered(organizationId, "User");
  return all.filter((one) => ids.includes(String(one["id"]))).map((one) => String(one["userName"]));
}

const people: Directory = {
  groups: [],
  memberships: [],
  users: [
    { userName: "ann", emails: [{ value: "Ann@acme.test", type: "work" }, { value: " ann@home.test " }] },
    { userName: "bob@acme.test", emails: [{ value: "bob@home.test", type: "home" }, { value: "no address" }] },
    { userName: "eve@acme.test", title: "O'Hara's \"100%\"; DROP TABLE members; --" },
  ].map((body) => ({ body, active: true, version: 1, at: ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"] })),
};

test("a user is found by each of its emails, and by no address that only its userName is", async () => {
  const organizationId = await createOrganization(database.db);
  await store(database.db, organizationId, people);
  const find = (filter: string) => findUserNames(organizationId, filter);
  assert.deepEqual(await find('emails.value eq "ann@ACME.test"'), ["ann"]);
  assert.deepEqual(await find('emails[type eq "home"].value eq "Ann@acme.test"'), []);
  assert.deepEqual(await find('emails.value eq " ann@home.test "'), ["ann"]);
  assert.deepEqual(await find('emails.value eq "no address"'), ["bob@acme.test"]);
  assert.deepEqual(await find('emails.value eq "eve@acme.test"'), []);
  assert.deepEqual(await find('not (emails.value eq "ann@acme.test")'), ["bob@acme.test", "eve@acme.test"]);
});

test("what a filter says is bound to the statement and never part of its text", async () => {
  const organizationId = await createOrganization(database.db);
  await store(database.db, organizationId, people);
  const evil = "O'Hara's \"100%\"; DROP TABLE members; --";
  const names = [
    "title",
    "userName",
    "id",
    "externalId",
    "emails",
    "groups.value",
    "meta.version",
    "schemas",
    "manager",
  ];
  for (const name of names) {
    for (const op of ["eq", "ne", "co", "sw", "ew", "gt", "le"]) {
      const filter = parseFilter(`${name} ${op} ${JSON.stringify(evil)}`, "User");
      const { sql: text } = selection(organizationId, "User", filter).compile(database.db);
      assert.doesNotMatch(text, /hara|DROP/i);
      await found(organizationId, "User", filter);
    }
  }
  assert.deepEqual(await findUserNames(organizationId, `title eq ${JSON.stringify(evil)}`), ["eve@acme.test"]);
});

test("percent signs and underscores are text like any other", async () => {
  const organizationId = await createOrganization(database.db);
  await store(database.db, organizationId, people);
  assert.deepEqual(await findUserNames(organizationId, 'title co "100%\\""'), ["eve@acme.test"]);
  assert.deepEqual(await findUserNames(organizationId, 'title co "1%0"'), []);
  assert.deepEqual(await findUserNames(organizationId, 'title sw "O_Hara"'), []);
  assert.deepEqual(await findUserNames(organizationId, 'userName co "%"'), []);
});

test("the longest filter that is read is answered in time", async () => {
  const organizationId = await createOrganization(database.db);
  await store(database.db, organizationId, people);
  const filter = Array.from({ length: 400 }, () => 'emails ne "a"').join(" and ");
  const started = performance.now();
  assert.deepEqual(await findUserNames(organizationId, filter), ["ann", "bob@acme.test", "eve@acme.test"]);
  assert.ok(performance.now() - started < 5_000);
});
