import { type Db, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { MemberOrigin, MemberState } from "../../db/tables.ts";
import type { JsonObject } from "../../protocols/scim/json.ts";
import type { StoredUser } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";

/** A directory user with the member that it belongs to. */
export interface DirectoryUser extends StoredUser {
  readonly email: string;
  readonly origin: "scim" | "jit";
  readonly memberId: string | null;
  readonly memberOrigin: MemberOrigin | null;
  readonly memberState: MemberState | null;
}

/** The groups of the directory user `u`, as SCIM shows them. */
const USER_GROUPS = `coalesce((
    SELECT json_agg(json_build_object('value', g.id, 'display', g.display_name) ORDER BY g.display_name_key)
    FROM group_memberships gm
    JOIN directory_groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id
    WHERE gm.organization_id = u.organization_id AND gm.directory_user_id = u.id), '[]')`;

/** The columns of the directory user `u`, as a `StoredUser`. Where its groups are not shown, no membership is read. */
export function userColumns(groups: boolean): string {
  return `${USER_COLUMNS}, ${groups ? USER_GROUPS : "'[]'::json"} AS groups`;
}

const USER_COLUMNS = `u.id, u.user_name AS "userName", u.external_id AS "externalId", u.active, u.attributes,
  u.version, u.created_at AS "createdAt", u.updated_at AS "lastModified"`;

const DIRECTORY_USER = `SELECT ${USER_COLUMNS}, ${USER_GROUPS} AS groups, u.email, u.origin, u.member_id AS "memberId",
    m.origin AS "memberOrigin", m.state AS "memberState"
  FROM directory_users u
  LEFT JOIN members m ON m.organization_id = u.organization_id AND m.id = u.member_id`;

const selectById = statement<DirectoryUser, [string, string]>(
  `${DIRECTORY_USER} WHERE u.organization_id = $1 AND u.id = $2`,
);

/** The directory user with this id; 404 `notFound` for any other id, also one of another organization. */
export async function readUser(db: Db, organizationId: string, id: string): Promise<DirectoryUser> {
  const [user] = isId(id) ? await selectById(db, organizationId, id) : [];
  return user ?? refuseUnknown(id);
}

/** The same, held until the transaction ends. */
const holdById = statement<DirectoryUser, [string, string]>(
  `${DIRECTORY_USER} WHERE u.organization_id = $1 AND u.id = $2 FOR UPDATE OF u`,
);

/** As `readUser`, in a transaction that holds the row. */
export async function holdUser(trx: Db, organizationId: string, id: string): Promise<DirectoryUser> {
  const [user] = isId(id) ? await holdById(trx, organizationId, id) : [];
  return user ?? refuseUnknown(id);
}

/** What a directory user is looked for by. */
interface Likeness {
  readonly userName: string;
  readonly externalId: string | null;
  readonly email: string;
}

/** A directory user that shares something with another, and what. */
export interface AlikeUser extends DirectoryUser {
  readonly sameUserName: boolean;
  readonly sameExternalId: boolean;
  readonly sameEmail: boolean;
}

const IS_ALIKE = `u.organization_id = $1 AND (u.user_name_key = lower($2 COLLATE "C") OR u.external_id = $3
  OR u.email_key = lower(btrim($4) COLLATE "C"))`;

const selectAlike = statement<AlikeUser, [string, string, string | null, string]>(`
  SELECT alike.*, s."sameUserName", s."sameExternalId", s."sameEmail" FROM (
    SELECT u.id, u.organization_id, u.user_name_key = lower($2 COLLATE "C") AS "sameUserName",
      coalesce(u.external_id = $3, false) AS "sameExternalId",
      u.email_key = lower(btrim($4) COLLATE "C") AS "sameEmail"
    FROM directory_users u WHERE ${IS_ALIKE}
  ) s CROSS JOIN LATERAL (
    ${DIRECTORY_USER} WHERE u.organization_id = s.organization_id AND u.id = s.id
  ) alike ORDER BY alike.id`);

/** The directory users that share a userName, an externalId or an address with these. */
export function findAlikeUsers(db: Db, organizationId: string, like: Likeness): Promise<AlikeUser[]> {
  return selectAlike(db, organizationId, like.userName, like.externalId, like.email);
}

const lockAlike = statement<{ id: string }, [string, string, string | null, string]>(
  `SELECT u.id FROM directory_users u WHERE ${IS_ALIKE} ORDER BY u.id FOR UPDATE`,
);

/** The same, held until the transaction ends; read after they are held, so as the last change left them. */
export async function holdAlikeUsers(trx: Db, organizationId: string, like: Likeness): Promise<AlikeUser[]> {
  await lockAlike(trx, organizationId, like.userName, like.externalId, like.email);
  return findAlikeUsers(trx, organizationId, like);
}

/** Every address of a user but the one that matches it, lowered; null for nearly everybody. */
export function otherEmailKeys(email: string, attributes: JsonObject): string[] | null {
  const emails = Array.isArray(attributes["emails"]) ? attributes["emails"] : [];
  const keys = emails.flatMap((each) => {
    const value = each && typeof each === "object" && !Array.isArray(each) ? each["value"] : undefined;
    return typeof value === "string" ? [asciiLower(value)] : [];
  });
  const others = [...new Set(keys)].filter((key) => key !== asciiLower(email));
  return others.length > 0 ? others : null;
}

/** ASCII letters lowered, as the C collation of the database does. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function refuseUnknown(id: string): never {
  throw new Refusal(404, "notFound", `There is no user with the id ${JSON.stringify(id.slice(0, 100))} here.`);
}
