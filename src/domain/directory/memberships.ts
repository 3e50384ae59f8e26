import { type Db, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import { matchesValue } from "../../protocols/scim/filter-match.ts";
import type { GroupChange } from "../../protocols/scim/patch.ts";
import type { GroupMember } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";
import { readMembers } from "./group-rows.ts";

/** How many memberships came and went, and how many are shown under another name. */
export interface Difference {
  readonly added: number;
  readonly removed: number;
  readonly renamed: number;
}

const NOTHING: Difference = { added: 0, removed: 0, renamed: 0 };

/** Which group, in which organization. */
export interface GroupKey {
  readonly organizationId: string;
  readonly id: string;
}

type MembershipChange = Extract<GroupChange, { kind: `${string}Members${string}` }>;

/**
 * Changes the members of a group that the transaction holds, in set statements: the cost is that of the change, and of a
 * replacement that of reading the group once. A member who is not a directory user of the organization is refused by name
 * (400 `invalidValue`).
 */
export function changeMembers(trx: Db, group: GroupKey, change: MembershipChange): Promise<Difference> {
  switch (change.kind) {
    case "addMembers":
      return add(trx, group, change.members);
    case "replaceMembers":
      return replace(trx, group, change.members);
    case "removeMembers":
      return remove(trx, group, change.values);
    case "removeMembersMatching":
      return removeMatching(trx, group, change);
  }
}

/** Writes the difference, which is found here: PostgreSQL plans such a join badly without statistics. */
async function replace(trx: Db, group: GroupKey, members: readonly GroupMember[]): Promise<Difference> {
  const current = new Map((await membersOf(trx, group)).map(({ value, display }) => [value, display]));
  const wanted = new Set(members.map((member) => member.value.toLowerCase()));
  const changed = members.filter(({ value, display }) => {
    const known = value.toLowerCase();
    return !current.has(known) || (display !== undefined && display !== current.get(known));
  });
  const { added, renamed } = await add(trx, group, changed);
  const { removed } = await remove(
    trx,
    group,
    [...current.keys()].filter((value) => !wanted.has(value)),
  );
  return { added, removed, renamed };
}

const selectKnown = statement<{ id: string; display: string }, [string, string[]]>(`
  SELECT id, coalesce(attributes ->> 'displayName', user_name) AS display FROM directory_users
  WHERE organization_id = $1 AND id = ANY ($2::uuid[])`);

const insertMembers = statement<{ added: number; renamed: number }, [string, string, string[], (string | null)[]]>(`
  WITH written AS (
    INSERT INTO group_memberships (organization_id, group_id, directory_user_id, display)
    SELECT $1, $2, w.id, w.display FROM unnest($3::uuid[], $4::text[]) AS w (id, display)
    ON CONFLICT (organization_id, group_id, directory_user_id) DO UPDATE SET display = excluded.display
      WHERE group_memberships.display <> excluded.display
    RETURNING xmax = 0 AS new
  )
  SELECT count(*) FILTER (WHERE new)::int AS added, count(*) FILTER (WHERE NOT new)::int AS renamed FROM written`);

/** A member that comes without a display name is shown as the directory shows the user. */
async function add(trx: Db, group: GroupKey, members: readonly GroupMember[]): Promise<Difference> {
  if (members.length === 0) return NOTHING;
  // Once each, in whatever case their ids are written.
  const once = new Map(members.map((member) => [member.value.toLowerCase(), member.display]));
  const ids = [...once.keys()];
  const users = await selectKnown(trx, group.organizationId, ids.filter(isId));
  const known = new Map(users.map(({ id, display }) => [id, display]));
  refuseMissing(ids.filter((id) => !known.has(id)));
  const displays = [...once].map(([id, display]) => display ?? known.get(id) ?? null);
  const [outcome] = await insertMembers(trx, group.organizationId, group.id, ids, displays);
  return { ...NOTHING, ...outcome };
}

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const names = missing.slice(0, 5).map((value) => JSON.stringify(value.slice(0, 100)));
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : "";
  const sentence = `No user here has the id ${names.join(", ")}${more}: push the user before the group. Nothing was changed.`;
  throw new Refusal(400, "invalidValue", sentence);
}

const deleteMembers = statement<{ removed: number }, [string, string, string[]]>(`
  WITH removed AS (
    DELETE FROM group_memberships
    WHERE organization_id = $1 AND group_id = $2 AND directory_user_id = ANY ($3::uuid[]) RETURNING 1
  )
  SELECT count(*)::int AS removed FROM removed`);

/** Whoever is not in the group is out of it already: no error (RFC 7644 §3.5.2.2). */
async function remove(trx: Db, group: GroupKey, ids: readonly string[]): Promise<Difference> {
  const known = ids.filter(isId);
  if (known.length === 0) return NOTHING;
  const [outcome] = await deleteMembers(trx, group.organizationId, group.id, known);
  return { ...NOTHING, ...outcome };
}

async function removeMatching(
  trx: Db,
  group: GroupKey,
  change: Extract<MembershipChange, { kind: "removeMembersMatching" }>,
): Promise<Difference> {
  const members = await membersOf(trx, group);
  const matching = members.filter((member) => matchesValue(change.filter, { ...member, type: "User" }));
  return remove(
    trx,
    group,
    matching.map((member) => member.value),
  );
}

async function membersOf(trx: Db, group: GroupKey): Promise<readonly GroupMember[]> {
  return (await readMembers(trx, group.organizationId, [group.id])).get(group.id) ?? [];
}
