import { sql } from "kysely";
import { statement } from "../../db/database.ts";
import type { Filter } from "../../protocols/scim/filter-tree.ts";
import type { StoredUser } from "../../protocols/scim/resource.ts";
import type { Scope } from "../../scope.ts";
import { endpoints } from "../integration/integration.ts";
import { filterCondition } from "./filter-sql.ts";
import { USER_COLUMNS, USER_GROUPS } from "./user-rows.ts";

/** Which page of which resources. */
export interface PageQuery {
  readonly filter: Filter | undefined;
  /** From 1 (RFC 7644 §3.4.2.4). */
  readonly startIndex: number;
  /** 0: only the total. */
  readonly count: number;
}

type Reader = Pick<Scope, "db" | "organization">;

/** A page of directory users, active or not, in the order in which they came, and how many match in all. */
export async function listUsers(
  scope: Reader,
  query: PageQuery,
): Promise<{ total: number; users: readonly StoredUser[] }> {
  const userName = soughtUserName(query.filter);
  if (userName !== undefined && query.startIndex === 1 && query.count > 0) {
    const users = await selectByUserName(scope.db, scope.organization.id, userName);
    return { total: users.length, users };
  }
  const base = endpoints(scope.organization).scimBaseUrl;
  const condition = query.filter ? filterCondition(query.filter, "User", base) : sql<boolean>`true`;
  const matching = sql`FROM directory_users u WHERE u.organization_id = ${scope.organization.id} AND ${condition}`;
  const counted = await sql<{ total: number }>`SELECT count(*)::int AS total ${matching}`.execute(scope.db);
  const total = counted.rows[0]?.total ?? 0;
  if (query.count === 0 || query.startIndex > total) return { total, users: [] };
  const page = await sql<StoredUser>`SELECT ${sql.raw(USER_COLUMNS)}, ${sql.raw(USER_GROUPS)} AS groups ${matching}
    ORDER BY u.id LIMIT ${query.count} OFFSET ${query.startIndex - 1}`.execute(scope.db);
  return { total, users: page.rows };
}

/** What a directory asks before each assignment, and so by a statement that is made once. */
const selectByUserName = statement<StoredUser, [string, string]>(`
  SELECT ${USER_COLUMNS}, ${USER_GROUPS} AS groups FROM directory_users u
  WHERE u.organization_id = $1 AND u.user_name_key = lower($2 COLLATE "C")`);

function soughtUserName(filter: Filter | undefined): string | undefined {
  if (filter?.op !== "eq" || filter.path.attribute !== "userName") return undefined;
  return typeof filter.value === "string" ? filter.value : undefined;
}
