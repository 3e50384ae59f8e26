import { statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";

type Reader = Pick<Scope, "db" | "organization">;

/** A group of the organization, the directory's or our own. */
export interface GroupSummary {
  readonly id: string;
  readonly name: string;
  /** `scim`: the directory keeps it. `manual`: it is our own. */
  readonly source: "scim" | "manual";
  readonly memberCount: number;
}

const ALL_GROUPS = `(
  SELECT g.id, g.display_name AS name, g.display_name_key AS key, 'scim' AS source FROM directory_groups g
  WHERE g.organization_id = $1
  UNION ALL
  SELECT o.id, o.name, o.name_key, 'manual' FROM groups o WHERE o.organization_id = $1
)`;

/** Of the group `a`: how many people are in it. */
const COUNT = `CASE a.source
  WHEN 'scim' THEN (SELECT count(*) FROM group_memberships p WHERE p.organization_id = $1 AND p.group_id = a.id)
  ELSE (SELECT count(DISTINCT p.member_id) FROM group_members p WHERE p.organization_id = $1 AND p.group_id = a.id)
END::int AS "memberCount"`;

const selectById = statement<GroupSummary, [string, string | null, number]>(`
  SELECT a.id, a.name, a.source, ${COUNT} FROM ${ALL_GROUPS} a
  WHERE $2::uuid IS NULL OR a.id > $2 ORDER BY a.id LIMIT $3`);

/** A page of groups with how many members each has, in the order in which they were made. */
export function listGroupSummaries(
  scope: Reader,
  query: { after?: string | undefined; limit: number },
): Promise<readonly GroupSummary[]> {
  return selectById(scope.db, scope.organization.id, query.after ?? null, query.limit);
}

const selectByName = (turn: "ASC" | "DESC", beyond: ">" | "<") =>
  statement<GroupSummary, [string, string | null, string, number]>(`
  SELECT a.id, a.name, a.source, ${COUNT} FROM ${ALL_GROUPS} a
  WHERE ($2::uuid IS NULL OR (a.key, a.id) ${beyond} (SELECT b.key, b.id FROM ${ALL_GROUPS} b WHERE b.id = $2))
    AND ($3 = '' OR a.key LIKE $3)
  ORDER BY a.key ${turn}, a.id ${turn} LIMIT $4`);
const selectAfter = selectByName("ASC", ">");
const selectBefore = selectByName("DESC", "<");

/** A page of groups by name; `q` finds a part of it. `before` answers the page that ends just before a group. */
export async function findGroupsByName(
  scope: Reader,
  query: { q: string; after?: string | undefined; before?: string | undefined; limit: number },
): Promise<readonly GroupSummary[]> {
  const part = query.q
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, "\\$&");
  const pattern = part && `%${part}%`;
  const { id } = scope.organization;
  if (!query.before) return selectAfter(scope.db, id, query.after ?? null, pattern, query.limit);
  return (await selectBefore(scope.db, id, query.before, pattern, query.limit)).reverse();
}

const countAll = statement<{ pushed: number; own: number }, [string]>(`
  SELECT (SELECT count(*)::int FROM directory_groups WHERE organization_id = $1) AS pushed,
    (SELECT count(*)::int FROM groups WHERE organization_id = $1) AS own`);

/** How many groups the directory keeps here, and how many are our own. */
export async function countGroups(scope: Reader): Promise<{ pushed: number; own: number }> {
  const [count] = await countAll(scope.db, scope.organization.id);
  return count ?? { pushed: 0, own: 0 };
}

const selectOne = statement<GroupSummary, [string, string]>(`
  SELECT a.id, a.name, a.source, ${COUNT} FROM ${ALL_GROUPS} a WHERE a.id = $2`);

/** The group with this id, the directory's or our own; 404 `group`. */
export async function getGroup(scope: Reader, id: string): Promise<GroupSummary> {
  const [group] = isId(id) ? await selectOne(scope.db, scope.organization.id, id) : [];
  if (!group) throw new Refusal(404, "group", "There is no such group in this organization.");
  return group;
}

/** Somebody in a group. */
export interface PersonInGroup {
  /** In the order of which pages are read. */
  readonly place: string;
  /** Null of somebody whom the directory knows and who is no member here. */
  readonly memberId: string | null;
  readonly name: string;
  readonly email: string;
  readonly deactivated: boolean;
  readonly byHand: boolean;
  readonly mapped: boolean;
}

const selectPushed = statement<PersonInGroup, [string, string, string, number]>(`
  SELECT u.id AS place, m.id AS "memberId", coalesce(m.name, p.display, u.user_name) AS name,
    coalesce(m.email, u.email) AS email, m.state IS NOT DISTINCT FROM 'deactivated' AS deactivated,
    false AS "byHand", false AS mapped
  FROM group_memberships p
  JOIN directory_users u ON u.organization_id = $1 AND u.id = p.directory_user_id
  LEFT JOIN members m ON m.organization_id = $1 AND m.id = u.member_id
  WHERE p.organization_id = $1 AND p.group_id = $2 AND p.directory_user_id > $3
  ORDER BY p.directory_user_id LIMIT $4`);

const selectOwn = statement<PersonInGroup, [string, string, string, number]>(`
  SELECT m.id AS place, m.id AS "memberId", m.name, m.email, m.state = 'deactivated' AS deactivated,
    bool_or(p.origin = 'manual') AS "byHand", bool_or(p.origin = 'mapping') AS mapped
  FROM group_members p JOIN members m ON m.organization_id = $1 AND m.id = p.member_id
  WHERE p.organization_id = $1 AND p.group_id = $2 AND p.member_id > $3
  GROUP BY m.organization_id, m.id ORDER BY m.id LIMIT $4`);

const NO_ID = "00000000-0000-0000-0000-000000000000";

/** A page of the people in a group, in the order in which they came to the organization. */
export function listPeopleInGroup(
  scope: Reader,
  group: Pick<GroupSummary, "id" | "source">,
  query: { after?: string | undefined; limit: number },
): Promise<readonly PersonInGroup[]> {
  const select = group.source === "scim" ? selectPushed : selectOwn;
  return select(scope.db, scope.organization.id, group.id, query.after ?? NO_ID, query.limit);
}
