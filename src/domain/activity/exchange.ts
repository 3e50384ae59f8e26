import { newId } from "../../db/id.ts";
import type { RefusalRecord, RequestOutcome } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { type RequestRecord, recordsJson } from "./record.ts";

/** A SCIM request under way: what is known of it before it is answered, and whether it is written down already. */
export interface Exchange {
  readonly method: string;
  /** Below the SCIM base URL, with the query, as it may be kept. */
  readonly path: string;
  readonly userAgent: string | undefined;
  /** Milliseconds since it came. */
  readonly elapsed: () => number;
  /** The parsed body, where it has one. */
  body?: unknown;
  /** The bodies as they are kept. */
  request?: string;
  response?: string;
  /** What it is answered with, where that is not the usual status of its method. */
  status?: number;
  /** Whom or what it is about, once that is known. */
  about?: Subject;
  /** What it meant, where that is known before the edge writes it down. */
  told?: Pick<Told, "outcome" | "summary"> & Partial<Told>;
  /** The change that it made wrote it down, in the same transaction. */
  recorded: boolean;
}

/** A person or a group as a line names it, and what it is found by. */
export interface Subject {
  readonly name: string;
  readonly keys: readonly (string | null)[];
  readonly groupId?: string;
}

/** What became of a request. */
export interface Told {
  readonly status: number;
  readonly outcome: RequestOutcome;
  /** In words, the beginning of a sentence: `Added Ada Park to Engineering`. */
  readonly summary: string;
  /** Whom it named: ids, userNames and addresses in any case; null and repetitions do no harm. */
  readonly people: readonly (string | null)[];
  readonly groupId?: string | null;
  readonly response?: string | null;
  readonly change?: Readonly<Record<string, unknown>>;
  readonly refusal?: RefusalRecord;
}

type Witness = Pick<Scope, "organization" | "actor" | "now" | "referenceId" | "ip">;

const MOST_PEOPLE = 200;
/** An entry of the index holds some 2,700 bytes; what is longer is nobody's name. */
const LONGEST_KEY = 500;
const LONGEST_TEXT = 2_000;

/** The request as it is kept. */
export function requestRecord(scope: Witness, exchange: Exchange, told: Told): RequestRecord {
  return {
    organization_id: scope.organization.id,
    id: newId(scope.now),
    at: scope.now,
    duration_ms: Math.round(exchange.elapsed() * 100) / 100,
    method: exchange.method,
    path: text(exchange.path),
    status: told.status,
    outcome: told.outcome,
    summary: text(told.summary),
    people: keysOf(told.people),
    group_id: told.groupId ?? null,
    token_id: "id" in scope.actor ? scope.actor.id : null,
    ip: scope.ip ?? null,
    user_agent: exchange.userAgent === undefined ? null : text(exchange.userAgent),
    reference_id: scope.referenceId,
    request: exchange.request ?? null,
    response: told.response ?? null,
    change: told.change ?? null,
    refusal: told.refusal ?? null,
  };
}

/**
 * The request that the scope belongs to as a JSON list, for the statement that does what it asks (`askedRows`). The list is
 * empty where it was not asked for over SCIM.
 */
export function requestRows(scope: Witness & Pick<Scope, "exchange">, told: Told): string {
  if (scope.exchange === undefined) return "[]";
  scope.exchange.recorded = true;
  return recordsJson([requestRecord(scope, scope.exchange, told)]);
}

/** Nothing was to be changed, and so nothing wrote the request down. */
export function tellUnchanged(scope: Pick<Scope, "exchange">, name: string): void {
  if (scope.exchange === undefined) return;
  scope.exchange.recorded = false;
  scope.exchange.told = { outcome: "unchanged", summary: `Found ${name} as sent: nothing to change` };
}

/** Once each and in lower case, as they are looked for. */
function keysOf(people: readonly (string | null)[]): string[] {
  const keys = people.filter((key) => key !== null && key !== "" && key.length <= LONGEST_KEY);
  return [...new Set(keys.map((key) => text(String(key)).trim().toLowerCase()))].slice(0, MOST_PEOPLE);
}

/** What the database can keep: no NUL, no half of a pair. */
function text(given: string): string {
  return given.replaceAll("\0", "").toWellFormed().slice(0, LONGEST_TEXT);
}
