import { inTransaction, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { GitProvider, Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { moveConnections } from "../git/move-connections.ts";
import { holdOrganization, refusedForLastOwner } from "../organizations/organizations.ts";
import { type Alike, inOrder, noSuchPair } from "./duplicates.ts";

/** What a merge of two members would do: exactly what `mergeMembers` does then. */
export interface MergePreview {
  /** The older member, who stays. */
  readonly survivor: Mergeable;
  /** The younger one, who is deleted once everything of theirs has moved. */
  readonly leaving: Mergeable;
  /** The role afterwards: the higher of the two. */
  readonly role: Role;
  /** Our groups that the survivor joins, and git accounts that the survivor gets. */
  readonly groupsGained: readonly string[];
  readonly gitGained: Mergeable["git"];
  /** Git accounts that are dropped, for the survivor is connected to that host already. */
  readonly gitDropped: Mergeable["git"];
  /** The addresses to choose from; the first one is the directory's, if it knows either. */
  readonly emails: readonly string[];
}

/** A member with what would move. */
export interface Mergeable extends Alike {
  readonly state: "active" | "deactivated";
  /** What was granted by hand; a mapping's role goes with the directory user. */
  readonly grantedRole: Role;
  /** Our groups that they were put into by hand. */
  readonly groups: readonly string[];
  readonly git: readonly { readonly provider: GitProvider; readonly login: string }[];
  /** Sessions that end: a person signs in again as the one who stays. */
  readonly sessions: number;
}

const selectTwo = statement<Mergeable, [string, string, string]>(`
  SELECT m.id, m.name, m.email, m.role, m.granted_role AS "grantedRole", m.origin AS source, m.state,
    m.joined_at AS "joinedAt",
    ARRAY(SELECT g.name FROM group_members gm
      JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id
      WHERE gm.organization_id = $1 AND gm.member_id = m.id AND gm.origin = 'manual' ORDER BY g.name) AS groups,
    coalesce((SELECT json_agg(json_build_object('provider', c.provider, 'login', c.login) ORDER BY c.provider)
      FROM git_connections c WHERE c.organization_id = $1 AND c.member_id = m.id), '[]') AS git,
    (SELECT u.user_name FROM directory_users u WHERE u.organization_id = $1 AND u.member_id = m.id) AS "userName",
    (SELECT count(*)::int FROM sessions s WHERE s.organization_id = $1 AND s.member_id = m.id) AS sessions
  FROM members m WHERE m.organization_id = $1 AND m.id IN ($2, $3)`);

/**
 * What a merge of these two would do. Refuses two of whom one is not here (404 `member`) or not active (409 `deactivated`), two that
 * the directory knows both (409 `two-directory-users`), and an owner merged by anybody but an owner (403 `owner`): whoever
 * merged themselves with an owner would be one.
 */
export async function previewMerge(scope: Scope, oneId: string, otherId: string): Promise<MergePreview> {
  if (!isId(oneId) || !isId(otherId)) throw noSuchPair();
  const [one, other] = await selectTwo(scope.db, scope.organization.id, oneId, otherId);
  if (!one || !other) throw noSuchPair();
  const [survivor, leaving] = inOrder(one, other);
  refuseUnmergeable(scope, survivor, leaving);
  const known = leaving.userName === null ? survivor : leaving;
  const second = known === leaving ? survivor : leaving;
  const isTaken = ({ provider }: { provider: GitProvider }) => survivor.git.some((own) => own.provider === provider);
  return {
    survivor,
    leaving,
    role: higher(survivor.role, leaving.role),
    groupsGained: leaving.groups.filter((name) => !survivor.groups.includes(name)),
    gitGained: leaving.git.filter((account) => !isTaken(account)),
    gitDropped: leaving.git.filter(isTaken),
    emails: [known.email, second.email],
  };
}

function refuseUnmergeable(scope: Scope, survivor: Mergeable, leaving: Mergeable): void {
  const both = [survivor, leaving];
  if (both.some(({ role }) => role === "owner") && !("role" in scope.actor && scope.actor.role === "owner")) {
    throw new Refusal(403, "owner", "One of the two is an owner: only an owner may merge them.");
  }
  const out = both.find(({ state }) => state !== "active");
  if (out) throw new Refusal(409, "deactivated", `${out.name} is deactivated: there is nothing to merge.`);
  if (both.every(({ userName }) => userName !== null)) {
    const sentence = "The directory has two users for them. Remove one of the two assignments there first.";
    throw new Refusal(409, "two-directory-users", sentence);
  }
}

const RANKS: readonly Role[] = ["member", "admin", "owner"];

function higher(one: Role, other: Role): Role {
  return RANKS.indexOf(one) > RANKS.indexOf(other) ? one : other;
}

const holdTwo = statement<never, [string, string, string]>(`
  WITH users AS (
    SELECT FROM directory_users WHERE organization_id = $1 AND member_id IN ($2, $3) ORDER BY id FOR UPDATE
  )
  SELECT (SELECT count(*) FROM users) FROM members WHERE organization_id = $1 AND id IN ($2, $3) ORDER BY id FOR UPDATE`);

/**
 * Merges two members in one transaction: the older one stays and gets the directory user, the higher role and the chosen
 * address; the younger one and their sessions are gone. A person who was here by hand stays one, whom a disconnect leaves.
 * Refusals as for `previewMerge`, and 422 `email` for an address that is neither's.
 */
export function mergeMembers(
  scope: Scope,
  sealer: Sealer,
  oneId: string,
  otherId: string,
  email: string,
): Promise<MergePreview> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdOrganization(db, scope.organization.id);
    if (isId(oneId) && isId(otherId)) await holdTwo(db, scope.organization.id, oneId, otherId);
    const merge = await previewMerge(inside, oneId, otherId);
    if (!merge.emails.includes(email)) throw new Refusal(422, "email", "Choose one of the two addresses.");
    await move(inside, sealer, merge, email);
    const { survivor, leaving, role, groupsGained, gitGained, gitDropped } = merge;
    const target = { kind: "member", id: survivor.id, name: email };
    const merged = { id: leaving.id, email: leaving.email, name: leaving.name, role: leaving.role };
    const before = { email: survivor.email, role: survivor.role };
    const userName = survivor.userName ?? leaving.userName;
    const detail = { merged, before, after: { email, role }, userName, groupsGained, gitGained, gitDropped };
    await recordEvent(inside, { action: "member.merged", target, detail });
    return merge;
  });
}

const repoint = statement<never, [string, string, string]>(
  "UPDATE directory_users SET member_id = $2 WHERE organization_id = $1 AND member_id = $3",
);

const grant = statement<never, [string, string, Role]>(
  "UPDATE members SET granted_role = $3 WHERE organization_id = $1 AND id = $2",
);

const joinGroups = statement<never, [string, string, string]>(`
  UPDATE group_members gm SET member_id = $2
  WHERE gm.organization_id = $1 AND gm.member_id = $3 AND gm.origin = 'manual' AND NOT EXISTS (
    SELECT FROM group_members own WHERE own.organization_id = $1 AND own.group_id = gm.group_id
      AND own.member_id = $2 AND own.origin = 'manual')`);

const remove = statement<never, [string, string]>("DELETE FROM members WHERE organization_id = $1 AND id = $2");

const settle = statement<never, [string, string, string, boolean]>(`
  UPDATE members SET email = $3, origin = CASE WHEN $4 THEN 'manual' ELSE origin END
  WHERE organization_id = $1 AND id = $2`);

/** In this order: the survivor is an owner before the other one goes, and the address is free once they are gone. */
async function move(inside: Scope, sealer: Sealer, merge: MergePreview, email: string): Promise<void> {
  const { survivor, leaving } = merge;
  const { db, organization } = inside;
  const granted = higher(survivor.grantedRole, leaving.grantedRole);
  try {
    if (granted !== survivor.grantedRole) await grant(db, organization.id, survivor.id, granted);
    await repoint(db, organization.id, survivor.id, leaving.id);
    await joinGroups(db, organization.id, survivor.id, leaving.id);
    await moveConnections(inside, sealer, leaving.id, survivor.id);
    await remove(db, organization.id, leaving.id);
  } catch (error) {
    throw refusedForLastOwner(error);
  }
  const byHand = survivor.source === "manual" || leaving.source === "manual";
  await settle(db, organization.id, survivor.id, email, byHand);
}
