import { statement } from "../../db/database.ts";
import { isId, newId } from "../../db/id.ts";
import type { Role, SignInMethod } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { hashToken, newToken } from "./token.ts";

/** How long a session lasts that no integration decides on. */
export const SESSION_DAYS = 14;

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
}

export interface NewSession {
  readonly memberId: string;
  readonly method: SignInMethod;
  readonly expiresAt: Date;
  readonly userAgent?: string | undefined;
}

/** The instant so many days from now. */
export function inDays(now: Date, days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}

const holdActive = statement<{ id: string }, [string, string]>(
  "SELECT id FROM members WHERE organization_id = $1 AND id = $2 AND state = 'active' FOR SHARE",
);

const welcome = statement<never, [string, string, Date]>(
  "UPDATE members SET welcomed_at = $3 WHERE organization_id = $1 AND id = $2 AND welcomed_at IS NULL",
);

/**
 * Opens a session of one active member of one organization, in the caller's transaction. The token goes into the cookie;
 * only its hash is kept. A first session through SSO is remembered as their welcome. Refuses the deactivated
 * (403 `deactivated`), also where that happens at the same moment.
 */
export async function openSession(scope: Scope, session: NewSession): Promise<{ id: string; token: string }> {
  if (session.method === "sso") await welcome(scope.db, scope.organization.id, session.memberId, scope.now);
  const held = await holdActive(scope.db, scope.organization.id, session.memberId);
  if (held.length === 0) return refuseDeactivated();
  const id = newId(scope.now);
  const token = newToken("sks_");
  await scope.db
    .insertInto("sessions")
    .values({
      organization_id: scope.organization.id,
      id,
      member_id: session.memberId,
      token_hash: hashToken(token),
      method: session.method,
      created_at: scope.now,
      last_seen_at: scope.now,
      expires_at: session.expiresAt,
      ip: scope.ip ?? null,
      user_agent: session.userAgent?.slice(0, 300) ?? null,
    })
    .execute();
  return { id, token };
}

function refuseDeactivated(): never {
  const sentence = "Your account in this organization is deactivated. Ask your administrator.";
  const cause = { check: "person", wanted: "an active member", got: "one who was just deactivated" };
  throw new Refusal(403, "deactivated", sentence, cause);
}

const SESSION_COLUMNS = `s.id, s.member_id AS "memberId", m.email, m.name, m.role, s.method,
  s.created_at AS "createdAt", s.expires_at AS "expiresAt", s.last_seen_at AS "lastSeenAt"`;

const selectByToken = statement<Session & { lastSeenAt: Date }, [string, Buffer, Date]>(`
  SELECT ${SESSION_COLUMNS} FROM sessions s
  JOIN members m ON m.organization_id = s.organization_id AND m.id = s.member_id AND m.state = 'active'
  WHERE s.organization_id = $1 AND s.token_hash = $2 AND s.expires_at > $3`);

const touch = statement<never, [string, string, Date]>(
  "UPDATE sessions SET last_seen_at = $3 WHERE organization_id = $1 AND id = $2",
);

/** The session that a cookie opens in this organization, if it is alive and its member active. */
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
  WHERE s.organization_id = $1 AND s.id = $2 AND s.expires_at > $3`);

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

/** One of a member's sessions as they are listed. */
export interface ListedSession {
  readonly id: string;
  readonly method: SignInMethod;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

const selectByMember = statement<ListedSession, [string, string, Date]>(`
  SELECT id, method, created_at AS "createdAt", last_seen_at AS "lastSeenAt", expires_at AS "expiresAt",
    ip, user_agent AS "userAgent"
  FROM sessions WHERE organization_id = $1 AND member_id = $2 AND expires_at > $3 ORDER BY created_at DESC, id`);

/** A member's live sessions, the newest first. */
export function listSessions(scope: Scope, memberId: string): Promise<ListedSession[]> {
  return selectByMember(scope.db, scope.organization.id, memberId, scope.now);
}

/** Ends one session of this member; 404 `session` where it is nobody's or another's. */
export async function endSession(scope: Scope, memberId: string, id: string): Promise<void> {
  const gone = isId(id)
    ? await scope.db
        .deleteFrom("sessions")
        .where("organization_id", "=", scope.organization.id)
        .where("member_id", "=", memberId)
        .where("id", "=", id)
        .returning("id")
        .executeTakeFirst()
    : undefined;
  if (!gone) throw new Refusal(404, "session", "There is no such session: it may have ended already.");
  await recordEvent(scope, { action: "session.ended", target: { kind: "session", id, name: scope.actor.name } });
}

/** Ends every session of this member but the one given; answers how many. */
export async function endOtherSessions(scope: Scope, memberId: string, keep: string): Promise<number> {
  const gone = await scope.db
    .deleteFrom("sessions")
    .where("organization_id", "=", scope.organization.id)
    .where("member_id", "=", memberId)
    .where("id", "!=", keep)
    .returning("id")
    .execute();
  const target = { kind: "member", id: memberId, name: scope.actor.name };
  await recordEvent(scope, { action: "session.others_ended", target, detail: { count: gone.length } });
  return gone.length;
}
