import { inTransaction, statement } from "../../db/database.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { addressKey } from "../members/address.ts";
import { inDays, openSession, type ProviderSession, RECOVERY_DAYS, SESSION_DAYS } from "./sessions.ts";
import { hashToken, newToken } from "./token.ts";

/** How long a sign-in link made by the operator works, in milliseconds. */
const LINK_LIFE = 15 * 60_000;

/**
 * Makes a one-time sign-in link for an active member. Refuses an address that no member has (404 `member`), the
 * deactivated (409 `deactivated`), and everybody but owners where SSO is enforced (409 `sso-enforced`), whose session then
 * lasts a day.
 */
export function createSignInLink(scope: Scope, email: string): Promise<{ url: string; expiresAt: Date }> {
  return inTransaction(scope.db, async (db) => {
    const member = await db
      .selectFrom("members")
      .select(["id", "email", "state", "role"])
      .where("organization_id", "=", scope.organization.id)
      .where("email_key", "=", addressKey(email))
      .executeTakeFirst();
    if (!member) throw new Refusal(404, "member", `No member of this organization has the email ${email}.`);
    if (member.state !== "active") throw new Refusal(409, "deactivated", "This member is deactivated.");
    if (scope.organization.ssoEnforced && member.role !== "owner") {
      throw new Refusal(409, "sso-enforced", "Single Sign-On is enforced: only owners may use a sign-in link.");
    }
    const expiresAt = new Date(scope.now.getTime() + LINK_LIFE);
    const sessionExpiresAt = inDays(scope.now, scope.organization.ssoEnforced ? RECOVERY_DAYS : SESSION_DAYS);
    const link = { memberId: member.id, method: "link", next: "/", expiresAt, sessionExpiresAt } as const;
    const token = await offerSignIn({ ...scope, db }, link);
    const target = { kind: "member", id: member.id, name: member.email };
    const detail = { breakGlass: scope.organization.ssoEnforced };
    await recordEvent({ ...scope, db }, { action: "sign_in_link.created", target, detail });
    return { url: `${scope.organization.url}/sign-in/link?token=${token}`, expiresAt };
  });
}

export interface OfferedSignIn extends ProviderSession {
  readonly memberId: string;
  readonly method: "sso" | "link" | "git";
  /** The path to go to afterwards. */
  readonly next: string;
  readonly expiresAt: Date;
  readonly sessionExpiresAt: Date;
}

/** Prepares a sign-in that the person still has to confirm by a button; answers its token, which works once. */
export async function offerSignIn(scope: Scope, offer: OfferedSignIn): Promise<string> {
  const token = newToken("skl_");
  await scope.db
    .insertInto("sign_in_links")
    .values({
      organization_id: scope.organization.id,
      token_hash: hashToken(token),
      member_id: offer.memberId,
      method: offer.method,
      next: offer.next,
      session_expires_at: offer.sessionExpiresAt,
      created_at: scope.now,
      expires_at: offer.expiresAt,
      name_id: offer.nameId ?? null,
      name_id_format: offer.nameIdFormat ?? null,
      session_index: offer.sessionIndex ?? null,
    })
    .execute();
  return token;
}

interface LinkRow {
  readonly memberId: string;
  readonly email: string;
  readonly name: string;
  readonly method: "sso" | "link" | "git";
  readonly next: string;
  readonly sessionExpiresAt: Date;
  readonly nameId: string | null;
  readonly nameIdFormat: string | null;
  readonly sessionIndex: string | null;
}

const LINK_SELECT = `m.id AS "memberId", m.email, m.name, l.method, l.next, l.session_expires_at AS "sessionExpiresAt",
  l.name_id AS "nameId", l.name_id_format AS "nameIdFormat", l.session_index AS "sessionIndex"`;

const selectLink = statement<LinkRow, [string, Buffer, Date]>(`
  SELECT ${LINK_SELECT} FROM sign_in_links l
  JOIN members m ON m.organization_id = l.organization_id AND m.id = l.member_id AND m.state = 'active'
  WHERE l.organization_id = $1 AND l.token_hash = $2 AND l.expires_at > $3`);

/** Whom a link would sign in, without using it: mail scanners open links. 403 `link` if it is spent, old or unknown. */
export async function readSignInLink(scope: Scope, token: string): Promise<LinkRow> {
  const [link] = await selectLink(scope.db, scope.organization.id, hashToken(token), scope.now);
  return link ?? refuseLink();
}

const takeLink = statement<LinkRow, [string, Buffer, Date]>(`
  DELETE FROM sign_in_links l USING members m
  WHERE l.organization_id = $1 AND l.token_hash = $2 AND l.expires_at > $3
    AND m.organization_id = l.organization_id AND m.id = l.member_id AND m.state = 'active'
  RETURNING ${LINK_SELECT}`);

/** Uses a link: once, however often and at the same moment it is posted. Opens the session and says where to go. */
export function useSignInLink(scope: Scope, token: string, userAgent: string | undefined) {
  return inTransaction(scope.db, async (db) => {
    const [link] = await takeLink(db, scope.organization.id, hashToken(token), scope.now);
    if (!link) return refuseLink();
    const actor = { kind: "member", id: link.memberId, name: link.email, role: "member" } as const;
    const inside = { ...scope, db, actor };
    const { memberId, method } = link;
    const { nameId, nameIdFormat, sessionIndex, sessionExpiresAt: expiresAt } = link;
    const provider = {
      nameId: nameId ?? undefined,
      nameIdFormat: nameIdFormat ?? undefined,
      sessionIndex: sessionIndex ?? undefined,
    };
    const session = await openSession(inside, { memberId, method, expiresAt, userAgent, ...provider });
    const target = { kind: "member", id: memberId, name: link.email };
    await recordEvent(inside, { action: "session.opened", target, detail: { method } });
    return { ...session, expiresAt: link.sessionExpiresAt, next: link.next };
  });
}

function refuseLink(): never {
  const sentence = "This sign-in link has expired or was used already. Ask for a new one.";
  throw new Refusal(403, "link", sentence, { check: "sign-in link", wanted: "an unused link", got: "none" });
}
