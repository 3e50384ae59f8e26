import { type Db, statement } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import type { CreatedMembers } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import type { JobRow } from "../jobs/jobs.ts";

/** So many members, or directory users, go in one transaction: short enough for others not to notice. */
const BATCH = 500;

/** Where and when a batch is done, and what its events say. */
type Setting = Pick<Scope, "db" | "now" | "referenceId"> & {
  readonly organization: { readonly id: string };
  readonly actor: { readonly name: string };
};

/** One batch of the job that a disconnect of a large organization leaves. */
export function disconnectBatch(db: Db, job: JobRow, now: Date): Promise<{ done: number; finished: boolean }> {
  const organization = { id: job.organization_id };
  const setting = { db, now, organization, referenceId: job.reference_id ?? job.id };
  return oneBatch({ ...setting, actor: { name: job.started_by ?? "system" } }, job.created_members, job.done);
}

/**
 * First the created members, batch by batch, each with its directory user; then the directory users of those who were
 * linked; last the groups. Every batch may be repeated: it finds what is left. Answers how many members are done in all.
 */
export async function oneBatch(
  setting: Setting,
  createdMembers: CreatedMembers,
  before: number,
): Promise<{ done: number; finished: boolean }> {
  const { db, organization } = setting;
  const turn = createdMembers === "keep" ? keepMembers : deleteMembers;
  const ids = Array.from({ length: BATCH }, () => newId(setting.now));
  const { referenceId, now, actor } = setting;
  const gone = await turn(db, organization.id, ids, now, referenceId, actor.name);
  const kept = createdMembers === "keep" ? gone.map(({ id }) => id) : [];
  if (kept.length > 0) await unmap(db, organization.id, kept);
  const done = before + gone.length;
  if (gone.length === BATCH) return { done, finished: false };
  const users = await deleteUsers(db, organization.id);
  const linked = users.flatMap(({ memberId }) => memberId ?? []);
  if (linked.length > 0) await unmap(db, organization.id, linked);
  if (users.length === BATCH) return { done, finished: false };
  await deleteGroups(db, organization.id);
  return { done, finished: true };
}

type Values = [organizationId: string, eventIds: string[], now: Date, referenceId: string, by: string];

/** The next created members, and what the audit log says of each. $2 has as many ids as a batch has members. */
const turned = (action: string, change: string) => `
  WITH batch AS MATERIALIZED (
    SELECT id, email, name, role, row_number() OVER () AS place FROM (
      SELECT id, email, name, role FROM members
      WHERE organization_id = $1 AND origin <> 'manual' ORDER BY id LIMIT ${BATCH} FOR UPDATE) next
  ), users AS (
    DELETE FROM directory_users u USING batch WHERE u.organization_id = $1 AND u.member_id = batch.id
  ), told AS (
    INSERT INTO audit_events (organization_id, id, at, actor_kind, actor_name, action, target_kind, target_id,
      target_name, reference_id, detail)
    SELECT $1, ($2::uuid[])[batch.place], $3, 'system', 'disconnect', '${action}', 'member', batch.id,
      batch.email, $4, jsonb_build_object('by', $5::text, 'name', batch.name, 'role', batch.role)
    FROM batch
  )
  ${change}`;

const deleteMembers = statement<{ id: string }, Values>(
  turned(
    "member.removed",
    "DELETE FROM members m USING batch WHERE m.organization_id = $1 AND m.id = batch.id RETURNING m.id",
  ),
);

const keepMembers = statement<{ id: string }, Values>(
  turned(
    "member.kept",
    `UPDATE members m SET origin = 'manual' FROM batch WHERE m.organization_id = $1 AND m.id = batch.id RETURNING m.id`,
  ),
);

const deleteUsers = statement<{ memberId: string | null }, [string]>(`
  DELETE FROM directory_users u USING (
    SELECT id FROM directory_users WHERE organization_id = $1 ORDER BY id LIMIT ${BATCH}
  ) batch
  WHERE u.organization_id = $1 AND u.id = batch.id RETURNING u.member_id AS "memberId"`);

/** What a mapping gave goes with the mapping, and that went with the integration. */
const unmap = statement<never, [string, string[]]>("SELECT apply_mapping($1, $2::uuid[])");

const deleteGroups = statement<never, [string]>("DELETE FROM directory_groups WHERE organization_id = $1");
