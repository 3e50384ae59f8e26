import { hkdfSync } from "node:crypto";
import type { Page, PageQuery } from "../../../domain/directory/page-query.ts";
import { resolveSort } from "../../../domain/directory/sort-sql.ts";
import { type CursorBinding, readCursor, writeCursor } from "../../../protocols/scim/cursor.ts";
import { parseFilter } from "../../../protocols/scim/filter.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type ListQuery, type ListResponse, listResponse, wantsAttribute } from "../../../protocols/scim/list.ts";
import type { ResourceType } from "../../../protocols/scim/schema.ts";
import type { Context } from "../../edge/context.ts";

/** The page that a query asks for, by index or by cursor. 400 for filters, sorts and cursors that are none. */
export function pageQuery(c: Context, query: ListQuery, type: ResourceType): PageQuery {
  const { filter, sortBy, sortOrder, startIndex, count, cursor } = query;
  return {
    filter: filter === undefined ? undefined : parseFilter(filter, type),
    sort: sortBy === undefined ? undefined : resolveSort(sortBy, sortOrder, type),
    startIndex,
    count,
    after:
      cursor === undefined ? undefined : cursor === "" ? "start" : readCursor(cursor, binding(c, query, type), now(c)),
    // A user's version tells of their groups too.
    withGroups: wantsAttribute(query, "groups") || wantsAttribute(query, "meta"),
  };
}

/** The answer to it (RFC 7644 §3.4.2, RFC 9865 §2): a page by cursor has no `startIndex`, and a cursor unless it is the last. */
export function pageResponse(
  c: Context,
  query: ListQuery,
  type: ResourceType,
  page: Page<unknown>,
  resources: readonly JsonObject[],
): ListResponse<JsonObject> {
  const nextCursor = page.next && writeCursor(page.next, binding(c, query, type), now(c));
  const startIndex = query.cursor === undefined ? query.startIndex : undefined;
  return listResponse(resources, page.total, startIndex, nextCursor === undefined ? {} : { nextCursor });
}

function binding(c: Context, { filter = "", sortBy = "", sortOrder }: ListQuery, type: ResourceType): CursorBinding {
  const secret = Buffer.from(hkdfSync("sha256", c.get("parts").config.secretKey, "", "SCIM cursor", 32));
  return { secret, query: [c.get("organization").id, type, filter, sortBy, sortOrder] };
}

function now(c: Context): Date {
  return c.get("now");
}
