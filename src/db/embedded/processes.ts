import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";

/**
 * A name for the folder that each PostgreSQL process on it shows in its command line (`cluster_name`). By device and
 * inode: it survives renaming, is not copied with the files, and is the same seen from a container and from outside.
 */
export function markOf(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `semaphore-okta-${dev.toString(36)}-${ino.toString(36)}`;
}

/** The ids of these processes. By command line, which anybody may read, unlike a process's working folder. */
export function findMarked(mark: string): number[] {
  // The postmaster has arguments, parted by NUL in proc(5) and by spaces in ps(1). So has its child for a moment after
  // the fork; then it has a title.
  const started = new RegExp(`^[^\\0]*/postgres[ \\0].*[ \\0]cluster_name=${mark}([ \\0]|$)`, "s");
  const marked = [...commandLines()].filter(([, line]) => started.test(line) || line.startsWith(`postgres: ${mark}: `));
  return marked.map(([pid]) => pid);
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
