import { statement } from "../../db/database.ts";
import type { RefusalRecord, RequestOutcome } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";

/** The newest request of one outcome that named somebody, and how many there were. */
export interface NamedRequest {
  readonly id: string;
  readonly at: Date;
  readonly method: string;
  readonly status: number;
  readonly outcome: RequestOutcome;
  readonly summary: string;
  readonly referenceId: string;
  readonly refusal: RefusalRecord | null;
  readonly count: number;
}

const selectNamed = statement<NamedRequest, [string, string[]]>(`
  WITH named AS MATERIALIZED (
    SELECT id, at, method, status, outcome, summary, reference_id, refusal FROM scim_requests
    WHERE organization_id = $1 AND people && $2
  )
  SELECT DISTINCT ON (outcome) id, at, method, status, outcome, summary, reference_id AS "referenceId", refusal,
    count(*) OVER (PARTITION BY outcome)::int AS count
  FROM named ORDER BY outcome, id DESC`);

/** The newest request of each outcome that names a person by one of these keys. */
export function namedRequests(
  scope: Pick<Scope, "db" | "organization">,
  keys: readonly string[],
): Promise<readonly NamedRequest[]> {
  return selectNamed(scope.db, scope.organization.id, [...keys]);
}
