import { type Db, statement } from "../../db/database.ts";
import type { RefusalRecord, RequestOutcome } from "../../db/tables.ts";

/** A SCIM request as it is kept: the columns of `scim_requests`. */
export interface RequestRecord {
  readonly organization_id: string;
  readonly id: string;
  readonly at: Date;
  readonly duration_ms: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly outcome: RequestOutcome;
  readonly summary: string;
  readonly people: readonly string[];
  readonly group_id: string | null;
  readonly token_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly reference_id: string;
  /** JSON. */
  readonly request: string | null;
  /** JSON. */
  readonly response: string | null;
  readonly change: Readonly<Record<string, unknown>> | null;
  readonly refusal: RefusalRecord | null;
}

/** Milliseconds since the record was made: the statement that writes it down belongs to the request. */
const SINCE = "1000 * extract(epoch FROM clock_timestamp() - statement_timestamp())";

/**
 * The part of a statement that writes down the request that it belongs to, which `$n` is as a JSON list (`requestRows`).
 * `from` is the part whose rows tell that something came of it.
 */
export function askedRows(parameter: string, from = ""): string {
  return `INSERT INTO scim_requests SELECT r.organization_id, r.id, r.at, r.duration_ms + ${SINCE}, r.method, r.path,
      r.status, r.outcome, r.summary, r.people, r.group_id, r.token_id, r.ip, r.user_agent, r.reference_id, r.request,
      r.response, r.change, r.refusal
    FROM ${from && `${from}, `}json_populate_recordset(NULL::scim_requests, ${parameter}) r`;
}

const insertRequests = statement<never, [string]>(askedRows("$1"));

/** Writes what was asked and answered, all of it in one statement. */
export async function recordRequests(db: Db, records: readonly RequestRecord[]): Promise<void> {
  await insertRequests(db, recordsJson(records));
}

/** The setting holds for this statement alone: its commit does not wait for the disk. */
const insertReads = statement<never, [string]>(
  `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)) ${askedRows("$1", "quick")}`,
);

/** The same for requests that changed nothing: they are with the database, and a moment later on the disk. */
export async function recordReads(db: Db, records: readonly RequestRecord[]): Promise<void> {
  await insertReads(db, recordsJson(records));
}

/**
 * The records as a JSON list for `json_populate_recordset`. The bodies are JSON already and stand in it as they are: to
 * write them as texts would be most of the work.
 */
export function recordsJson(records: readonly RequestRecord[]): string {
  const rows = records.map(({ request, response, ...rest }) => {
    const others = JSON.stringify(rest);
    return `${others.slice(0, -1)},"request":${storable(request)},"response":${storable(response)}}`;
  });
  return `[${rows.join(",")}]`;
}

/** PostgreSQL reads no escaped NUL and no half of a pair, not even within a text that it only passes on. */
function storable(json: string | null): string {
  if (json === null) return "null";
  return json.includes("\\u") ? json.replace(/\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, "\\ufffd") : json;
}
