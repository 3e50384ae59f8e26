import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { listen } from "../../src/db/listen.ts";
import { command, freshDatabase } from "../support/database.ts";

const database = await freshDatabase();
after(() => database.drop());
const connection = { connectionString: database.url };

async function until(what: () => boolean): Promise<void> {
  for (let waited = 0; !what(); waited += 20) {
    assert.ok(waited < 5_000, "nothing came within five seconds");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Cuts every connection that listens, as a failover or a restart of the database does. */
function cut(): Promise<void> {
  return command(
    database.url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'semaphore-okta listen'",
  );
}

describe("a process that listens", () => {
  test("hears what others say, and nothing of other channels", async () => {
    let notices = 0;
    const listener = listen(connection, "gates", () => notices++);
    try {
      await until(listener.hears);
      const before = notices;
      await command(database.url, "NOTIFY elsewhere");
      await command(database.url, "NOTIFY gates");
      await until(() => notices > before);
      assert.equal(notices, before + 1);
    } finally {
      await listener.close();
    }
  });

  test("knows at once that it is deaf where its connection breaks, says that it may have missed something, and comes back", async () => {
    let notices = 0;
    const listener = listen(connection, "gates", () => notices++);
    try {
      await until(listener.hears);
      const before = notices;
      await cut();
      await until(() => !listener.hears());
      assert.ok(notices > before);
      await until(listener.hears);
      const back = notices;
      await command(database.url, "NOTIFY gates");
      await until(() => notices > back);
    } finally {
      await listener.close();
    }
  });

  test("keeps trying where there is no database, without ending the process", async () => {
    let notices = 0;
    const listener = listen({ host: "127.0.0.1", port: 1, user: "x", database: "x" }, "gates", () => notices++);
    await until(() => notices >= 2);
    assert.equal(listener.hears(), false);
    await listener.close();
  });

  test("hears nothing after it was closed, and does not come back", async () => {
    let notices = 0;
    const listener = listen(connection, "gates", () => notices++);
    await until(listener.hears);
    await listener.close();
    const before = notices;
    await command(database.url, "NOTIFY gates");
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal(notices, before);
    assert.equal(listener.hears(), false);
  });

  test("may be closed before it was connected", async () => {
    const listener = listen(connection, "gates", () => {});
    await listener.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(listener.hears(), false);
  });
});
