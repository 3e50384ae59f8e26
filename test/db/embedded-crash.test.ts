import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import type { Connection } from "../../src/db/embedded/endpoint.ts";
import { readPidFile } from "../../src/db/embedded/pid-file.ts";
import { findMarked, markOf } from "../../src/db/embedded/processes.ts";
import { shutDown } from "../../src/db/embedded/shutdown.ts";
import { dataFolder, emptyFolder, query } from "./embedded-folder.ts";
import { startOwner, startProcess } from "./embedded-process.ts";

test("kill -9 of the service leaves a database that the next start replaces at once", async (t) => {
  const dataDir = await dataFolder(t);
  const owner = await startOwner(dataDir);
  await query(owner.connection, "create table kept as select 7 as it");
  const orphan = postmasterOf(dataDir);
  await owner.kill();
  const logged: string[] = [];
  const server = await start(t, dataDir, logged);
  assert.equal(server.adopted, true);
  assert.deepEqual(logged, ["warn A database server that a killed process had left behind was found and ended."]);
  assert.deepEqual(await query(server.connection, "select it from kept"), [7]);
  assert.notEqual(postmasterOf(dataDir), orphan);
  assert.equal(findMarked(markOf(join(dataDir, "postgres"))).includes(orphan), false);
});

test("kill -9 during the first start, while the database is being made, does not hold up the next", async (t) => {
  const dataDir = join(emptyFolder(t), "data");
  const killed = new AbortController();
  const rejected = assert.rejects(startProcess(dataDir, [], killed.signal), { name: "AbortError" });
  while (!(existsSync(dataDir) && readdirSync(dataDir).some((name) => name.startsWith("postgres.new-"))))
    await sleep(5);
  await sleep(200);
  killed.abort();
  await rejected;
  const server = await start(t, dataDir);
  assert.deepEqual(await query(server.connection, "select 1"), [1]);
});

test("kill -9 of the service and of the database at once loses no answered write", async (t) => {
  const dataDir = await dataFolder(t);
  const owner = await startOwner(dataDir);
  await query(owner.connection, "create table written (id int)");
  const answered: number[] = [];
  const writers = [0, 1, 2, 3].map((writer) => write(owner.connection, writer, answered));
  while (answered.length < 100) await sleep(10);
  process.kill(postmasterOf(dataDir), "SIGKILL");
  await owner.kill();
  await Promise.all(writers);
  const server = await start(t, dataDir);
  const kept = new Set(await query(server.connection, "select id from written"));
  assert.deepEqual(
    answered.filter((id) => !kept.has(id)),
    [],
  );
});

/** Inserts one row after the other until the connection breaks, and notes those that were answered. */
async function write(connection: Connection, writer: number, answered: number[]): Promise<void> {
  const client = new pg.Client({ ...connection });
  client.on("error", () => {});
  await client.connect();
  try {
    for (let id = writer; ; id += 4) {
      await client.query("insert into written values ($1)", [id]);
      answered.push(id);
    }
  } catch {}
}

test("a database that is killed is started again, and a pool goes on with it", async (t) => {
  const dataDir = await dataFolder(t);
  const logged: string[] = [];
  const server = await start(t, dataDir, logged);
  const pool = new pg.Pool({ ...server.connection });
  pool.on("error", () => {});
  t.after(() => pool.end());
  await pool.query("create table kept as select 7 as it");
  const restart = "error The embedded PostgreSQL ended (SIGKILL) and is started again.";
  for (const round of [1, 2, 3]) {
    const killed = postmasterOf(dataDir);
    process.kill(killed, "SIGKILL");
    await succeeds(async () => assert.notEqual(postmasterOf(dataDir), killed));
    await succeeds(async () => assert.deepEqual((await pool.query("select it from kept")).rows, [{ it: 7 }]));
    assert.equal(logged.filter((line) => line === restart).length, round);
  }
});

test("a killed database is started again though one of its processes hangs", async (t) => {
  const dataDir = await dataFolder(t);
  const server = await start(t, dataDir);
  const client = new pg.Client({ ...server.connection });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query("select pg_backend_pid() as pid");
  process.kill(rows[0].pid, "SIGSTOP");
  process.kill(postmasterOf(dataDir), "SIGKILL");
  await succeeds(() => query(server.connection, "select 1"));
  assert.equal(findMarked(markOf(join(dataDir, "postgres"))).includes(rows[0].pid), false);
  await client.end().catch(() => {});
});

test("a second start is refused also while a killed database is being started again", async (t) => {
  const dataDir = await dataFolder(t);
  await start(t, dataDir);
  process.kill(postmasterOf(dataDir), "SIGKILL");
  await assert.rejects(startEmbedded({ dataDir, log: () => {} }), { message: /already runs on the data folder/ });
});

test("a database that is being started again can be stopped", async (t) => {
  const dataDir = await dataFolder(t);
  const server = await start(t, dataDir);
  process.kill(postmasterOf(dataDir), "SIGKILL");
  await sleep(30);
  await server.stop();
  assert.deepEqual(findMarked(markOf(join(dataDir, "postgres"))), []);
});

test("a process id that is another program's by now keeps no database from starting", async (t) => {
  const dataDir = await dataFolder(t);
  const owner = await startOwner(dataDir);
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  const left = readFileSync(pidFile, "utf8");
  await owner.stop();
  const stranger = spawn("sleep", ["60"]);
  t.after(() => stranger.kill());
  writeFileSync(pidFile, left.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
  writeFileSync(join(dataDir, "owner.pid"), `${stranger.pid}\n`);
  const server = await start(t, dataDir);
  assert.deepEqual(await query(server.connection, "select 1"), [1]);
  assert.equal(stranger.exitCode ?? stranger.signalCode, null, "the stranger lives");
});

test("a copy of a data folder, made while it runs, does not disturb the one that it was copied from", async (t) => {
  const dataDir = await dataFolder(t);
  const server = await start(t, dataDir);
  const pid = postmasterOf(dataDir);
  const copy = await dataFolder(t);
  writeFileSync(join(copy, "postgres", "postmaster.pid"), readFileSync(join(dataDir, "postgres", "postmaster.pid")));
  await start(t, copy);
  assert.equal(postmasterOf(dataDir), pid);
  assert.deepEqual(await query(server.connection, "select 1"), [1]);
});

test("what ends neither when asked nor when urged is killed", async (t) => {
  const stubborn = spawn("sh", ["-c", "trap '' INT QUIT; echo; while :; do sleep 0.05; done"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  t.after(() => stubborn.kill("SIGKILL"));
  await once(stubborn.stdout, "data");
  await shutDown((signal) => void stubborn.kill(signal), once(stubborn, "exit"), 0.01);
  assert.equal(stubborn.signalCode, "SIGKILL");
});

test("the log tells of a crash, and never of a statement or its values", async (t) => {
  const logged: string[] = [];
  const server = await start(t, await dataFolder(t), logged);
  const run = (sql: string) => query(server.connection, sql).catch(() => {});
  await run("create table unique_names (name text primary key)");
  await run("insert into unique_names values ('secret'), ('secret')");
  await run("do $$ begin raise warning 'secret'; end $$");
  assert.deepEqual(logged, []);
  const client = new pg.Client({ ...server.connection });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query("select pg_backend_pid() as pid");
  const hanging = client.query("select 'secret', pg_sleep(60)").catch(() => {});
  process.kill(rows[0].pid, "SIGKILL");
  await hanging;
  await succeeds(async () => assert.match(logged.join("\n"), /warn PostgreSQL: .*was terminated by signal 9/));
  await succeeds(() => query(server.connection, "select 1"));
  assert.doesNotMatch(logged.join("\n"), /secret/);
});

async function start(t: TestContext, dataDir: string, logged: string[] = []) {
  const server = await startEmbedded({ dataDir, log: (level, message) => logged.push(`${level} ${message}`) });
  t.after(() => server.stop());
  return server;
}

function postmasterOf(dataDir: string): number {
  const { pid } = readPidFile(join(dataDir, "postgres"));
  assert.ok(pid);
  return pid;
}

/** Waits for what takes a moment; in the end the failure itself is thrown. */
async function succeeds(act: () => Promise<unknown>): Promise<void> {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; await sleep(20)) {
    const failed = await act().then(
      () => false,
      () => true,
    );
    if (!failed) return;
  }
  await act();
}
