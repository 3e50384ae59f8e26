import { statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { MemberOrigin, MemberState, Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";

type Reader = Pick<Scope, "db" | "organization">;

/** A member as the page about them needs it. */
export interface MemberFacts {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly state: MemberState;
  readonly origin: MemberOrigin;
  readonly joinedAt: Date;
  /** The first sign-in through Single Sign-On. */
  readonly welcomedAt: Date | null;
}

/** What the identity provider says of somebody. */
export interface UserFacts {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | null;
  readonly email: string;
  readonly active: boolean;
  readonly origin: "scim" | "jit";
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A person as far as this organization knows them: a member, a directory user, both, or somebody who was here. */
export interface Identity {
  /** As they are called now, or were last. */
  readonly name: string;
  readonly member: MemberFacts | undefined;
  readonly user: UserFacts | undefined;
  /** The ids that events name them by, those of former members and directory users of the same names among them. */
  readonly ids: readonly string[];
  /** What requests and sign-ins name them by: ids, userNames, addresses and externalIds, lowered. */
  readonly keys: readonly string[];
}

/** A member with their directory user, or a directory user with its member. */
export type Row = { [Name in keyof MemberFacts as `m_${Name}`]: MemberFacts[Name] | null } & {
  [Name in keyof UserFacts as `u_${Name}`]: UserFacts[Name] | null;
};

export const COLUMNS = `m.id AS "m_id", m.email AS "m_email", m.name AS "m_name", m.role AS "m_role", m.state AS "m_state",
  m.origin AS "m_origin", m.joined_at AS "m_joinedAt", m.welcomed_at AS "m_welcomedAt", u.id AS "u_id",
  u.user_name AS "u_userName", u.external_id AS "u_externalId", u.email AS "u_email", u.active AS "u_active",
  u.origin AS "u_origin", u.created_at AS "u_createdAt", u.updated_at AS "u_updatedAt"`;
export const WITH_USER = "LEFT JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id";
export const WITH_MEMBER = "LEFT JOIN members m ON m.organization_id = u.organization_id AND m.id = u.member_id";

const selectById = statement<Row, [string, string]>(`
  SELECT ${COLUMNS} FROM members m ${WITH_USER} WHERE m.organization_id = $1 AND m.id = $2
  UNION ALL
  SELECT ${COLUMNS} FROM directory_users u ${WITH_MEMBER} WHERE u.organization_id = $1 AND u.id = $2`);

const selectLeft = statement<Row, [string, string]>(`
  WITH last AS MATERIALIZED (
    SELECT lower(target_name COLLATE "C") AS name FROM audit_events
    WHERE organization_id = $1 AND target_id = $2 AND target_kind = 'member' ORDER BY id DESC LIMIT 1
  )
  SELECT ${COLUMNS} FROM last JOIN directory_users u ON u.organization_id = $1 AND u.email_key = last.name
  ${WITH_MEMBER} WHERE u.member_id IS NULL
  UNION ALL
  SELECT ${COLUMNS} FROM last JOIN directory_users u ON u.organization_id = $1 AND u.user_name_key = last.name
  ${WITH_MEMBER} WHERE u.member_id IS NULL LIMIT 1`);

/**
 * The person whom an id means: that of a member, of a directory user, or of either that is gone and of whom the audit log
 * tells. 404 `member` for any other id, also one of another organization.
 */
export async function identify(scope: Reader, id: string): Promise<Identity> {
  if (!isId(id)) return refuseUnknown();
  const own = id.toLowerCase();
  const [found] = await selectById(scope.db, scope.organization.id, own);
  // A member who was removed by hand leaves their directory user behind.
  const [row] = found ? [found] : await selectLeft(scope.db, scope.organization.id, own);
  return (await gather(scope, row, [own])) ?? refuseUnknown();
}

function refuseUnknown(): never {
  throw new Refusal(404, "member", "There is no such person in this organization.");
}

/** So many events are read for the names that somebody had: the newest. */
const MOST_NAMES = 500;

const selectNames = statement<{ name: string | null }, [string, string[]]>(`
  SELECT DISTINCT lower(unnest(ARRAY[e.target_name, e.detail->'before'->>'email', e.detail->'before'->>'userName',
    e.detail->'merged'->>'email'])
    COLLATE "C") AS name
  FROM unnest($2::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
    SELECT target_name, detail FROM audit_events WHERE target_id = wanted.id AND organization_id = $1
      AND target_kind IN ('member', 'directory_user')
    ORDER BY id DESC LIMIT ${MOST_NAMES}) AS e`);

/** Whose the names are now. A name that somebody else has today tells of that one. */
const selectHolders = statement<{ name: string }, [string, string[], string | null, string | null]>(`
  SELECT m.email_key AS name FROM members m
  WHERE m.organization_id = $1 AND m.email_key = ANY($2) AND m.id IS DISTINCT FROM $3::uuid
  UNION ALL
  SELECT u.user_name_key FROM directory_users u
  WHERE u.organization_id = $1 AND u.user_name_key = ANY($2) AND u.id IS DISTINCT FROM $4::uuid
  UNION ALL
  SELECT u.email_key FROM directory_users u
  WHERE u.organization_id = $1 AND u.email_key = ANY($2) AND u.id IS DISTINCT FROM $4::uuid`);

/** The ids that the names had when something happened to them, and that nobody has now. */
const selectFormer = statement<{ id: string; name: string }, [string, string[]]>(`
  SELECT DISTINCT e.target_id AS id, wanted.name FROM unnest($2::text[]) AS wanted(name) CROSS JOIN LATERAL (
    SELECT target_id FROM audit_events
    WHERE lower(target_name COLLATE "C") = wanted.name AND target_id IS NOT NULL AND organization_id = $1
      AND target_kind IN ('member', 'directory_user')
    ORDER BY id DESC LIMIT ${MOST_NAMES}) AS e
  WHERE NOT EXISTS (SELECT FROM members m WHERE m.organization_id = $1 AND m.id = e.target_id)
    AND NOT EXISTS (SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.id = e.target_id)`);

/**
 * All that a person is and was known by: what is here now, the names in the events about it, and those who had these names
 * before and are gone. Nothing where none of it is known here.
 */
export async function gather(
  scope: Reader,
  row: Row | undefined,
  known: readonly string[],
): Promise<Identity | undefined> {
  const { db, organization } = scope;
  const member = row && memberOf(row);
  const user = row && userOf(row);
  const now = [member?.id, user?.id].filter((id) => id !== undefined);
  const uuids = [...new Set([...now, ...known.filter(isId)])];
  const told = (await selectNames(db, organization.id, uuids)).flatMap(({ name }) => name ?? []);
  const given = [...known, member?.email, user?.userName, user?.email].flatMap(
    (name) => name?.trim().toLowerCase() ?? [],
  );
  const names = [...new Set([...given, ...told])].filter((name) => !isId(name));
  if (!row && told.length === 0 && names.length === 0) return undefined;
  const taken = await selectHolders(db, organization.id, names, member?.id ?? null, user?.id ?? null);
  const own = names.filter((name) => !taken.some((holder) => holder.name === name));
  const former = await selectFormer(db, organization.id, own);
  const externalId = user?.externalId?.toLowerCase();
  if (!row && told.length === 0 && former.length === 0) return undefined;
  return {
    name: member?.name ?? user?.userName ?? told[0] ?? names[0] ?? "",
    member,
    user,
    ids: [...new Set([...uuids, ...former.map(({ id }) => id)])],
    keys: [...new Set([...uuids, ...former.map(({ id }) => id), ...own, ...(externalId ? [externalId] : [])])],
  };
}

function memberOf(row: Row): MemberFacts | undefined {
  if (row.m_id === null) return undefined;
  return {
    id: row.m_id,
    email: row.m_email ?? "",
    name: row.m_name ?? "",
    role: row.m_role ?? "member",
    state: row.m_state ?? "deactivated",
    origin: row.m_origin ?? "manual",
    joinedAt: row.m_joinedAt ?? new Date(0),
    welcomedAt: row.m_welcomedAt,
  };
}

function userOf(row: Row): UserFacts | undefined {
  if (row.u_id === null) return undefined;
  return {
    id: row.u_id,
    userName: row.u_userName ?? "",
    externalId: row.u_externalId,
    email: row.u_email ?? "",
    active: row.u_active ?? false,
    origin: row.u_origin ?? "scim",
    createdAt: row.u_createdAt ?? new Date(0),
    updatedAt: row.u_updatedAt ?? new Date(0),
  };
}
