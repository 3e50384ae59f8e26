import { currentUrn } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { foldAscii, isObject, type JsonObject, type JsonValue, quoted } from "./json.ts";
import { type GroupMember, parseMembers } from "./members.ts";
import { type Attribute, attributeOf, ENTERPRISE, ENTERPRISE_URN, GROUP, USER } from "./schema.ts";
import { readValue } from "./value.ts";

export { isEmailAddress, primaryEmail } from "./email.ts";
export type { GroupMember } from "./members.ts";
export { metaOf, renderGroup, renderMember, renderUser, type StoredGroup, type StoredUser } from "./render.ts";

/** What a POST or PUT says of a user. `undefined` is unsaid, which decides whether a PUT changes it. */
export interface UserInput {
  readonly userName: string;
  readonly externalId: string | null | undefined;
  readonly active: boolean | undefined;
  /** Every other writable attribute, the enterprise extension under its URN; no password. */
  readonly attributes: JsonObject;
}

/** What a POST or PUT says of a group. Without `members` a group keeps them; an empty list clears. */
export interface GroupInput {
  readonly displayName: string;
  readonly externalId: string | null | undefined;
  readonly members: readonly GroupMember[] | undefined;
}

/**
 * The user in a body (RFC 7644 §3.3, §3.5.1).
 *
 * Read-only attributes are ignored: Okta's wizard apps send our own answer back. Unknown attributes and extensions are
 * dropped, and `schemas` is not looked at: OneLogin sends names from before the standard. Refuses with 400
 * `invalidSyntax` what is no object, else `invalidValue`, naming the attribute.
 */
export function parseUser(body: unknown): UserInput {
  const attributes: JsonObject = {};
  const given = objectOf(body);
  const said = new Set<string>();
  for (const name of Object.keys(given)) {
    const attribute = attributeOf(USER, name);
    if (attribute !== undefined) {
      said.add(attribute.name);
      write(attributes, attribute, given[name]);
    } else if (name.includes(":")) writeExtension(attributes, name, given[name]);
  }
  const { userName, externalId, active, ...others } = attributes;
  return {
    userName: requiredText("userName", userName),
    externalId: identifier(externalId, said),
    active: typeof active === "boolean" ? active : undefined,
    attributes: others,
  };
}

function write(into: JsonObject, attribute: Attribute, given: unknown): void {
  if (attribute.mutability === "readOnly" || attribute.mutability === "writeOnly") return;
  const value = readValue(attribute, given);
  if (value !== undefined) into[attribute.name] = value;
}

/** The enterprise extension, as one object under its URN or flattened to `URN:attribute`; other extensions are dropped. */
function writeExtension(attributes: JsonObject, name: string, given: unknown): void {
  const urn = foldAscii(ENTERPRISE_URN);
  const key = currentUrn(name);
  if (given === null || !(key === urn || key.startsWith(`${urn}:`))) return;
  if (key === urn && !isObject(given)) {
    throw badRequest("invalidValue", `${ENTERPRISE_URN} takes an object, but got ${quoted(given)}.`);
  }
  const flat: Record<string, unknown> = key === urn && isObject(given) ? given : { [key.slice(urn.length + 1)]: given };
  const before = attributes[ENTERPRISE_URN];
  const extension: JsonObject = isObject(before) ? before : {};
  for (const inner of Object.keys(flat)) {
    const attribute = attributeOf(ENTERPRISE, inner);
    if (attribute !== undefined) write(extension, attribute, flat[inner]);
  }
  if (Object.keys(extension).length > 0) attributes[ENTERPRISE_URN] = extension;
}

/**
 * The group in a body. Refusals as for a user. `members: null` is an empty list, since null is "unassigned" (RFC 7643
 * §2.5); only leaving the attribute out leaves the members alone.
 */
export function parseGroup(body: unknown): GroupInput {
  const attributes: JsonObject = {};
  const given = objectOf(body);
  const said = new Set<string>();
  let members: GroupMember[] | undefined;
  for (const name of Object.keys(given)) {
    const attribute = attributeOf(GROUP, name);
    if (attribute === undefined) continue;
    said.add(attribute.name);
    if (attribute.name === "members") members = parseMembers(given[name]);
    else write(attributes, attribute, given[name]);
  }
  return {
    displayName: requiredText("displayName", attributes["displayName"]),
    externalId: identifier(attributes["externalId"], said),
    members,
  };
}

function objectOf(body: unknown): Record<string, unknown> {
  if (isObject(body)) return body;
  throw badRequest("invalidSyntax", `The body must be a JSON object, but it is ${quoted(body)}.`);
}

/** The text of a required attribute; spaces alone are none. */
export function requiredText(label: string, value: JsonValue | undefined): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw badRequest("invalidValue", `${label} is required and may not be empty.`);
}

/** `externalId`, where null and "" take it away: two people without one must not seem to share one. */
function identifier(value: JsonValue | undefined, said: ReadonlySet<string>): string | null | undefined {
  if (typeof value === "string" && value !== "") return value;
  return said.has("externalId") ? null : undefined;
}
