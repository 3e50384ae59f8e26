import { sql } from "kysely";
import { type Db, inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import { isId, newId } from "../../db/id.ts";
import type { MemberOrigin, MemberState, Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { holdOrganization, refusedForLastOwner } from "../organizations/organizations.ts";
import { checkedAddress, checkedName } from "./address.ts";

/** A person in one organization. */
export interface Member {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly state: MemberState;
  readonly source: MemberOrigin;
  /** Active here, and active in the directory. */
  readonly connected: boolean;
  /** What the directory says of them; null where it has none. */
  readonly activeInDirectory: boolean | null;
  readonly joinedAt: Date;
}

/** How things are with a member: `directory-deactivated` are the deactivated whom the directory itself has deactivated. */
export type Standing = "connected" | "unconnected" | "deactivated" | "directory-deactivated";

/** Which members are wanted. What is absent lets everybody through. */
export interface MemberFilter {
  /** A part of the name or the email. */
  readonly q?: string | undefined;
  readonly role?: Role | undefined;
  readonly source?: MemberOrigin | undefined;
  readonly standing?: Standing | undefined;
}

type Reader = Pick<Scope, "db" | "organization">;

/**
 * A page of members by id, which is the order in which they joined. `before` answers the page that ends just before an id, in
 * the same order. Where few are so, an index knows them; a part of a name is looked for in everybody's.
 */
export async function listMembers(
  scope: Reader,
  query: MemberFilter & { after?: string | undefined; before?: string | undefined; limit: number },
): Promise<readonly Member[]> {
  let select = narrowed(scope, query)
    .orderBy("members.id", query.before ? "desc" : "asc")
    .limit(query.limit);
  if (query.before) select = select.where("members.id", "<", query.before);
  if (query.after) select = select.where("members.id", ">", query.after);
  const page = (await select.execute()).map(toMember);
  return query.before ? page.reverse() : page;
}

/** All members under this filter, page by page. In a snapshot, they are of one moment. */
export async function* memberPages(db: Db, organization: Scope["organization"], filter: MemberFilter) {
  const limit = 1_000;
  for (let after: string | undefined, more = true; more; ) {
    const page: readonly Member[] = await listMembers({ db, organization }, { ...filter, after, limit });
    yield page;
    after = page.at(-1)?.id;
    more = page.length === limit;
  }
}

function narrowed(scope: Reader, { q, role, source, standing }: MemberFilter) {
  let select = members(scope);
  if (role) select = select.where("members.role", "=", role);
  if (source) select = select.where("members.origin", "=", source);
  if (standing) {
    const isOut = standing === "deactivated" || standing === "directory-deactivated";
    select = select.where("members.state", "=", isOut ? "deactivated" : "active");
  }
  if (standing === "connected") select = select.where("directory_users.active", "=", true);
  if (standing === "unconnected") select = select.where(sql<boolean>`directory_users.active IS NOT TRUE`);
  if (standing === "directory-deactivated") select = select.where("directory_users.active", "=", false);
  if (!q) return select;
  const part = `%${q
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, "\\$&")}%`;
  return select.where(sql<boolean>`(members.email_key LIKE ${part} OR lower(members.name) LIKE ${part})`);
}

/** How many members there are in all, and how many of them are active. */
export async function countMembers(scope: Reader): Promise<{ total: number; active: number }> {
  const row = await scope.db
    .selectFrom("members")
    .select((all) => [
      all.fn.countAll<string>().as("total"),
      all.fn.countAll<string>().filterWhere("state", "=", "active").as("active"),
    ])
    .where("organization_id", "=", scope.organization.id)
    .executeTakeFirstOrThrow();
  return { total: Number(row.total), active: Number(row.active) };
}

/** No further than this is counted for a page that only wants to say how many there are, about. */
export const MOST_COUNTED = 10_000;

const selectCounts = statement<{ total: number; deactivated: number }, [string]>(`
  SELECT (SELECT count(*)::int FROM (
      SELECT FROM members WHERE organization_id = $1 LIMIT ${MOST_COUNTED + 1}) AS counted) AS total,
    (SELECT count(*)::int FROM (
      SELECT FROM members WHERE organization_id = $1 AND state = 'deactivated' LIMIT ${MOST_COUNTED + 1}) AS counted) AS deactivated`);

/** How many members there are and how many of them are deactivated, each counted up to one more than `MOST_COUNTED`. */
export async function countUpTo(scope: Reader): Promise<{ total: number; deactivated: number }> {
  const [counts] = await selectCounts(scope.db, scope.organization.id);
  return counts ?? { total: 0, deactivated: 0 };
}

/** The member with this id in the scope's organization; 404 `member` for any other id. */
export async function getMember(scope: Reader, id: string): Promise<Member> {
  const row = isId(id) ? await members(scope).where("members.id", "=", id).executeTakeFirst() : undefined;
  if (!row) throw new Refusal(404, "member", "There is no such member in this organization.");
  return toMember(row);
}

/** The active owners, by name: whom to ask where one's own role does not suffice. */
export async function listOwners(scope: Reader): Promise<readonly Member[]> {
  const select = members(scope).where("members.role", "=", "owner").where("members.state", "=", "active");
  return (await select.orderBy("members.name").limit(10).execute()).map(toMember);
}

/**
 * Adds a person by hand. A directory user with this address whose member was removed is joined to the new member again.
 * Refuses a bad address or name (422) and an address that a member has already (409 `email-taken`).
 */
export function addMember(scope: Scope, wanted: { email: string; name: string; role: Role }): Promise<Member> {
  const email = checkedAddress(wanted.email);
  const name = checkedName(wanted.name);
  return inTransaction(scope.db, async (db) => {
    await holdOrganization(db, scope.organization.id);
    const id = newId(scope.now);
    const row = await db
      .insertInto("members")
      .values({
        organization_id: scope.organization.id,
        id,
        email,
        name,
        role: wanted.role,
        state: "active",
        origin: "manual",
        joined_at: scope.now,
      })
      .onConflict((conflict) => conflict.constraint("members_email_unique").doNothing())
      .returning("email_key")
      .executeTakeFirst();
    if (!row) throw new Refusal(409, "email-taken", `A member with the email ${email} is here already.`);
    await joinToDirectoryUser(db, scope.organization.id, id, row.email_key);
    const target = { kind: "member", id, name: email };
    await recordEvent({ ...scope, db }, { action: "member.added", target, detail: { role: wanted.role } });
    return getMember({ ...scope, db }, id);
  });
}

export interface MemberChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
  readonly state?: MemberState | undefined;
}

/**
 * Changes a member by hand. Refuses to take the last active owner away (409 `last-owner`), an address that another member
 * has (409 `email-taken`), and name or email of a member that a directory keeps (409 `directory`).
 * Deactivating ends every session and link of theirs in the same transaction.
 */
export function changeMember(scope: Scope, id: string, change: MemberChange): Promise<Member> {
  return inTransaction(scope.db, async (db) => {
    const before = await getMember({ ...scope, db }, id);
    if (before.source !== "manual" && (change.name !== undefined || change.email !== undefined)) {
      throw new Refusal(409, "directory", "The directory keeps this member's name and email: change them there.");
    }
    await updateMember(db, scope, id, change);
    const target = { kind: "member", id, name: before.email };
    await recordEvent({ ...scope, db }, { action: "member.changed", target, detail: { before: pick(before), change } });
    return getMember({ ...scope, db }, id);
  });
}

/**
 * Removes a member by hand. Their directory user stays, without a member, until they are invited or assigned anew.
 * Refuses the last active owner (409 `last-owner`).
 */
export function removeMember(scope: Scope, id: string): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    const before = await getMember({ ...scope, db }, id);
    // A push holds the directory user first and then the member: the same order here, or both wait in a circle.
    await holdDirectoryUser(db, scope.organization.id, id);
    try {
      await db
        .deleteFrom("members")
        .where("organization_id", "=", scope.organization.id)
        .where("id", "=", id)
        .execute();
    } catch (error) {
      throw refusedForLastOwner(error);
    }
    const target = { kind: "member", id, name: before.email };
    await recordEvent({ ...scope, db }, { action: "member.removed", target, detail: { before: pick(before) } });
  });
}

async function updateMember(db: Db, scope: Scope, id: string, change: MemberChange): Promise<void> {
  const columns = {
    ...(change.name !== undefined && { name: checkedName(change.name) }),
    ...(change.email !== undefined && { email: checkedAddress(change.email) }),
    // By hand: what a mapping gives stays beside it, and the higher of the two counts.
    ...(change.role !== undefined && { granted_role: change.role }),
    ...(change.state !== undefined && { state: change.state }),
  };
  if (Object.keys(columns).length === 0) return;
  try {
    await db
      .updateTable("members")
      .set(columns)
      .where("organization_id", "=", scope.organization.id)
      .where("id", "=", id)
      .execute();
  } catch (error) {
    if (violatedConstraint(error) === "members_email_unique") {
      throw new Refusal(409, "email-taken", `A member with the email ${change.email} is here already.`);
    }
    throw refusedForLastOwner(error);
  }
}

async function holdDirectoryUser(db: Db, organizationId: string, memberId: string): Promise<void> {
  const held = db.selectFrom("directory_users").select("id").where("organization_id", "=", organizationId);
  await held.where("member_id", "=", memberId).forUpdate().execute();
}

async function joinToDirectoryUser(db: Db, organizationId: string, memberId: string, emailKey: string): Promise<void> {
  await db
    .updateTable("directory_users")
    .set({ member_id: memberId })
    .where("organization_id", "=", organizationId)
    .where("email_key", "=", emailKey)
    .where("member_id", "is", null)
    .where("active", "=", true)
    .execute();
}

function members(scope: Reader) {
  return scope.db
    .selectFrom("members")
    .leftJoin("directory_users", (join) =>
      join
        .onRef("directory_users.organization_id", "=", "members.organization_id")
        .onRef("directory_users.member_id", "=", "members.id"),
    )
    .select([
      "members.id",
      "members.email",
      "members.name",
      "members.role",
      "members.state",
      "members.origin",
      "members.joined_at",
      "directory_users.active as in_directory",
    ])
    .where("members.organization_id", "=", scope.organization.id);
}

function toMember(row: {
  id: string;
  email: string;
  name: string;
  role: Role;
  state: MemberState;
  origin: MemberOrigin;
  joined_at: Date;
  in_directory: boolean | null;
}): Member {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    state: row.state,
    source: row.origin,
    connected: row.state === "active" && row.in_directory === true,
    activeInDirectory: row.in_directory,
    joinedAt: row.joined_at,
  };
}

function pick(member: Member) {
  return { name: member.name, email: member.email, role: member.role, state: member.state, source: member.source };
}
