import fc from "fast-check";
import { type Db, statement } from "../../src/db/database.ts";
import { newId } from "../../src/db/id.ts";
import { otherEmailKeys } from "../../src/domain/directory/user-rows.ts";
import type { JsonObject } from "../../src/protocols/scim/json.ts";
import { parseUser, primaryEmail } from "../../src/protocols/scim/resource.ts";
import { instants, userBody, words } from "./filter-arbitraries.ts";

/** What is to be stored, without ids. */
export interface Directory {
  readonly users: readonly { body: JsonObject; active: boolean; version: number; at: readonly string[] }[];
  readonly groups: readonly { name: string; externalId: string | null; at: readonly string[] }[];
  readonly memberships: readonly { user: number; group: number; display: string | null }[];
}

// Columns keep microseconds, which nobody is shown.
const at = fc.array(fc.constantFrom(...instants, "2026-01-01T00:00:00.000999Z"), { minLength: 2, maxLength: 2 });
const word = fc.constantFrom(...words);

export const directory: fc.Arbitrary<Directory> = fc.record({
  users: fc.array(fc.record({ body: userBody, active: fc.boolean(), version: fc.integer({ min: 1, max: 2 }), at }), {
    minLength: 1,
    maxLength: 24,
  }),
  groups: fc.array(fc.record({ name: word, externalId: fc.option(word), at }), { maxLength: 6 }),
  memberships: fc.array(
    fc.record({ user: fc.nat(23), group: fc.nat(5), display: fc.option(fc.constantFrom("", ...words)) }),
    { maxLength: 20 },
  ),
});

/** A new organization, with nothing in it. */
export async function createOrganization(db: Db): Promise<string> {
  const id = newId(new Date());
  const row = { id, slug: `o-${id}`, name: "Acme", plan: "scaleup", created_at: new Date() };
  await db.insertInto("organizations").values(row).execute();
  return id;
}

const insertRows = statement<never, [string, string, string, string]>(`
  WITH u AS (INSERT INTO directory_users (organization_id, id, user_name, external_id, email, other_email_keys, active,
      origin, attributes, version, created_at, updated_at)
    SELECT $1, r.id, r.user_name, r.external_id, r.email, r.other_email_keys, r.active, 'scim', r.attributes, r.version,
      r.created_at, r.updated_at FROM jsonb_populate_recordset(NULL::directory_users, $2) r),
  g AS (INSERT INTO directory_groups (organization_id, id, display_name, external_id, created_at, updated_at)
    SELECT $1, r.id, r.display_name, r.external_id, r.created_at, r.updated_at
    FROM jsonb_populate_recordset(NULL::directory_groups, $3) r)
  INSERT INTO group_memberships SELECT $1, r.group_id, r.directory_user_id, r.display
    FROM jsonb_populate_recordset(NULL::group_memberships, $4) r`);

/**
 * Stores the directory in the organization, and the same ids under other names in another one, where all are members of
 * all groups. Returns the ids.
 */
export async function store(db: Db, organizationId: string, given: Directory) {
  const taken = new Set<string>();
  const users = given.users.map((one, i) => userRow(one, i, taken));
  const groups = given.groups.map((one, i) => groupRow(one, i, taken));
  await insert(db, organizationId, users, groups, membershipRows(given, users, groups));
  const others = groups.map((one, i) => ({ ...one, display_name: `a${i}` }));
  const everyone = users.flatMap((user) => groups.map((group) => membershipRow(user, group, "a")));
  await insert(db, await createOrganization(db), users, others, everyone);
  return { userIds: users.map((one) => one.id), groupIds: groups.map((one) => one.id) };
}

function insert(db: Db, organizationId: string, users: object[], groups: object[], memberships: object[]) {
  return insertRows(db, organizationId, JSON.stringify(users), JSON.stringify(groups), JSON.stringify(memberships));
}

interface Row {
  readonly id: string;
}

function membershipRows({ memberships }: Directory, users: readonly Row[], groups: readonly Row[]): object[] {
  const rows = new Map<string, object>();
  for (const { user: i, group: j, display } of memberships) {
    const [user, group] = [users[i % users.length], groups[j % Math.max(groups.length, 1)]];
    if (user && group) rows.set(`${user.id} ${group.id}`, membershipRow(user, group, display));
  }
  return [...rows.values()];
}

function membershipRow(user: Row, group: Row, display: string | null) {
  return { directory_user_id: user.id, group_id: group.id, display };
}

function userRow(
  { body, active, version, at: [created, updated] }: Directory["users"][number],
  i: number,
  taken: Set<string>,
) {
  const name = String(body["userName"]);
  const { userName, externalId, attributes } = parseUser({ ...body, userName: unused(name.trim() && name, i, taken) });
  const found = primaryEmail(userName, attributes);
  // Another user has it: as where an address was kept from before.
  const email = found === undefined || taken.has(`mail ${found.toLowerCase()}`) ? `before${i}@x.co` : found;
  taken.add(`mail ${email.toLowerCase()}`);
  return {
    id: newId(new Date()),
    user_name: userName,
    external_id: externalId ?? null,
    email,
    other_email_keys: otherEmailKeys(email, attributes),
    active,
    attributes,
    version,
    created_at: created,
    updated_at: updated,
  };
}

function groupRow(
  { name, externalId, at: [created, updated] }: Directory["groups"][number],
  i: number,
  taken: Set<string>,
) {
  const display_name = unused(name, i, taken, "group ");
  return { id: newId(new Date()), display_name, external_id: externalId, created_at: created, updated_at: updated };
}

/** The name, with a number behind it where another has it. */
function unused(name: string, i: number, taken: Set<string>, kind = "user "): string {
  const free = name !== "" && !taken.has(kind + name.toLowerCase()) ? name : `${name}${i}`;
  taken.add(kind + free.toLowerCase());
  return free;
}
