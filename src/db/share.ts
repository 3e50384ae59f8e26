import { Kysely, PostgresDialect } from "kysely";
import type { Pool, PoolClient } from "pg";
import type { Db } from "./database.ts";
import type { Tables } from "./tables.ts";

export interface ShareLimits {
  /** So many connections at a time for one tenant. */
  readonly most: number;
  /** So many that wait for one of them; whoever comes then is refused at once. */
  readonly queue: number;
  /** How long one waits, in milliseconds. */
  readonly wait: number;
}

/** So many tenants' shares are kept; the one that was asked for least recently goes first. */
const REMEMBERED = 10_000;

/**
 * The same database for one tenant, which gets at most its share of the pool: the connections that it waits for are its
 * own, and the others find theirs free. A connection counts from when it is lent until it is given back, so that neither
 * a slow upload nor a slow reader holds one.
 */
export function sharesOf(pool: Pool, limits: ShareLimits): (tenant: string) => Db {
  const shares = new Map<string, Db>();
  return (tenant) => {
    const share = shares.get(tenant) ?? openShare(pool, limits);
    shares.delete(tenant);
    if (shares.size >= REMEMBERED) shares.delete(shares.keys().next().value ?? "");
    shares.set(tenant, share);
    return share;
  };
}

function openShare(pool: Pool, limits: ShareLimits): Db {
  const places = createPlaces(limits);
  const connect = async (): Promise<PoolClient> => {
    await places.take();
    try {
      const client = await pool.connect();
      // The pool makes `release` anew each time that it lends a client.
      const release = client.release.bind(client);
      client.release = (error) => {
        places.giveBack();
        release(error);
      };
      return client;
    } catch (error) {
      places.giveBack();
      throw error;
    }
  };
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect, end: async () => {}, options: pool.options } }),
  });
}

/** Places that are taken in turn. */
function createPlaces({ most, queue, wait }: ShareLimits) {
  let free = most;
  const waiting = new Set<() => void>();
  return {
    take(): Promise<void> {
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      if (waiting.size >= queue) return Promise.reject(new NoConnection("too many wait for the tenant's connections"));
      return new Promise((resolve, reject) => {
        const turn = () => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          waiting.delete(turn);
          reject(new NoConnection("the tenant's connections were in use for too long"));
        }, wait);
        waiting.add(turn);
      });
    },
    giveBack(): void {
      const [next] = waiting;
      if (!next) free++;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}

/** There is no connection to be had in time: with PostgreSQL's own code for that (too_many_connections). */
class NoConnection extends Error {
  readonly code = "53300";
}
