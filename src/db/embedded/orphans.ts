import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findMarked, type Marked, markOf } from "./processes.ts";
import { shutDown } from "./shutdown.ts";

const POLL_MS = 10;

/**
 * Ends every PostgreSQL process that still runs on the folder, and says whether there was one. The caller owns the
 * folder, so that nobody is left whom they serve: the process that started them was killed, or their postmaster was.
 *
 * A postmaster is shut down in order. Processes without one are killed: they would finish their query for nobody and
 * keep the shared memory that a new postmaster waits for.
 */
export async function endOrphans(folder: string): Promise<boolean> {
  const mark = markOf(folder);
  const { postmaster, all } = findMarked(mark);
  if (postmaster !== undefined) {
    const gone = until(mark, (found) => found.postmaster === undefined);
    await shutDown((signal) => send(postmaster, signal), gone);
  }
  for (const pid of findMarked(mark).all) send(pid, "SIGKILL");
  await until(mark, (found) => found.all.length === 0);
  // Its process id may be another program's by now, which would keep PostgreSQL from starting.
  rmSync(join(folder, "postmaster.pid"), { force: true });
  return all.length > 0;
}

async function until(mark: string, condition: (found: Marked) => boolean): Promise<void> {
  while (!condition(findMarked(mark))) await sleep(POLL_MS);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
