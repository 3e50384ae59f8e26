import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";

/** Any number, the same in every process: whoever holds this lock migrates. */
const LOCK = 7_305_114;

/**
 * Brings the database to the newest migration: each file of `folder` in the order of its number, once, in a transaction of
 * its own. Several processes may start at once: one migrates, the others wait and find nothing to do. A migration that
 * was changed after it ran, or a database that is newer than this program, is refused.
 */
export async function migrate(connection: ClientConfig, folder: string): Promise<readonly string[]> {
  const client = new Client(connection);
  // A connection that breaks is reported by the statement that was under way; unheard, it would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query(
      "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL, ran_at timestamptz NOT NULL DEFAULT now())",
    );
    return await runMissing(client, folder);
  } finally {
    await client.end();
  }
}

async function runMissing(client: Client, folder: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; sha256: string }>("SELECT name, sha256 FROM migrations");
  const done = new Map(rows.map((row) => [row.name, row.sha256]));
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const unknown = [...done.keys()].find((name) => !files.includes(name));
  if (unknown)
    throw new Error(`The database has migration ${unknown}, which this version does not know: run a newer one.`);
  const ran: string[] = [];
  for (const name of files) {
    const text = await readFile(join(folder, name), "utf8");
    const sha256 = createHash("sha256").update(text).digest("hex");
    const before = done.get(name);
    if (before !== undefined && before !== sha256) throw new Error(`Migration ${name} was changed after it ran.`);
    if (before !== undefined) continue;
    await runOne(client, name, text, sha256);
    ran.push(name);
  }
  return ran;
}

async function runOne(client: Client, name: string, text: string, sha256: string): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(text);
    await client.query("INSERT INTO migrations (name, sha256) VALUES ($1, $2)", [name, sha256]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
