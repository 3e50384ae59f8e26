import { type Db, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { GroupMember, StoredGroup } from "../../protocols/scim/resource.ts";
import { GROUP_COLUMNS, readGroup, refuseUnknownGroup } from "./group-rows.ts";

/** So many members are read at once; a group with more is written while it is read. */
const MEMBERS_AT_ONCE = 1_000;
/** So many members of a page of groups are kept in memory. */
const MEMBERS_OF_A_PAGE = 5 * MEMBERS_AT_ONCE;

interface Row {
  readonly value: string;
  readonly display: string | null;
}

const selectWithMembers = statement<StoredGroup & { members: Row[] }, [string, string, number]>(`
  SELECT ${GROUP_COLUMNS}, coalesce((
    SELECT json_agg(json_build_object('value', m.directory_user_id, 'display', m.display)) FROM (
      SELECT directory_user_id, display FROM group_memberships
      WHERE organization_id = $1 AND group_id = $2 ORDER BY directory_user_id LIMIT $3
    ) m), '[]') AS members
  FROM directory_groups g WHERE g.organization_id = $1 AND g.id = $2`);

/** A group with its members, or without where they are too many to be read at once. 404 `notFound`. */
export async function readSmallGroup(
  db: Db,
  organizationId: string,
  id: string,
): Promise<{ group: StoredGroup; members: readonly GroupMember[] | undefined }> {
  const [row] = isId(id) ? await selectWithMembers(db, organizationId, id, MEMBERS_AT_ONCE + 1) : [];
  if (row === undefined) return refuseUnknownGroup(id);
  const { members, ...group } = row;
  return { group, members: members.length > MEMBERS_AT_ONCE ? undefined : members.map(shown) };
}

const selectSome = statement<Row & { groupId: string }, [string, readonly string[], number]>(`
  SELECT group_id AS "groupId", directory_user_id AS value, display FROM group_memberships
  WHERE organization_id = $1 AND group_id = ANY($2::uuid[]) LIMIT $3`);

/** The members of these groups by the group's id, or `undefined` where they are too many to be read at once. */
export async function readMembers(
  db: Db,
  organizationId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupMember[]> | undefined> {
  const members = new Map<string, GroupMember[]>(groupIds.map((id) => [id, []]));
  if (groupIds.length === 0) return members;
  const rows = await selectSome(db, organizationId, groupIds, MEMBERS_OF_A_PAGE + 1);
  if (rows.length > MEMBERS_OF_A_PAGE) return undefined;
  rows.sort((one, other) => (one.value < other.value ? -1 : 1));
  for (const row of rows) members.get(row.groupId)?.push(shown(row));
  return members;
}

const selectPage = statement<Row, [string, string, string, number]>(`
  SELECT directory_user_id AS value, display FROM group_memberships
  WHERE organization_id = $1 AND group_id = $2 AND directory_user_id > $3
  ORDER BY directory_user_id LIMIT $4`);

const NO_ID = "00000000-0000-0000-0000-000000000000";

/** All members of a group in the order of their ids, page by page. In a snapshot, they are of one moment. */
export async function* memberPages(trx: Db, organizationId: string, groupId: string): AsyncGenerator<GroupMember[]> {
  for (let last: string | undefined = NO_ID; last !== undefined; ) {
    const rows: Row[] = await selectPage(trx, organizationId, groupId, last, MEMBERS_AT_ONCE);
    yield rows.map(shown);
    last = rows.length < MEMBERS_AT_ONCE ? undefined : rows.at(-1)?.value;
  }
}

/** The group and all its members, page by page, for a transaction that sees one moment. */
export async function* groupPages(trx: Db, organizationId: string, id: string) {
  const group = await readGroup(trx, organizationId, id);
  for await (const members of memberPages(trx, organizationId, id)) yield { group, members };
}

function shown({ value, display }: Row): GroupMember {
  return display === null ? { value } : { value, display };
}
