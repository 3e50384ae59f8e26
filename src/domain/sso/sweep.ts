import { type Db, statement } from "../../db/database.ts";
import type { Logger } from "../../observe/log.ts";

const deleteExpired = statement<never, [Date]>(`
  WITH sessions AS (DELETE FROM sessions WHERE expires_at <= $1),
  links AS (DELETE FROM sign_in_links WHERE expires_at <= $1)
  DELETE FROM used_assertions WHERE expires_at <= $1`);

const EVERY = 10 * 60_000;

/**
 * Deletes what has expired: sessions, links and used assertions, none of which lets anybody in any more. Every process may
 * do so at any time. Answers how to stop.
 */
export function startSweeping(db: Db, clock: () => Date, log: Logger): () => void {
  const sweep = () => deleteExpired(db, clock()).catch((error: unknown) => log.warn({ err: error }, "sweeping failed"));
  const timer = setInterval(sweep, EVERY);
  timer.unref();
  return () => clearInterval(timer);
}
