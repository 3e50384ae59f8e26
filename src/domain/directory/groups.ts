import { type Db, inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import { type Precondition, requireVersion } from "../../protocols/scim/etag.ts";
import type { GroupChange } from "../../protocols/scim/patch.ts";
import type { GroupInput, StoredGroup } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { tellUnchanged } from "../activity/exchange.ts";
import { askedRows } from "../activity/record.ts";
import { type AuditEvent, eventRow } from "../audit/events.ts";
import { explainGroupConflict } from "./conflicts.ts";
import { holdGroup } from "./group-rows.ts";
import { changeMembers, type Difference, NO_DIFFERENCE, together } from "./memberships.ts";
import { requireKeys } from "./person.ts";
import { changedGroupRequest, createdGroupRequest, deletedGroupRequest, tellAboutGroup } from "./told-groups.ts";

const insertGroup = statement<{ version: number }, [string, string, string, string | null, Date, string, string]>(`
  WITH connected AS (SELECT FROM integrations WHERE organization_id = $1 FOR KEY SHARE),
  made AS (
    INSERT INTO directory_groups (organization_id, id, display_name, external_id, created_at, updated_at)
    SELECT $1, $2, $3, $4, $5, $5 FROM connected RETURNING version
  ), told AS (
    INSERT INTO audit_events SELECT e.* FROM made, jsonb_populate_record(NULL::audit_events, $6) e
  ), asked AS (
    ${askedRows("$7", "made")}
  )
  SELECT version FROM made`);

/**
 * Makes a directory group with its members. Refuses a displayName that another group has (409 `uniqueness`, naming it) and
 * members that are not here (400 `invalidValue`, naming them), and what by the mapping would take the last owner's role
 * (400 `mutability`); then nothing is made.
 */
export function createGroup(scope: Scope, input: GroupInput): Promise<StoredGroup> {
  const { displayName, externalId = null, members = [] } = input;
  const id = newId(scope.now);
  requireKeys({ displayName: [displayName], externalId: [externalId] });
  return orExplain(scope, { id, displayName }, () =>
    inTransaction(scope.db, async (db) => {
      const target = { kind: "directory_group", id, name: displayName };
      const event = { action: "directory_group.created", target, detail: { members: members.length } };
      const row = eventRow(scope, event);
      const group = { id, displayName, externalId, version: 1, createdAt: scope.now, lastModified: scope.now };
      const asked = createdGroupRequest(scope, group, members);
      const [made] = await insertGroup(db, scope.organization.id, id, displayName, externalId, scope.now, row, asked);
      if (!made) throw new Refusal(404, "notFound", "The integration of this organization was disconnected.");
      if (members.length > 0) {
        await changeMembers({ ...scope, db }, id, { kind: "addMembers", members });
      }
      return group;
    }),
  );
}

/** What a PUT says, as changes: without `members` a group keeps them. */
export function replacement(input: GroupInput): GroupChange[] {
  return [
    { kind: "displayName", value: input.displayName },
    { kind: "externalId", value: input.externalId ?? null },
    ...(input.members ? [{ kind: "replaceMembers", members: input.members } as const] : []),
  ];
}

const updateGroup = statement<{ version: number }, [string, string, string, string | null, Date, string, string]>(`
  WITH told AS (INSERT INTO audit_events SELECT e.* FROM jsonb_populate_record(NULL::audit_events, $6) e),
  asked AS (${askedRows("$7")})
  UPDATE directory_groups SET display_name = $3, external_id = $4, updated_at = $5, version = version + 1
  WHERE organization_id = $1 AND id = $2 RETURNING version`);

/**
 * Changes a directory group, all of it or nothing. Changes of one group go one after another, so that none is lost. What is
 * as it was already changes nothing. Refusals as for `createGroup`, 404 `notFound`, and 412 for another version than the
 * precondition names.
 */
export function changeGroup(
  scope: Scope,
  id: string,
  changes: readonly GroupChange[],
  precondition?: Precondition,
): Promise<StoredGroup> {
  const named = changes.findLast((change) => change.kind === "displayName");
  const attempt = { id, displayName: named?.value ?? "" };
  return orExplain(scope, attempt, () =>
    inTransaction(scope.db, async (db) => {
      const before = await holdGroup({ ...scope, db }, id);
      attempt.displayName ||= before.displayName;
      tellAboutGroup(scope, before);
      requireVersion(precondition, before.version);
      const after = { displayName: before.displayName, externalId: before.externalId };
      let difference = NO_DIFFERENCE;
      for (const change of changes) {
        if (change.kind === "displayName") after.displayName = change.value;
        else if (change.kind === "externalId") after.externalId = change.value;
        else difference = together(difference, await changeMembers({ ...scope, db }, id, change));
      }
      return writeGroup({ ...scope, db }, before, after, difference);
    }),
  );
}

async function writeGroup(
  scope: Scope,
  before: StoredGroup,
  { displayName, externalId }: { displayName: string; externalId: string | null },
  difference: Difference,
): Promise<StoredGroup> {
  const { added, removed } = difference;
  const same = displayName === before.displayName && externalId === before.externalId;
  if (same && added + removed + difference.renamed === 0) {
    tellUnchanged(scope, before.displayName);
    return before;
  }
  const target = { kind: "directory_group", id: before.id, name: displayName };
  const renamed = displayName !== before.displayName && { before: before.displayName };
  const event: AuditEvent = { action: "directory_group.changed", target, detail: { added, removed, ...renamed } };
  requireKeys({ displayName: [displayName], externalId: [externalId] });
  const group = { ...before, displayName, externalId, version: before.version + 1, lastModified: scope.now };
  const asked = changedGroupRequest(scope, before, group, difference);
  const row = eventRow(scope, event);
  await updateGroup(scope.db, scope.organization.id, before.id, displayName, externalId, scope.now, row, asked);
  return group;
}

const deleteWhole = statement<{ id: string }, [string, string, string, string]>(`
  WITH gone AS (DELETE FROM directory_groups WHERE organization_id = $1 AND id = $2 RETURNING id),
  told AS (INSERT INTO audit_events SELECT e.* FROM gone, jsonb_populate_record(NULL::audit_events, $3) e),
  asked AS (${askedRows("$4", "gone")})
  SELECT id FROM gone`);

/** Deletes a directory group; its people stay. 404 `notFound`; 412 for another version than the precondition names. */
export function deleteGroup(scope: Scope, id: string, precondition?: Precondition): Promise<void> {
  const attempt = { id, displayName: "" };
  return orExplain(scope, attempt, () =>
    inTransaction(scope.db, async (db) => {
      const group = await holdGroup({ ...scope, db }, id);
      attempt.displayName = group.displayName;
      tellAboutGroup(scope, group);
      requireVersion(precondition, group.version);
      const target = { kind: "directory_group", id: group.id, name: group.displayName };
      const event = eventRow(scope, { action: "directory_group.deleted", target });
      await deleteWhole(db, scope.organization.id, id, event, deletedGroupRequest(scope, group));
    }),
  );
}

/** The group, by the name that it was to get, else by its own. */
interface Attempt {
  readonly id: string;
  readonly displayName: string;
}

async function orExplain<T>(scope: Scope, attempt: Attempt, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    if (violatedConstraint(error) === "directory_groups_display_name_unique") {
      throw await refuseTaken(scope.db, scope.organization.id, attempt.displayName);
    }
    throw await explainGroupConflict(scope, error, attempt);
  }
}

const selectByName = statement<{ id: string }, [string, string]>(
  `SELECT id FROM directory_groups WHERE organization_id = $1 AND display_name_key = lower($2 COLLATE "C")`,
);

async function refuseTaken(db: Db, organizationId: string, displayName: string): Promise<Refusal> {
  const [other] = await selectByName(db, organizationId, displayName);
  const owner = other ? `the group with the id ${other.id}` : "another group";
  return new Refusal(409, "uniqueness", `The displayName ${JSON.stringify(displayName)} belongs to ${owner}.`);
}
