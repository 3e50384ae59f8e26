import { type RawBuilder, sql } from "kysely";
import { isId } from "../../db/id.ts";
import type { RefusalRecord, RequestOutcome } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { candidates, LOOKED_AT, type Part } from "./candidates.ts";
import type { FoundFilter } from "./filter.ts";

/** A request of a directory as the list shows it. */
export interface ListedRequest {
  readonly kind: "scim";
  readonly id: string;
  readonly at: Date;
  /** In milliseconds. */
  readonly duration: number;
  readonly method: string;
  /** Below the SCIM base URL, with the query. */
  readonly path: string;
  readonly status: number;
  readonly outcome: RequestOutcome;
  /** What it meant, in words. */
  readonly summary: string;
  readonly referenceId: string;
}

/** The whole of it. Bodies are texts of JSON, without passwords. */
export interface KeptRequest extends ListedRequest {
  readonly people: readonly string[];
  readonly groupId: string | null;
  readonly tokenId: string | null;
  /** The token's name, for as long as there is such a token. */
  readonly tokenName: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly request: string | null;
  readonly response: string | null;
  readonly change: Readonly<Record<string, unknown>> | null;
  readonly refusal: RefusalRecord | null;
}

type Reader = Pick<Scope, "db" | "organization">;

export interface RequestPage {
  /** The newest first. */
  readonly requests: readonly ListedRequest[];
  /** Where older ones begin, if there may be any: to be handed in as `before`. */
  readonly older: string | undefined;
}

const LISTED =
  sql.raw(`'scim' AS kind, r.id, r.at, r.duration_ms AS duration, r.method, r.path, r.status, r.outcome, r.summary,
  r.reference_id AS "referenceId"`);

/**
 * A page of what the directory asked, the newest first. What it costs does not grow with the history: each page looks at no
 * more than `LOOKED_AT` rows, which lie together in an index, but for a person's, of whom all rows that name them are found.
 */
export async function listRequests(scope: Reader, filter: FoundFilter, part: Part): Promise<RequestPage> {
  const near = candidates(scope.organization.id, filter, part);
  const rows = await sql<ListedRequest>`SELECT ${LISTED} FROM (${near} LIMIT ${LOOKED_AT}) AS found
    JOIN scim_requests r ON r.organization_id = ${scope.organization.id} AND r.id = found.id
    WHERE ${conditions(filter)} ORDER BY r.id DESC LIMIT ${part.limit + 1}`.execute(scope.db);
  const requests = rows.rows.slice(0, part.limit);
  if (rows.rows.length > part.limit) return { requests, older: requests.at(-1)?.id };
  const last = await sql<{ id: string }>`${near} LIMIT 1 OFFSET ${LOOKED_AT - 1}`.execute(scope.db);
  return { requests, older: last.rows[0]?.id };
}

/** The request with this id, where there is one in this organization. */
export async function findRequest(scope: Reader, id: string): Promise<KeptRequest | undefined> {
  if (!isId(id)) return undefined;
  const found = await sql<KeptRequest>`SELECT ${LISTED}, r.people, r.group_id AS "groupId", r.token_id AS "tokenId", (
        SELECT t.name FROM scim_tokens t WHERE t.organization_id = r.organization_id AND t.id = r.token_id
      ) AS "tokenName", r.ip,
      r.user_agent AS "userAgent", r.request, r.response, r.change, r.refusal
    FROM scim_requests r WHERE r.organization_id = ${scope.organization.id} AND r.id = ${id}`.execute(scope.db);
  return found.rows[0];
}

/** What the index did not know of the filter. */
function conditions({ people, groups, outcomes, reference }: FoundFilter): RawBuilder<unknown> {
  const all = [sql`true`];
  if ((people || reference) && groups) all.push(sql`r.group_id = ANY(${[...groups]}::uuid[])`);
  if (outcomes) all.push(sql`r.outcome = ANY(${[...outcomes]}::text[])`);
  if (reference && people) all.push(sql`r.people && ${[...people]}::text[]`);
  return sql.join(all, sql` AND `);
}
