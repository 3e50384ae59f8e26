import { inTransaction, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { SignInMethod } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { getMember, type Member } from "../members/members.ts";
import { ALIVE } from "./sessions.ts";

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
  FROM sessions s WHERE organization_id = $1 AND member_id = $2 AND ${ALIVE} ORDER BY created_at DESC, id`);

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

/**
 * Ends every session of this member, and the sign-in links that wait for them; answers how many sessions. For the member
 * themselves, and for whoever may end theirs.
 */
export function endAllSessions(scope: Scope, member: { readonly id: string; readonly email: string }): Promise<number> {
  return inTransaction(scope.db, async (db) => {
    const theirs = (table: "sessions" | "sign_in_links") =>
      db.deleteFrom(table).where("organization_id", "=", scope.organization.id).where("member_id", "=", member.id);
    await theirs("sign_in_links").execute();
    const [gone] = await theirs("sessions").execute();
    const count = Number(gone?.numDeletedRows ?? 0);
    const target = { kind: "member", id: member.id, name: member.email };
    await recordEvent({ ...scope, db }, { action: "session.all_ended", target, detail: { count } });
    return count;
  });
}

/**
 * The member whose sessions somebody else wants to end; 404 `member` if there is none. An owner's are ended by an owner
 * alone (403 `owner`): where SSO is broken such a session may be what the organization is mended from.
 */
export async function memberToSignOut(scope: Scope, id: string): Promise<Member> {
  const member = await getMember(scope, id);
  const byOwner = scope.actor.kind === "member" && scope.actor.role === "owner";
  if (member.role !== "owner" || byOwner) return member;
  throw new Refusal(403, "owner", "Only an owner may sign another owner out.");
}
