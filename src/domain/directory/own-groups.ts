import { type Db, inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import { isId, newId } from "../../db/id.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";

/** A group that is ours, not the directory's. */
export interface OwnGroup {
  readonly id: string;
  readonly name: string;
}

/** A group's name, trimmed, 1 to 100 characters; 422 `name` otherwise. */
function checkedGroupName(text: string): string {
  const name = text.trim();
  if (!name || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw new Refusal(422, "name", "A group's name has 1 to 100 characters.");
  }
  return name;
}

/** Makes a group of our own, with nobody in it. Refuses a name that another of them has (409 `name-taken`). */
export function makeOwnGroup(scope: Scope, wanted: { name: string }): Promise<OwnGroup> {
  const name = checkedGroupName(wanted.name);
  return orNameTaken(name, () =>
    inTransaction(scope.db, async (db) => {
      const id = newId(scope.now);
      const row = { organization_id: scope.organization.id, id, name, created_at: scope.now };
      await db.insertInto("groups").values(row).execute();
      await recordEvent({ ...scope, db }, { action: "group.created", target: { kind: "group", id, name } });
      return { id, name };
    }),
  );
}

/** Gives a group of our own another name. 404 `group`; 409 `name-taken`. */
export function renameOwnGroup(scope: Scope, id: string, wanted: { name: string }): Promise<OwnGroup> {
  const name = checkedGroupName(wanted.name);
  return orNameTaken(name, () =>
    inTransaction(scope.db, async (db) => {
      const before = await holdOwnGroup(db, scope.organization.id, id);
      if (before.name === name) return before;
      await db
        .updateTable("groups")
        .set({ name })
        .where("organization_id", "=", scope.organization.id)
        .where("id", "=", id)
        .execute();
      const target = { kind: "group", id, name };
      const detail = { before: { name: before.name }, change: { name } };
      await recordEvent({ ...scope, db }, { action: "group.changed", target, detail });
      return { id, name };
    }),
  );
}

/** Deletes a group of our own, with the lines of the mapping that lead to it; its people stay members. 404 `group`. */
export function deleteOwnGroup(scope: Scope, id: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const { name } = await holdOwnGroup(db, scope.organization.id, id);
    await db.deleteFrom("groups").where("organization_id", "=", scope.organization.id).where("id", "=", id).execute();
    await recordEvent({ ...scope, db }, { action: "group.deleted", target: { kind: "group", id, name } });
  });
}

const findMember = statement<{ id: string; email: string }, [string, string]>(`
  SELECT id, email FROM members WHERE organization_id = $1 AND email_key = lower(btrim($2) COLLATE "C")`);

const insertMember = statement<{ member_id: string }, [string, string, string, Date]>(`
  INSERT INTO group_members (organization_id, group_id, member_id, origin, since) VALUES ($1, $2, $3, 'manual', $4)
  ON CONFLICT DO NOTHING RETURNING member_id`);

/**
 * Adds the member with this email by hand. Somebody whom a mapping put there already stays from now on also without it. 404
 * `group`; 422 `email` where nobody here has the address; nothing changes for whom somebody added before.
 */
export function addToOwnGroup(scope: Scope, id: string, email: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const { name } = await holdOwnGroup(db, scope.organization.id, id);
    const [member] = await findMember(db, scope.organization.id, email);
    if (!member) throw new Refusal(422, "email", "Nobody here has this email: type that of a member.");
    const added = await insertMember(db, scope.organization.id, id, member.id, scope.now);
    if (added.length === 0) return;
    const detail = { member: { id: member.id, email: member.email } };
    await recordEvent({ ...scope, db }, { action: "group.member_added", target: { kind: "group", id, name }, detail });
  });
}

const deleteMember = statement<{ email: string }, [string, string, string]>(`
  WITH gone AS (
    DELETE FROM group_members
    WHERE organization_id = $1 AND group_id = $2 AND member_id = $3 AND origin = 'manual' RETURNING member_id
  )
  SELECT m.email FROM gone JOIN members m ON m.organization_id = $1 AND m.id = gone.member_id`);

/**
 * Removes a member whom somebody added by hand; whom a mapping put there stays, until the mapping says otherwise. 404 `group`,
 * and `member` for whom nobody added.
 */
export function removeFromOwnGroup(scope: Scope, id: string, memberId: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const { name } = await holdOwnGroup(db, scope.organization.id, id);
    const [gone] = isId(memberId) ? await deleteMember(db, scope.organization.id, id, memberId) : [];
    if (!gone) throw new Refusal(404, "member", "Nobody added this person by hand.");
    const detail = { member: { id: memberId, email: gone.email } };
    await recordEvent(
      { ...scope, db },
      { action: "group.member_removed", target: { kind: "group", id, name }, detail },
    );
  });
}

const holdGroup = statement<OwnGroup, [string, string]>(
  "SELECT id, name FROM groups WHERE organization_id = $1 AND id = $2 FOR UPDATE",
);

async function holdOwnGroup(trx: Db, organizationId: string, id: string): Promise<OwnGroup> {
  const [group] = isId(id) ? await holdGroup(trx, organizationId, id) : [];
  if (!group) throw new Refusal(404, "group", "There is no such group of this organization's own.");
  return group;
}

async function orNameTaken<T>(name: string, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    if (violatedConstraint(error) !== "groups_name_unique") throw error;
    throw new Refusal(409, "name-taken", `A group with the name ${name} is here already.`);
  }
}

const selectNames = statement<OwnGroup, [string]>(
  "SELECT id, name FROM groups WHERE organization_id = $1 ORDER BY name_key LIMIT 1000",
);

/** Our own groups by name, to choose from: up to a thousand. */
export function listOwnGroups(scope: Pick<Scope, "db" | "organization">): Promise<readonly OwnGroup[]> {
  return selectNames(scope.db, scope.organization.id);
}
