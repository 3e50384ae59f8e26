import { inTransaction, statement } from "../../db/database.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import type { Organization, OrganizationSettings } from "../organizations/organization.ts";
import { changeOrganization, type OrganizationChange, recordSwitch } from "../organizations/organizations.ts";
import { countRecoveryCodes } from "../sessions/recovery-codes.ts";
import type { Session } from "../sessions/sessions.ts";

/** How fresh a sign-in through SSO must be that enforcement rests on, in milliseconds. */
const FRESH = 15 * 60_000;

/** After how many minutes other sessions may be made to end. */
export const GRACES = [0, 60, 24 * 60] as const;
export type Grace = (typeof GRACES)[number];

/** Whether this session was opened through SSO just now, so that its person is known to come in that way. */
export function isFreshSso(session: Pick<Session, "method" | "createdAt">, now: Date): boolean {
  return session.method === "sso" && now.getTime() - session.createdAt.getTime() < FRESH;
}

/**
 * Makes Single Sign-On the only way in, for an owner who has just come in that way (else 403 `sso-session`) and keeps recovery
 * codes (else 409 `recovery-codes`). Sessions that were opened in another way end after the grace, in minutes.
 */
export function enforceSso(
  scope: Scope,
  settings: OrganizationSettings,
  session: Session,
  grace: Grace,
): Promise<Organization> {
  if (session.role !== "owner" || !isFreshSso(session, scope.now)) {
    const sentence = "Sign in through Single Sign-On yourself first: that shows that it works for an owner.";
    throw new Refusal(403, "sso-session", sentence, { check: "session", wanted: "sso, just now", got: session.method });
  }
  return inTransaction(scope.db, async (db) => {
    if ((await countRecoveryCodes({ ...scope, db }, session.memberId)) === 0) {
      const sentence = "Make recovery codes first, and keep them: they are your way in when the provider is not.";
      throw new Refusal(409, "recovery-codes", sentence);
    }
    return switchOn({ ...scope, db }, settings, {}, grace);
  });
}

/**
 * The same by the operator, whose sign-in links are the owners' way back: an owner must have come in through SSO at some time
 * (else 409 `sso-untested`). Also switches it off, and changes the rest of an organization.
 */
export function changeByOperator(
  scope: Scope,
  settings: OrganizationSettings,
  change: OrganizationChange,
): Promise<Organization> {
  return inTransaction(scope.db, (db) =>
    change.ssoEnforced && !scope.organization.ssoEnforced
      ? switchOn({ ...scope, db }, settings, change, 24 * 60)
      : changeOrganization({ ...scope, db }, settings, change),
  );
}

const endOthers = statement<{ id: string }, [string, Date]>(`
  UPDATE sessions SET expires_at = $2 WHERE organization_id = $1 AND method <> 'sso' AND expires_at > $2 RETURNING id`);

/** First the switch: whoever opens a session meanwhile waits for it, or is seen here. */
async function switchOn(scope: Scope, settings: OrganizationSettings, change: OrganizationChange, grace: Grace) {
  const organization = await changeOrganization(scope, settings, { ...change, ssoEnforced: true });
  const end = new Date(scope.now.getTime() + grace * 60_000);
  const ended = await endOthers(scope.db, scope.organization.id, end);
  await recordSwitch(scope, "on", { graceMinutes: grace, sessionsEnded: ended.length });
  return organization;
}

/** Active members whom the provider is not known to let in: neither pushed, nor ever here through it. */
export interface Unconnected {
  readonly count: number;
  readonly active: number;
  readonly first: readonly { readonly name: string; readonly email: string }[];
  /** Live sessions that were not opened through SSO. */
  readonly otherSessions: number;
}

const selectUnconnected = statement<Unconnected, [string, Date]>(`
  WITH unconnected AS MATERIALIZED (
    SELECT m.name, m.email FROM members m WHERE m.organization_id = $1 AND m.state = 'active' AND NOT EXISTS (
      SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.member_id = m.id AND u.active)
  )
  SELECT (SELECT count(*)::int FROM unconnected) AS count,
    (SELECT count(*)::int FROM members WHERE organization_id = $1 AND state = 'active') AS active,
    coalesce((SELECT json_agg(json_build_object('name', name, 'email', email)) FROM (
      SELECT name, email FROM unconnected ORDER BY name, email LIMIT 50) first), '[]') AS first,
    (SELECT count(*)::int FROM sessions WHERE organization_id = $1 AND method <> 'sso' AND expires_at > $2)
      AS "otherSessions"`);

/** Whom enforcement would lock out as things are, and how many sessions it would end. */
export async function readUnconnected(scope: Pick<Scope, "db" | "organization" | "now">): Promise<Unconnected> {
  const [found] = await selectUnconnected(scope.db, scope.organization.id, scope.now);
  if (!found) throw new Error("a summary is one row");
  return found;
}

/** An active owner, and how they could come in while SSO is enforced. */
export interface OwnersWays {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly connected: boolean;
  readonly codes: number;
}

const selectOwners = statement<OwnersWays, [string]>(`
  SELECT m.id, m.name, m.email,
    EXISTS (SELECT FROM directory_users u
      WHERE u.organization_id = m.organization_id AND u.member_id = m.id AND u.active) AS connected,
    (SELECT count(*)::int FROM recovery_codes c
      WHERE c.organization_id = m.organization_id AND c.member_id = m.id AND c.kept_at IS NOT NULL) AS codes
  FROM members m WHERE m.organization_id = $1 AND m.role = 'owner' AND m.state = 'active' ORDER BY m.name, m.email`);

/** Every active owner with their ways in. */
export function listOwnersWays(scope: Pick<Scope, "db" | "organization">): Promise<OwnersWays[]> {
  return selectOwners(scope.db, scope.organization.id);
}
