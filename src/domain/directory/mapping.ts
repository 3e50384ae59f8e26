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

const RULES = `SELECT r.id, r.source_kind AS kind, r.source_name AS name, r.directory_group_id AS "directoryGroupId",
    g.id IS NOT NULL AS pushed, r.target_role AS role, r.target_group_id AS "groupId", o.name AS "groupName"
  FROM mappings r
  LEFT JOIN directory_groups g ON g.organization_id = $1 AND g.id = r.directory_group_id
  LEFT JOIN groups o ON o.organization_id = $1 AND o.id = r.target_group_id
  WHERE r.organization_id = $1`;
const IN_ORDER = "ORDER BY r.source_kind, lower(r.source_name), r.id";

const selectRules = statement<Rule, [string]>(`${RULES} ${IN_ORDER}`);

const selectSettings = statement<Omit<Mapping, "rules">, [string]>(`
  SELECT default_role AS "defaultRole", absent_attribute AS "absentAttribute" FROM integrations
  WHERE organization_id = $1`);

/** The mapping of the organization's integration; 404 `integration` where there is none. */
export async function readMapping(scope: Pick<Scope, "db" | "organization">): Promise<Mapping> {
  const [settings] = await selectSettings(scope.db, scope.organization.id);
  if (!settings) throw new Refusal(404, "integration", "This organization has no Okta integration.");
  return { ...settings, rules: await selectRules(scope.db, scope.organization.id) };
}

const selectAbout = statement<Rule, [string, string]>(
  `${RULES} AND (r.directory_group_id = $2 OR r.target_group_id = $2) ${IN_ORDER}`,
);

/** The rules that begin at this pushed group, or lead to this group of our own. */
export function rulesAbout(scope: Pick<Scope, "db" | "organization">, groupId: string): Promise<readonly Rule[]> {
  return selectAbout(scope.db, scope.organization.id, groupId);
}

/** What the identity provider has said of so far, to choose from. */
export interface KnownSources {
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

/** So many names are offered. */
const OFFERED = 1_000;

const selectSources = statement<KnownSources, [string]>(`
  SELECT ARRAY(
    SELECT name FROM (
      SELECT display_name AS name FROM directory_groups WHERE organization_id = $1
      UNION SELECT unnest(asserted_groups) FROM directory_users WHERE organization_id = $1
    ) g ORDER BY lower(name) LIMIT ${OFFERED}) AS groups,
  ARRAY(
    SELECT name FROM (
      SELECT unnest(asserted_roles) AS name FROM directory_users WHERE organization_id = $1
      UNION SELECT said ->> 'value' FROM directory_users u, jsonb_array_elements(
        CASE jsonb_typeof(u.attributes -> 'roles') WHEN 'array' THEN u.attributes -> 'roles' END) said
      WHERE u.organization_id = $1
    ) r WHERE name <> '' ORDER BY lower(name) LIMIT ${OFFERED}) AS roles`);

/** The groups that were pushed or asserted, and the roles, by name: up to a thousand of each. */
export async function knownSources(scope: Pick<Scope, "db" | "organization">): Promise<KnownSources> {
  const [known] = await selectSources(scope.db, scope.organization.id);
  return known ?? { groups: [], roles: [] };
}

/** A hundred thousand people take their time: so long the statements of the transaction may run, in milliseconds. */
const lock = statement<never, [string]>(`
  SELECT pg_advisory_xact_lock(hashtextextended($1, 1)), set_config('statement_timeout', '300000', true)`);

/**
 * Keeps the mapping for this transaction: waits for every change under way that it is evaluated for, and lets no new one begin.
 * `hold_mapping` in `migrations/0012_mapping.sql` takes the other side of the lock.
 */
export async function holdMapping(trx: Db, organizationId: string): Promise<void> {
  await lock(trx, organizationId);
}
