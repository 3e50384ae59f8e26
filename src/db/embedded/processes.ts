import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";

/** The PostgreSQL processes that run on one folder. */
export interface Marked {
  readonly postmaster: number | undefined;
  readonly all: readonly number[];
}

/**
 * A name for the folder that each PostgreSQL process on it shows in its command line (`cluster_name`). By device and
 * inode: it survives renaming, is not copied with the files, and is the same seen from a container and from outside.
 */
export function markOf(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `semaphore-okta-${dev.toString(36)}-${ino.toString(36)}`;
}

/** Finds them by command line, which anybody may read, unlike the working folder of a process. */
export function findMarked(mark: string): Marked {
  // The postmaster's has arguments, parted by NUL in proc(5) and by spaces in ps(1). The others' is a title.
  const postmaster = new RegExp(`^[^\\0]*/postgres[ \\0].*[ \\0]cluster_name=${mark}([ \\0]|$)`, "s");
  const marked: number[] = [];
  let found: number | undefined;
  for (const [pid, line] of commandLines()) {
    if (postmaster.test(line)) found = pid;
    else if (!line.startsWith(`postgres: ${mark}: `)) continue;
    marked.push(pid);
  }
  return { postmaster: found, all: marked };
}

function* commandLines(): Generator<[pid: number, line: string]> {
  if (process.platform === "linux") yield* fromProc();
  else if (process.platform !== "win32") yield* fromPs();
}

/** A process that ended while we read has no line. Nor has a zombie, which is right: it holds nothing. */
function* fromProc(): Generator<[number, string]> {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      yield [Number(name), readFileSync(`/proc/${name}/cmdline`, "utf8")];
    } catch {}
  }
}

function* fromPs(): Generator<[number, string]> {
  const { stdout } = spawnSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" });
  for (const line of stdout.split("\n")) {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid !== undefined && command !== undefined) yield [Number(pid), command];
  }
}
