import { type JsonObject, type JsonValue, sameJson } from "../../protocols/scim/json.ts";
import { keptBody, keptText } from "../../protocols/scim/kept.ts";
import { renderUser } from "../../protocols/scim/resource.ts";
import type { Scope } from "../../scope.ts";
import { requestRows } from "../activity/exchange.ts";
import { endpoints } from "../integration/integration.ts";
import { type PersonInput, personName } from "./person.ts";
import type { DirectoryUser } from "./user-rows.ts";

/** What a directory user is found by in the activity. */
function userKeys(user: {
  readonly id?: string;
  readonly userName: string;
  readonly externalId: string | null;
  readonly email?: string;
}): (string | null)[] {
  return [user.id ?? null, user.userName, user.externalId, user.email ?? null];
}

/** From now on the request is about this user, also if it is refused. */
export function tellAbout(scope: Scope, user: DirectoryUser): void {
  if (scope.exchange) scope.exchange.about = { name: personName(user), keys: userKeys(user) };
}

/** The request that brings a new directory user, for the statement that inserts it. */
export function createdRequest(scope: Scope, user: DirectoryUser, member: "created" | "linked"): string {
  if (scope.exchange === undefined) return "[]";
  const name = personName(user);
  return requestRows(scope, {
    status: 201,
    outcome: "added",
    summary: member === "created" ? `Added ${name}` : `Linked ${name} to the member with the same email`,
    people: userKeys(user),
    response: shown(scope, user),
    change: { member },
  });
}

/** The request that changes a directory user, for the statement that writes it. */
export function changedRequest(
  scope: Scope,
  before: DirectoryUser,
  after: DirectoryUser,
  difference: Difference,
  turn: "same" | "on" | "off",
): string {
  if (scope.exchange === undefined) return "[]";
  const name = personName(after);
  const changed = Object.keys(difference.after);
  const summary = { on: `Reactivated ${name}`, off: `Deactivated ${name}`, same: whatChanged(name, changed) }[turn];
  return requestRows(scope, {
    status: scope.exchange.method === "POST" ? 201 : 200,
    outcome: turn === "on" ? "added" : turn === "off" ? "removed" : "changed",
    summary,
    people: [...userKeys(after), ...userKeys(before)],
    response: shown(scope, after),
    change: short(difference),
  });
}

/** The request that deletes a directory user, for the statement that does so. */
export function deletedRequest(scope: Scope, user: DirectoryUser, member: "deleted" | "deactivated"): string {
  const name = personName(user);
  return requestRows(scope, {
    status: 204,
    outcome: "removed",
    summary: member === "deleted" ? `Deleted ${name}` : `Deleted ${name} from the directory; the member is deactivated`,
    people: userKeys(user),
    change: { member },
  });
}

function shown(scope: Scope, user: DirectoryUser): string {
  const body = renderUser(user, endpoints(scope.organization).scimBaseUrl);
  return keptText(JSON.stringify(body), body);
}

/** A difference as it may be kept: a picture or a certificate is cut. */
function short(difference: Difference): Readonly<Record<string, unknown>> {
  const kept = keptBody(difference);
  return kept.length < 2_000 ? { ...difference } : JSON.parse(kept);
}

function whatChanged(name: string, changed: readonly string[]): string {
  if (changed.length === 0) return `Took ${name} over from just-in-time provisioning`;
  if (changed.length > 3) return `Changed ${changed.length} attributes of ${name}`;
  const [last = "", ...others] = changed.map((each) => each.split(":").at(-1)).reverse();
  return `Changed ${others.length > 0 ? `${others.reverse().join(", ")} and ${last}` : last} of ${name}`;
}

/** What a change changes, before and after. */
export interface Difference {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Only what differs, attribute by attribute; those of an extension one by one, under its URN. */
export function differenceOf(before: PersonInput, after: PersonInput): Difference {
  const one = flat(before);
  const other = flat(after);
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const changed = names.filter((name) => !sameJson(one[name], other[name]));
  const only = (values: JsonObject): JsonObject =>
    Object.fromEntries(changed.map((name) => [name, values[name] ?? null]));
  return { before: only(one), after: only(other) };
}

function flat({ userName, externalId, active, attributes }: PersonInput): JsonObject {
  const pairs = Object.entries(attributes).flatMap(([name, value]): [string, JsonValue][] => {
    const isExtension = name.startsWith("urn:") && value !== null && typeof value === "object" && !Array.isArray(value);
    return isExtension ? Object.entries(value).map(([inner, each]) => [`${name}:${inner}`, each]) : [[name, value]];
  });
  return { userName, externalId, active, ...Object.fromEntries(pairs) };
}
