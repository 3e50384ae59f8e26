import { sql } from "kysely";
import type { Scope } from "../../scope.ts";
import type { Identity } from "./identity.ts";

/** An attempt to sign in through the identity provider, as a line of a timeline needs it. */
export interface ListedAttempt {
  readonly id: string;
  readonly at: Date;
  readonly purpose: "sign-in" | "test";
  readonly outcome: "signed-in" | "passed" | "refused";
  /** The check that failed. */
  readonly code: string | null;
  /** What the person read. */
  readonly sentence: string | null;
  readonly email: string | null;
  readonly ip: string | null;
  readonly referenceId: string;
}

const COLUMNS = sql.raw(
  `a.id, a.at, a.purpose, a.outcome, a.code, a.sentence, a.email, a.ip, a.reference_id AS "referenceId"`,
);
const HIGHEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** A person's attempts, the newest first: of their member, and of their addresses where no member was found. */
export async function listAttempts(
  scope: Pick<Scope, "db" | "organization">,
  person: Identity,
  part: { readonly before?: string | undefined; readonly limit: number },
): Promise<{ attempts: readonly ListedAttempt[]; older: string | undefined }> {
  const before = part.before ?? HIGHEST;
  const most = part.limit + 1;
  const organizationId = scope.organization.id;
  const rows = await sql<ListedAttempt>`
    SELECT ${COLUMNS} FROM (
      SELECT each.id FROM unnest(${[...person.ids]}::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
        SELECT id FROM sign_in_attempts WHERE member_id = wanted.id AND organization_id = ${organizationId}
          AND id < ${before}::uuid ORDER BY id DESC LIMIT ${most}) AS each
      UNION
      SELECT each.id FROM unnest(${[...person.keys]}::text[]) AS wanted(email) CROSS JOIN LATERAL (
        SELECT id FROM sign_in_attempts WHERE email_key = wanted.email AND organization_id = ${organizationId}
          AND member_id IS NULL AND id < ${before}::uuid ORDER BY id DESC LIMIT ${most}) AS each
    ) AS found JOIN sign_in_attempts a ON a.organization_id = ${organizationId} AND a.id = found.id
    ORDER BY a.id DESC LIMIT ${most}`.execute(scope.db);
  const attempts = rows.rows.slice(0, part.limit);
  return { attempts, older: rows.rows.length > part.limit ? attempts.at(-1)?.id : undefined };
}
