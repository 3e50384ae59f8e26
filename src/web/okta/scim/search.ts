import { listGroups } from "../../../domain/directory/list-groups.ts";
import { listUsers } from "../../../domain/directory/list-users.ts";
import { badRequest } from "../../../protocols/scim/error.ts";
import { type Filter, parseSharedFilter } from "../../../protocols/scim/filter.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type ListQuery, listResponse, parseListQuery, parseSearch } from "../../../protocols/scim/list.ts";
import type { Context } from "../../edge/context.ts";
import { MEBIBYTE } from "../../edge/size.ts";
import { answer, queryOf, readJson } from "./exchange.ts";
import { renderGroups } from "./groups.ts";
import { tellFound } from "./recording.ts";
import { renderUsers } from "./users.ts";

/** `GET` of the SCIM base URL: a query over every resource (RFC 7644 §3.4.2.1). */
export function findEverything(c: Context): Promise<Response> {
  return list(c, parseListQuery(queryOf(c)));
}

/** `POST /.search`: the same (RFC 7644 §3.4.3). */
export async function searchEverything(c: Context): Promise<Response> {
  return list(c, parseSearch(await readJson(c, MEBIBYTE)));
}

/** One list: first the users, then the groups, with one total; a page may have the last of these and the first of those. */
async function list(c: Context, query: ListQuery): Promise<Response> {
  refuseOrder(query);
  const scope = c.get("scope");
  const { filter: text, startIndex, count } = query;
  const forUsers = text === undefined || parseSharedFilter(text, "User", ["Group"]);
  const forGroups = text === undefined || parseSharedFilter(text, "Group", ["User"]);
  const users = forUsers === false ? NONE : await listUsers(scope, { filter: filterOf(forUsers), startIndex, count });
  const rest = { startIndex: Math.max(1, startIndex - users.total), count: count - users.resources.length };
  const groups = forGroups === false ? NONE : await listGroups(scope, { filter: filterOf(forGroups), ...rest });
  const total = users.total + groups.total;
  const all = [...users.resources, ...groups.resources];
  tellFound(c, "users and groups", filterOf(forUsers) ?? filterOf(forGroups), query, total, all);
  const shown = await renderGroups(c, groups.resources, query);
  if (shown === undefined) throw tooLarge();
  const resources = [...renderUsers(c, users.resources, query), ...shown];
  return answer(c, { ...listResponse(resources, total, startIndex) } as unknown as JsonObject);
}

const NONE = { total: 0, resources: [] };

/** `true` stands for every resource of a kind. */
function filterOf(found: Filter | boolean): Filter | undefined {
  return typeof found === "boolean" ? undefined : found;
}

/** Across kinds of resources there is one order only. */
function refuseOrder({ sortBy, cursor }: ListQuery): void {
  if (cursor !== undefined) {
    throw badRequest("invalidCursor", "Cursors are for /Users and /Groups: here, page with startIndex and count.");
  }
  if (sortBy !== undefined) throw badRequest("invalidValue", "sortBy is for /Users and /Groups: leave it out here.");
}

function tooLarge(): Error {
  return badRequest("tooMany", "The groups of this page have too many members: exclude members, or ask /Groups.");
}
