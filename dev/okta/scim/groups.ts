import type { AppSettings, Group, Org } from "../org.ts";
import { type Member, newGroup, patchAllMembers, patchGroupName, patchMembers, wholeGroup } from "./bodies.ts";
import { call, fail } from "./call.ts";
import { lookupPath, resourcePath } from "./paths.ts";

/** A group that is pushed to the app, with the members that the service can know. */
export interface Linked {
  readonly app: AppSettings;
  readonly group: Group;
  readonly members: readonly Member[];
}

/** The first push: finds the group by its name, or creates it. Gives back its id in the service. Throws TaskFailed. */
export async function linkGroup(org: Org, linked: Linked): Promise<string> {
  const found = await lookUpGroup(org, linked);
  await org.pace.pause();
  if (found !== undefined) return sendWhole(org, linked, found);
  const onFailure = `Error while creating user group ${linked.group.name}`;
  const answer = await call(org, {
    purpose: `Push group ${linked.group.name}`,
    method: "POST",
    path: "/Groups",
    body: newGroup(linked.group, linked.members),
    onFailure,
  });
  const id = (answer.json as { id?: unknown } | undefined)?.id;
  if (typeof id !== "string" || id === "") return fail(answer, `${onFailure}: Create new group returned empty group`);
  if (linked.app.generation === "catalogue") return id;
  await org.pace.pause();
  return sendWhole(org, linked, id);
}

/** Push now: the whole membership again. Throws TaskFailed. */
export function pushWhole(org: Org, linked: Linked): Promise<string> {
  return sendWhole(org, linked, linked.group.push.remoteId ?? "");
}

/**
 * After a change: a wizard app sends everything again; a catalogue app repeats the name, then sends the difference to what
 * it sent last. Throws TaskFailed.
 */
export async function pushChanges(org: Org, linked: Linked): Promise<string> {
  const { sent, remoteId = "" } = linked.group.push;
  if (linked.app.generation === "wizard") return sendWhole(org, linked, remoteId);
  await patch(org, linked, remoteId, patchGroupName(remoteId, linked.group));
  const now = new Set(linked.members.map((member) => member.value));
  const added = linked.members.filter((member) => !sent.has(member.value));
  const removed = [...sent].filter((id) => !now.has(id));
  for (const body of patchMembers(added, removed)) {
    await org.pace.pause();
    await patch(org, linked, remoteId, body);
  }
  return remoteId;
}

/** Deletes the group in the service; one that is gone already is fine. Throws TaskFailed. */
export async function removeGroup(org: Org, linked: Linked): Promise<string> {
  const { remoteId } = linked.group.push;
  if (remoteId === undefined) return "";
  await call(org, {
    purpose: `Unlink group ${linked.group.name}`,
    method: "DELETE",
    path: resourcePath("Groups", remoteId),
    onFailure: `Error while deleting user group ${linked.group.name}`,
    tolerate: 404,
  });
  return remoteId;
}

async function lookUpGroup(org: Org, linked: Linked): Promise<string | undefined> {
  const onFailure = `Error while trying to look up group ${linked.group.name}`;
  const path = lookupPath(linked.app, "Groups", linked.group.name);
  const purpose = `Look up group ${linked.group.name}`;
  const answer = await call(org, { purpose, method: "GET", path, onFailure, tolerate: 404 });
  if (answer.entry.status === 404) return undefined;
  const resources = (answer.json as { Resources?: unknown } | undefined)?.Resources;
  if (!Array.isArray(resources)) return fail(answer, `${onFailure}: the answer is not a list`);
  const id = (resources[0] as { id?: unknown } | undefined)?.id;
  return typeof id === "string" ? id : undefined;
}

async function sendWhole(org: Org, linked: Linked, remoteId: string): Promise<string> {
  if (linked.app.generation === "catalogue") {
    await patch(org, linked, remoteId, patchAllMembers(linked.members));
    return remoteId;
  }
  const path = resourcePath("Groups", remoteId);
  const purpose = `Update group ${linked.group.name}`;
  const onFailure = `Error while updating user group ${linked.group.name}`;
  await call(org, { purpose, method: "GET", path, onFailure });
  await org.pace.pause();
  await call(org, {
    purpose,
    method: "PUT",
    path,
    body: wholeGroup(remoteId, linked.group, linked.members),
    onFailure,
  });
  return remoteId;
}

async function patch(org: Org, linked: Linked, remoteId: string, body: unknown): Promise<void> {
  const { name } = linked.group;
  await call(org, {
    purpose: `Update group ${name}`,
    method: "PATCH",
    path: resourcePath("Groups", remoteId),
    body,
    onFailure: `Error while updating user group ${name}`,
  });
}
