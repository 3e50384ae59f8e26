import { sql } from "kysely";
import { type Db, statement } from "../../db/database.ts";
import { firstId } from "../../db/id.ts";
import type { Logger } from "../../observe/log.ts";
import { BATCH, deleteInBatches } from "../jobs/batches.ts";
import { startTimer } from "../jobs/timer.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

const deleteOld = statement<{ id: string }, [string]>(`
  DELETE FROM audit_events e USING (
    SELECT old.organization_id, old.id FROM organizations o CROSS JOIN LATERAL (
      SELECT organization_id, id FROM audit_events WHERE organization_id = o.id AND id < $1
      ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) AS old
    LIMIT ${BATCH}) AS gone
  WHERE e.organization_id = gone.organization_id AND e.id = gone.id RETURNING e.id`);

/**
 * Deletes events of more than `days` before `now`, a batch at a time; answers how many those were. The database lets nothing
 * else of this program delete any: each batch says, for its transaction alone, from when on events are kept.
 */
export function pruneEvents(db: Db, now: Date, days: number, goOn = () => true): Promise<number> {
  const keptFrom = new Date(now.getTime() - days * DAY);
  const deleteBatch = () =>
    db.transaction().execute(async (trx) => {
      await sql`SELECT set_config('semaphore.audit_kept_from', ${keptFrom.toISOString()}, true)`.execute(trx);
      return deleteOld(trx, firstId(keptFrom));
    });
  return deleteInBatches(deleteBatch, goOn);
}

/** Prunes once an hour; with 0 days, never. Answers how to stop, after the batch at hand. */
export function startPruningEvents(db: Db, clock: () => Date, days: number, log: Logger): () => Promise<void> {
  const prune = async (goOn: () => boolean) => days > 0 && pruneEvents(db, clock(), days, goOn);
  return startTimer(HOUR, prune, log, "pruning the audit log failed");
}
