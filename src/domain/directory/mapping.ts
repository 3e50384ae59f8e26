import { type Db, statement } from "../../db/database.ts";
import type { AbsentAttribute, DefaultRole, MappingSource, Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";

/** One line of the mapping: who is in this group, or has this role, at the identity provider gets this of ours. */
export interface Rule {
  readonly id: string;
  readonly kind: MappingSource;
  /** The group's or the role's name at the identity provider; ASCII case does not matter. */
  readonly name: string;
  /** The pushed group that is meant; null while none is. */
  readonly directoryGroupId: string | null;
  /** Whether that group is here now. */
  readonly pushed: boolean;
  /** Exactly one of the two is given. */
  readonly role: Role | null;
  readonly groupId: string | null;
  /** The name of our group. */
  readonly groupName: string | null;
}

/** How groups and roles of the identity provider lead to ours. */
export interface Mapping {
  readonly rules: readonly Rule[];
  /** What whoever comes through the identity provider is at least, where no rule gives them a role. */
  readonly defaultRole: DefaultRole;
  /** What an assertion without the groups or the role attribute means. */
  readonly absentAttribute: AbsentAttribute;
}

const selectRules = statement<Rule, [string]>(`
  SELECT r.id, r.source_kind AS kind, r.source_name AS name, r.directory_group_id AS "directoryGroupId",
    g.id IS NOT NULL AS pushed, r.target_role AS role, r.target_group_id AS "groupId", o.name AS "groupName"
  FROM mappings r
  LEFT JOIN directory_groups g ON g.organization_id = $1 AND g.id = r.directory_group_id
  LEFT JOIN groups o ON o.organization_id = $1 AND o.id = r.target_group_id
  WHERE r.organization_id = $1 ORDER BY r.source_kind, lower(r.source_name), r.id`);

const selectSettings = statement<Omit<Mapping, "rules">, [string]>(`
  SELECT default_role AS "defaultRole", absent_attribute AS "absentAttribute" FROM integrations
  WHERE organization_id = $1`);

/** The mapping of the organization's integration; 404 `integration` where there is none. */
export async function readMapping(scope: Pick<Scope, "db" | "organization">): Promise<Mapping> {
  const [settings] = await selectSettings(scope.db, scope.organization.id);
  if (!settings) throw new Refusal(404, "integration", "This organization has no Okta integration.");
  return { ...settings, rules: await selectRules(scope.db, scope.organization.id) };
}

const lock = statement<never, [string]>("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))");

/**
 * Keeps the mapping for this transaction: waits for every change under way that it is evaluated for, and lets no new one begin.
 * `hold_mapping` in `migrations/0012_mapping.sql` takes the other side of the lock.
 */
export async function holdMapping(trx: Db, organizationId: string): Promise<void> {
  await lock(trx, organizationId);
}
