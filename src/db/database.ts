import { CompiledQuery, Kysely, PostgresDialect } from "kysely";
import { Client, type ClientConfig, DatabaseError, Pool } from "pg";
import { again } from "./again.ts";
import { sharesOf } from "./share.ts";
import type { Tables } from "./tables.ts";

/** The database, or a transaction in it: domain functions take either. */
export type Db = Kysely<Tables>;

export interface Database {
  readonly db: Db;
  /** The same for one tenant, which gets at most half of the connections at a time. */
  readonly share: (tenant: string) => Db;
  /** Where a connection of one's own is made, for LISTEN. */
  readonly connection: ClientConfig;
  close(): Promise<void>;
}

/**
 * Statements are planned once, often while their tables are still empty, when reading a whole table looks cheapest. Each hot
 * statement has an index, so that is never wanted; and compiling a plan (jit) never pays for statements this short. Hashes may
 * take 32 MB, enough for the members of the largest body: else a replacement would compare each member with each.
 */
const STEADY_PLANS = "-c enable_seqscan=off -c jit=off -c hash_mem_multiplier=8";

export interface PoolLimits {
  /** So many connections. */
  readonly size: number;
  /** How long one waits for a free one, in milliseconds. */
  readonly wait: number;
  /** How long a statement runs, and how long a transaction does nothing, in milliseconds. */
  readonly statement: number;
  /** So many requests of one tenant wait for its share. */
  readonly queue: number;
}

/** A full pool refuses after five seconds, and no statement runs for more than 30: nothing hangs. */
const POOL_LIMITS: PoolLimits = { size: 10, wait: 5_000, statement: 30_000, queue: 1_000 };

/**
 * Opens a pool. What `statement` made is prepared once on each connection, so that hot paths cost no parsing; what Kysely
 * builds, such as the filters of a directory, has too many forms for that.
 */
export function openDatabase(connection: ClientConfig, changes: Partial<PoolLimits> = {}): Database {
  const limits = { ...POOL_LIMITS, ...changes };
  const pool = new Pool({
    ...connection,
    Client: PreparingClient,
    max: limits.size,
    connectionTimeoutMillis: limits.wait,
    statement_timeout: limits.statement,
    idle_in_transaction_session_timeout: limits.statement,
    application_name: "semaphore-okta",
    options: STEADY_PLANS,
  });
  // A connection that breaks while idle is replaced by the next request; the request in flight reports its own error.
  pool.on("error", () => {});
  // While it is lent out the pool does not listen, and an error that nobody hears would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  const dialect = new PostgresDialect({ pool });
  const db = new Kysely<Tables>({ dialect });
  const half = Math.max(1, Math.floor(limits.size / 2));
  const share = sharesOf(pool, { most: half, queue: limits.queue, wait: limits.wait });
  return { db, share, connection, close: () => db.destroy() };
}

/** A statement of plain SQL with its row and its values typed: `const find = statement<Row, [string]>("SELECT …")`. */
export function statement<Row, Values extends readonly unknown[]>(text: string) {
  names.set(text, `s${names.size}`);
  return async (db: Db, ...values: Values): Promise<Row[]> => {
    const result = await db.executeQuery<Row>(CompiledQuery.raw(text, values as readonly unknown[] as unknown[]));
    return result.rows;
  };
}

/**
 * Runs the steps in one transaction, or within the one that the caller holds already. They are run again where another
 * change came between.
 */
export function inTransaction<T>(db: Db, steps: (trx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? steps(db) : again(() => db.transaction().execute(steps));
}

/** The constraint that a statement ran into, or undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  const violation = error instanceof DatabaseError && error.code?.startsWith("23");
  return violation ? error.constraint : undefined;
}

/** The names of the statements of `statement`, by their text. */
const names = new Map<string, string>();

/** A connection that prepares the statements that have a name. */
class PreparingClient extends Client {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's `query` has eight overloads; only (text, values) is ours.
  override query(...args: any[]): any {
    const [text, values, ...rest] = args;
    const name = typeof text === "string" ? names.get(text) : undefined;
    if (name === undefined || !Array.isArray(values)) return Reflect.apply(super.query, this, args);
    return Reflect.apply(super.query, this, [{ name, text, values }, ...rest]);
  }
}
