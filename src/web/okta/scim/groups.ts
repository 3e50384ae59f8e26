import { readMembers, readSmallGroup } from "../../../domain/directory/group-members.ts";
import { readGroup } from "../../../domain/directory/group-rows.ts";
import { changeGroup, createGroup, deleteGroup, replacement } from "../../../domain/directory/groups.ts";
import { listGroups } from "../../../domain/directory/list-groups.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type ListQuery, parseListQuery, parseSearch, project, wantsAttribute } from "../../../protocols/scim/list.ts";
import { groupChanges, parsePatch } from "../../../protocols/scim/patch.ts";
import { parseGroup, renderGroup, type StoredGroup } from "../../../protocols/scim/resource.ts";
import type { Context } from "../../edge/context.ts";
import { scimHeaders } from "../../edge/headers.ts";
import { MEBIBYTE } from "../../edge/size.ts";
import { answer, baseUrl, projectionOf, queryOf, readJson } from "./exchange.ts";
import { answerLargeGroup, answerLargeGroups } from "./large-groups.ts";
import { pageQuery, pageResponse } from "./listing.ts";

/** A group of 50,000 members is 4.5 MB; nothing larger than this is read. */
const LARGEST_GROUP = 16 * MEBIBYTE;

/** `GET /Groups`: the lookup before each push, and imports. */
export function findGroups(c: Context): Promise<Response> {
  return list(c, parseListQuery(queryOf(c)));
}

/** `POST /Groups/.search` (RFC 7644 §3.4.3). */
export async function searchGroups(c: Context): Promise<Response> {
  return list(c, parseSearch(await readJson(c, MEBIBYTE)));
}

/** `POST /Groups` (RFC 7644 §3.3). */
export async function postGroup(c: Context): Promise<Response> {
  const input = parseGroup(await readJson(c, LARGEST_GROUP));
  return show(c, await createGroup(c.get("scope"), input), 201);
}

/** `GET /Groups/:id`. */
export async function getGroup(c: Context): Promise<Response> {
  const { db, organization } = c.get("scope");
  if (wantsAttribute(projectionOf(c), "members")) return showWithMembers(c, idOf(c));
  return show(c, await readGroup(db, organization.id, idOf(c)));
}

/** `PUT /Groups/:id`: all members, every time, from Okta's wizard apps. */
export async function putGroup(c: Context): Promise<Response> {
  const input = parseGroup(await readJson(c, LARGEST_GROUP));
  return show(c, await changeGroup(c.get("scope"), idOf(c), replacement(input)));
}

/** `PATCH /Groups/:id`: 204, as Entra ID expects, so that the cost is that of the change. */
export async function patchGroup(c: Context): Promise<Response> {
  const changes = groupChanges(parsePatch(await readJson(c, LARGEST_GROUP)));
  await changeGroup(c.get("scope"), idOf(c), changes);
  return c.body(null, 204, scimHeaders(c));
}

/** `DELETE /Groups/:id`. */
export async function deleteGroupResource(c: Context): Promise<Response> {
  await deleteGroup(c.get("scope"), idOf(c));
  return c.body(null, 204, scimHeaders(c));
}

async function list(c: Context, query: ListQuery): Promise<Response> {
  const { db, organization } = c.get("scope");
  const page = await listGroups(c.get("scope"), pageQuery(c, query, "Group"));
  const groups = page.resources;
  const ids = wantsAttribute(query, "members") ? groups.map((group) => group.id) : undefined;
  const members = ids && (await readMembers(db, organization.id, ids));
  if (ids !== undefined && members === undefined) {
    return answerLargeGroups(
      c,
      groups,
      query,
      pageResponse(
        c,
        query,
        "Group",
        page,
        groups.map(() => ({})),
      ),
    );
  }
  const resources = groups.map((group) => {
    return project(renderGroup(group, members?.get(group.id), baseUrl(c)), query, "Group");
  });
  return answer(c, { ...pageResponse(c, query, "Group", page, resources) } as unknown as JsonObject);
}

async function show(c: Context, group: StoredGroup, status: 200 | 201 = 200): Promise<Response> {
  const projection = projectionOf(c);
  if (wantsAttribute(projection, "members")) return showWithMembers(c, group.id, status);
  const whole = renderGroup(group, undefined, baseUrl(c));
  return answer(c, project(whole, projection, "Group"), status, whole);
}

async function showWithMembers(c: Context, id: string, status: 200 | 201 = 200): Promise<Response> {
  const { db, organization } = c.get("scope");
  const projection = projectionOf(c);
  const { group, members } = await readSmallGroup(db, organization.id, id);
  if (members === undefined) return answerLargeGroup(c, id, projection, status);
  const whole = renderGroup(group, members, baseUrl(c));
  return answer(c, project(whole, projection, "Group"), status, whole);
}

function idOf(c: Context): string {
  return c.req.param("id") ?? "";
}
