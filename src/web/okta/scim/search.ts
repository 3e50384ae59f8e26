import { listGroups } from "../../../domain/directory/group-rows.ts";
import { listUsers } from "../../../domain/directory/list-users.ts";
import { parseSharedFilter } from "../../../protocols/scim/filter.ts";
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
  const scope = c.get("scope");
  const { filter: text, startIndex, count } = query;
  const forUsers = text === undefined || parseSharedFilter(text, "User", ["Group"]);
  const forGroups = text === undefined || parseSharedFilter(text, "Group", ["User"]);
  const { total: userTotal, users } =
    forUsers === false
      ? { total: 0, users: [] }
      : await listUsers(scope, { filter: forUsers === true ? undefined : forUsers, startIndex, count });
  const rest = { startIndex: Math.max(1, startIndex - userTotal), count: count - users.length };
  const { total: groupTotal, groups } =
    forGroups === false
      ? { total: 0, groups: [] }
      : await listGroups(scope, { filter: forGroups === true ? undefined : forGroups, ...rest });
  const total = userTotal + groupTotal;
  const filter = [forUsers, forGroups].find((one) => typeof one !== "boolean");
  tellFound(c, "users and groups", filter, query, total, [...users, ...groups]);
  const resources = [...renderUsers(c, users, query), ...(await renderGroups(c, groups, query))];
  return answer(c, { ...listResponse(resources, total, startIndex) } as unknown as JsonObject);
}
