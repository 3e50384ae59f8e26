import { changeUser } from "../../../domain/directory/change-user.ts";
import { createUser } from "../../../domain/directory/create-user.ts";
import { deleteUser } from "../../../domain/directory/delete-user.ts";
import { listUsers } from "../../../domain/directory/list-users.ts";
import { readUser } from "../../../domain/directory/user-rows.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type ListQuery, parseListQuery, parseSearch, project, wantsAttribute } from "../../../protocols/scim/list.ts";
import { parsePatch, patchUser } from "../../../protocols/scim/patch.ts";
import { parseUser, renderUser, type StoredUser } from "../../../protocols/scim/resource.ts";
import type { Context } from "../../edge/context.ts";
import { scimHeaders } from "../../edge/headers.ts";
import { MEBIBYTE } from "../../edge/size.ts";
import { answer, baseUrl, projectionOf, queryOf, readJson } from "./exchange.ts";
import { pageQuery, pageResponse } from "./listing.ts";

/** `GET /Users`: Test Connector, the lookup before each assignment, and imports. */
export function findUsers(c: Context): Promise<Response> {
  return list(c, parseListQuery(queryOf(c)));
}

/** `POST /Users/.search` (RFC 7644 §3.4.3). */
export async function searchUsers(c: Context): Promise<Response> {
  return list(c, parseSearch(await readJson(c, MEBIBYTE)));
}

/** `POST /Users` (RFC 7644 §3.3). */
export async function postUser(c: Context): Promise<Response> {
  const input = parseUser(await readJson(c, MEBIBYTE));
  return show(c, await createUser(c.get("scope"), input), 201);
}

/** `GET /Users/:id`. */
export async function getUser(c: Context): Promise<Response> {
  const { db, organization } = c.get("scope");
  const withGroups = wantsAttribute(projectionOf(c), "groups");
  return show(c, await readUser(db, organization.id, idOf(c), { withGroups }));
}

/** `PUT /Users/:id` (RFC 7644 §3.5.1): what decides access changes only when it is named. */
export async function putUser(c: Context): Promise<Response> {
  const input = parseUser(await readJson(c, MEBIBYTE));
  const user = await changeUser(c.get("scope"), idOf(c), (current) => ({
    ...input,
    externalId: input.externalId ?? null,
    active: input.active ?? current.active,
  }));
  return show(c, user);
}

/** `PATCH /Users/:id` (RFC 7644 §3.5.2). */
export async function patchUserResource(c: Context): Promise<Response> {
  const operations = parsePatch(await readJson(c, MEBIBYTE));
  return show(c, await changeUser(c.get("scope"), idOf(c), (current) => patchUser(current, operations)));
}

/** `DELETE /Users/:id` (RFC 7644 §3.6). */
export async function deleteUserResource(c: Context): Promise<Response> {
  await deleteUser(c.get("scope"), idOf(c));
  return c.body(null, 204, scimHeaders(c));
}

async function list(c: Context, query: ListQuery): Promise<Response> {
  const page = await listUsers(c.get("scope"), pageQuery(c, query, "User"));
  const resources = page.resources.map((user) => project(renderUser(user, baseUrl(c)), query, "User"));
  return answer(c, { ...pageResponse(c, query, "User", page, resources) } as unknown as JsonObject);
}

function show(c: Context, user: StoredUser, status: 200 | 201 = 200): Response {
  const whole = renderUser(user, baseUrl(c));
  return answer(c, project(whole, projectionOf(c), "User"), status, whole);
}

function idOf(c: Context): string {
  return c.req.param("id") ?? "";
}
