import { statement } from "../../db/database.ts";
import type { Role } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";

/**
 * Through what a line of the mapping reaches a person: a group that the directory pushed, a value of the assertion's groups or
 * role attribute, a role that the directory pushed with the user, or the default for whom no line names.
 */
export type Via = "pushed-group" | "groups-attribute" | "role-attribute" | "pushed-role" | "default";

/** A line of the mapping that reaches a person. */
export interface Reason {
  readonly via: Via;
  /** The group or role at the identity provider, by its name there; of the default the role. */
  readonly name: string;
  /** The line, and the pushed group; null of the default, and where the name alone was asserted. */
  readonly ruleId: string | null;
  readonly directoryGroupId: string | null;
  /** When a sign-in said so last; null of what the directory pushed. */
  readonly assertedAt: Date | null;
}

/** Why a member has their role: the higher of what was granted by hand and what the mapping gives. */
export interface RoleExplained {
  readonly role: Role;
  readonly granted: Role;
  /** Undefined where the mapping gives none. */
  readonly mapped: { readonly role: Role; readonly because: readonly Reason[] } | undefined;
}

interface RoleRow {
  readonly role: Role;
  readonly granted: Role;
  readonly mapped: Role | null;
  readonly because: readonly Reason[];
}

/** The reasons of the member $2 where `condition` holds of the match `x`, as JSON. */
const reasons = (condition: string) => `coalesce((
    SELECT json_agg(json_build_object('via', x.via, 'name', x.source_name, 'ruleId', x.rule_id,
      'directoryGroupId', CASE x.via WHEN 'pushed-group' THEN r.directory_group_id END,
      'assertedAt', CASE WHEN x.via LIKE '%-attribute' THEN u.asserted_at END) ORDER BY x.source_name, x.via)
    FROM mapping_matches($1, (
      SELECT coalesce(jsonb_agg(to_jsonb(all_rules)), '[]') FROM mappings all_rules WHERE all_rules.organization_id = $1
    ), ARRAY[$2::uuid]) x
    JOIN mappings r ON r.organization_id = $1 AND r.id = x.rule_id
    JOIN directory_users u ON u.organization_id = $1 AND u.member_id = $2
    WHERE ${condition}), '[]')`;

const selectRole = statement<RoleRow, [string, string]>(`
  SELECT m.role, m.granted_role AS granted, m.mapped_role AS mapped, ${reasons("x.target_role = m.mapped_role")} AS because
  FROM members m WHERE m.organization_id = $1 AND m.id = $2`);

/** Why a member of this organization has their role; undefined for an id that is no member's here. */
export async function explainRole(
  scope: Pick<Scope, "db" | "organization">,
  memberId: string,
): Promise<RoleExplained | undefined> {
  const [row] = await selectRole(scope.db, scope.organization.id, memberId);
  if (!row) return undefined;
  const { role, granted, mapped, because } = row;
  if (mapped === null) return { role, granted, mapped: undefined };
  return {
    role,
    granted,
    mapped: { role: mapped, because: because.length > 0 ? because.map(dated) : [byDefault(mapped)] },
  };
}

function byDefault(role: Role): Reason {
  return { via: "default", name: role, ruleId: null, directoryGroupId: null, assertedAt: null };
}

/** JSON knows no dates. */
function dated(reason: Reason): Reason {
  return { ...reason, assertedAt: reason.assertedAt && new Date(reason.assertedAt) };
}

/** Why a member is in a group. */
export interface GroupExplained {
  readonly id: string;
  readonly name: string;
  /** `pushed`: the directory keeps the group, and says who is in it. `own`: it is ours. */
  readonly source: "pushed" | "own";
  /** Added here by hand; such a person stays when the mapping says otherwise. */
  readonly byHand: boolean;
  /** The lines of the mapping that put them there; none of a pushed group. */
  readonly because: readonly Reason[];
}

const selectGroups = statement<GroupExplained, [string, string]>(`
  SELECT g.id, g.display_name AS name, 'pushed' AS source, false AS "byHand", '[]'::json AS because
  FROM directory_users u
  JOIN group_memberships gm ON gm.organization_id = $1 AND gm.directory_user_id = u.id
  JOIN directory_groups g ON g.organization_id = $1 AND g.id = gm.group_id
  WHERE u.organization_id = $1 AND u.member_id = $2
  UNION ALL
  SELECT o.id, o.name, 'own', bool_or(gm.origin = 'manual'), ${reasons("x.target_group_id = o.id")}
  FROM group_members gm JOIN groups o ON o.organization_id = $1 AND o.id = gm.group_id
  WHERE gm.organization_id = $1 AND gm.member_id = $2 GROUP BY o.id, o.name
  ORDER BY name, id`);

/** The groups that a member of this organization is in, and why; none for an id that is no member's here. */
export async function explainGroups(
  scope: Pick<Scope, "db" | "organization">,
  memberId: string,
): Promise<readonly GroupExplained[]> {
  const rows = await selectGroups(scope.db, scope.organization.id, memberId);
  return rows.map((row) => ({ ...row, because: row.because.map(dated) }));
}
