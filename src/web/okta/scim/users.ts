import { changeUser } from "../../../domain/directory/change-user.ts";
import { createUser } from "../../../domain/directory/create-user.ts";
import { deleteUser } from "../../../domain/directory/delete-user.ts";
import { listUsers } from "../../../domain/directory/list-users.ts";
import { tellAbout } from "../../../domain/directory/told-users.ts";
import { readUser } from "../../../domain/directory/user-rows.ts";
import { requireVersion } from "../../../protocols/scim/etag.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type ListQuery, type Projection, parseListQuery, parseSearch, project } from "../../../protocols/scim/list.ts";
import { parsePatch, patchUser } from "../../../protocols/scim/patch.ts";
import { metaOf, parseUser, renderUser, type StoredUser } from "../../../protocols/scim/resource.ts";
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
import { pageQuery, pageResponse } from "./listing.ts";
import { tellFound } from "./recording.ts";

/** The bytes that a user's body may have. */
export const LARGEST_USER = MEBIBYTE;

/** `GET /Users`: Test Connector, the lookup before each assignment, and imports. */
export function findUsers(c: Context): Promise<Response> {
  return list(c, parseListQuery(queryOf(c)));
}

/** `POST /Users/.search` (RFC 7644 §3.4.3). */
export async function searchUsers(c: Context): Promise<Response> {
  return list(c, parseSearch(await readJson(c, MEBIBYTE)));
}

/** How users are written, also within a bulk request. */
export const userOperations: Operations<StoredUser> = {
  /** RFC 7644 §3.3. */
  async POST(scope, { body }) {
    return { status: 201, stored: await createUser(scope, parseUser(body)) };
  },

  /** RFC 7644 §3.5.1: what decides access changes only when it is named. */
  async PUT(scope, { id, body, precondition }) {
    const input = parseUser(body);
    const stored = await changeUser(scope, id, (current) => {
      requireVersion(precondition, current.version);
      return { ...input, externalId: input.externalId ?? null, active: input.active ?? current.active };
    });
    return { status: 200, stored };
  },

  /** RFC 7644 §3.5.2. */
  async PATCH(scope, { id, body, precondition }) {
    const operations = parsePatch(body);
    const stored = await changeUser(scope, id, (current) => {
      requireVersion(precondition, current.version);
      return patchUser(current, operations);
    });
    return { status: 200, stored };
  },

  /** RFC 7644 §3.6. */
  async DELETE(scope, { id, precondition }) {
    await deleteUser(scope, id, precondition);
    return { status: 204 };
  },
};

/** `POST /Users`. */
export function postUser(c: Context): Promise<Response> {
  return write(c, "POST");
}

/** `GET /Users/:id`. */
export async function getUser(c: Context): Promise<Response> {
  const scope = c.get("scope");
  const user = await readUser(scope.db, scope.organization.id, idOf(c));
  tellAbout(scope, user);
  requireVersion(preconditionOf(c), user.version);
  const { version } = metaOf("User", user, baseUrl(c));
  return isKnown(c, version) ? answerEmpty(c, 304, version) : show(c, user, projectionOf(c));
}

/** `PUT /Users/:id`. */
export function putUser(c: Context): Promise<Response> {
  return write(c, "PUT");
}

/** `PATCH /Users/:id`. */
export function patchUserResource(c: Context): Promise<Response> {
  return write(c, "PATCH");
}

/** `DELETE /Users/:id`. */
export function deleteUserResource(c: Context): Promise<Response> {
  return write(c, "DELETE");
}

async function write(c: Context, method: keyof typeof userOperations): Promise<Response> {
  // Before anything is written: what is wrong in the query is refused too.
  const projection = projectionOf(c);
  const { status, stored } = await userOperations[method](c.get("scope"), await askedBy(c, LARGEST_USER));
  return status === 204 ? answerEmpty(c, status) : show(c, stored, projection, status);
}

async function list(c: Context, query: ListQuery): Promise<Response> {
  const asked = pageQuery(c, query, "User");
  const page = await listUsers(c.get("scope"), asked);
  tellFound(c, "users", asked.filter, query, page.total, page.resources);
  const resources = renderUsers(c, page.resources, query);
  return answer(c, { ...pageResponse(c, query, "User", page, resources) } as unknown as JsonObject);
}

/** The users of a page. */
export function renderUsers(c: Context, users: readonly StoredUser[], query: Projection): JsonObject[] {
  return users.map((user) => project(renderUser(user, baseUrl(c)), query, "User"));
}

function show(c: Context, user: StoredUser, projection: Projection, status: 200 | 201 = 200): Response {
  const whole = renderUser(user, baseUrl(c));
  return answer(c, project(whole, projection, "User"), status, whole);
}
