import { type Db, inTransaction, statement } from "../../db/database.ts";
import type { Logger } from "../../observe/log.ts";
import { metadataText } from "../../protocols/saml/metadata.ts";
import { Refusal } from "../../refusal.ts";
import type { Actor } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import {
  type Certificate,
  insertCertificates,
  listCertificates,
  MOST_CERTIFICATES,
  type Tenant,
} from "./certificates.ts";
import { type ReadMetadata, readMetadata } from "./metadata.ts";

/** Fetches a document from the address where a provider publishes it; throws a `Refusal` that says why it cannot. */
export type MetadataSource = (url: string) => Promise<Uint8Array>;

/** In which organization, for whom and when: the part of a scope that a refresh needs. */
interface RefreshScope extends Tenant {
  readonly organization: { readonly id: string; readonly slug: string };
  readonly actor: Actor;
  readonly now: Date;
  readonly referenceId: string;
  readonly ip: string | undefined;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LOOK_EVERY = 10 * 60_000;

/** Looks every ten minutes whose metadata is due, in every process. Answers how to stop. */
export function startRefreshing(db: Db, source: MetadataSource, clock: () => Date, log: Logger): () => void {
  const timer = setInterval(() => {
    refreshDue(db, source, clock()).catch((error: unknown) => log.warn({ err: error }, "refreshing metadata failed"));
  }, LOOK_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}

interface Due {
  readonly id: string;
  readonly slug: string;
  readonly url: string;
}

/** Whoever takes them has a quarter of an hour; then another process may. */
const takeDue = statement<Due, [Date]>(`
  UPDATE integrations i SET metadata_due_at = $1::timestamptz + interval '15 minutes'
  FROM (
    SELECT organization_id FROM integrations WHERE metadata_url IS NOT NULL AND metadata_due_at <= $1
    ORDER BY metadata_due_at LIMIT 20 FOR UPDATE SKIP LOCKED
  ) due, organizations o
  WHERE i.organization_id = due.organization_id AND o.id = due.organization_id
  RETURNING o.id, o.slug, i.metadata_url AS url`);

/** Asks all metadata that is due, each by one process: once a day, after a failure once an hour. */
export async function refreshDue(db: Db, source: MetadataSource, now: Date): Promise<void> {
  const due = await takeDue(db, now);
  const actor = { kind: "system", name: "system" } as const;
  const nobody = { db, actor, now, referenceId: "", ip: undefined };
  await Promise.all(due.map(({ url, ...organization }) => refreshMetadata({ ...nobody, organization }, url, source)));
}

/**
 * Asks metadata now. Its new certificates are trusted besides; one that it no longer lists is dropped a week after its last
 * use, once another is in use. Another issuer or address is told and not taken: of another issuer nothing is. A failure
 * changes nothing but what is told of it. Answers whether it could be read.
 */
export async function refreshMetadata(scope: RefreshScope, url: string, source: MetadataSource): Promise<boolean> {
  let read: ReadMetadata;
  try {
    read = readMetadata(metadataText(await source(url)), scope.now);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await inTransaction(scope.db, (db) => noteFailure({ ...scope, db }, url, error.message));
    return false;
  }
  await inTransaction(scope.db, (db) => apply({ ...scope, db }, url, read));
  return true;
}

async function apply(scope: RefreshScope, url: string, read: ReadMetadata): Promise<void> {
  const before = await holdAsking(scope, url);
  if (!before) return;
  const trusted = await listCertificates(scope);
  const sameIssuer = read.issuer === before.issuer;
  const fresh = sameIssuer ? untrusted(read, trusted, before.metadata_ignored) : [];
  const added = fresh.length === 0 ? [] : await insertCertificates(scope, fresh, "metadata");
  const dropped = sameIssuer ? await dropWithdrawn(scope, trusted, read) : [];
  await scope.db
    .updateTable("integrations")
    .set({ metadata_due_at: new Date(scope.now.getTime() + DAY), metadata_checked_at: scope.now })
    .set({ metadata_failed_since: null, metadata_error: null })
    .set({ metadata_issuer: read.issuer, metadata_sso_url: read.ssoUrl })
    .where("organization_id", "=", scope.organization.id)
    .execute();
  const said = before.metadata_issuer !== read.issuer || before.metadata_sso_url !== read.ssoUrl;
  const news = added.length + dropped.length > 0 || said || before.metadata_failed_since !== null;
  if (!news && scope.actor.kind === "system") return;
  const { issuer, ssoUrl } = read;
  const differs = { ...(!sameIssuer && { issuer }), ...(ssoUrl !== before.sso_url && { ssoUrl }) };
  await record(scope, "metadata.refreshed", { url, added, dropped, differs });
}

/** Holds the integration while it still asks this address; meanwhile somebody may have disconnected it, or stopped. */
function holdAsking(scope: RefreshScope, url: string) {
  const held = scope.db.selectFrom("integrations").selectAll().where("organization_id", "=", scope.organization.id);
  return held.where("metadata_url", "=", url).forUpdate().executeTakeFirst();
}

function untrusted(read: ReadMetadata, trusted: readonly Certificate[], ignored: readonly string[]) {
  const known = new Set([...trusted.map(({ fingerprintSha256 }) => fingerprintSha256), ...ignored]);
  const fresh = read.certificates.filter(({ fingerprintSha256 }) => !known.has(fingerprintSha256));
  return fresh.slice(0, Math.max(0, MOST_CERTIFICATES - trusted.length));
}

async function dropWithdrawn(
  scope: RefreshScope,
  trusted: readonly Certificate[],
  read: ReadMetadata,
): Promise<string[]> {
  const listed = new Set(read.certificates.map(({ fingerprintSha256 }) => fingerprintSha256));
  const inUse = trusted.filter(({ fingerprintSha256 }) => listed.has(fingerprintSha256));
  const withdrawn = trusted.filter(({ fingerprintSha256, origin, lastUsedAt, addedAt }) => {
    if (origin !== "metadata" || listed.has(fingerprintSha256)) return false;
    const since = Math.max(addedAt.getTime(), lastUsedAt?.getTime() ?? 0);
    const isOver = scope.now.getTime() - since >= 7 * DAY;
    return isOver && inUse.some((other) => other.lastUsedAt !== null && other.lastUsedAt.getTime() > since);
  });
  const fingerprints = withdrawn.map(({ fingerprintSha256 }) => fingerprintSha256);
  if (fingerprints.length === 0) return [];
  const gone = scope.db.deleteFrom("integration_certificates").where("organization_id", "=", scope.organization.id);
  await gone.where("fingerprint_sha256", "in", fingerprints).execute();
  return fingerprints;
}

async function noteFailure(scope: RefreshScope, url: string, reason: string): Promise<void> {
  const before = await holdAsking(scope, url);
  if (!before) return;
  const failedSince = before.metadata_failed_since ?? scope.now;
  await scope.db
    .updateTable("integrations")
    .set({ metadata_due_at: new Date(scope.now.getTime() + HOUR) })
    .set({ metadata_failed_since: failedSince, metadata_error: reason })
    .where("organization_id", "=", scope.organization.id)
    .execute();
  if (before.metadata_error === reason && scope.actor.kind === "system") return;
  await record(scope, "metadata.failed", { url, reason });
}

async function record(scope: RefreshScope, action: string, detail: Record<string, unknown>): Promise<void> {
  await recordEvent(scope, { action, target: { kind: "integration", name: scope.organization.slug }, detail });
}
