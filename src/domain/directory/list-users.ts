import { sql } from "kysely";
import { statement } from "../../db/database.ts";
import type { StoredUser } from "../../protocols/scim/resource.ts";
import { readPage } from "./list-sql.ts";
import { type ListedRow, type Page, type PageQuery, pageOf, type Reader, rowsWanted } from "./page-query.ts";
import { type Sought, soughtBy } from "./sought.ts";
import { countSoon, START, STRETCHES } from "./stretches.ts";
import { userColumns } from "./user-rows.ts";

type Row = ListedRow<StoredUser>;

/** A page of directory users, active or not, and how many match in all. Without a sort they come in the order of their ids. */
export async function listUsers(scope: Reader, query: PageQuery): Promise<Page<StoredUser>> {
  return pageOf(await rowsOf(scope, query), query);
}

function rowsOf(scope: Reader, query: PageQuery): Promise<Row[]> {
  const { filter, sort, after, startIndex, count, withGroups = true } = query;
  const sought = sort === undefined && after === undefined && startIndex === 1 && count > 0 && soughtBy(filter);
  const found = sought && lookUp(scope, sought, count, withGroups);
  if (found) return found;
  if (filter === undefined && sort === undefined) return readImportPage(scope, query);
  const [table, row] = [sql`directory_users u`, sql`u`];
  return readPage(scope, { type: "User", table, row, columns: userColumns(withGroups) }, query);
}

/** A statement that shows groups, and one that reads no membership. */
function twice<T>(make: (columns: string) => T): { readonly withGroups: T; readonly without: T } {
  return { withGroups: make(userColumns(true)), without: make(userColumns(false)) };
}

const lookup = (condition: string) =>
  twice((columns) =>
    statement<Row, [string, string, number]>(`
      SELECT ${columns}, count(*) OVER ()::int AS total FROM directory_users u
      WHERE u.organization_id = $1 AND ${condition} ORDER BY u.id LIMIT $3`),
  );

/** What directories ask before each assignment, and so by statements that are made once. */
const BY = {
  id: lookup("u.id = $2::uuid"),
  externalId: lookup("u.external_id = $2"),
  userName: lookup("u.user_name_key = $2"),
};

/** The users that may have an address, by an index, and among them those whose `emails` still say so. */
const selectByAddress = twice((columns) =>
  statement<Row, [string, string, number, string | null]>(`
    SELECT ${columns}, count(*) OVER ()::int AS total FROM directory_users u
    WHERE u.organization_id = $1
      AND (u.email_key = $2 OR (u.other_email_keys IS NOT NULL AND u.other_email_keys @> ARRAY[$2]))
      AND EXISTS (
        SELECT FROM jsonb_array_elements(
          CASE WHEN jsonb_typeof(u.attributes -> 'emails') = 'array' THEN u.attributes -> 'emails' END) AS v(item)
        WHERE lower((v.item ->> 'value') COLLATE "C") = $2
          AND ($4::text IS NULL OR lower((v.item ->> 'type') COLLATE "C") = $4))
    ORDER BY u.id LIMIT $3`),
);

function lookUp(
  { db, organization }: Reader,
  { by, value, type = undefined }: Sought,
  count: number,
  withGroups: boolean,
): Promise<Row[]> | undefined {
  const which = withGroups ? "withGroups" : "without";
  if (by === "emails") return selectByAddress[which](db, organization.id, value, count, type ?? null);
  return by === "displayName" ? undefined : BY[by][which](db, organization.id, value, count);
}

/**
 * $2: how many users come before the page; $4: or behind which id it begins. The rows are looked up one by one, by their key:
 * statistics that are older than the organization would have it compared with all of its users each time.
 */
const selectImportPage = twice((columns) =>
  statement<Row & { uncounted: number }, [string, number, number, string | null]>(`
    WITH ${STRETCHES}, ${START}, page AS MATERIALIZED (
      SELECT id FROM directory_users
      WHERE organization_id = $1 AND id > coalesce($4::uuid, (SELECT last_id FROM start))
      ORDER BY id LIMIT $3 OFFSET $2::bigint - CASE WHEN $4::uuid IS NULL THEN (SELECT users FROM start) ELSE 0 END
    )
    SELECT total.users AS total, total.uncounted, ${columns} FROM total
    LEFT JOIN (page CROSS JOIN LATERAL (
      SELECT u.* FROM directory_users u WHERE u.organization_id = $1 AND u.id = page.id LIMIT 1
    ) u) ON true ORDER BY u.id`),
);

/** Everybody, page by page: an import. */
async function readImportPage({ db, organization }: Reader, query: PageQuery): Promise<Row[]> {
  const { startIndex, after, withGroups = true } = query;
  const select = selectImportPage[withGroups ? "withGroups" : "without"];
  const before = after === undefined ? startIndex - 1 : 0;
  const behind = after === undefined || after === "start" ? null : after.id;
  const rows = await select(db, organization.id, before, rowsWanted(query), behind);
  countSoon(db, organization.id, rows[0]?.uncounted ?? 0);
  return rows;
}
