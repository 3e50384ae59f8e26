import { type Db, inTransaction, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { addMember, changeMember, getMember, type Member, removeMember } from "./members.ts";

/** Which of two roles is higher. */
const RANK: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 };

/**
 * Adds a person on behalf of another member. An owner is made by an owner alone (403 `owner`). Refuses what `addMember`
 * refuses.
 */
export function inviteByHand(scope: Scope, wanted: { email: string; name: string; role: Role }): Promise<Member> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const { actor } = await hold(inside, undefined);
    if (wanted.role === "owner" && actor !== "owner") throw ownersOnly();
    return addMember(inside, wanted);
  });
}

/**
 * Grants a member a role on behalf of another. Only owners make or unmake owners (403 `owner`). Nobody raises what was
 * granted to themselves (403 `own-role`): else a role that a mapping gave for a while could be kept for good. Refuses to
 * take the last owner away (409 `last-owner`). 404 `member`.
 */
export function changeRoleByHand(scope: Scope, id: string, role: Role): Promise<Member> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const { actor, target } = await hold(inside, id);
    const isOwn = "id" in scope.actor && scope.actor.id === id;
    if (target && isOwn && RANK[role] > RANK[target.granted]) {
      throw new Refusal(403, "own-role", "You cannot raise your own role: ask another owner or admin.");
    }
    const touchesOwner = role === "owner" || target?.role === "owner" || target?.granted === "owner";
    if (target && touchesOwner && actor !== "owner") throw ownersOnly();
    return target?.granted === role ? getMember(inside, id) : changeMember(inside, id, { role });
  });
}

/**
 * Removes a member on behalf of another. An owner is removed by an owner alone (403 `owner`), nobody by themselves
 * (409 `own`), and the last owner never (409 `last-owner`). 404 `member`.
 */
export function removeByHand(scope: Scope, id: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const { actor, target } = await hold(inside, id);
    if (target && "id" in scope.actor && scope.actor.id === id) {
      throw new Refusal(409, "own", "You cannot remove yourself: ask another owner or admin.");
    }
    if (target?.role === "owner" && actor !== "owner") throw ownersOnly();
    return removeMember(inside, id);
  });
}

function ownersOnly(): Refusal {
  return new Refusal(403, "owner", "Only an owner may make, change or remove an owner.");
}

interface Held {
  readonly id: string;
  readonly role: Role;
  readonly granted: Role;
}

/** A push holds the directory user first and then the member: the same order here, or both wait in a circle. */
const holdDirectoryUser = statement<{ id: string }, [string, string | null]>(
  "SELECT id FROM directory_users WHERE organization_id = $1 AND member_id = $2 FOR UPDATE",
);

const holdMembers = statement<Held, [string, string[]]>(`
  SELECT id, role, granted_role AS granted FROM members
  WHERE organization_id = $1 AND id = ANY($2::uuid[]) AND (id <> $2[1]::uuid OR state = 'active') ORDER BY id FOR UPDATE`);

/**
 * Holds the one who acts and the one it is about until the transaction ends, and answers what they are now: of two who
 * demote one another at the same moment, one comes first. Refuses who is no owner or admin any more (403 `permission`).
 */
async function hold(scope: Scope & { readonly db: Db }, id: string | undefined) {
  const targetId = id !== undefined && isId(id) ? id.toLowerCase() : null;
  const actorId = "id" in scope.actor ? scope.actor.id : null;
  if (actorId === null || scope.actor.kind !== "member") throw new Error("a person acts by hand");
  await holdDirectoryUser(scope.db, scope.organization.id, targetId);
  const held = await holdMembers(scope.db, scope.organization.id, [actorId, ...(targetId ? [targetId] : [])]);
  const actor = held.find((each) => each.id === actorId)?.role;
  if (actor !== "owner" && actor !== "admin") {
    throw new Refusal(403, "permission", "Owners and admins alone may do that.");
  }
  return { actor, target: held.find((each) => each.id === targetId) };
}
