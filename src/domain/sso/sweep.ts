import { type Db, statement } from "../../db/database.ts";
import type { Logger } from "../../observe/log.ts";
import { tellExpiringCertificates } from "../integration/expiring-certificates.ts";
import { tellExpiringTokens } from "../integration/expiring-tokens.ts";

const deleteExpired = statement<never, [Date]>(`
  WITH sessions AS (DELETE FROM sessions WHERE expires_at <= $1),
  idle AS (DELETE FROM sessions s USING integrations i WHERE i.organization_id = s.organization_id
    AND s.last_seen_at <= $1::timestamptz - i.idle_minutes * interval '1 minute' AND s.expires_at > $1),
  links AS (DELETE FROM sign_in_links WHERE expires_at <= $1),
  unkept AS (DELETE FROM recovery_codes WHERE kept_at IS NULL AND created_at <= $1::timestamptz - interval '1 day'),
  uses AS (DELETE FROM recovery_uses WHERE at <= $1::timestamptz - interval '90 days'),
  requests AS (DELETE FROM sign_in_requests WHERE expires_at <= $1),
  flows AS (DELETE FROM git_flows WHERE expires_at <= $1),
  revoked AS (DELETE FROM revoked_scim_tokens WHERE revoked_at <= $1::timestamptz - interval '90 days'),
  refused AS (DELETE FROM refused_scim_tokens WHERE last_at <= $1::timestamptz - interval '7 days')
  DELETE FROM used_assertions WHERE expires_at <= $1`);

const EVERY = 10 * 60_000;

/**
 * Sweeps every ten minutes. Every process may do so at any time. Answers how to stop.
 */
export function startSweeping(db: Db, clock: () => Date, log: Logger): () => void {
  const timer = setInterval(() => {
    sweep(db, clock()).catch((error: unknown) => log.warn({ err: error }, "sweeping failed"));
  }, EVERY);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Deletes what has expired: sessions, by time or by idleness, links, requests and used assertions, none of which lets
 * anybody in any more, so that no later setting brings one back; revoked tokens after 90 days, and the count of refused ones
 * after 7. Tells of tokens and certificates that expire soon.
 */
export async function sweep(db: Db, now: Date): Promise<void> {
  await deleteExpired(db, now);
  await tellExpiringTokens(db, now);
  await tellExpiringCertificates(db, now);
}
