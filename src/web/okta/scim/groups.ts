import { readMembers, readSmallGroup } from "../../../domain/directory/group-members.ts";
import { readGroup } from "../../../domain/directory/group-rows.ts";
import { changeGroup, createGroup, deleteGroup, replacement } from "../../../domain/directory/groups.ts";
import { listGroups } from "../../../domain/directory/list-groups.ts";
import { tellAboutGroup } from "../../../domain/directory/told-groups.ts";
import { requireVersion } from "../../../protocols/scim/etag.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import {
  type ListQuery,
  type Projection,
  parseListQuery,
  parseSearch,
  project,
  wantsAttribute,
} from "../../../protocols/scim/list.ts";
import { groupChanges, parsePatch } from "../../../protocols/scim/patch.ts";
import {
  type GroupMember,
  metaOf,
  parseGroup,
  renderGroup,
  type StoredGroup,
} from "../../../protocols/scim/resource.ts";
import type { Scope } from "../../../scope.ts";
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
import { answerLargeGroup, answerLargeGroups } from "./large-groups.ts";
import { pageQuery, pageResponse } from "./listing.ts";
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
  const projection = projectionOf(c);
  const found = await readShown(scope, idOf(c), projection);
  tellAboutGroup(scope, found.group);
  requireVersion(preconditionOf(c), found.group.version);
  const { version } = metaOf("Group", found.group, baseUrl(c));
  return isKnown(c, version) ? answerEmpty(c, 304, version) : show(c, found, projection);
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
  const scope = c.get("scope");
  if (scope.exchange && method === "PATCH" && projection.attributes) scope.exchange.status = 200;
  const { status, stored } = await groupOperations[method](scope, await askedBy(c, LARGEST_GROUP));
  if (stored === undefined) return answerEmpty(c, 204);
  // Who names attributes is answered with them (RFC 7644 §3.5.2).
  if (status === 204 && !projection.attributes) {
    return answerEmpty(c, 204, metaOf("Group", stored, baseUrl(c)).version);
  }
  return show(c, await readShown(scope, stored.id, projection), projection, status === 201 ? 201 : 200);
}

async function list(c: Context, query: ListQuery): Promise<Response> {
  const scope = c.get("scope");
  const asked = pageQuery(c, query, "Group");
  const page = await listGroups(scope, asked);
  tellFound(c, "groups", asked.filter, query, page.total, page.resources);
  const resources = await renderGroups(c, page.resources, query);
  if (resources === undefined) {
    const frame = page.resources.map(() => ({}));
    return answerLargeGroups(c, page.resources, query, pageResponse(c, query, "Group", page, frame));
  }
  return answer(c, { ...pageResponse(c, query, "Group", page, resources) } as unknown as JsonObject);
}

/** The groups of a page, with their members where those are asked for; undefined where they are too many for one answer. */
export async function renderGroups(c: Context, groups: readonly StoredGroup[], query: Projection) {
  const { db, organization } = c.get("scope");
  const ids = wantsAttribute(query, "members") ? groups.map((group) => group.id) : undefined;
  const members = ids && (await readMembers(db, organization.id, ids));
  if (ids !== undefined && members === undefined) return undefined;
  return groups.map((group) => project(renderGroup(group, members?.get(group.id), baseUrl(c)), query, "Group"));
}

/** A group and, where they are to be shown and few enough to be read at once, its members. */
interface Shown {
  readonly group: StoredGroup;
  readonly members: readonly GroupMember[] | undefined;
}

/** Members that are not asked for are not read. */
async function readShown({ db, organization }: Scope, id: string, projection: Projection): Promise<Shown> {
  if (wantsAttribute(projection, "members")) return readSmallGroup(db, organization.id, id);
  return { group: await readGroup(db, organization.id, id), members: undefined };
}

async function show(
  c: Context,
  { group, members }: Shown,
  projection: Projection,
  status: 200 | 201 = 200,
): Promise<Response> {
  const isLarge = members === undefined && wantsAttribute(projection, "members");
  if (isLarge) return answerLargeGroup(c, group.id, projection, status);
  const whole = renderGroup(group, members, baseUrl(c));
  return answer(c, project(whole, projection, "Group"), status, whole);
}
