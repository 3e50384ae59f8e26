import { sql } from "kysely";
import { type Db, statement } from "./database.ts";

/** How often a look is taken, in milliseconds. */
const LOOK = 1_000;

const selectUnknown = statement<{ name: string }, [number]>(`
  SELECT relname AS name FROM pg_stat_user_tables
  WHERE schemaname = current_schema() AND n_mod_since_analyze > $1
    AND last_analyze IS NULL AND last_autoanalyze IS NULL`);

/**
 * Has PostgreSQL look at each table once, as soon as something is in it. Until then statements are planned for an empty table
 * and stay so, and PostgreSQL itself would look only after a minute: too late for the first import. Answers how to stop.
 */
export function gatherStatistics(db: Db): () => void {
  let looking = false;
  const look = async () => {
    // A slow look is not joined by the next.
    if (looking) return;
    looking = true;
    try {
      for (const { name } of await selectUnknown(db, 200)) await sql`ANALYZE ${sql.id(name)}`.execute(db);
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look().catch(() => {}), LOOK);
  timer.unref();
  return () => clearInterval(timer);
}
