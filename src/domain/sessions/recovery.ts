import { inTransaction, statement } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { addressKey } from "../members/address.ts";
import { holdOrganization, liftEnforcement } from "../organizations/organizations.ts";
import { hashCode } from "./recovery-codes.ts";
import { inDays, openSession, RECOVERY_DAYS } from "./sessions.ts";

interface CodeRow {
  readonly memberId: string;
  readonly email: string;
}

const OWNER_OF_CODE = `c.organization_id = $1 AND c.code_hash = $2 AND c.kept_at IS NOT NULL
    AND m.organization_id = c.organization_id AND m.id = c.member_id
    AND m.email_key = $3 AND m.role = 'owner' AND m.state = 'active'`;

const selectCode = statement<CodeRow, [string, Buffer, string]>(`
  SELECT m.id AS "memberId", m.email FROM recovery_codes c JOIN members m ON m.organization_id = c.organization_id
  WHERE ${OWNER_OF_CODE}`);

const takeCode = statement<CodeRow, [string, Buffer, string]>(`
  DELETE FROM recovery_codes c USING members m WHERE ${OWNER_OF_CODE} RETURNING m.id AS "memberId", m.email`);

/** How many codes are left once this one is used: of its owner, and of all active owners. */
const countLeft = statement<{ own: number; all: number }, [string, Buffer, string]>(`
  SELECT count(*) FILTER (WHERE c.member_id = $3)::int AS own, count(*)::int AS all FROM recovery_codes c
  JOIN members m ON m.organization_id = c.organization_id AND m.id = c.member_id
    AND m.role = 'owner' AND m.state = 'active'
  WHERE c.organization_id = $1 AND c.kept_at IS NOT NULL AND c.code_hash <> $2`);

/**
 * Signs an owner in with one of their codes: each works once, however often and at the same moment it is posted. All owners
 * are told. The last code of all switches enforcement off as it is used: what comes after it is no way in.
 *
 * Refuses everything else with one sentence (403 `recovery-code`), after the same work: a hash and one look, by keys that
 * are there or not. It does not tell whose addresses are known.
 */
export async function signInByRecoveryCode(scope: Scope, typed: { email: string; code: string }, userAgent?: string) {
  const key = addressKey(typed.email);
  const hash = hashCode(typed.code);
  // Looked at first: a stranger's guess holds no row that others wait for.
  const [found] = await selectCode(scope.db, scope.organization.id, hash, key);
  if (!found) return refuseCode();
  return inTransaction(scope.db, async (db) => {
    const { memberId, email } = found;
    const actor = { kind: "member", id: memberId, name: email, role: "owner" } as const;
    const inside = { ...scope, db, actor };
    const { sso_enforced: enforced } = await holdOrganization(db, scope.organization.id);
    const [left] = await countLeft(db, scope.organization.id, hash, memberId);
    const lifted = enforced && left?.all === 0;
    if (lifted) await liftEnforcement(inside, "the last recovery code");
    if ((await takeCode(db, scope.organization.id, hash, key)).length === 0) return refuseCode();
    const use = { organization_id: scope.organization.id, id: newId(scope.now), at: scope.now, used_by: email, lifted };
    await db.insertInto("recovery_uses").values(use).execute();
    const target = { kind: "member", id: memberId, name: email };
    await recordEvent(inside, { action: "recovery_code.used", target, detail: { left: left?.own ?? 0, lifted } });
    const expiresAt = inDays(scope.now, RECOVERY_DAYS);
    const session = await openSession(inside, { memberId, method: "recovery", expiresAt, userAgent });
    await recordEvent(inside, { action: "session.opened", target, detail: { method: "recovery" } });
    return { ...session, expiresAt };
  });
}

function refuseCode(): never {
  const sentence = "This email and this recovery code do not belong together, or the code was used already.";
  const cause = { check: "recovery-code", wanted: "an unused code of an active owner", got: "none" };
  throw new Refusal(403, "recovery-code", sentence, cause);
}
