import { createHash } from "node:crypto";
import { statement } from "../../db/database.ts";
import type { MemberState, Role } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { type MappingDraft, type Plan, planMapping } from "./mapping-draft.ts";

/** Whom a change of the mapping touches, before it is made. */
export interface MappingPreview {
  readonly plan: Plan;
  /** So many people get another role, or come into a group or leave it. */
  readonly touched: number;
  readonly roles: readonly { readonly before: Role; readonly after: Role; readonly count: number }[];
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly added: number;
    readonly removed: number;
  }[];
  /** The first of them by name. */
  readonly people: readonly TouchedPerson[];
  /** Whether an active owner remains; without one the change is refused. */
  readonly ownerRemains: boolean;
  /** Of all that is shown here: two previews with the same one do the same to the same people. */
  readonly fingerprint: string;
}

export interface TouchedPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly state: MemberState;
  readonly before: Role;
  readonly after: Role;
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
}

/** Who the change touches, as a draft of the mapping would have it. */
export async function previewMapping(scope: Scope, draft: MappingDraft): Promise<MappingPreview> {
  return previewPlan(scope, await planMapping(scope, draft));
}

/** So many people are named. */
const NAMED = 20;

type Seen = Omit<MappingPreview, "plan" | "fingerprint"> & { readonly digest: string };

const selectTouched = statement<Seen, [string, string, string | null]>(`
  WITH given AS MATERIALIZED (
    SELECT * FROM mapping_matches($1, $2::jsonb, ARRAY(
      SELECT member_id FROM directory_users WHERE organization_id = $1 AND member_id IS NOT NULL))
  ), best AS MATERIALIZED (
    SELECT member_id, CASE max(array_position(ARRAY['member', 'admin', 'owner'], target_role))
      WHEN 3 THEN 'owner' WHEN 2 THEN 'admin' ELSE 'member' END AS role
    FROM given WHERE target_role IS NOT NULL GROUP BY member_id
  ), roles AS MATERIALIZED (
    SELECT m.id, m.role AS before, m.state,
      higher_role(m.granted_role, CASE WHEN u.id IS NOT NULL THEN coalesce(b.role, $3) END) AS after
    FROM members m
    LEFT JOIN directory_users u ON u.organization_id = $1 AND u.member_id = m.id
    LEFT JOIN best b ON b.member_id = m.id
    WHERE m.organization_id = $1
  ), wanted AS MATERIALIZED (
    SELECT DISTINCT target_group_id AS group_id, member_id FROM given WHERE target_group_id IS NOT NULL
  ), present AS MATERIALIZED (
    SELECT group_id, member_id, bool_or(origin = 'mapping') AS mapped, bool_or(origin = 'manual') AS by_hand
    FROM group_members WHERE organization_id = $1 GROUP BY group_id, member_id
  ), moves AS MATERIALIZED (
    SELECT group_id, member_id, w.member_id IS NOT NULL AS joins
    FROM present p FULL JOIN wanted w USING (group_id, member_id)
    WHERE NOT coalesce(p.by_hand, false) AND coalesce(p.mapped, false) <> (w.member_id IS NOT NULL)
  ), touched AS MATERIALIZED (
    SELECT id FROM roles WHERE before <> after UNION SELECT member_id FROM moves
  ), first_touched AS (
    SELECT m.id, m.name, m.email, m.state, r.before, r.after FROM touched t
    JOIN members m ON m.organization_id = $1 AND m.id = t.id JOIN roles r ON r.id = t.id
    ORDER BY lower(m.name), m.email LIMIT ${NAMED}
  ), named AS (
    SELECT v.member_id, v.joins, o.name FROM moves v JOIN groups o ON o.organization_id = $1 AND o.id = v.group_id
    WHERE v.member_id IN (SELECT id FROM first_touched)
  )
  SELECT (SELECT count(*)::int FROM touched) AS touched,
    coalesce((SELECT json_agg(x) FROM (
      SELECT before, after, count(*)::int AS count FROM roles WHERE before <> after GROUP BY before, after
      ORDER BY after, before) x), '[]') AS roles,
    coalesce((SELECT json_agg(x) FROM (
      SELECT o.id, o.name, count(*) FILTER (WHERE v.joins)::int AS added, count(*) FILTER (WHERE NOT v.joins)::int AS removed
      FROM moves v JOIN groups o ON o.organization_id = $1 AND o.id = v.group_id
      GROUP BY o.id, o.name ORDER BY lower(o.name)) x), '[]') AS groups,
    coalesce((SELECT json_agg(json_build_object('id', f.id, 'name', f.name, 'email', f.email, 'state', f.state,
        'before', f.before, 'after', f.after,
        'joins', ARRAY(SELECT n.name FROM named n WHERE n.member_id = f.id AND n.joins ORDER BY n.name),
        'leaves', ARRAY(SELECT n.name FROM named n WHERE n.member_id = f.id AND NOT n.joins ORDER BY n.name))
      ORDER BY lower(f.name), f.email) FROM first_touched f), '[]') AS people,
    EXISTS (SELECT FROM roles WHERE after = 'owner' AND state = 'active') AS "ownerRemains",
    md5(coalesce((SELECT string_agg(id || before || after, ',' ORDER BY id) FROM roles WHERE before <> after), '')
      || coalesce((SELECT string_agg(group_id || member_id::text || joins, ',' ORDER BY group_id, member_id)
        FROM moves), '')) AS digest`);

/** As `previewMapping`, of a plan that the caller has made. */
export async function previewPlan(scope: Pick<Scope, "db" | "organization">, plan: Plan): Promise<MappingPreview> {
  const { defaultRole } = plan.after;
  const fallback = defaultRole === "member" ? null : defaultRole;
  const rules = JSON.stringify(plan.after.rules.map(ruleRow));
  const [seen] = await selectTouched(scope.db, scope.organization.id, rules, fallback);
  if (!seen) throw new Error("a preview is one row");
  const { digest, ...shown } = seen;
  return { ...shown, plan, fingerprint: fingerprintOf(plan, digest) };
}

/** A rule as `mapping_matches` reads it. */
function ruleRow(rule: Plan["after"]["rules"][number]) {
  return {
    id: rule.id,
    source_kind: rule.kind,
    source_name: rule.name,
    directory_group_id: rule.directoryGroupId,
    target_role: rule.role,
    target_group_id: rule.groupId,
  };
}

function fingerprintOf({ before, after, added }: Plan, digest: string): string {
  const coming = added.map(({ id: _, ...rule }) => rule);
  const parts = [before, after.defaultRole, after.absentAttribute, coming, digest];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
