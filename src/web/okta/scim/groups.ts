import { listGroups, readGroup, readMembers } from "../../../domain/directory/group-rows.ts";
import { changeGroup, createGroup, deleteGroup, replacement } from "../../../domain/directory/groups.ts";
import { tellAboutGroup } from "../../../domain/directory/told-groups.ts";
import { requireVersion } from "../../../protocols/scim/etag.ts";
import { parseFilter } from "../../../protocols/scim/filter.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import {
  type ListQuery,
  listResponse,
  type Projection,
  parseListQuery,
  parseSearch,
  project,
  wantsAttribute,
} from "../../../protocols/scim/list.ts";
import { groupChanges, parsePatch } from "../../../protocols/scim/patch.ts";
import { metaOf, parseGroup, renderGroup, type StoredGroup } from "../../../protocols/scim/resource.ts";
import type { Context } from "../../edge/context.ts";
import { MEBIBYTE } from "../../edge/size.ts";
import {
  answer,
  answerEmpty,
  askedBy,
  baseUrl,
  idOf,
  isKnown,
  type Operations,
  preconditionOf,
  projectionOf,
  queryOf,
  readJson,
} from "./exchange.ts";
import { tellFound } from "./recording.ts";

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

/** How groups are written, also within a bulk request. */
export const groupOperations: Operations<StoredGroup> = {
  /** RFC 7644 §3.3. */
  async POST(scope, { body }) {
    return { status: 201, stored: await createGroup(scope, parseGroup(body)) };
  },

  /** All members, every time, from Okta's wizard apps. */
  async PUT(scope, { id, body, precondition }) {
    const changes = replacement(parseGroup(body));
    return { status: 200, stored: await changeGroup(scope, id, changes, precondition) };
  },

  /** 204, as Entra ID expects, so that the cost is that of the change. */
  async PATCH(scope, { id, body, precondition }) {
    const changes = groupChanges(parsePatch(body));
    return { status: 204, stored: await changeGroup(scope, id, changes, precondition) };
  },

  async DELETE(scope, { id, precondition }) {
    await deleteGroup(scope, id, precondition);
    return { status: 204 };
  },
};

/** `POST /Groups`. */
export function postGroup(c: Context): Promise<Response> {
  return write(c, "POST");
}

/** `GET /Groups/:id`. */
export async function getGroup(c: Context): Promise<Response> {
  const scope = c.get("scope");
  const group = await readGroup(scope.db, scope.organization.id, idOf(c));
  tellAboutGroup(scope, group);
  requireVersion(preconditionOf(c), group.version);
  const { version } = metaOf("Group", group, baseUrl(c));
  return isKnown(c, version) ? answerEmpty(c, 304, version) : show(c, group, projectionOf(c));
}

/** `PUT /Groups/:id`. */
export function putGroup(c: Context): Promise<Response> {
  return write(c, "PUT");
}

/** `PATCH /Groups/:id`. */
export function patchGroup(c: Context): Promise<Response> {
  return write(c, "PATCH");
}

/** `DELETE /Groups/:id`. */
export function deleteGroupResource(c: Context): Promise<Response> {
  return write(c, "DELETE");
}

async function write(c: Context, method: keyof typeof groupOperations): Promise<Response> {
  // Before anything is written: what is wrong in the query is refused too.
  const projection = projectionOf(c);
  const { status, stored } = await groupOperations[method](c.get("scope"), await askedBy(c, LARGEST_GROUP));
  if (stored === undefined) return answerEmpty(c, 204);
  // Who names attributes is answered with them (RFC 7644 §3.5.2).
  if (status !== 204 || projection.attributes) return show(c, stored, projection, status === 201 ? 201 : 200);
  return answerEmpty(c, 204, metaOf("Group", stored, baseUrl(c)).version);
}

async function list(c: Context, query: ListQuery): Promise<Response> {
  const filter = query.filter === undefined ? undefined : parseFilter(query.filter, "Group");
  const { startIndex, count } = query;
  const { total, groups } = await listGroups(c.get("scope"), { filter, startIndex, count });
  tellFound(c, "groups", filter, query, total, groups);
  const resources = await renderGroups(c, groups, query);
  return answer(c, { ...listResponse(resources, total, startIndex) } as unknown as JsonObject);
}

/** The groups of a page, with their members where those are asked for. */
export async function renderGroups(c: Context, groups: readonly StoredGroup[], query: Projection) {
  const { db, organization } = c.get("scope");
  const wanted = wantsAttribute(query, "members") ? groups.map((group) => group.id) : [];
  const members = wanted.length > 0 ? await readMembers(db, organization.id, wanted) : undefined;
  return groups.map((group) => project(renderGroup(group, members?.get(group.id), baseUrl(c)), query, "Group"));
}

async function show(
  c: Context,
  group: StoredGroup,
  projection: Projection,
  status: 200 | 201 = 200,
): Promise<Response> {
  const { db, organization } = c.get("scope");
  const wanted = wantsAttribute(projection, "members");
  const members = wanted ? (await readMembers(db, organization.id, [group.id])).get(group.id) : undefined;
  const whole = renderGroup(group, members, baseUrl(c));
  return answer(c, project(whole, projection, "Group"), status, whole);
}
