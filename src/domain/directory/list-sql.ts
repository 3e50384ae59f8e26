import { type RawBuilder, sql } from "kysely";
import type { ResourceType } from "../../protocols/scim/schema.ts";
import { endpoints } from "../integration/integration.ts";
import { filterCondition } from "./filter-sql.ts";
import { type ListedRow, type PageQuery, type Reader, rowsWanted } from "./page-query.ts";
import { isBehind, orderBy, sortKey } from "./sort-sql.ts";

/** What is listed: its table with the alias that filters use, and what is read of a row. */
interface Listed {
  readonly type: ResourceType;
  readonly table: RawBuilder<unknown>;
  readonly row: RawBuilder<unknown>;
  readonly columns: string;
}

/**
 * The rows of a page, with the total in each; without an id where the page is empty. One statement, so that both are of one
 * moment.
 *
 * A filter is looked at once for everybody, whatever its page, so that the planner never walks in the order of the page in
 * the hope of few matches. Without one, the total is counted by itself, and the page read from an index where there is one.
 * Rows are looked up one by one, by their key, whatever the planner believes of an organization that it does not know yet.
 */
export async function readPage<Resource>(
  { db, organization }: Reader,
  { type, table, row, columns }: Listed,
  query: PageQuery,
): Promise<ListedRow<Resource>[]> {
  const { filter, sort, after, startIndex } = query;
  const base = endpoints(organization).scimBaseUrl;
  const own = sql`${row}.organization_id = ${organization.id}`;
  const condition = filter ? sql`AND ${filterCondition(filter, type, base)}` : sql``;
  const key = sort ? sortKey(sort, type, base) : sql`NULL::text`;
  const begin = after === undefined || after === "start" ? sql`true` : isBehind(after, sort);
  const statement = sql<ListedRow<Resource>>`
    WITH matching AS ${filter ? sql`MATERIALIZED` : sql`NOT MATERIALIZED`} (
      SELECT ${row}.id AS id, ${key} AS key FROM ${table} WHERE ${own} ${condition}
    ), page AS MATERIALIZED (
      SELECT id, key FROM matching WHERE ${begin} ORDER BY ${orderBy(sort)}
      LIMIT ${rowsWanted(query)} OFFSET ${after === undefined ? startIndex - 1 : 0}
    )
    SELECT counted.total, page.key AS "sortKey", ${sql.raw(columns)}
    FROM (SELECT count(*)::int AS total FROM matching) counted
    LEFT JOIN (page CROSS JOIN LATERAL (
      SELECT ${row}.* FROM ${table} WHERE ${own} AND ${row}.id = page.id LIMIT 1
    ) ${row}) ON true
    ORDER BY ${sort ? orderOfPage(sort.descending, row) : sql`${row}.id`}`;
  return (await statement.execute(db)).rows;
}

function orderOfPage(descending: boolean, row: RawBuilder<unknown>): RawBuilder<unknown> {
  return descending ? sql`page.key DESC NULLS FIRST, ${row}.id DESC` : sql`page.key ASC NULLS LAST, ${row}.id ASC`;
}
