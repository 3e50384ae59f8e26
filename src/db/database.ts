import { CompiledQuery, Kysely, PostgresDialect } from "kysely";
import { Client, type ClientConfig, DatabaseError, Pool } from "pg";
import type { Tables } from "./tables.ts";

/** The database, or a transaction in it: domain functions take either. */
export type Db = Kysely<Tables>;

export interface Database {
  readonly db: Db;
  /** Where a connection of one's own is made, for LISTEN. */
  readonly connection: ClientConfig;
  close(): Promise<void>;
}

/** So many statements have a name on each connection; what comes after is parsed each time. */
const NAMED_STATEMENTS = 500;

/**
 * Statements are planned once, often while their tables are still empty, when reading a whole table looks cheapest. Each hot
 * statement has an index, so that is never wanted; and compiling a plan (jit) never pays for statements this short.
 */
const STEADY_PLANS = "-c enable_seqscan=off -c jit=off";

/**
 * Opens a pool. Each statement text is prepared once on each connection, under a name of its own, so that hot paths cost
 * no parsing. A full pool refuses after five seconds, and no statement runs for more than 30: nothing hangs.
 */
export function openDatabase(connection: ClientConfig, size = 10): Database {
  const pool = new Pool({
    ...connection,
    Client: PreparingClient,
    max: size,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: "semaphore-okta",
    options: STEADY_PLANS,
  });
  // A connection that breaks while idle is replaced by the next request; the request in flight reports its own error.
  pool.on("error", () => {});
  const dialect = new PostgresDialect({ pool });
  const db = new Kysely<Tables>({ dialect });
  return { db, connection, close: () => db.destroy() };
}

/** A statement of plain SQL with its row and its values typed: `const find = statement<Row, [string]>("SELECT …")`. */
export function statement<Row, Values extends readonly unknown[]>(text: string) {
  return async (db: Db, ...values: Values): Promise<Row[]> => {
    const result = await db.executeQuery<Row>(CompiledQuery.raw(text, values as readonly unknown[] as unknown[]));
    return result.rows;
  };
}

/** Runs the steps in one transaction, or within the one that the caller holds already. */
export function inTransaction<T>(db: Db, steps: (trx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? steps(db) : db.transaction().execute(steps);
}

/** The constraint that a statement ran into, or undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  const violation = error instanceof DatabaseError && error.code?.startsWith("23");
  return violation ? error.constraint : undefined;
}

const names = new Map<string, string>();

/** A connection that prepares each parameterized statement under a name of its own. */
class PreparingClient extends Client {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's `query` has eight overloads; only (text, values) is ours.
  override query(...args: any[]): any {
    const [text, values] = args;
    if (typeof text !== "string" || !Array.isArray(values) || values.length === 0) {
      return Reflect.apply(super.query, this, args);
    }
    const name = nameOf(text);
    return Reflect.apply(super.query, this, [{ text, values, ...(name && { name }) }, ...args.slice(2)]);
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= NAMED_STATEMENTS) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}
