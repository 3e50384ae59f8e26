import { listOf } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { foldAscii, isObject, member, quoted } from "./json.ts";
import { checkText } from "./value.ts";

/** A member of a group: the id of a directory user, and the name that the directory gave with it. */
export interface GroupMember {
  readonly value: string;
  readonly display?: string;
}

/**
 * The members in a group's body or a PATCH value, each id once, in the order of their first mention. Null is no members.
 *
 * `type` may be missing (Okta's catalogue apps leave it out) and `$ref` may be anything (Entra ID sends null). Refuses
 * with `invalidValue`: what is no list of objects with a `value`, and groups as members, by name.
 */
export function parseMembers(given: unknown): GroupMember[] {
  if (given === null || given === undefined) return [];
  const list = listOf(given);
  if (!Array.isArray(list)) throw badRequest("invalidValue", `members takes a list, but got ${quoted(given)}.`);
  const members = new Map<string, GroupMember>();
  for (const item of list) {
    const one = parseMember(item);
    if (one.display !== undefined || !members.has(one.value)) members.set(one.value, one);
  }
  return [...members.values()];
}

function parseMember(given: unknown): GroupMember {
  if (!isObject(given)) throw badRequest("invalidValue", `A member takes an object, but got ${quoted(given)}.`);
  const value = member(given, "value");
  if (typeof value !== "string" || value === "") {
    throw badRequest("invalidValue", `members.value takes the id of a user, but got ${quoted(value)}.`);
  }
  checkText("members.value", value);
  const type = member(given, "type");
  if (typeof type === "string" && foldAscii(type) === "group") {
    throw badRequest("invalidValue", `The member ${quoted(value)} is a group; groups hold only users.`);
  }
  const display = member(given, "display") ?? undefined;
  if (display === undefined) return { value };
  if (typeof display !== "string") {
    throw badRequest("invalidValue", `members.display takes text, but got ${quoted(display)}.`);
  }
  return { value, display: checkText("members.display", display) };
}
