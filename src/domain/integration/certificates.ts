import { sql } from "kysely";
import { type Db, inTransaction } from "../../db/database.ts";
import type { CertificateDetails } from "../../protocols/saml/certificate.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";

/** One organization's rows. */
export interface Tenant {
  readonly db: Db;
  readonly organization: { readonly id: string };
}

/** A certificate that the identity provider may sign with. */
export interface Certificate {
  /** Lower-case hexadecimal. */
  readonly fingerprintSha256: string;
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly pem: string;
  /** Pasted or uploaded by somebody, or taken from the provider's metadata. */
  readonly origin: "manual" | "metadata";
  readonly addedAt: Date;
  /** The last sign-in whose signature it verified, to the minute. */
  readonly lastUsedAt: Date | null;
}

/** The integration's certificates, the one that expires last first. */
export async function listCertificates(scope: Tenant): Promise<readonly Certificate[]> {
  const rows = await scope.db
    .selectFrom("integration_certificates")
    .selectAll()
    .where("organization_id", "=", scope.organization.id)
    .orderBy("not_after", "desc")
    .orderBy("fingerprint_sha256")
    .execute();
  return rows.map((row) => ({
    fingerprintSha256: row.fingerprint_sha256,
    subject: row.subject,
    notBefore: row.not_before,
    notAfter: row.not_after,
    pem: row.pem,
    origin: row.origin,
    addedAt: row.added_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** Makes these the integration's certificates, within the caller's transaction. */
export async function replaceCertificates(
  scope: Scope,
  certificates: readonly CertificateDetails[],
  origin: Certificate["origin"],
): Promise<void> {
  const kept = certificates.map((certificate) => certificate.fingerprintSha256);
  const dropped = await scope.db
    .deleteFrom("integration_certificates")
    .where("organization_id", "=", scope.organization.id)
    .where("fingerprint_sha256", "not in", kept)
    .returning("fingerprint_sha256")
    .execute();
  const added = await insertCertificates(scope, certificates, origin);
  if (dropped.length + added.length > 0) await noteTrustChange(scope);
}

/** So many certificates can be trusted at once: each costs a try at each signature. */
export const MOST_CERTIFICATES = 20;

/** Adds certificates to those that are trusted; answers those that were new. Refuses more than 20 (409 `certificates`). */
export function addCertificates(
  scope: Scope,
  certificates: readonly CertificateDetails[],
  origin: Certificate["origin"] = "manual",
): Promise<readonly string[]> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdIntegration(inside);
    const added = await insertCertificates(inside, certificates, origin);
    if (added.length === 0) return added;
    if ((await listCertificates(inside)).length > MOST_CERTIFICATES) {
      throw new Refusal(
        409,
        "certificates",
        `At most ${MOST_CERTIFICATES} certificates can be trusted. Remove the old ones first.`,
      );
    }
    await noteTrustChange(inside);
    const target = { kind: "integration", name: scope.organization.slug };
    await recordEvent(inside, { action: "certificate.added", target, detail: { fingerprints: added } });
    return added;
  });
}

/**
 * Stops trusting a certificate. Refuses an unknown one (404 `certificate`) and the last one (409 `last-certificate`),
 * without which nobody could sign in.
 */
export function dropCertificate(scope: Scope, fingerprint: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdIntegration(inside);
    const all = await listCertificates(inside);
    const found = all.find((each) => each.fingerprintSha256 === fingerprint.toLowerCase().replaceAll(":", ""));
    if (!found) throw new Refusal(404, "certificate", "The integration has no certificate with this fingerprint.");
    if (all.length === 1) {
      throw new Refusal(409, "last-certificate", "This is the only certificate: add the next one before you drop it.");
    }
    await db
      .deleteFrom("integration_certificates")
      .where("organization_id", "=", scope.organization.id)
      .where("fingerprint_sha256", "=", found.fingerprintSha256)
      .execute();
    await ignoreInMetadata(inside, found.fingerprintSha256);
    await noteTrustChange(inside);
    const target = { kind: "integration", name: scope.organization.slug };
    const detail = { fingerprint: found.fingerprintSha256, subject: found.subject };
    await recordEvent(inside, { action: "certificate.dropped", target, detail });
  });
}

/** Metadata that still lists it does not bring it back. */
async function ignoreInMetadata(scope: Scope, fingerprint: string): Promise<void> {
  await scope.db
    .updateTable("integrations")
    .set({ metadata_ignored: sql`array_append(metadata_ignored, ${fingerprint})` })
    .where("organization_id", "=", scope.organization.id)
    .execute();
}

/** Writes down who changed what sign-in trusts, within the caller's transaction: owners are told. */
export async function noteTrustChange(scope: Scope): Promise<void> {
  await scope.db
    .updateTable("integrations")
    .set({ certificates_changed_at: scope.now, certificates_changed_by: scope.actor.name })
    .where("organization_id", "=", scope.organization.id)
    .execute();
}

/** Holds the integration until the transaction ends; 404 `integration` where it is gone. */
export async function holdIntegration(scope: Tenant) {
  const held = scope.db.selectFrom("integrations").selectAll().where("organization_id", "=", scope.organization.id);
  const row = await held.forUpdate().executeTakeFirst();
  if (!row) throw new Refusal(404, "integration", "This organization has no Okta integration.");
  return row;
}

/** Trusts these besides, within the caller's transaction; answers the fingerprints of those that were new. */
export async function insertCertificates(
  scope: Tenant & { readonly now: Date },
  certificates: readonly CertificateDetails[],
  origin: Certificate["origin"],
): Promise<string[]> {
  const rows = certificates.map((certificate) => ({
    organization_id: scope.organization.id,
    fingerprint_sha256: certificate.fingerprintSha256,
    pem: certificate.pem,
    subject: certificate.subject,
    not_before: certificate.notBefore,
    not_after: certificate.notAfter,
    added_at: scope.now,
    origin,
  }));
  const inserted = await scope.db
    .insertInto("integration_certificates")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning("fingerprint_sha256")
    .execute();
  return inserted.map((row) => row.fingerprint_sha256);
}
