import { type Group, groupById, inTurn, type Org, oktaId, personById } from "./org.ts";
import { applicationUsername, type Member } from "./scim/bodies.ts";
import { type Linked, linkGroup, pushChanges, pushWhole, removeGroup } from "./scim/groups.ts";

/** Adds a group to the org, not pushed. */
export function addGroup(org: Org, input: { name: string; memberIds?: readonly string[] }): Group {
  const push = { status: "not pushed", remoteId: undefined, error: undefined, sent: new Set<string>() } as const;
  const group: Group = { id: oktaId("00g"), name: input.name, memberIds: [...(input.memberIds ?? [])], push };
  for (const personId of group.memberIds) personById(org, personId);
  org.groups.set(group.id, group);
  return group;
}

/** Makes these people the members and, if the group is pushed, tells the service. */
export function setGroupMembers(org: Org, id: string, memberIds: readonly string[]): Promise<Group> {
  for (const personId of memberIds) personById(org, personId);
  change(org, id, { memberIds: [...new Set(memberIds)] });
  return pushIfLinked(org, id);
}

/** Gives the group another name and, if it is pushed, tells the service. */
export function renameGroup(org: Org, id: string, name: string): Promise<Group> {
  change(org, id, { name });
  return pushIfLinked(org, id);
}

/** Pushes a group for the first time: adopts the group of the same name there, or creates one. Later: as pushNow. */
export function pushGroup(org: Org, id: string): Promise<Group> {
  if (groupById(org, id).push.remoteId !== undefined) return pushNow(org, id);
  return task(org, id, "create", (linked) => linkGroup(org, linked));
}

/** Sends the name and the whole membership again. */
export function pushNow(org: Org, id: string): Promise<Group> {
  if (groupById(org, id).push.remoteId === undefined) return pushGroup(org, id);
  return task(org, id, "update", (linked) => pushWhole(org, linked));
}

/** Ends the push and deletes the group in the service. Its members there stay people. */
export async function unlinkGroup(org: Org, id: string): Promise<Group> {
  const group = await task(org, id, "delete", (linked) => removeGroup(org, linked));
  if (group.push.status === "failed") return group;
  setPush(org, id, { status: "not pushed", remoteId: undefined, sent: new Set() });
  return groupById(org, id);
}

/** After a person was provisioned: the pushed groups that they are in follow, for only the provisioned are pushed. */
export async function pushGroupsOf(org: Org, personId: string): Promise<void> {
  for (const group of [...org.groups.values()]) {
    if (group.memberIds.includes(personId)) await pushIfLinked(org, group.id);
  }
}

function pushIfLinked(org: Org, id: string): Promise<Group> {
  const group = groupById(org, id);
  if (group.push.remoteId === undefined) return Promise.resolve(group);
  return task(org, id, "update", (linked) => pushChanges(org, linked));
}

/** Runs one push of a group in turn, and keeps how it ended: the id there and who was sent. */
function task(
  org: Org,
  id: string,
  what: "create" | "update" | "delete",
  work: (linked: Linked) => Promise<string>,
): Promise<Group> {
  groupById(org, id);
  return inTurn(org, id, async () => {
    setPush(org, id, { status: "working", error: undefined });
    try {
      if (!org.app?.scimBaseUrl) throw new Error("Provisioning is not configured");
      const group = groupById(org, id);
      const members = provisionedMembers(org, group);
      const remoteId = await work({ app: org.app, group, members });
      setPush(org, id, { status: "active", remoteId, sent: new Set(members.map((member) => member.value)) });
    } catch (error) {
      const start = `Unable to ${what} Group Push mapping target App group ${groupById(org, id).name}`;
      setPush(org, id, { status: "failed", error: `${start}: ${(error as Error).message}` });
    }
    return groupById(org, id);
  });
}

/** Okta pushes as members only people that it has provisioned itself and that are still assigned. */
function provisionedMembers(org: Org, group: Group): Member[] {
  const { app } = org;
  return group.memberIds.flatMap((personId) => {
    const person = personById(org, personId);
    const { assigned, remoteId } = person.app;
    if (app === undefined || !assigned || remoteId === undefined || person.status !== "active") return [];
    return [{ value: remoteId, display: applicationUsername(app, person) }];
  });
}

function setPush(org: Org, id: string, changes: Partial<Group["push"]>): void {
  change(org, id, { push: { ...groupById(org, id).push, ...changes } });
}

function change(org: Org, id: string, changes: Partial<Group>): void {
  org.groups.set(id, { ...groupById(org, id), ...changes });
}
