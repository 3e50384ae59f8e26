import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { type Database, type Db, openDatabase } from "../../src/db/database.ts";
import { streamSnapshot } from "../../src/domain/directory/snapshot.ts";
import { Refusal } from "../../src/refusal.ts";
import { freshDatabase } from "../support/database.ts";

let database: Database;
let drop: () => Promise<void>;

before(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  database = openDatabase({ connectionString: fresh.url }, { size: 6 });
});

after(async () => {
  await database.close();
  await drop();
});

async function* numbers(trx: Db) {
  for (let number = 1; number <= 5; number++) {
    await sql`SELECT ${number}::int`.execute(trx);
    yield number;
  }
}

async function all<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

const stream = (patience?: { turn: number; client: number }) => streamSnapshot(database.db, numbers, patience);
const connections = async () => {
  const { rows } = await sql<{ open: number }>`SELECT count(*)::int AS open FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'`.execute(database.db);
  return rows[0]?.open;
};

test("every piece is handed over once, in order, and the connection is given back", async () => {
  assert.deepEqual(await all(await stream()), [1, 2, 3, 4, 5]);
  assert.equal(await connections(), 0);
});

test("what goes wrong before the first piece is thrown, and what goes wrong later breaks the stream", async () => {
  const failing = (after: number) =>
    streamSnapshot(database.db, async function* (trx) {
      for (let number = 0; number < after; number++) yield number;
      await sql`SELECT 1 / 0`.execute(trx);
    });
  await assert.rejects(failing(0), /division by zero/);
  const later = await failing(2);
  await assert.rejects(all(later), /division by zero/);
  assert.equal(await connections(), 0);
});

test("a client that reads nothing is cut off, and leaves its connection to the others", async () => {
  const slow = await stream({ turn: 1_000, client: 50 });
  assert.equal(await connections(), 1);
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(await connections(), 0);
  await assert.rejects(all(slow), /too slowly/);
});

test("of five streams one waits for its turn, and is refused where none of the others ends", async () => {
  const four = await Promise.all([stream(), stream(), stream(), stream()]);
  await assert.rejects(
    stream({ turn: 50, client: 1_000 }),
    (error) => error instanceof Refusal && error.status === 503,
  );
  const fifth = stream();
  await four[0]?.cancel();
  assert.deepEqual(await all(await fifth), [1, 2, 3, 4, 5]);
  for (const one of four.slice(1)) assert.deepEqual(await all(one), [1, 2, 3, 4, 5]);
  assert.deepEqual(await all(await stream()), [1, 2, 3, 4, 5]);
});
