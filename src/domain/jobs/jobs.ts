import type { Selectable } from "kysely";
import type { Db } from "../../db/database.ts";
import { isId, newId } from "../../db/id.ts";
import type { CreatedMembers, Tables } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";

/** Long work, as it is shown while it goes on. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: "queued" | "running" | "completed" | "failed";
  readonly done: number;
  readonly total: number;
  readonly createdMembers: CreatedMembers;
}

export type JobKind = Tables["jobs"]["kind"];
export type JobRow = Selectable<Tables["jobs"]>;

/**
 * Queues long work in the transaction that decides on it, so that neither is there without the other. What that transaction
 * did of it already is `done`; if that was all, the job is there to be read, completed.
 */
export async function queueJob(
  scope: Scope,
  job: { kind: JobKind; total: number; done: number; finished: boolean; createdMembers: CreatedMembers },
): Promise<Job> {
  const row = await scope.db
    .insertInto("jobs")
    .values({
      organization_id: scope.organization.id,
      id: newId(scope.now),
      kind: job.kind,
      state: job.finished ? "completed" : "queued",
      done: job.done,
      total: job.total,
      created_at: scope.now,
      finished_at: job.finished ? scope.now : null,
      created_members: job.createdMembers,
      started_by: scope.actor.name,
      reference_id: scope.referenceId,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toJob(row);
}

/** The job with this id, in any organization: for the operator. 404 `job` for any other. */
export async function getJob(db: Db, id: string): Promise<Job> {
  const row = isId(id) ? await db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst() : undefined;
  if (!row) throw new Refusal(404, "job", "There is no such job.");
  return toJob(row);
}

/** The newest job of this kind in the organization, if there was one. */
export async function latestJob(scope: Pick<Scope, "db" | "organization">, kind: JobKind): Promise<Job | undefined> {
  const row = await scope.db
    .selectFrom("jobs")
    .selectAll()
    .where("organization_id", "=", scope.organization.id)
    .where("kind", "=", kind)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && toJob(row);
}

function toJob(row: JobRow): Job {
  const { id, kind, state, done, total, created_members: createdMembers } = row;
  return { id, kind, state, done, total, createdMembers };
}
