import type { Selectable } from "kysely";
import { inTransaction } from "../../db/database.ts";
import type { Tables } from "../../db/tables.ts";
import { type CertificateDetails, parseCertificates } from "../../protocols/saml/certificate.ts";
import { parseIdpMetadata } from "../../protocols/saml/metadata.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { addCertificates, holdIntegration, noteTrustChange } from "./certificates.ts";
import { checkedIssuer, checkedSsoUrl } from "./checks.ts";

type Row = Selectable<Tables["integrations"]>;

/** What metadata tells, checked as if somebody had typed it. */
export interface ReadMetadata {
  readonly issuer: string;
  readonly ssoUrl: string;
  readonly certificates: readonly CertificateDetails[];
}

/** How it stands with the metadata that is asked every day. */
export interface MetadataState {
  readonly url: string;
  /** The last time that it could be read. */
  readonly checkedAt: Date | null;
  /** Since when it cannot be read, and why. */
  readonly failedSince: Date | null;
  readonly error: string | null;
  /** What it says otherwise than the settings. */
  readonly differs: { readonly issuer?: string; readonly ssoUrl?: string };
}

const DAY = 86_400_000;

/** Reads metadata; refuses what is none, what is past its `validUntil`, and values that nobody might type either. */
export function readMetadata(xml: string, now: Date): ReadMetadata {
  const { issuer, ssoUrl, certificates, validUntil } = parseIdpMetadata(xml);
  if (validUntil && validUntil <= now) {
    throw new Refusal(400, "metadata", `This metadata was valid until ${validUntil.toISOString()}: get it anew.`);
  }
  return {
    issuer: checkedIssuer(issuer),
    ssoUrl: checkedSsoUrl(ssoUrl),
    certificates: certificates.flatMap((pem) => parseCertificates(pem)),
  };
}

/** The state in a row of the table; null where no metadata is asked. */
export function metadataStateOf(row: Row): MetadataState | null {
  if (row.metadata_url === null) return null;
  const { metadata_issuer: issuer, metadata_sso_url: ssoUrl } = row;
  return {
    url: row.metadata_url,
    checkedAt: row.metadata_checked_at,
    failedSince: row.metadata_failed_since,
    error: row.metadata_error,
    differs: {
      ...(issuer !== null && issuer !== row.issuer && { issuer }),
      ...(ssoUrl !== null && ssoUrl !== row.sso_url && { ssoUrl }),
    },
  };
}

/** The columns after metadata from this address was read, and when it is to be asked again. */
export function trustedMetadata(url: string, said: Pick<ReadMetadata, "issuer" | "ssoUrl">, now: Date) {
  return {
    ...NO_METADATA,
    metadata_url: url,
    metadata_due_at: new Date(now.getTime() + DAY),
    metadata_checked_at: now,
    metadata_issuer: said.issuer,
    metadata_sso_url: said.ssoUrl,
  };
}

/** The columns of an integration whose metadata nobody asks. */
export const NO_METADATA = {
  metadata_url: null,
  metadata_due_at: null,
  metadata_checked_at: null,
  metadata_failed_since: null,
  metadata_error: null,
  metadata_issuer: null,
  metadata_sso_url: null,
  metadata_ignored: [] as string[],
};

/**
 * Takes over what metadata says, because somebody asks for it: issuer and address are its own from then on, its
 * certificates are trusted besides those before. With `url` it is asked every day. 404 `integration` where there is none.
 */
export function importMetadata(scope: Scope, read: ReadMetadata, url: string | null): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const before = await holdIntegration(inside);
    const after = { issuer: read.issuer, ssoUrl: read.ssoUrl, metadataUrl: url };
    await db
      .updateTable("integrations")
      .set({ issuer: read.issuer, sso_url: read.ssoUrl, updated_at: scope.now })
      .set(url === null ? NO_METADATA : trustedMetadata(url, read, scope.now))
      .where("organization_id", "=", scope.organization.id)
      .execute();
    await addCertificates(inside, read.certificates, "metadata");
    await noteTrustChange(inside);
    const detail = {
      before: { issuer: before.issuer, ssoUrl: before.sso_url, metadataUrl: before.metadata_url },
      after,
    };
    const target = { kind: "integration", name: scope.organization.slug };
    await recordEvent(inside, { action: "integration.changed", target, detail });
  });
}

/** Asks for metadata no more; what came from it stays. 404 `integration` where there is none. */
export function forgetMetadata(scope: Scope): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const { metadata_url: metadataUrl } = await holdIntegration(inside);
    if (metadataUrl === null) return;
    const update = db.updateTable("integrations").set({ ...NO_METADATA, updated_at: scope.now });
    await update.where("organization_id", "=", scope.organization.id).execute();
    const target = { kind: "integration", name: scope.organization.slug };
    const detail = { before: { metadataUrl }, after: { metadataUrl: null } };
    await recordEvent(inside, { action: "integration.changed", target, detail });
  });
}
