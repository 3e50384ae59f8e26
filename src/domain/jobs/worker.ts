import type { Db } from "../../db/database.ts";
import type { Logger } from "../../observe/log.ts";
import type { JobKind, JobRow } from "./jobs.ts";

/**
 * One batch of a job's work, in the transaction that holds the job: answers how much of it is done now in all, and whether
 * that was the last.
 */
export type Batch = (trx: Db, job: JobRow, now: Date) => Promise<{ done: number; finished: boolean }>;

export interface Worker {
  /** There may be something to do. */
  wake(): void;
  /** Lets the batch at hand end, and begins no other. */
  stop(): Promise<void>;
}

/** How often a worker looks by itself: for jobs that another process left behind, in milliseconds. */
const LOOK = 15_000;

/**
 * Works on queued jobs, batch by batch, each in a transaction that holds the job's row. A process that dies leaves its job
 * at the last batch that it finished; any process goes on from there. A batch that fails is tried again at the next look.
 */
export function startWorker(db: Db, batches: Readonly<Record<JobKind, Batch>>, log: Logger): Worker {
  let stopped = false;
  let running: Promise<void> | undefined;
  const work = async () => {
    try {
      while (!stopped && (await oneBatch(db, batches))) {}
    } catch (error) {
      log.error({ err: error }, "a job failed and will be tried again");
    }
    running = undefined;
  };
  const wake = () => {
    if (!stopped) running ??= work();
  };
  const timer = setInterval(wake, LOOK);
  timer.unref();
  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

async function oneBatch(db: Db, batches: Readonly<Record<JobKind, Batch>>): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const job = await trx
      .selectFrom("jobs")
      .selectAll()
      .where("state", "in", ["queued", "running"])
      .orderBy("created_at")
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!job) return false;
    const now = new Date();
    const { done, finished } = await batches[job.kind](trx, job, now);
    await trx
      .updateTable("jobs")
      .set({ done, state: finished ? "completed" : "running", ...(finished && { finished_at: now }) })
      .where("organization_id", "=", job.organization_id)
      .where("id", "=", job.id)
      .execute();
    return true;
  });
}
