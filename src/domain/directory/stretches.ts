import { sql } from "kysely";
import { type Db, statement } from "../../db/database.ts";

/** So many users make a stretch: few enough to walk over, many enough that a million users are 244 stretches. */
const STRETCH = 4_096;
/** So many stretches are counted in one transaction: creates of the organization wait for as long. */
const BATCH = 16;
/** From so many uncounted users on it pays to count them. */
const WORTH_COUNTING = 2 * STRETCH;

const NO_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Parts of a statement about the users of organization $1, `WITH ${STRETCHES}`: `total.users` is how many there are, counted
 * stretches and the newest users together, and `total.uncounted` how many are the newest. See decision 9.
 */
export const STRETCHES = `
  stretch AS MATERIALIZED (
    SELECT last_id, sum(users) OVER (ORDER BY last_id) AS upto FROM directory_stretches WHERE organization_id = $1
  ), counted AS MATERIALIZED (
    SELECT coalesce((SELECT last_id FROM stretch ORDER BY last_id DESC LIMIT 1), '${NO_ID}') AS last_id,
      coalesce((SELECT max(upto) FROM stretch), 0) AS users
  ), newest AS MATERIALIZED (
    SELECT count(*) AS users FROM directory_users
    WHERE organization_id = $1 AND id > (SELECT last_id FROM counted)
  ), total AS MATERIALIZED (
    SELECT (counted.users + newest.users)::int AS users, newest.users::int AS uncounted FROM counted, newest
  )`;

/** Where a page begins that $2 users come before, `WITH ${STRETCHES}, ${START}`: `skip` users behind `last_id`. */
export const START = `
  start AS MATERIALIZED (
    SELECT coalesce(max(upto), 0) AS users,
      coalesce((SELECT last_id FROM stretch WHERE upto <= $2 ORDER BY last_id DESC LIMIT 1), '${NO_ID}') AS last_id
    FROM stretch WHERE upto <= $2
  )`;

const countBatch = statement<never, [string, number, number]>(`
  INSERT INTO directory_stretches (organization_id, last_id, users)
  SELECT $1, id, $2::integer FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM (
      SELECT id FROM directory_users WHERE organization_id = $1 AND id > coalesce(
        (SELECT last_id FROM directory_stretches WHERE organization_id = $1 ORDER BY last_id DESC LIMIT 1), '${NO_ID}')
      ORDER BY id LIMIT $3
    ) fresh
  ) numbered WHERE number % $2::integer = 0 RETURNING 1`);

const underWay = new Set<string>();

/** Counts the newest users in the background, where a reader found so many that the next one is better off. */
export function countSoon(db: Db, organizationId: string, uncounted: number): void {
  if (uncounted < WORTH_COUNTING || db.isTransaction || underWay.has(organizationId)) return;
  underWay.add(organizationId);
  // Whoever fails here was too busy, or is being deleted; the next reader tries again.
  void countStretches(db, organizationId)
    .catch(() => {})
    .finally(() => underWay.delete(organizationId));
}

/** Counts the users of an organization that are not counted yet, but for less than a stretch. */
export async function countStretches(db: Db, organizationId: string): Promise<void> {
  for (let made = BATCH; made === BATCH; ) {
    made = await db.transaction().execute(async (trx) => {
      // Nobody shall wait for long because we wait for somebody.
      await sql`SET LOCAL lock_timeout = '500ms'`.execute(trx);
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${organizationId}::text, 0))`.execute(trx);
      return (await countBatch(trx, organizationId, STRETCH, BATCH * STRETCH)).length;
    });
  }
}
