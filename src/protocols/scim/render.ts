import { versionTag } from "./etag.ts";
import type { JsonObject } from "./json.ts";
import type { GroupMember } from "./members.ts";
import { ENTERPRISE_URN, GROUP_URN, type ResourceType, USER_URN } from "./schema.ts";

/** A directory user as it was stored. `attributes` is what `parseUser` gave. */
export interface StoredUser {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | null;
  readonly active: boolean;
  readonly attributes: JsonObject;
  readonly groups: readonly { readonly value: string; readonly display: string }[];
  readonly version: number;
  readonly createdAt: Date;
  readonly lastModified: Date;
}

/** A directory group as it was stored, without its members. */
export interface StoredGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly lastModified: Date;
}

/**
 * A user as SCIM shows it (RFC 7643 §4.1). `baseUrl`: the SCIM base URL, without a slash at its end.
 *
 * What is unassigned is left out (RFC 7643 §2.5), so also `groups` of a person in none: Okta's wizard apps lay their
 * profile over our answer and send it back.
 */
export function renderUser(stored: StoredUser, baseUrl: string): JsonObject {
  const extended = stored.attributes[ENTERPRISE_URN] !== undefined;
  const user: JsonObject = { schemas: extended ? [USER_URN, ENTERPRISE_URN] : [USER_URN], id: stored.id };
  if (stored.externalId !== null) user["externalId"] = stored.externalId;
  user["userName"] = stored.userName;
  Object.assign(user, stored.attributes);
  user["active"] = stored.active;
  if (stored.groups.length > 0) {
    user["groups"] = stored.groups.map(({ value, display }) => {
      return { value, $ref: `${baseUrl}/Groups/${value}`, display, type: "direct" };
    });
  }
  user["meta"] = metaOf("User", stored, baseUrl);
  return user;
}

/**
 * A group as SCIM shows it (RFC 7643 §4.2). `members` undefined: they were not asked for and are left out; an empty list
 * is shown, since its emptiness is what a directory compares.
 */
export function renderGroup(
  stored: StoredGroup,
  members: readonly GroupMember[] | undefined,
  baseUrl: string,
): JsonObject {
  const group: JsonObject = { schemas: [GROUP_URN], id: stored.id };
  if (stored.externalId !== null) group["externalId"] = stored.externalId;
  group["displayName"] = stored.displayName;
  if (members !== undefined) group["members"] = members.map((one) => renderMember(one, baseUrl));
  group["meta"] = metaOf("Group", stored, baseUrl);
  return group;
}

/** One member as a group shows it; also for answers that are written member by member. */
export function renderMember(one: GroupMember, baseUrl: string): JsonObject {
  const shown: JsonObject = { value: one.value, $ref: `${baseUrl}/Users/${one.value}` };
  if (one.display !== undefined) shown["display"] = one.display;
  shown["type"] = "User";
  return shown;
}

/** What the service knows of a resource itself (RFC 7643 §3.1): also the `Location` and `ETag` of answers. */
export function metaOf(resourceType: ResourceType, stored: StoredUser | StoredGroup, baseUrl: string) {
  return {
    resourceType,
    created: stored.createdAt.toISOString(),
    lastModified: stored.lastModified.toISOString(),
    location: `${baseUrl}/${resourceType}s/${stored.id}`,
    version: versionTag(stored.version, "groups" in stored ? stored.groups : []),
  };
}
