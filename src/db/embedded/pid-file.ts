import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What `postmaster.pid` says: the first line and the eighth (PostgreSQL's `pidfile.h`, PM_STATUS_READY). */
export interface PidFile {
  readonly pid: number;
  readonly isReady: boolean;
}

/** Reads the file in the database's folder; there is none while no server runs. */
export function readPidFile(folder: string): Partial<PidFile> {
  try {
    const lines = readFileSync(pathOf(folder), "utf8").split("\n");
    return { pid: Number(lines[0]), isReady: lines[7]?.trim() === "ready" };
  } catch {
    return {};
  }
}

export function removePidFile(folder: string): void {
  rmSync(pathOf(folder), { force: true });
}

function pathOf(folder: string): string {
  return join(folder, "postmaster.pid");
}
