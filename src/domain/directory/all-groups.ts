import { statement } from "../../db/database.ts";
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
