import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Binaries } from "./binaries.ts";
import type { Runner } from "./runner.ts";

/** The folder of PostgreSQL's files in the data folder. */
export const clusterFolder = (dataDir: string): string => join(dataDir, "postgres");

const STAGING = "postgres.new-";

/**
 * Makes an empty folder for a new database and removes what killed processes did not finish. Its name is new each time:
 * the initdb of a killed process may still be writing to its own.
 */
export function stageCluster(dataDir: string): string {
  const left = readdirSync(dataDir).filter((name) => name.startsWith(STAGING));
  for (const name of left) rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 10 });
  return mkdtempSync(join(dataDir, STAGING));
}

/**
 * Fills the staged folder and then gives it its name, so that there is a whole database or none. initdb itself puts
 * all files on the disk before it ends. Texts are compared by code point (`C.UTF-8`), the same on every system.
 */
export async function createCluster(
  staging: string,
  binaries: Binaries,
  runner: Runner,
  password?: string,
): Promise<void> {
  runner.own(staging);
  const access = password === undefined ? ["--auth-local=trust", "--auth-host=reject"] : ["--auth=scram-sha-256"];
  const [file, args] = runner.command(binaries.initdb, [
    `--pgdata=${staging}`,
    "--username=postgres",
    ...access,
    ...(password === undefined ? [] : [`--pwfile=${password}`]),
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ]);
  await run(file, args, binaries.environment);
  const target = clusterFolder(dirname(staging));
  renameSync(staging, target);
  syncFolder(dirname(target));
}

async function run(file: string, args: string[], env: Record<string, string> | undefined): Promise<void> {
  const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"], ...(env && { env }) });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  const [said, code] = await Promise.all([text(child.stderr), promise]);
  if (code !== 0) throw new Error(`PostgreSQL could not make a new database: ${said.trim()}`);
}

function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Throws one sentence when the files were made by another major version than `major`, or are not all there. */
export function checkVersion(folder: string, major: string): void {
  const file = join(folder, "PG_VERSION");
  if (!existsSync(file)) {
    throw new Error(`What is in ${folder} is not a whole PostgreSQL database: restore it, or choose another DATA_DIR.`);
  }
  const found = readFileSync(file, "utf8").trim();
  if (found === major) return;
  throw new Error(
    `The database in ${folder} was made by PostgreSQL ${found} and this release brings PostgreSQL ${major}: dump it with the release that made it and load it into a new DATA_DIR, or set DATABASE_URL.`,
  );
}
