import { type Db, inTransaction, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
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
  /** The addresses to choose from; the first one is the directory's, if it knows either. */
  readonly emails: readonly string[];
}

/** A member with what would move. */
export interface Mergeable extends Alike {
  readonly state: "active" | "deactivated";
  /** Sessions that end: a person signs in again as the one who stays. */
  readonly sessions: number;
}

const selectTwo = statement<Mergeable, [string, string, string]>(`
  SELECT m.id, m.name, m.email, m.role, m.origin AS source, m.state, m.joined_at AS "joinedAt",
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
  return { survivor, leaving, role: higher(survivor.role, leaving.role), emails: [known.email, second.email] };
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
export function mergeMembers(scope: Scope, oneId: string, otherId: string, email: string): Promise<MergePreview> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdOrganization(db, scope.organization.id);
    if (isId(oneId) && isId(otherId)) await holdTwo(db, scope.organization.id, oneId, otherId);
    const merge = await previewMerge(inside, oneId, otherId);
    if (!merge.emails.includes(email)) throw new Refusal(422, "email", "Choose one of the two addresses.");
    await move(db, scope.organization.id, merge, email);
    const { survivor, leaving, role } = merge;
    const target = { kind: "member", id: survivor.id, name: email };
    const merged = { id: leaving.id, email: leaving.email, name: leaving.name, role: leaving.role };
    const before = { email: survivor.email, role: survivor.role };
    const detail = { merged, before, after: { email, role }, userName: survivor.userName ?? leaving.userName };
    await recordEvent(inside, { action: "member.merged", target, detail });
    return merge;
  });
}

const repoint = statement<never, [string, string, string]>(
  "UPDATE directory_users SET member_id = $2 WHERE organization_id = $1 AND member_id = $3",
);

const raise = statement<never, [string, string, Role]>(
  "UPDATE members SET role = $3 WHERE organization_id = $1 AND id = $2",
);

const remove = statement<never, [string, string]>("DELETE FROM members WHERE organization_id = $1 AND id = $2");

const settle = statement<never, [string, string, string, boolean]>(`
  UPDATE members SET email = $3, origin = CASE WHEN $4 THEN 'manual' ELSE origin END
  WHERE organization_id = $1 AND id = $2`);

/** In this order: the survivor is an owner before the other one goes, and the address is free once they are gone. */
async function move(db: Db, organizationId: string, merge: MergePreview, email: string): Promise<void> {
  const { survivor, leaving, role } = merge;
  if (role !== survivor.role) await raise(db, organizationId, survivor.id, role);
  await repoint(db, organizationId, survivor.id, leaving.id);
  try {
    await remove(db, organizationId, leaving.id);
  } catch (error) {
    throw refusedForLastOwner(error);
  }
  const byHand = survivor.source === "manual" || leaving.source === "manual";
  await settle(db, organizationId, survivor.id, email, byHand);
}
