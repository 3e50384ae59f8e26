import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { explainGroups, explainRole } from "../../src/domain/directory/explain.ts";
import { previewMapping } from "../../src/domain/directory/mapping-preview.ts";
import { addToOwnGroup, removeFromOwnGroup } from "../../src/domain/directory/own-groups.ts";
import { disconnect } from "../../src/domain/integration/disconnect.ts";
import { changeMember } from "../../src/domain/members/members.ts";
import { newOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { asOwner, inOwnGroup, map, ownGroup, rolesOf } from "./mapping.ts";
import { eventsOf, memberOf } from "./people.ts";
import { assertScimError, patch, pushGroup, pushUser, setActive } from "./scim/directory.ts";

const service = await startTestService();
after(() => service.stop());

const ADMINS = { kind: "group", name: "Platform admins", role: "admin" } as const;

describe("a pushed group that is mapped to a role", () => {
  test("gives it to whoever comes, and takes it from whoever goes, before the answer leaves", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    const group = await pushGroup(org, ADMINS.name);
    await map(org, [ADMINS]);
    await patch(org, `/Groups/${group.id}`, { op: "add", path: "members", value: [{ value: ada.id }] });
    assert.deepEqual(await rolesOf(org, ada.userName), { role: "admin", granted: "member", mapped: "admin" });
    await patch(org, `/Groups/${group.id}`, { op: "remove", path: `members[value eq "${ada.id}"]` });
    assert.deepEqual(await rolesOf(org, ada.userName), { role: "member", granted: "member", mapped: null });
  });

  test("gives it at once to whoever is in it when the mapping is saved, and takes it with the mapping", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    await pushGroup(org, ADMINS.name, [ada.id]);
    await map(org, [ADMINS]);
    assert.equal((await rolesOf(org, ada.userName)).role, "admin");
    await map(org, [], { remove: [ADMINS.name] });
    assert.deepEqual(await rolesOf(org, ada.userName), { role: "member", granted: "member", mapped: null });
  });

  test("leaves what somebody granted by hand, whichever comes first", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    const member = await memberOf(service, org, ada.userName);
    const group = await pushGroup(org, ADMINS.name, [ada.id]);
    await map(org, [ADMINS]);
    await changeMember(org.scope, member?.id ?? "", { role: "admin" });
    await patch(org, `/Groups/${group.id}`, { op: "replace", path: "members", value: [] });
    assert.deepEqual(await rolesOf(org, ada.userName), { role: "admin", granted: "admin", mapped: null });
    await changeMember(org.scope, member?.id ?? "", { role: "member" });
    assert.equal((await rolesOf(org, ada.userName)).role, "member");
  });

  test("is followed when it is renamed, and taken up again when it is deleted and pushed anew", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    const group = await pushGroup(org, ADMINS.name, [ada.id]);
    await map(org, [ADMINS]);
    await patch(org, `/Groups/${group.id}`, { op: "replace", value: { displayName: "Operators" } });
    assert.equal((await rolesOf(org, ada.userName)).role, "admin");
    await org.scim("DELETE", `/Groups/${group.id}`);
    assert.equal((await rolesOf(org, ada.userName)).role, "member");
    await pushGroup(org, "operators", [ada.id]);
    assert.equal((await rolesOf(org, ada.userName)).role, "admin");
  });

  test("counts whether it was pushed before the mapping or after", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    await map(org, [ADMINS]);
    await pushGroup(org, ADMINS.name, [ada.id]);
    assert.equal((await rolesOf(org, ada.userName)).role, "admin");
  });

  test("tells the audit log who changed it and why", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    await map(org, [ADMINS]);
    await pushGroup(org, ADMINS.name, [ada.id]);
    const [event] = await eventsOf(service, org, "member.role_changed");
    const [change] = await eventsOf(service, org, "directory_group.created");
    assert.deepEqual(event?.detail, {
      by: "mapping",
      before: "member",
      after: "admin",
      granted: "member",
      mapped: "admin",
      because: [{ via: "pushed-group", name: ADMINS.name }],
    });
    assert.equal(event?.target_name, ada.userName);
    assert.deepEqual(
      [event?.actor_kind, event?.actor_name, event?.reference_id],
      [change?.actor_kind, change?.actor_name, change?.reference_id],
    );
  });

  test("names the directory also where members change in a group that is there", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    const group = await pushGroup(org, ADMINS.name);
    await map(org, [ADMINS]);
    await patch(org, `/Groups/${group.id}`, { op: "add", path: "members", value: [{ value: ada.id }] });
    const [event] = await eventsOf(service, org, "member.role_changed");
    const [change] = await eventsOf(service, org, "directory_group.changed");
    assert.equal(event?.actor_kind, "directory");
    assert.equal(event?.reference_id, change?.reference_id);
  });
});

describe("the last owner, whom a mapping made one", () => {
  async function ownedByMapping() {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    const group = await pushGroup(org, "Owners", [ada.id]);
    await map(org, [{ kind: "group", name: "Owners", role: "owner" }]);
    await changeMember(org.scope, org.owner.id, { role: "member" });
    return { org, ada, group };
  }

  test("stays, whatever the directory does to the group: it is told why, and it is audited", async () => {
    const { org, ada, group } = await ownedByMapping();
    const acts = [
      () => patch(org, `/Groups/${group.id}`, { op: "replace", path: "members", value: [] }),
      () => patch(org, `/Groups/${group.id}`, { op: "remove", path: `members[value eq "${ada.id}"]` }),
      () => org.scim("PUT", `/Groups/${group.id}`, { displayName: "Other", members: [] }),
      () => org.scim("DELETE", `/Groups/${group.id}`),
    ];
    for (const act of acts) {
      const answer = await act();
      assertScimError(answer, 400, "mutability", /last active owner/);
      const [event] = await eventsOf(service, org, "directory_group.refused");
      assert.equal(event?.target_id, group.id);
      assert.equal((await rolesOf(org, ada.userName)).role, "owner");
      assert.equal((await org.scim("GET", `/Groups/${group.id}`)).body.displayName, "Owners");
    }
    assert.equal((await eventsOf(service, org, "directory_group.refused")).length, acts.length);
  });

  test("stays when the mapping is changed", async () => {
    const { org, ada } = await ownedByMapping();
    await assert.rejects(map(org, [], { remove: ["Owners"] }), { code: "last-owner" });
    assert.equal((await rolesOf(org, ada.userName)).role, "owner");
  });

  test("stays when the integration would be disconnected", async () => {
    const { org, ada } = await ownedByMapping();
    for (const createdMembers of ["delete", "keep"] as const) {
      await assert.rejects(disconnect(org.scope, createdMembers), { code: "last-owner" });
    }
    assert.equal((await rolesOf(org, ada.userName)).role, "owner");
  });
});

describe("a disconnect", () => {
  test("takes what the mapping gave, and leaves what was granted by hand", async () => {
    const org = await newOrganization(service);
    await org.addMember("linked@example.test");
    await org.addMember("granted@example.test", "admin");
    const people = await Promise.all(
      ["linked@example.test", "granted@example.test"].map((userName) => pushUser(org, { userName, emails: [] })),
    );
    await pushGroup(
      org,
      ADMINS.name,
      people.map(({ id }) => id),
    );
    const own = await ownGroup(org, "Deployers");
    await map(org, [ADMINS, { kind: "group", name: ADMINS.name, groupId: own }]);
    await disconnect(org.scope);
    assert.deepEqual(await rolesOf(org, "linked@example.test"), { role: "member", granted: "member", mapped: null });
    assert.deepEqual(await rolesOf(org, "granted@example.test"), { role: "admin", granted: "admin", mapped: null });
    assert.deepEqual(await inOwnGroup(org, own), []);
  });
});

describe("a role that the directory pushes with a user", () => {
  const rule = { kind: "role", name: "ops-admin", role: "admin" } as const;

  test("counts from the push, and changes with the user", async () => {
    const org = await newOrganization(service);
    await map(org, [rule]);
    const ada = await pushUser(org, { roles: [{ value: "Ops-Admin" }] });
    assert.equal((await rolesOf(org, ada.userName)).role, "admin");
    await patch(org, `/Users/${ada.id}`, { op: "replace", path: "roles", value: [{ value: "other" }] });
    assert.equal((await rolesOf(org, ada.userName)).role, "member");
  });
});

describe("a mapped group of our own", () => {
  test("has whoever is in the pushed group, and keeps apart who was added by hand", async () => {
    const org = await newOrganization(service);
    const [ada, ben] = [await pushUser(org), await pushUser(org)];
    const pushed = await pushGroup(org, "Platform", [ada.id, ben.id]);
    const own = await ownGroup(org, "Deployers");
    await map(org, [{ kind: "group", name: "Platform", groupId: own }]);
    await addToOwnGroup(asOwner(org), own, ada.userName);
    await patch(org, `/Groups/${pushed.id}`, { op: "replace", path: "members", value: [] });
    assert.deepEqual(await inOwnGroup(org, own), [`${ada.userName} manual`]);
    const member = await memberOf(service, org, ada.userName);
    await removeFromOwnGroup(asOwner(org), own, member?.id ?? "");
    assert.deepEqual(await inOwnGroup(org, own), []);
  });
});

describe("the default role", () => {
  test("is given to whom nothing maps, and only to people of the integration", async () => {
    const org = await newOrganization(service);
    const [ada, ben] = [await pushUser(org), await pushUser(org)];
    await org.addMember("by-hand@example.test");
    await pushGroup(org, "Guests", [ben.id]);
    await map(org, [{ kind: "group", name: "Guests", role: "member" }], { defaultRole: "admin" });
    const roles = await Promise.all(
      [ada.userName, ben.userName, "by-hand@example.test"].map((email) => rolesOf(org, email)),
    );
    assert.deepEqual(
      roles.map(({ role }) => role),
      ["admin", "member", "member"],
    );
    const cleo = await pushUser(org);
    assert.equal((await rolesOf(org, cleo.userName)).role, "admin");
  });
});

describe("people who leave and come back", () => {
  test("have what the mapping gives then", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    await pushGroup(org, ADMINS.name, [ada.id]);
    await map(org, [ADMINS]);
    await setActive(org, ada.id, false);
    await setActive(org, ada.id, true);
    assert.deepEqual(await rolesOf(org, ada.userName), { role: "admin", granted: "member", mapped: "admin" });
  });

  test("lose it with their directory user", async () => {
    const org = await newOrganization(service);
    await org.addMember("linked@example.test");
    const linked = await pushUser(org, { userName: "linked@example.test", emails: [] });
    await pushGroup(org, ADMINS.name, [linked.id]);
    await map(org, [ADMINS]);
    assert.equal((await rolesOf(org, "linked@example.test")).role, "admin");
    await org.scim("DELETE", `/Users/${linked.id}`);
    assert.deepEqual(await rolesOf(org, "linked@example.test"), { role: "member", granted: "member", mapped: null });
  });
});

describe("why somebody has a role, and is in a group", () => {
  test("names the rule, the pushed group and what was done by hand", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    const pushed = await pushGroup(org, ADMINS.name, [ada.id]);
    const own = await ownGroup(org, "Deployers");
    await map(org, [ADMINS, { kind: "group", name: ADMINS.name, groupId: own }]);
    const { id = "" } = (await memberOf(service, org, ada.userName)) ?? {};
    const role = await explainRole(org.scope, id);
    assert.deepEqual([role?.role, role?.granted, role?.mapped?.role], ["admin", "member", "admin"]);
    const [reason] = role?.mapped?.because ?? [];
    assert.deepEqual([reason?.via, reason?.name, reason?.directoryGroupId], ["pushed-group", ADMINS.name, pushed.id]);
    const groups = await explainGroups(org.scope, id);
    assert.deepEqual(
      groups.map(({ name, source, byHand, because }) => [name, source, byHand, because.length]),
      [
        ["Deployers", "own", false, 1],
        [ADMINS.name, "pushed", false, 0],
      ],
    );
  });

  test("says that the default gives it", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    await map(org, [], { defaultRole: "admin" });
    const { id = "" } = (await memberOf(service, org, ada.userName)) ?? {};
    assert.equal((await explainRole(org.scope, id))?.mapped?.because[0]?.via, "default");
  });
});

describe("the preview of a change", () => {
  test("says whom it touches, and changes nobody", async () => {
    const org = await newOrganization(service);
    const ada = await pushUser(org);
    await pushGroup(org, ADMINS.name, [ada.id]);
    const own = await ownGroup(org, "Deployers");
    const add = [ADMINS, { kind: "group", name: ADMINS.name, groupId: own } as const];
    const draft = { add, remove: [], defaultRole: "member", absentAttribute: "unchanged" } as const;
    const preview = await previewMapping(asOwner(org), draft);
    assert.equal(preview.touched, 1);
    assert.deepEqual(preview.roles, [{ before: "member", after: "admin", count: 1 }]);
    assert.deepEqual(preview.groups, [{ id: own, name: "Deployers", added: 1, removed: 0 }]);
    assert.deepEqual(preview.people[0]?.joins, ["Deployers"]);
    assert.equal(preview.ownerRemains, true);
    assert.equal((await rolesOf(org, ada.userName)).role, "member");
  });
});
