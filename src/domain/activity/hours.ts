import { statement } from "../../db/database.ts";
import { firstId } from "../../db/id.ts";
import type { Scope } from "../../scope.ts";

/** What is counted: what changed something, and what was refused. */
export const COUNTED = ["added", "changed", "removed", "refused"] as const;
export type Counted = (typeof COUNTED)[number];

/** How much of each came in one hour. */
export interface Hour extends Readonly<Record<Counted, number>> {
  /** When it began. */
  readonly from: Date;
}

/** An hour is counted no further than this: the first import of a large directory would be counted at every look. */
export const MOST_COUNTED = 10_000;
const HOUR = 3_600_000;

const selectCounts = statement<
  { hour: number; outcome: Counted; count: number },
  [string, string[], string[], string[]]
>(`
  SELECT slot.hour::int AS hour, wanted.outcome, counted.count::int AS count
  FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS slot(first, next, hour)
  CROSS JOIN unnest($4::text[]) AS wanted(outcome)
  CROSS JOIN LATERAL (SELECT count(*) FROM (
    SELECT 1 FROM scim_requests r WHERE r.outcome = wanted.outcome AND r.outcome <> 'read' AND r.organization_id = $1
      AND r.id >= slot.first AND r.id < slot.next LIMIT ${MOST_COUNTED}) AS found) AS counted
  WHERE counted.count > 0`);

/** The last 24 hours, the oldest first; the last one has only begun. Hours are those of UTC. */
export async function countHours(scope: Pick<Scope, "db" | "organization" | "now">): Promise<readonly Hour[]> {
  const last = Math.floor(scope.now.getTime() / HOUR);
  const starts = Array.from({ length: 25 }, (_, index) => new Date((last - 23 + index) * HOUR));
  const ids = starts.map(firstId);
  const rows = await selectCounts(scope.db, scope.organization.id, ids.slice(0, 24), ids.slice(1), [...COUNTED]);
  return starts.slice(0, 24).map((from, index) => {
    const count = (outcome: Counted) =>
      rows.find((row) => row.hour === index + 1 && row.outcome === outcome)?.count ?? 0;
    return {
      from,
      added: count("added"),
      changed: count("changed"),
      removed: count("removed"),
      refused: count("refused"),
    };
  });
}
