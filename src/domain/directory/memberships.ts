import { type Db, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import { matchesValue } from "../../protocols/scim/filter-match.ts";
import type { GroupChange } from "../../protocols/scim/patch.ts";
import type { GroupMember } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";
import { readMembers } from "./group-rows.ts";

/** How many memberships came and went. */
export interface Difference {
  readonly added: number;
  readonly removed: number;
}

type MembershipChange = Extract<GroupChange, { kind: `${string}Members${string}` }>;

/**
 * Changes the members of a group that the transaction holds, in set statements: the cost is that of the change, not of the
 * group. A member who is not a directory user of the organization is refused by name (400 `invalidValue`).
 */
export function changeMembers(
  trx: Db,
  organizationId: string,
  groupId: string,
  change: MembershipChange,
): Promise<Difference> {
  switch (change.kind) {
    case "addMembers":
      return addOrReplace(trx, organizationId, groupId, change.members, false);
    case "replaceMembers":
      return addOrReplace(trx, organizationId, groupId, change.members, true);
    case "removeMembers":
      return remove(trx, organizationId, groupId, change.values);
    case "removeMembersMatching":
      return removeMatching(trx, organizationId, groupId, change);
  }
}

/** $5: whether whoever is not named leaves. A member without a display name is shown as the directory shows the user. */
const writeMembers = statement<
  { added: number; removed: number; missing: string[] },
  [string, string, string[], (string | null)[], boolean]
>(`
  WITH wanted AS (SELECT * FROM unnest($3::uuid[], $4::text[]) AS w (id, display)),
  known AS (
    SELECT w.id, coalesce(w.display, u.attributes ->> 'displayName', u.user_name) AS display, w.display AS said
    FROM wanted w JOIN directory_users u ON u.organization_id = $1 AND u.id = w.id
  ), added AS (
    INSERT INTO group_memberships (organization_id, group_id, directory_user_id, display)
    SELECT $1, $2, k.id, k.display FROM known k
    WHERE NOT EXISTS (SELECT FROM group_memberships m
      WHERE m.organization_id = $1 AND m.group_id = $2 AND m.directory_user_id = k.id)
    ON CONFLICT DO NOTHING RETURNING 1
  ), renamed AS (
    UPDATE group_memberships m SET display = k.said FROM known k
    WHERE m.organization_id = $1 AND m.group_id = $2 AND m.directory_user_id = k.id AND k.said <> m.display
  ), removed AS (
    DELETE FROM group_memberships m WHERE $5 AND m.organization_id = $1 AND m.group_id = $2
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.id = m.directory_user_id) RETURNING 1
  )
  SELECT (SELECT count(*)::int FROM added) AS added, (SELECT count(*)::int FROM removed) AS removed,
    ARRAY(SELECT w.id::text FROM wanted w WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = w.id) LIMIT 5) AS missing`);

async function addOrReplace(
  trx: Db,
  organizationId: string,
  groupId: string,
  members: readonly GroupMember[],
  replace: boolean,
): Promise<Difference> {
  refuseMissing(members.map((member) => member.value).filter((value) => !isId(value)));
  const ids = members.map((member) => member.value);
  const displays = members.map((member) => member.display ?? null);
  const [outcome] = await writeMembers(trx, organizationId, groupId, ids, displays, replace);
  if (!outcome) throw new Error("a difference is one row");
  refuseMissing(outcome.missing);
  return outcome;
}

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const names = missing.slice(0, 5).map((value) => JSON.stringify(value.slice(0, 100)));
  const sentence = `No user here has the id ${names.join(", ")}: push the user before the group. Nothing was changed.`;
  throw new Refusal(400, "invalidValue", sentence);
}

const deleteMembers = statement<{ removed: number }, [string, string, string[]]>(`
  WITH removed AS (
    DELETE FROM group_memberships
    WHERE organization_id = $1 AND group_id = $2 AND directory_user_id = ANY ($3::uuid[]) RETURNING 1
  )
  SELECT count(*)::int AS removed FROM removed`);

/** Whoever is not in the group is out of it already: no error (RFC 7644 §3.5.2.2). */
async function remove(trx: Db, organizationId: string, groupId: string, ids: readonly string[]): Promise<Difference> {
  const [outcome] = await deleteMembers(trx, organizationId, groupId, ids.filter(isId));
  return { added: 0, removed: outcome?.removed ?? 0 };
}

async function removeMatching(
  trx: Db,
  organizationId: string,
  groupId: string,
  change: Extract<MembershipChange, { kind: "removeMembersMatching" }>,
): Promise<Difference> {
  const members = (await readMembers(trx, organizationId, [groupId])).get(groupId) ?? [];
  const matching = members.filter((member) => matchesValue(change.filter, { ...member, type: "User" }));
  return remove(
    trx,
    organizationId,
    groupId,
    matching.map((member) => member.value),
  );
}
