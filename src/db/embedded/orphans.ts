import { setTimeout as sleep } from "node:timers/promises";
import { readPidFile, removePidFile } from "./pid-file.ts";
import { findMarked, markOf } from "./processes.ts";
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
  const found = findMarked(mark);
  const postmaster = found.find((pid) => pid === readPidFile(folder).pid);
  if (postmaster !== undefined) {
    await shutDown((signal) => send(postmaster, signal), ended(mark, postmaster));
  }
  for (const pid of findMarked(mark)) send(pid, "SIGKILL");
  await ended(mark);
  // The process id in it may be another program's by now, which would keep PostgreSQL from starting.
  removePidFile(folder);
  return found.length > 0;
}

/** When this marked process, or every one, is no more. */
async function ended(mark: string, one?: number): Promise<void> {
  while (findMarked(mark).some((pid) => pid === (one ?? pid))) await sleep(POLL_MS);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
