import { statement } from "../../db/database.ts";
import { isId, newId } from "../../db/id.ts";
import type { Role, SignInMethod } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { type AuditEvent, eventRow } from "../audit/events.ts";
import { hashToken, newToken } from "./token.ts";

/** How long a session lasts that no integration decides on. */
export const SESSION_DAYS = 14;

/** How long a session lasts that gets round enforced SSO: long enough to mend things. */
export const RECOVERY_DAYS = 1;

/** A live session and whose it is. */
export interface Session {
  readonly id: string;
  readonly memberId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly method: SignInMethod;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The address that an admin foresees for them, until they say whether it is theirs. */
  readonly foreseenEmail: string | null;
}

/** Whom the identity provider named, and under which session of its own: what a logout that it asks for will name. */
export interface ProviderSession {
  readonly nameId?: string | undefined;
  readonly nameIdFormat?: string | undefined;
  readonly sessionIndex?: string | undefined;
}

export interface NewSession extends ProviderSession {
  readonly memberId: string;
  readonly method: SignInMethod;
  readonly expiresAt: Date;
  readonly userAgent?: string | undefined;
  /** Whether it may be their first through SSO; only a caller who knows that it is not says so. */
  readonly isFirst?: boolean;
  /** What tells of it, to be written with it. */
  readonly event?: AuditEvent;
}

/** The instant so many days from now. */
export function inDays(now: Date, days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}

const holdActive = statement<{ id: string }, [string, string]>(
  "SELECT id FROM members WHERE organization_id = $1 AND id = $2 AND state = 'active' FOR SHARE",
);

/** The organization too: while this session is opened nobody makes Single Sign-On the only way in. */
const holdWithoutSso = statement<{ role: Role; enforced: boolean }, [string, string]>(`
  SELECT m.role, o.sso_enforced AS enforced FROM organizations o JOIN members m ON m.organization_id = o.id
  WHERE m.organization_id = $1 AND m.id = $2 AND m.state = 'active' FOR SHARE`);

const welcome = statement<never, [string, string, Date]>(
  "UPDATE members SET welcomed_at = $3 WHERE organization_id = $1 AND id = $2 AND welcomed_at IS NULL",
);

/**
 * Opens a session of one active member of one organization, in the caller's transaction. The token goes into the cookie;
 * only its hash is kept. A first session through SSO is remembered as their welcome. Refuses the deactivated
 * (403 `deactivated`) and, where SSO is enforced, every other way in but an owner's sign-in link and recovery code
 * (403 `sso-enforced`), also where that happens at the same moment.
 */
export async function openSession(scope: Scope, session: NewSession): Promise<{ id: string; token: string }> {
  if (session.method === "sso" && session.isFirst !== false)
    await welcome(scope.db, scope.organization.id, session.memberId, scope.now);
  await admit(scope, session);
  const id = newId(scope.now);
  const token = newToken("sks_");
  await insertSession(
    scope.db,
    scope.organization.id,
    id,
    session.memberId,
    hashToken(token),
    session.method,
    scope.now,
    session.expiresAt,
    scope.ip ?? null,
    session.userAgent?.slice(0, 300) ?? null,
    session.nameId ?? null,
    session.nameIdFormat ?? null,
    session.sessionIndex ?? null,
    session.event === undefined ? null : eventRow(scope, session.event),
  );
  return { id, token };
}

type SessionValues = [
  ...[organizationId: string, id: string, memberId: string, tokenHash: Buffer, method: SignInMethod, now: Date],
  ...[expiresAt: Date, ip: string | null, userAgent: string | null],
  ...[nameId: string | null, nameIdFormat: string | null, sessionIndex: string | null, event: string | null],
];

/** With the event that tells of it, where the caller does not write its own. */
const insertSession = statement<never, SessionValues>(`
  WITH session AS (
    INSERT INTO sessions (organization_id, id, member_id, token_hash, method, created_at, last_seen_at, expires_at, ip,
      user_agent, name_id, name_id_format, session_index)
    VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12)
  )
  INSERT INTO audit_events SELECT e.* FROM jsonb_populate_record(NULL::audit_events, $13::jsonb) e
  WHERE $13::jsonb IS NOT NULL`);

/** Holds the member, and what decides whether they may come in this way, until the transaction ends. */
async function admit(scope: Scope, { memberId, method }: NewSession): Promise<void> {
  const organizationId = scope.organization.id;
  if (method === "sso") {
    if ((await holdActive(scope.db, organizationId, memberId)).length === 0) refuseDeactivated();
    return;
  }
  const [held] = await holdWithoutSso(scope.db, organizationId, memberId);
  if (!held) return refuseDeactivated();
  if (held.enforced && (held.role !== "owner" || method === "git")) refuseEnforced(method);
}

function refuseEnforced(method: SignInMethod): never {
  const sentence = "Single Sign-On is the only way into this organization. Sign in through it.";
  throw new Refusal(403, "sso-enforced", sentence, { check: "sso-enforced", wanted: "sso", got: method });
}

function refuseDeactivated(): never {
  const sentence = "Your account in this organization is deactivated. Ask your administrator.";
  const cause = { check: "person", wanted: "an active member", got: "one who was just deactivated" };
  throw new Refusal(403, "deactivated", sentence, cause);
}

const SESSION_COLUMNS = `s.id, s.member_id AS "memberId", m.email, m.name, m.role, s.method,
  s.created_at AS "createdAt", s.expires_at AS "expiresAt", s.last_seen_at AS "lastSeenAt",
  (SELECT f.email FROM foreseen_emails f WHERE f.organization_id = s.organization_id AND f.member_id = s.member_id)
    AS "foreseenEmail"`;

/**
 * What makes a session `s` alive at $3: it has not ended and, where the integration has an idle limit, was used of late.
 * Uses are noted once a minute, so an idle session may end up to a minute early, never late.
 */
export const ALIVE = `s.expires_at > $3 AND NOT EXISTS (
    SELECT FROM integrations i WHERE i.organization_id = s.organization_id
      AND s.last_seen_at <= $3::timestamptz - i.idle_minutes * interval '1 minute')`;

const selectByToken = statement<Session & { lastSeenAt: Date }, [string, Buffer, Date]>(`
  SELECT ${SESSION_COLUMNS} FROM sessions s
  JOIN members m ON m.organization_id = s.organization_id AND m.id = s.member_id AND m.state = 'active'
  WHERE s.organization_id = $1 AND s.token_hash = $2 AND ${ALIVE}`);

const touch = statement<never, [string, string, Date]>(
  "UPDATE sessions SET last_seen_at = $3 WHERE organization_id = $1 AND id = $2",
);

/** The session that a cookie opens in this organization, if it is alive and its member active: one round trip. */
export async function findSession(
  scope: Pick<Scope, "db" | "organization" | "now">,
  token: string,
): Promise<Session | undefined> {
  const [session] = await selectByToken(scope.db, scope.organization.id, hashToken(token), scope.now);
  if (session && scope.now.getTime() - session.lastSeenAt.getTime() > 60_000) {
    await touch(scope.db, scope.organization.id, session.id, scope.now);
  }
  return session;
}

const selectById = statement<Session, [string, string, Date]>(`
  SELECT ${SESSION_COLUMNS} FROM sessions s
  JOIN members m ON m.organization_id = s.organization_id AND m.id = s.member_id AND m.state = 'active'
  WHERE s.organization_id = $1 AND s.id = $2 AND ${ALIVE}`);

/**
 * The live session with this id: for telling whose browser this is, and whether one that was let in is still alive; never
 * for letting anybody in.
 */
export async function sessionById(
  scope: Pick<Scope, "db" | "organization" | "now">,
  id: string,
): Promise<Session | undefined> {
  return isId(id) ? (await selectById(scope.db, scope.organization.id, id, scope.now))[0] : undefined;
}
