import { type RawBuilder, sql } from "kysely";
import { isId } from "../../db/id.ts";
import type { AttemptOutcome, CheckRecord } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { LOOKED_AT, type Part } from "./candidates.ts";
import type { FoundFilter } from "./filter.ts";

/** An attempt to sign in as the list shows it. */
export interface ListedAttempt {
  readonly kind: "sign-in";
  readonly id: string;
  readonly at: Date;
  /** A test signs nobody in. */
  readonly purpose: "sign-in" | "test";
  readonly outcome: AttemptOutcome;
  /** The refusal, and the sentence that the person read. */
  readonly code: string | null;
  readonly sentence: string | null;
  /** Whether a trusted signature covers what it says: else anybody may have sent it. */
  readonly signed: boolean;
  /** Whom a signed response named. */
  readonly email: string | null;
  readonly memberId: string | null;
  /** The member's name, for as long as there is such a member. */
  readonly memberName: string | null;
  readonly referenceId: string;
}

/** The whole of it. */
export interface KeptAttempt extends ListedAttempt {
  /** In the order in which they were made. */
  readonly checks: readonly CheckRecord[];
  /** The response as a tree, for people to read. */
  readonly assertion: Readonly<Record<string, unknown>> | null;
  readonly startedBy: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

type Reader = Pick<Scope, "db" | "organization">;

const LISTED = sql.raw(`'sign-in' AS kind, a.id, a.at, a.purpose, a.outcome, a.code, a.sentence, a.signed, a.email,
  a.member_id AS "memberId", m.name AS "memberName", a.reference_id AS "referenceId"`);
const MEMBER = sql.raw("LEFT JOIN members m ON m.organization_id = a.organization_id AND m.id = a.member_id");

/** The newest attempts, one more than asked for where there are more. Its cost does not grow with the history. */
export async function listAttempts(scope: Reader, filter: FoundFilter, part: Part): Promise<readonly ListedAttempt[]> {
  const near = candidates(scope.organization.id, filter, part);
  const rows = await sql<ListedAttempt>`SELECT ${LISTED} FROM (${near} LIMIT ${part.limit + 1}) AS found
    JOIN sign_in_attempts a ON a.organization_id = ${scope.organization.id} AND a.id = found.id ${MEMBER}
    ORDER BY a.id DESC`.execute(scope.db);
  return rows.rows;
}

/** The attempt with this id, where there is one in this organization. */
export async function findAttempt(scope: Reader, id: string): Promise<KeptAttempt | undefined> {
  if (!isId(id)) return undefined;
  const found = await sql<KeptAttempt>`SELECT ${LISTED}, a.checks, a.assertion, a.started_by AS "startedBy", a.ip,
      a.user_agent AS "userAgent"
    FROM sign_in_attempts a ${MEMBER}
    WHERE a.organization_id = ${scope.organization.id} AND a.id = ${id}`.execute(scope.db);
  return found.rows[0];
}

/** As `findAttempt`; 404 `attempt` where there is none. */
export async function getAttempt(scope: Reader, id: string): Promise<KeptAttempt> {
  const attempt = await findAttempt(scope, id);
  if (attempt) return attempt;
  throw new Refusal(404, "attempt", "There is no such sign-in here. What is old is no longer kept.");
}

/** The ids that the filter lets through, the newest first, each from the index that fits best. */
function candidates(organizationId: string, filter: FoundFilter, { before, after }: Part): RawBuilder<unknown> {
  const { people, attemptOutcome, reference } = filter;
  const all = [sql`true`];
  if (before) all.push(sql`a.id < ${before}`);
  if (after) all.push(sql`a.id > ${after}`);
  if (reference) all.push(sql`a.reference_id = ${reference}`);
  if (attemptOutcome) all.push(sql`a.outcome = ${attemptOutcome}`);
  const where = sql.join(all, sql` AND `);
  if (!people) {
    return sql`SELECT a.id FROM sign_in_attempts a WHERE a.organization_id = ${organizationId} AND ${where}
      ORDER BY a.id DESC`;
  }
  return sql`SELECT each.id FROM unnest(${[...people]}::text[]) AS wanted(value) CROSS JOIN LATERAL (
    SELECT a.id FROM sign_in_attempts a
    WHERE a.email_key = wanted.value AND a.organization_id = ${organizationId} AND ${where}
    ORDER BY a.id DESC LIMIT ${LOOKED_AT}) AS each ORDER BY each.id DESC`;
}
