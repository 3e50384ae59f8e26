import { randomBytes } from "node:crypto";
import type { AppSettings, Group, Person } from "../org.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** A member of a group as Okta sends it: without `type`, with the application username as `display`. */
export interface Member {
  readonly value: string;
  readonly display: string;
}

type Json = Readonly<Record<string, unknown>>;

/** What Okta sends as `userName` and as the NameID. */
export function applicationUsername(app: AppSettings, person: Person): string {
  return app.applicationUsername === "login" ? person.login : person.email;
}

/**
 * The body of POST /Users. The password is a placeholder that Okta always sends, `groups` is noise, and the enterprise
 * extension is left out when it would be empty.
 */
export function newUser(app: AppSettings, person: Person): Json {
  const { title, department } = person;
  return {
    schemas: department ? [USER, ENTERPRISE] : [USER],
    userName: applicationUsername(app, person),
    name: { givenName: person.firstName, familyName: person.lastName },
    emails: [{ primary: true, value: person.email, type: "work" }],
    displayName: person.displayName ?? `${person.firstName} ${person.lastName}`,
    locale: "en-US",
    externalId: person.id,
    groups: [],
    password: randomBytes(8).toString("base64url"),
    active: true,
    ...(title ? { title } : {}),
    ...(department ? { [ENTERPRISE]: { department } } : {}),
  };
}

/**
 * The body of PUT /Users/{id}: the service's own answer (`id`, `meta`, `groups` and a stale `name.formatted` with it),
 * overlaid with Okta's profile. Attributes keep the order of the answer; new ones follow.
 */
export function overlaidUser(app: AppSettings, person: Person, answer: Json, active: boolean): Json {
  const { schemas, password: _never, groups: _noise, active: _old, ...profile } = newUser(app, person);
  const known = Array.isArray(answer["schemas"]) ? (answer["schemas"] as unknown[]) : [];
  const extension = profile[ENTERPRISE];
  return {
    ...answer,
    ...profile,
    schemas: [...new Set([...known, ...(schemas as unknown[])])],
    name: { ...object(answer["name"]), ...object(profile["name"]) },
    emails: overlaidEmails(answer["emails"], person.email),
    ...(extension === undefined ? {} : { [ENTERPRISE]: { ...object(answer[ENTERPRISE]), ...object(extension) } }),
    active,
  };
}

/** The body of POST /Groups. */
export function newGroup(group: Group, members: readonly Member[]): Json {
  return { schemas: [GROUP], displayName: group.name, members };
}

/** The body of PUT /Groups/{id}: the whole membership, every time. */
export function wholeGroup(remoteId: string, group: Group, members: readonly Member[]): Json {
  return { schemas: [GROUP], id: remoteId, displayName: group.name, members };
}

/** A catalogue app's path-less `replace` of `active`. */
export function patchActive(active: boolean): Json {
  return patch([{ op: "replace", value: { active } }]);
}

/** A catalogue app's rename of a group, which it repeats with each change of the membership. */
export function patchGroupName(remoteId: string, group: Group): Json {
  return patch([{ op: "replace", value: { id: remoteId, displayName: group.name } }]);
}

/** A catalogue app's Push now. */
export function patchAllMembers(members: readonly Member[]): Json {
  return patch([{ op: "replace", path: "members", value: members }]);
}

/** A catalogue app's changes of a membership: removals first, then one `add`; 100 changes a PATCH, as Okta's default is. */
export function patchMembers(added: readonly Member[], removed: readonly string[]): Json[] {
  const bodies: Json[] = [];
  for (let at = 0; at < removed.length + added.length; at += 100) {
    const operations: Json[] = removed.slice(at, at + 100).map((id) => ({
      op: "remove",
      path: `members[value eq ${JSON.stringify(id)}]`,
    }));
    const from = Math.max(0, at - removed.length);
    const value = added.slice(from, Math.max(0, at + 100 - removed.length));
    if (value.length > 0) operations.push({ op: "add", path: "members", value });
    bodies.push(patch(operations));
  }
  return bodies;
}

function patch(operations: readonly Json[]): Json {
  return { schemas: [PATCH_OP], Operations: operations };
}

/** Okta knows one address: it goes into the primary one, else the first; the rest comes back as it was answered. */
function overlaidEmails(answer: unknown, email: string): unknown[] {
  const emails = Array.isArray(answer) ? (answer as unknown[]).map(object) : [];
  if (emails.length === 0) return [{ primary: true, value: email, type: "work" }];
  const at = Math.max(
    0,
    emails.findIndex((one) => one["primary"] === true),
  );
  return emails.map((one, index) => (index === at ? { ...one, value: email } : one));
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
