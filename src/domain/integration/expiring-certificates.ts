import { type Db, inTransaction, statement } from "../../db/database.ts";
import { recordEvent } from "../audit/events.ts";
import { CERTIFICATE_WARNING_DAYS } from "./certificate-life.ts";

interface Expiring {
  organization_id: string;
  fingerprint_sha256: string;
  subject: string;
  not_after: Date;
}

/** So many at a time: the others are told the next time. */
const BATCH = 500;

const takeExpiring = statement<Expiring, [Date, Date]>(`
  UPDATE integration_certificates c SET expiry_told_at = $1
  FROM (
    SELECT organization_id, fingerprint_sha256 FROM integration_certificates
    WHERE expiry_told_at IS NULL AND not_after <= $2
    ORDER BY not_after LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ) due
  WHERE c.organization_id = due.organization_id AND c.fingerprint_sha256 = due.fingerprint_sha256
  RETURNING c.organization_id, c.fingerprint_sha256, c.subject, c.not_after`);

/**
 * Tells the audit log of each certificate that expires within 60 days, or has: `certificate.expires_soon`, once for each.
 * Every process may do so at any time.
 */
export function tellExpiringCertificates(db: Db, now: Date): Promise<void> {
  return inTransaction(db, async (trx) => {
    const soon = new Date(now.getTime() + CERTIFICATE_WARNING_DAYS * 86_400_000);
    for (const certificate of await takeExpiring(trx, now, soon)) {
      const organization = { id: certificate.organization_id };
      const actor = { kind: "system", name: "system" } as const;
      const target = { kind: "certificate", name: certificate.subject };
      const detail = { fingerprint: certificate.fingerprint_sha256, expiresAt: certificate.not_after };
      const scope = { db: trx, organization, actor, now, referenceId: "", ip: undefined };
      await recordEvent(scope, { action: "certificate.expires_soon", target, detail });
    }
  });
}
