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

/** Everybody whom the integration knows, each looked up by themselves, as in `mapping_matches`. */
const selectTouched = statement<Seen, [string, string, string | null]>(`
  WITH seen AS MATERIALIZED (
    SELECT w.member_id AS id, w.role,
      (SELECT m FROM members m WHERE m.organization_id = $1 AND m.id = w.member_id) AS m,
      ARRAY(SELECT id FROM unnest(w.group_ids) AS id WHERE NOT EXISTS (
        SELECT FROM group_members p WHERE p.organization_id = $1 AND p.group_id = id AND p.member_id = w.member_id)
        ORDER BY id) AS joins,
      ARRAY(SELECT p.group_id FROM group_members p WHERE p.organization_id = $1 AND p.member_id = w.member_id
        GROUP BY p.group_id HAVING bool_and(p.origin = 'mapping') AND p.group_id <> ALL (w.group_ids)
        ORDER BY p.group_id) AS leaves
    FROM mapping_wanted($1, $2::jsonb, $3, ARRAY(
      SELECT member_id FROM directory_users WHERE organization_id = $1 AND member_id IS NOT NULL)) w
  ), touched AS MATERIALIZED (
    SELECT id, (m).name, (m).email, (m).state, (m).role AS before, after, joins, leaves
    FROM seen CROSS JOIN LATERAL (SELECT higher_role((m).granted_role, role) AS after) turned
    WHERE (m).role <> after OR joins <> '{}' OR leaves <> '{}'
  ), moves AS (
    SELECT unnest(joins) AS group_id, 1 AS came, 0 AS went FROM touched
    UNION ALL SELECT unnest(leaves), 0, 1 FROM touched
  ), own AS (
    SELECT id, name FROM groups WHERE organization_id = $1
  )
  SELECT (SELECT count(*)::int FROM touched) AS touched,
    coalesce((SELECT json_agg(x) FROM (
      SELECT before, after, count(*)::int AS count FROM touched WHERE before <> after GROUP BY before, after
      ORDER BY after, before) x), '[]') AS roles,
    coalesce((SELECT json_agg(x) FROM (
      SELECT o.id, o.name, v.added, v.removed FROM (
        SELECT group_id, sum(came)::int AS added, sum(went)::int AS removed FROM moves GROUP BY group_id
      ) v JOIN own o ON o.id = v.group_id ORDER BY lower(o.name)) x), '[]') AS groups,
    coalesce((SELECT json_agg(json_build_object('id', f.id, 'name', f.name, 'email', f.email, 'state', f.state,
        'before', f.before, 'after', f.after,
        'joins', ARRAY(SELECT o.name FROM own o WHERE o.id = ANY (f.joins) ORDER BY lower(o.name)),
        'leaves', ARRAY(SELECT o.name FROM own o WHERE o.id = ANY (f.leaves) ORDER BY lower(o.name)))
      ORDER BY lower(f.name), f.email)
      FROM (SELECT * FROM touched ORDER BY lower(name), email LIMIT ${NAMED}) f), '[]') AS people,
    EXISTS (SELECT FROM touched WHERE after = 'owner' AND state = 'active') OR EXISTS (
      SELECT FROM members WHERE organization_id = $1 AND role = 'owner' AND state = 'active'
        AND id NOT IN (SELECT id FROM touched)) AS "ownerRemains",
    (SELECT md5(coalesce(string_agg(concat_ws(' ', id, before, after, joins, leaves), ',' ORDER BY id), ''))
      FROM touched) AS digest`);

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
