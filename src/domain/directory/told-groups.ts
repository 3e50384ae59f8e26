import { keptBody } from "../../protocols/scim/kept.ts";
import { type GroupMember, renderGroup, type StoredGroup } from "../../protocols/scim/resource.ts";
import type { Scope } from "../../scope.ts";
import { requestRows } from "../activity/exchange.ts";
import { endpoints } from "../integration/integration.ts";
import type { Difference } from "./memberships.ts";

/** From now on the request is about this group, also if it is refused. */
export function tellAboutGroup(scope: Scope, group: StoredGroup): void {
  if (scope.exchange) scope.exchange.about = { name: `the group ${group.displayName}`, keys: [], groupId: group.id };
}

/** The request that makes a group, for the statement that inserts it. */
export function createdGroupRequest(scope: Scope, group: StoredGroup, members: readonly GroupMember[]): string {
  if (scope.exchange === undefined) return "[]";
  const shown = renderGroup(group, members, endpoints(scope.organization).scimBaseUrl);
  return requestRows(scope, {
    status: 201,
    outcome: "added",
    summary: `Added the group ${group.displayName} with ${counted(members.length)}`,
    people: members.map((member) => member.value),
    groupId: group.id,
    response: keptBody(shown),
    change: { added: members.length },
  });
}

/** The request that changes a group, for the statement that writes it. */
export function changedGroupRequest(
  scope: Scope,
  before: StoredGroup,
  after: StoredGroup,
  difference: Difference,
): string {
  if (scope.exchange === undefined) return "[]";
  const { added, removed, whoCame, whoWent } = difference;
  const renamed = before.displayName !== after.displayName;
  return requestRows(scope, {
    status: scope.exchange.status ?? (scope.exchange.method === "PATCH" ? 204 : 200),
    outcome: added > 0 ? "added" : removed > 0 ? "removed" : "changed",
    summary: whatChanged(before, after, difference),
    people: [...whoCame, ...whoWent].map(({ id }) => id),
    groupId: after.id,
    change: {
      added,
      removed,
      ...named({ whoCame, whoWent }),
      ...(renamed && { before: before.displayName, after: after.displayName }),
    },
  });
}

/** The request that deletes a group, for the statement that does so. */
export function deletedGroupRequest(scope: Scope, group: StoredGroup): string {
  const summary = `Deleted the group ${group.displayName}`;
  return requestRows(scope, { status: 204, outcome: "removed", summary, people: [], groupId: group.id });
}

function whatChanged(before: StoredGroup, after: StoredGroup, change: Difference): string {
  const { added, removed, renamed, whoCame, whoWent } = change;
  const name = after.displayName;
  const parts = [
    ...(added > 0 ? [`Added ${people(added, whoCame)} to ${name}`] : []),
    ...(removed > 0 ? [`Removed ${people(removed, whoWent)} from ${name}`] : []),
    ...(renamed > 0 ? [`Changed the names of ${counted(renamed)} in ${name}`] : []),
    ...(before.displayName !== name ? [`Renamed the group ${before.displayName} to ${name}`] : []),
    ...(before.externalId !== after.externalId ? [`Changed the externalId of ${name}`] : []),
  ];
  return parts.join(". ");
}

/** Up to three are named. */
function people(count: number, who: Difference["whoCame"]): string {
  const names = who.flatMap(({ name }) => (name === null ? [] : [name]));
  if (count > 3 || names.length < count) return counted(count);
  const last = names.at(-1) ?? "";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last;
}

/** The first of them by name, for the page that shows the change. */
function named({ whoCame, whoWent }: Pick<Difference, "whoCame" | "whoWent">) {
  const names = (who: Difference["whoCame"]) => who.slice(0, 20).map(({ id, name }) => name ?? id);
  return {
    ...(whoCame.length > 0 && { came: names(whoCame) }),
    ...(whoWent.length > 0 && { went: names(whoWent) }),
  };
}

function counted(number: number): string {
  return number === 1 ? "1 person" : `${number.toLocaleString("en")} people`;
}
