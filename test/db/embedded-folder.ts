import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, type TestContext } from "node:test";
import pg from "pg";
import { startEmbedded } from "../../src/db/embedded/embedded.ts";
import type { Connection } from "../../src/db/embedded/endpoint.ts";

let template: Promise<string> | undefined;

after(async () => {
  if (template) rmSync(await template, { recursive: true, force: true });
});

/** A folder that the test's end removes; its parents can be entered by nobody else. */
export function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "embedded-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** A data folder with a database that was stopped in order. Copied: initdb takes a second. */
export async function dataFolder(t: TestContext, name = "data"): Promise<string> {
  template ??= makeTemplate();
  const folder = join(emptyFolder(t), name);
  mkdirSync(dirname(folder), { recursive: true });
  // Faster than cpSync, and keeps the modes.
  execFileSync("cp", ["-a", await template, folder]);
  return folder;
}

async function makeTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "embedded-test-template-"));
  const server = await startEmbedded({ dataDir: folder, log: () => {} });
  await server.stop();
  return folder;
}

/** Runs one statement on a connection of its own, and gives the first column. */
export async function query(connection: Connection, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: "array" });
    return rows.map(([first]) => first);
  } finally {
    await client.end();
  }
}
