import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The right to run the database of one data folder. Gone with `release`, and with the process. */
export interface Ownership {
  release(): void;
}

/** How long two starts at the same moment may get in each other's way before one of them has the lock. */
const PATIENCE_MS = 100;

/**
 * Takes the data folder for this process, or throws one sentence that names the process that has it.
 *
 * The lock is SQLite's: an exclusive one on an empty file. It is the only lock that Node can take by itself which the
 * kernel drops when the process ends, in whatever way, so there is nothing stale to judge by process ids, and it holds
 * across containers that share the folder. Nothing else may open `owner.lock`: closing a second descriptor of a file
 * drops this process's locks on it (POSIX fcntl).
 */
export function takeOwnership(dataDir: string): Ownership {
  const note = join(dataDir, "owner.pid");
  const lock = new DatabaseSync(join(dataDir, "owner.lock"), { timeout: PATIENCE_MS });
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    const sentence = `Another process${holder(note)} already runs on the data folder ${dataDir}: stop it first, or choose another DATA_DIR.`;
    throw isBusy(cause) ? new Error(sentence, { cause }) : cause;
  }
  writeFileSync(note, `${process.pid}\n`, { mode: 0o600 });
  return { release: () => lock.close() };
}

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 5;
}

function holder(note: string): string {
  try {
    return ` (process ${readFileSync(note, "utf8").trim()})`;
  } catch {
    return "";
  }
}
