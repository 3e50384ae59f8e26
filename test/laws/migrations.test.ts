import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Client } from "pg";
import { migrate } from "../../src/db/migrate.ts";
import { projectRoot } from "../../src/root.ts";
import { command } from "../support/database.ts";

const folder = join(projectRoot, "migrations");
const files = readdirSync(folder).sort();

describe("the migrations", () => {
  test("are numbered without a gap, and named after what they bring", () => {
    for (const [index, name] of files.entries()) {
      assert.match(name, /^\d{4}_[a-z]+(?:_[a-z]+)*\.sql$/);
      assert.equal(Number(name.slice(0, 4)), index + 1);
    }
  });

  test("hold no transaction of their own: each runs in one, whole or not at all", () => {
    for (const name of files) {
      const sql = readFileSync(join(folder, name), "utf8")
        .replace(/--.*$/gm, "")
        .replace(/\$\$[\s\S]*?\$\$/g, "");
      assert.ok(!/\b(?:BEGIN|COMMIT|ROLLBACK|CONCURRENTLY)\b/i.test(sql), name);
    }
  });

  test("say in their first line where they take something away", () => {
    for (const name of files) {
      const sql = readFileSync(join(folder, name), "utf8");
      const takes = /\bDROP (?:TABLE|COLUMN)\b|\bRENAME\b|\bALTER COLUMN \w+ TYPE\b/i.test(sql.replace(/--.*$/gm, ""));
      if (takes) assert.match(sql, /^-- breaking/, name);
    }
  });
});

const name = `laws_migrations_${process.pid}`;
const server = process.env["TEST_DATABASE_URL"] ?? "";
await command(server, `CREATE DATABASE ${name}`);
after(() => command(server, `DROP DATABASE ${name} WITH (FORCE)`));
const url = new URL(server);
url.pathname = `/${name}`;
const connection = { connectionString: url.href };

interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly is_nullable: "YES" | "NO";
}

async function ask<Row extends object>(sql: string): Promise<Row[]> {
  const client = new Client(connection);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("from an empty database to the newest", async () => {
  const ran = await Promise.all(Array.from({ length: 5 }, () => migrate(connection, folder)));
  const columns = await ask<Column>(
    "SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'",
  );

  test("one of five processes that start at once runs them all, the others none", () => {
    assert.deepEqual(
      ran.filter((names) => names.length > 0),
      [files],
    );
  });

  test("what the program believes of the tables is what they are", () => {
    const believed = columnsOf(readFileSync(join(projectRoot, "src/db/tables.ts"), "utf8"));
    const real = columns
      .filter((column) => column.table_name !== "migrations")
      .map((column) => `${column.table_name}.${column.column_name}${column.is_nullable === "YES" ? " or null" : ""}`);
    // PostgreSQL calls a generated column nullable though what it is made of is not.
    const generated = (each: string) => each.replace(/(_key) or null$/, "$1");
    assert.deepEqual(real.map(generated).sort(), believed.map(generated).sort());
  });

  test("every table of a tenant has its organization in the primary key", async () => {
    const keys = await ask<{ table_name: string; columns: string[] }>(`
      SELECT c.relname AS table_name, array_agg(a.attname::text) AS columns FROM pg_index i
      JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
      WHERE i.indisprimary GROUP BY c.relname`);
    const tables = new Set(columns.map((column) => column.table_name));
    const nobodys = ["installation", "organizations", "migrations"];
    for (const table of [...tables].filter((each) => !nobodys.includes(each))) {
      const key = keys.find((each) => each.table_name === table)?.columns ?? [];
      assert.ok(key.includes("organization_id"), `${table}: ${key.join(", ")}`);
    }
  });

  test("every reference between a tenant's rows carries the organization", async () => {
    const references = await ask<{ name: string; columns: string[]; target: string }>(`
      SELECT conname AS name, confrelid::regclass::text AS target,
        ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
      FROM pg_constraint WHERE contype = 'f'`);
    assert.ok(references.length > 8);
    for (const { name: reference, columns: own } of references) assert.ok(own.includes("organization_id"), reference);
  });
});

/** `table.column` and `table.column or null` of the type that Kysely is given. */
function columnsOf(text: string): string[] {
  const found: string[] = [];
  const body = text.slice(text.indexOf("export interface Tables"), text.indexOf("export type Role"));
  for (const [, table = "", inside = ""] of body.matchAll(/^ {2}(\w+): \{([\s\S]*?)\};$/gm)) {
    for (const [, column = "", type = ""] of inside.matchAll(/(\w+): ([^;]+)(?:;|$)/g)) {
      found.push(`${table}.${column}${/\bnull\b/.test(type) ? " or null" : ""}`);
    }
  }
  return found;
}
