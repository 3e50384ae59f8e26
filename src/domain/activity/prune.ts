import { type Db, statement } from "../../db/database.ts";
import { firstId } from "../../db/id.ts";
import type { Logger } from "../../observe/log.ts";
import { BATCH, deleteInBatches } from "../jobs/batches.ts";
import { startTimer } from "../jobs/timer.ts";

const EVERY = 10 * 60_000;
const DAY = 86_400_000;

/**
 * The oldest of each organization lie at the beginning of its part of the key, so that nothing else is looked at. What
 * another process deletes at this moment is passed over.
 */
const deleteOld = statement<{ id: string }, [string]>(`
  DELETE FROM scim_requests r USING (
    SELECT old.organization_id, old.id FROM organizations o CROSS JOIN LATERAL (
      SELECT organization_id, id FROM scim_requests WHERE organization_id = o.id AND id < $1
      ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS old
    LIMIT ${BATCH}) AS gone
  WHERE r.organization_id = gone.organization_id AND r.id = gone.id RETURNING r.id`);

/** The same for attempts to sign in. */
const deleteOldAttempts = statement<{ id: string }, [string]>(`
  DELETE FROM sign_in_attempts a USING (
    SELECT old.organization_id, old.id FROM organizations o CROSS JOIN LATERAL (
      SELECT organization_id, id FROM sign_in_attempts WHERE organization_id = o.id AND id < $1
      ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS old
    LIMIT ${BATCH}) AS gone
  WHERE a.organization_id = gone.organization_id AND a.id = gone.id RETURNING a.id`);

/** Deletes what was asked or tried more than `days` before `now`, a batch at a time. Answers how many rows that were. */
export async function pruneActivity(db: Db, now: Date, days: number, goOn = () => true): Promise<number> {
  const end = firstId(new Date(now.getTime() - days * DAY));
  return (
    (await deleteInBatches(() => deleteOld(db, end), goOn)) +
    (await deleteInBatches(() => deleteOldAttempts(db, end), goOn))
  );
}

/** Deletes what is older than the operator wants to keep, every ten minutes. Answers how to stop, after the batch at hand. */
export function startPruning(db: Db, clock: () => Date, days: number, log: Logger): () => Promise<void> {
  const prune = (goOn: () => boolean) => pruneActivity(db, clock(), days, goOn);
  return startTimer(EVERY, prune, log, "pruning the activity failed");
}
