import { sql } from "kysely";
import { statement } from "../../db/database.ts";
import type { StoredGroup } from "../../protocols/scim/resource.ts";
import { GROUP_COLUMNS } from "./group-rows.ts";
import { readPage } from "./list-sql.ts";
import { type ListedRow, type Page, type PageQuery, pageOf, type Reader } from "./page-query.ts";
import { type Sought, soughtBy } from "./sought.ts";

type Row = ListedRow<StoredGroup>;

/** A page of directory groups without their members, and how many match in all, as `listUsers`. */
export async function listGroups(scope: Reader, query: PageQuery): Promise<Page<StoredGroup>> {
  return pageOf(await rowsOf(scope, query), query);
}

function rowsOf(scope: Reader, query: PageQuery): Promise<Row[]> {
  const { filter, sort, after, startIndex, count } = query;
  const sought = sort === undefined && after === undefined && startIndex === 1 && count > 0 && soughtBy(filter);
  const found = sought && lookUp(scope, sought, count);
  if (found) return found;
  const [table, row] = [sql`directory_groups g`, sql`g`];
  return readPage(scope, { type: "Group", table, row, columns: GROUP_COLUMNS }, query);
}

const lookup = (condition: string) =>
  statement<Row, [string, string, number]>(`
    SELECT ${GROUP_COLUMNS}, count(*) OVER ()::int AS total FROM directory_groups g
    WHERE g.organization_id = $1 AND ${condition} ORDER BY g.id LIMIT $3`);

/** What directories ask before each group push. */
const BY = {
  id: lookup("g.id = $2::uuid"),
  externalId: lookup("g.external_id = $2"),
  displayName: lookup("g.display_name_key = $2"),
};

function lookUp({ db, organization }: Reader, { by, value }: Sought, count: number): Promise<Row[]> | undefined {
  return by === "userName" || by === "emails" ? undefined : BY[by](db, organization.id, value, count);
}
