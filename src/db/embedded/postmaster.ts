import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { readPidFile } from "./pid-file.ts";
import type { Runner } from "./runner.ts";
import { type Log, readServerLog } from "./server-log.ts";
import { shutDown } from "./shutdown.ts";

/** A running PostgreSQL server, our child. */
export interface Postmaster {
  /** Settles when it ended, with how. */
  readonly ended: Promise<string>;
  /** Asks it to end and does not wait. */
  interrupt(): void;
  /** Ends it and waits until it and its children are gone. */
  stop(): Promise<void>;
}

export interface Server {
  readonly binaries: Binaries;
  readonly runner: Runner;
  readonly folder: string;
  /** The settings, as arguments. */
  readonly settings: readonly string[];
  readonly log: Log;
}

const POLL_MS = 5;

/** Starts PostgreSQL on the folder and returns when it takes connections. Throws what PostgreSQL says when it does not. */
export async function startPostmaster(server: Server): Promise<Postmaster> {
  const { binaries, folder } = server;
  const [file, args] = server.runner.command(binaries.postgres, ["-D", folder, ...server.settings]);
  const env = binaries.environment;
  // A process group of its own: Ctrl-C in a terminal is for us, who still need it to finish.
  const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"], detached: true, ...(env && { env }) });
  const lastLines = readServerLog(child.stderr, server.log);
  const ended = endOf(child);
  const ready = await Promise.race([ended.then(() => false), readiness(folder, child)]);
  if (!ready) throw new Error(`PostgreSQL did not start (${await ended}): ${await lastLines()}`);
  const interrupt = () => signal(child, "SIGINT", binaries);
  return { ended, interrupt, stop: () => shutDown((name) => signal(child, name, binaries), ended) };
}

/** Not `close`: processes that outlive a killed postmaster keep its standard error open. */
function endOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.on("error", (error) => resolve(error.message));
  child.on("exit", (code, signalName) => resolve(signalName ?? `exit code ${code}`));
  return promise;
}

/**
 * Watches what PostgreSQL writes about itself while the child lives. There is no time limit: recovery after a crash
 * takes as long as there is to recover.
 */
async function readiness(folder: string, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const { pid, isReady } = readPidFile(folder);
    if (pid === child.pid && isReady) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** Node on Windows can only kill; `pg_ctl kill` reaches PostgreSQL's own signal pipe. */
function signal(child: ChildProcess, name: NodeJS.Signals, { pgCtl }: Binaries): void {
  if (process.platform !== "win32") child.kill(name);
  else spawnSync(pgCtl, ["kill", name.slice(3), String(child.pid)]);
}
