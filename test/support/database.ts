import { randomBytes } from "node:crypto";
import { Client } from "pg";

/** Where the runner started or found a PostgreSQL, and the migrated database that each test file copies. */
export const TEMPLATE = "semaphore_template";

/** A database of this test file's own, copied from the migrated template; `drop` takes it away. */
export async function freshDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = process.env["TEST_DATABASE_URL"];
  if (!server)
    throw new Error("TEST_DATABASE_URL is missing: run the tests with npm test, or node dist/test/run.js FILE");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await command(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => command(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Runs one statement on a connection of its own. */
export async function command(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
