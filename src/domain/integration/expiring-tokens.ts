import { type Db, inTransaction, statement } from "../../db/database.ts";
import { recordEvent } from "../audit/events.ts";
import { WARNING_DAYS } from "./token-life.ts";

interface Expiring {
  organization_id: string;
  id: string;
  name: string;
  expires_at: Date;
}

/** So many at a time: the others are told the next time. */
const BATCH = 500;

const takeExpiring = statement<Expiring, [Date, Date]>(`
  UPDATE scim_tokens t SET expiry_told_at = $1
  FROM (
    SELECT organization_id, id FROM scim_tokens
    WHERE expiry_told_at IS NULL AND expires_at > $1 AND expires_at <= $2
    ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ) due
  WHERE t.organization_id = due.organization_id AND t.id = due.id
  RETURNING t.organization_id, t.id, t.name, t.expires_at`);

/**
 * Tells the audit log of each token that expires within 14 days: `scim_token.expires_soon`, once for each. Every process
 * may do so at any time.
 */
export function tellExpiringTokens(db: Db, now: Date): Promise<void> {
  return inTransaction(db, async (trx) => {
    const soon = new Date(now.getTime() + WARNING_DAYS * 86_400_000);
    for (const token of await takeExpiring(trx, now, soon)) {
      const organization = { id: token.organization_id };
      const actor = { kind: "system", name: "system" } as const;
      const target = { kind: "scim_token", id: token.id, name: token.name };
      const detail = { expiresAt: token.expires_at };
      const scope = { db: trx, organization, actor, now, referenceId: "", ip: undefined };
      await recordEvent(scope, { action: "scim_token.expires_soon", target, detail });
    }
  });
}
