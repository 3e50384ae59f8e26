import { statement } from "../../db/database.ts";
import { firstId, newId } from "../../db/id.ts";
import type { AttemptOutcome, CheckRecord } from "../../db/tables.ts";
import type { Examination } from "../../protocols/saml/response.ts";
import type { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { failedCheck, laterChecks } from "./later-checks.ts";

/** What became of a response that was posted to us. */
export interface Attempt {
  readonly purpose: "sign-in" | "test";
  /** Absent where there was no response to examine. */
  readonly examination: Examination | undefined;
  /** Why it was refused, whichever check did it; absent where the person may come in. */
  readonly refusal?: Refusal | undefined;
  /** Our own checks, behind those of the response; else those of a sign-in. */
  readonly later?: readonly CheckRecord[];
  readonly memberId?: string | undefined;
  /** Of a test: the member who started it. */
  readonly startedBy?: string | undefined;
  readonly userAgent: string | undefined;
}

/**
 * So much is kept in an hour of what no trusted signature covers, in one organization: anybody can post that, as often as the
 * rate limit lets them. What the identity provider signed is kept always, and so is a test.
 */
const UNSIGNED = { kept: 300, withTree: 60 };
const HOUR = 3_600_000;

const insertAttempt = statement<
  { id: string },
  [
    ...[organizationId: string, id: string, at: Date, purpose: string, outcome: AttemptOutcome],
    ...[code: string | null, sentence: string | null, signed: boolean, email: string | null],
    ...[memberId: string | null, startedBy: string | null, ip: string | null, userAgent: string | null],
    ...[referenceId: string, checks: string, assertion: string | null, hourAgo: string],
  ]
>(`
  INSERT INTO sign_in_attempts
    (organization_id, id, at, purpose, outcome, code, sentence, signed, email, member_id, started_by, ip, user_agent,
      reference_id, checks, assertion)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::jsonb,
    CASE WHEN $8 OR $4 = 'test' OR junk.count < ${UNSIGNED.withTree} THEN $16::jsonb END
  FROM (SELECT count(*) FROM (
    SELECT FROM sign_in_attempts a
    WHERE NOT $8::boolean AND $4::text <> 'test' AND a.organization_id = $1 AND NOT a.signed AND a.id > $17 LIMIT ${UNSIGNED.kept}) AS recent) AS junk
  WHERE $8 OR $4 = 'test' OR junk.count < ${UNSIGNED.kept}
  RETURNING id`);

/**
 * Writes down an attempt to sign in, in the scope's transaction: with every check, and the response as a tree without
 * signatures, keys and ciphertexts. Answers its id, or nothing where too much came in this hour that nobody signed.
 */
export async function recordAttempt(scope: Scope, attempt: Attempt): Promise<string | undefined> {
  const { purpose, examination, refusal, memberId, startedBy, userAgent } = attempt;
  const passed = purpose === "test" ? "passed" : "signed-in";
  const rows = await insertAttempt(
    scope.db,
    scope.organization.id,
    newId(scope.now),
    scope.now,
    purpose,
    refusal ? "refused" : passed,
    refusal?.code ?? null,
    refusal?.message ?? null,
    examination?.isSigned ?? false,
    examination?.named?.slice(0, 254) ?? null,
    memberId ?? null,
    startedBy ?? null,
    scope.ip ?? null,
    userAgent?.slice(0, 300) ?? null,
    scope.referenceId,
    storable(checksOf(attempt)),
    storable(examination?.tree ?? null),
    firstId(new Date(scope.now.getTime() - HOUR)),
  );
  return rows[0]?.id;
}

/** Those of the response, then ours; or the one that failed before there was a response. */
function checksOf({ examination, refusal, later }: Attempt): readonly CheckRecord[] {
  if (examination) return [...examination.checks, ...(later ?? laterChecks(examination, refusal))];
  return refusal ? [failedCheck(refusal)] : [];
}

/** JSON without what PostgreSQL does not take in `jsonb`: an escaped NUL, half a surrogate pair. */
function storable(value: unknown): string {
  return JSON.stringify(value).replace(/\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, "\\ufffd");
}
