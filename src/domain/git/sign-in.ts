import { inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Actor, Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { checkedAddress } from "../members/address.ts";
import { offerSignIn } from "../sessions/links.ts";
import { inDays, openSession, SESSION_DAYS, sessionById } from "../sessions/sessions.ts";
import type { GitAccount } from "./connections.ts";
import { findGitMember } from "./member.ts";

/** The browser that came back from the git host. */
export interface GitBrowser {
  readonly userAgent: string | undefined;
  /** The session that was last opened in it, if any. */
  readonly sessionId: string | undefined;
  /** The path to go to. */
  readonly next: string;
}

/** `kept`: whether the account's tokens are the connection's now; else nobody needs them. */
export type GitSignedIn = { readonly kept: boolean } & (
  | { readonly kind: "session"; readonly id: string; readonly token: string; readonly expiresAt: Date }
  | { readonly kind: "switch"; readonly token: string; readonly from: string; readonly to: string }
);

/**
 * Signs in the member whose git account this is: whoever connected it, else the member who was added by hand and has its
 * primary verified email, who is thereby connected. Their email follows the account's. Refuses everybody else (see
 * `findGitMember`), and everybody where Single Sign-On is enforced (403 `sso-enforced`).
 */
export async function signInWithGit(
  scope: Scope,
  sealer: Sealer,
  given: GitAccount,
  browser: GitBrowser,
): Promise<GitSignedIn> {
  const account = { ...given, email: given.email === undefined ? undefined : usableAddress(given.email) };
  try {
    return await attempt(scope, sealer, account, browser);
  } catch (error) {
    // Somebody else took the account or the address at the same moment: the second time that is seen.
    if (violatedConstraint(error) === undefined) throw error;
    return attempt(scope, sealer, account, browser);
  }
}

/** Undefined for what could not be a member's address, whatever the host calls it. */
function usableAddress(email: string): string | undefined {
  try {
    return checkedAddress(email);
  } catch {
    return undefined;
  }
}

function attempt(scope: Scope, sealer: Sealer, account: GitAccount, browser: GitBrowser): Promise<GitSignedIn> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    refuseEnforced(scope);
    const member = await findGitMember(inside, sealer, account);
    const actor = { kind: "member", id: member.id, name: member.email, role: member.role } as const;
    const asMember = { ...inside, actor };
    const email = await followEmail(asMember, member, account);
    const [settings] = await selectSettings(db, scope.organization.id);
    const expiresAt = inDays(scope.now, settings?.sessionDays ?? SESSION_DAYS);
    const kept = !member.wasConnected;
    const other = browser.sessionId ? await sessionById(inside, browser.sessionId) : undefined;
    if (other && other.memberId !== member.id) {
      return { kept, ...(await offerSwitch(inside, member.id, { from: other.email, to: email }, browser, expiresAt)) };
    }
    // The same person again, in the same browser: the new session takes the place of the old one.
    if (other) await deleteSession(db, scope.organization.id, other.id);
    return { kept, ...(await open(asMember, { ...member, email }, account, browser, expiresAt)) };
  });
}

function refuseEnforced(scope: Scope): void {
  if (!scope.organization.ssoEnforced) return;
  const sentence = "Single Sign-On is the only way into this organization. Sign in through it.";
  throw new Refusal(403, "sso-enforced", sentence, { check: "sso-enforced", wanted: "sso", got: "git" });
}

interface Known {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly origin: string;
}

/**
 * Nobody else may have the address: no other member, and nobody else in the directory. One that the member confirmed to be
 * theirs at the company stays: the directory is to find them by it.
 */
const writeEmail = statement<{ email: string }, [string, string, string]>(`
  UPDATE members m SET email = $3
  WHERE m.organization_id = $1 AND m.id = $2 AND m.email_confirmed_at IS NULL AND m.email_key <> lower(btrim($3) COLLATE "C")
    AND NOT EXISTS (SELECT FROM members o WHERE o.organization_id = $1 AND o.email_key = lower(btrim($3) COLLATE "C"))
    AND NOT EXISTS (SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.member_id IS DISTINCT FROM $2
      AND (u.email_key = lower(btrim($3) COLLATE "C") OR u.user_name_key = lower(btrim($3) COLLATE "C")))
  RETURNING m.email`);

/** Somebody who was added by hand has the address that they have at the git host now. Answers the member's address. */
async function followEmail(scope: Scope, member: Known, account: GitAccount): Promise<string> {
  if (member.origin !== "manual" || account.email === undefined) return member.email;
  const [changed] = await writeEmail(scope.db, scope.organization.id, member.id, account.email);
  if (!changed) return member.email;
  const target = { kind: "member", id: member.id, name: changed.email };
  const by = `sign-in with ${account.hostName}`;
  const detail = { before: { email: member.email }, change: { email: changed.email }, by };
  await recordEvent(scope, { action: "member.changed", target, detail });
  return changed.email;
}

const selectSettings = statement<{ sessionDays: number }, [string]>(
  `SELECT session_days AS "sessionDays" FROM integrations WHERE organization_id = $1`,
);

async function open(
  scope: Scope & { readonly actor: Actor },
  member: Known,
  account: GitAccount,
  { userAgent }: GitBrowser,
  expiresAt: Date,
) {
  const session = await openSession(scope, { memberId: member.id, method: "git", expiresAt, userAgent });
  const target = { kind: "member", id: member.id, name: member.email };
  const detail = { method: "git", provider: account.provider, login: account.login };
  await recordEvent(scope, { action: "session.opened", target, detail });
  return { kind: "session", ...session, expiresAt } as const;
}

/** Somebody else is signed in here. Whoever tricked this browser into coming must not have it act as another person. */
async function offerSwitch(
  scope: Scope,
  memberId: string,
  people: { readonly from: string; readonly to: string },
  { next }: GitBrowser,
  sessionExpiresAt: Date,
) {
  const expiresAt = new Date(scope.now.getTime() + 5 * 60_000);
  const token = await offerSignIn(scope, { memberId, method: "git", next, expiresAt, sessionExpiresAt });
  return { kind: "switch", token, ...people } as const;
}

const deleteSession = statement<never, [string, string]>("DELETE FROM sessions WHERE organization_id = $1 AND id = $2");
