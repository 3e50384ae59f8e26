import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../src/db/embedded/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { projectRoot } from "../src/root.ts";
import { command, TEMPLATE } from "./support/database.ts";
import { bringTools } from "./support/tools.ts";

/** Files that ask no database, or bring one of their own: on a server they would only say again what they said before. */
const WITHOUT_SERVER = /\/dist\/(?:src|dev|test\/(?:browser|db\/embedded|durability\/kill|outbound|simplesamlphp))/;

/**
 * Runs the tests: `node dist/test/run.js [FILE …]`, every compiled test file if none is named. They share one PostgreSQL:
 * an embedded one, or the server of `TEST_DATABASE_URL`, where only those run that ask it.
 */
const files = process.argv.length > 2 ? process.argv.slice(2) : everyFile();

/** Longer than any run takes: a file that blocks its own time limit still does not block whoever waits for the outcome. */
const WHOLE_RUN_MS = 1_200_000;

bringTools();
const folder = await mkdtemp(join(tmpdir(), "semaphore-tests-"));
const server = await startServer();
const url = process.env["TEST_DATABASE_URL"] ?? server?.url ?? "";
try {
  await makeTemplate();
  process.exitCode = await runTests();
} finally {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The stories first: they take longest, and a run should not end waiting for one. */
function everyFile(): string[] {
  const all = globSync(join(projectRoot, "dist/**/*.test.js"));
  if (process.env["TEST_DATABASE_URL"]) return all.filter((file) => !WITHOUT_SERVER.test(file));
  const isStory = (file: string) => /\/test\/(?:browser|simplesamlphp)\//.test(file);
  return [...all.filter(isStory), ...all.filter((file) => !isStory(file))];
}

async function startServer() {
  if (process.env["TEST_DATABASE_URL"]) return undefined;
  // Only the tests of durability need what a crash would leave; they start servers of their own.
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };
  const embedded = await startEmbedded({ dataDir: folder, log: () => {}, settings });
  const { host, port, user, database, password } = embedded.connection;
  const address = new URL(`postgres://localhost/${database}`);
  address.searchParams.set("host", host);
  address.searchParams.set("port", String(port));
  address.searchParams.set("user", user);
  if (password) address.searchParams.set("password", password);
  return { url: address.href, stop: () => embedded.stop() };
}

async function makeTemplate(): Promise<void> {
  await command(url, `DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
  await command(url, `CREATE DATABASE ${TEMPLATE}`);
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  await migrate({ connectionString: template.href }, join(projectRoot, "migrations"));
}

function runTests(): Promise<number> {
  const options = [
    "--test",
    "--test-concurrency=3",
    "--test-reporter=spec",
    "--test-timeout=240000",
    "--enable-source-maps",
    `--import=${new URL("support/time-limit.js", import.meta.url).href}`,
  ];
  const child = spawn(process.execPath, [...options, ...files], {
    cwd: projectRoot,
    stdio: "inherit",
    env: { ...process.env, TEST_DATABASE_URL: url },
    timeout: WHOLE_RUN_MS,
    killSignal: "SIGKILL",
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}
