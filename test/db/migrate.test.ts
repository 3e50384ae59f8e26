import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Client } from "pg";
import { migrate } from "../../src/db/migrate.ts";
import { command } from "../support/database.ts";

const server = process.env["TEST_DATABASE_URL"] ?? "";
const clean: (() => Promise<void>)[] = [];
after(async () => {
  for (const step of clean) await step();
});

/** A database with nothing in it. */
async function emptyDatabase(): Promise<{ connectionString: string }> {
  const name = `empty_${randomBytes(6).toString("hex")}`;
  await command(server, `CREATE DATABASE ${name}`);
  clean.push(() => command(server, `DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { connectionString: url.href };
}

/** A folder of migrations. */
async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "semaphore-migrations-"));
  clean.push(() => rm(folder, { recursive: true, force: true }));
  await write(folder, files);
  return folder;
}

async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

async function ask(connection: { connectionString: string }, sql: string): Promise<unknown[]> {
  const client = new Client(connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const ONE = { "0001_one.sql": "CREATE TABLE one (id int); INSERT INTO one VALUES (1);" };
const TWO = { "0002_two.sql": "ALTER TABLE one ADD COLUMN name text DEFAULT 'x';" };

describe("migrations", () => {
  test("run in the order of their numbers, once, and say which ran", async () => {
    const database = await emptyDatabase();
    const folder = await folderOf({ ...TWO, ...ONE, "README.md": "not a migration" });
    assert.deepEqual(await migrate(database, folder), ["0001_one.sql", "0002_two.sql"]);
    assert.deepEqual(await migrate(database, folder), []);
    assert.deepEqual(await ask(database, "SELECT * FROM one"), [{ id: 1, name: "x" }]);
  });

  test("that come with a new version run on what is there", async () => {
    const database = await emptyDatabase();
    const folder = await folderOf(ONE);
    await migrate(database, folder);
    await write(folder, TWO);
    assert.deepEqual(await migrate(database, folder), ["0002_two.sql"]);
  });

  test("run once where ten processes start at the same moment", async () => {
    const database = await emptyDatabase();
    const slow = { "0001_one.sql": "SELECT pg_sleep(0.3); CREATE TABLE one (id int); INSERT INTO one VALUES (1);" };
    const folder = await folderOf({ ...slow, ...TWO });
    const ran = await Promise.all(Array.from({ length: 10 }, () => migrate(database, folder)));
    assert.deepEqual(ran.map((names) => names.length).sort(), [0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    assert.equal((await ask(database, "SELECT * FROM one")).length, 1);
  });

  test("that fail change nothing, name the file and the cause, and can be mended", async () => {
    const database = await emptyDatabase();
    const folder = await folderOf({ ...ONE, "0002_two.sql": "CREATE TABLE two (id int); SELECT 1 / 0;" });
    await assert.rejects(migrate(database, folder), /Migration 0002_two\.sql failed: division by zero/);
    assert.deepEqual(await ask(database, "SELECT to_regclass('two') AS two"), [{ two: null }]);
    assert.deepEqual(await ask(database, "SELECT name FROM migrations"), [{ name: "0001_one.sql" }]);
    await write(folder, TWO);
    assert.deepEqual(await migrate(database, folder), ["0002_two.sql"]);
  });

  test("that were changed after they ran are refused, before any other runs", async () => {
    const database = await emptyDatabase();
    const folder = await folderOf(ONE);
    await migrate(database, folder);
    await write(folder, { "0001_one.sql": "CREATE TABLE one (id bigint);", ...TWO });
    await assert.rejects(migrate(database, folder), /0001_one\.sql was changed after it ran/);
    assert.equal((await ask(database, "SELECT * FROM migrations")).length, 1);
  });

  test("of a newer version are refused: an older program does not write into a newer database", async () => {
    const database = await emptyDatabase();
    await migrate(database, await folderOf({ ...ONE, ...TWO }));
    await assert.rejects(migrate(database, await folderOf(ONE)), /0002_two\.sql, which this version does not know/);
  });

  test("let the next process in where one dies in the middle", async () => {
    const database = await emptyDatabase();
    const folder = await folderOf({ "0001_one.sql": "CREATE TABLE one (id int); SELECT pg_sleep(30);" });
    const dying = migrate(database, folder).catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await write(folder, ONE);
    const next = migrate(database, folder);
    await ask(
      database,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()",
    );
    assert.ok((await dying) instanceof Error);
    assert.deepEqual(await next, ["0001_one.sql"]);
  });
});
