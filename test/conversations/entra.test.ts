import assert from "node:assert/strict";
import { after, test } from "node:test";
import { memberOf, membersOf } from "../okta/scim/directory.ts";
import { newOrganization, type ScimAnswer, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";

/*
 * What Entra ID's provisioning service says, step by step and in its own words.
 * https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
 */

const service = await startTestService();
after(() => service.stop());

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

const ADA = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
  externalId: "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
  userName: "Ada.Park@fabrikam.test",
  active: true,
  displayName: "Ada Park",
  emails: [{ primary: true, type: "work", value: "ada.park@fabrikam.test" }],
  meta: { resourceType: "User" },
  name: { formatted: "Ada Park", familyName: "Park", givenName: "Ada" },
  roles: [],
};

const TEAM = {
  schemas: [
    "urn:ietf:params:scim:schemas:core:2.0:Group",
    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
  ],
  externalId: "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
  displayName: "Engineering",
  meta: { resourceType: "Group" },
};

/** Entra ID, as it talks to one organization. */
function entra(org: TestOrganization) {
  const headers = { accept: "application/scim+json", "user-agent": "Azure AD Provisioning" };
  const ask = (method: string, path: string, body?: object) => org.scim(method, path, body, headers);
  const find = async (path: string, filter: string, more = "") => {
    const { status, body } = await ask("GET", `${path}?${more}filter=${encodeURIComponent(filter)}`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([body.schemas, typeof body.totalResults], [[LIST], "number"]);
    return body.Resources;
  };
  const patch = (path: string, ...Operations: object[]) => ask("PATCH", path, { schemas: [PATCH_OP], Operations });
  return { ask, find, patch };
}

test("Entra ID provisions a person and a group from the connection test to the deletion", async () => {
  const org = await newOrganization(service);
  const { ask, find, patch } = entra(org);
  // Test Connection: a person who cannot be there.
  assert.deepEqual(await find("/Users", 'userName eq "5ec9ad6e-ee12-4d27-9a75-3a5bd9a21a8f"'), []);

  assert.deepEqual(await find("/Users", `userName eq "${ADA.userName}"`), []);
  const created = await ask("POST", "/Users", ADA);
  assertKept(created, 201, ADA);
  const user = `/Users/${created.body.id}`;
  assert.equal(created.headers.get("location"), `${org.url}/okta/scim${user}`);
  for (const filter of [`externalId eq "${ADA.externalId}"`, `userName eq "${ADA.userName.toLowerCase()}"`]) {
    assert.deepEqual(await find("/Users", filter), [created.body]);
  }

  const updated = await patch(
    user,
    { op: "Replace", path: 'emails[type eq "work"].value', value: "ada@fabrikam.test" },
    { op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value: "+1 555 0100" },
    { op: "Replace", path: "name.familyName", value: "Lovelace" },
    { op: "Add", path: `${ENTERPRISE}:department`, value: "R&D" },
    { op: "Add", path: `${ENTERPRISE}:manager`, value: "0190a5e0-0000-7000-8000-000000000000" },
  );
  assert.equal(updated.status, 200);
  assert.deepEqual(updated.body.emails, [{ primary: true, type: "work", value: "ada@fabrikam.test" }]);
  assert.deepEqual(updated.body.phoneNumbers, [{ type: "mobile", value: "+1 555 0100" }]);
  assert.deepEqual((await ask("GET", user)).body, updated.body);
  assert.equal((await memberOf(org, "ada@fabrikam.test")).name, "Ada Lovelace");

  assert.deepEqual(await find("/Groups", `displayName eq "${TEAM.displayName}"`, "excludedAttributes=members&"), []);
  const group = await ask("POST", "/Groups", TEAM);
  assert.deepEqual([group.status, group.body.members, group.body.schemas], [201, [], [TEAM.schemas[0]]]);
  const path = `/Groups/${group.body.id}`;
  const member = { $ref: null, value: created.body.id };
  assertDone(await patch(path, { op: "Add", path: "members", value: [member] }));
  assert.equal((await ask("GET", `${path}?excludedAttributes=members`)).body.members, undefined);
  const [found] = await find("/Groups", `externalId eq "${TEAM.externalId}"`, "excludedAttributes=members&");
  assert.deepEqual([found.id, found.members], [group.body.id, undefined]);
  // Whether somebody is in a group.
  const both = `id eq "${group.body.id}" and members eq "${created.body.id}"`;
  assert.equal((await find("/Groups", both, "attributes=id&")).length, 1);
  assertDone(await patch(path, { op: "Replace", path: "displayName", value: "Platform" }));
  assertDone(await patch(path, { op: "Remove", path: "members", value: [member] }));
  assert.deepEqual((await ask("GET", path)).body.members, []);
  assert.deepEqual(await find("/Groups", both, "attributes=id&"), []);

  const disabled = await patch(user, { op: "Replace", path: "active", value: "False" });
  assert.deepEqual([disabled.status, disabled.body.active], [200, false]);
  assert.equal((await find("/Users", `userName eq "${ADA.userName}"`))[0].active, false);
  assert.equal((await memberOf(org, "ada@fabrikam.test")).state, "deactivated");
  assertDone(await ask("DELETE", user));
  assertDone(await ask("DELETE", path));
  assert.equal((await ask("GET", user)).status, 404);
  assert.deepEqual(await find("/Users", `externalId eq "${ADA.externalId}"`), []);
  assert.equal((await membersOf(org)).size, 0);
});

test("Entra ID names everything that it changes in one operation without a path", async () => {
  const org = await newOrganization(service);
  const { ask, patch } = entra(org);
  const { id } = (await ask("POST", "/Users", ADA)).body;
  const value = {
    "name.givenName": "Adeline",
    'emails[type eq "work"].value': "adeline@fabrikam.test",
    'addresses[type eq "work"].locality': "Oslo",
    [`${ENTERPRISE}:department`]: "Sales",
    [`${ENTERPRISE}:manager`]: "boss",
    active: "False",
  };
  const { status, body } = await patch(`/Users/${id}`, { op: "replace", value });
  assert.equal(status, 200);
  assert.deepEqual(body.name, { formatted: "Ada Park", familyName: "Park", givenName: "Adeline" });
  assert.equal(body.emails[0].value, "adeline@fabrikam.test");
  assert.deepEqual(body.addresses, [{ type: "work", locality: "Oslo" }]);
  assert.deepEqual(body[ENTERPRISE], { department: "Sales", manager: { value: "boss" } });
  assert.equal(body.active, false);
});

test("Entra ID sets a manager in every form that it has, and clears it with empty text", async () => {
  const org = await newOrganization(service);
  const { ask, patch } = entra(org);
  const { id } = (await ask("POST", "/Users", ADA)).body;
  const forms: readonly object[] = [
    { path: `${ENTERPRISE}:manager`, value: "boss" },
    { path: `${ENTERPRISE}:manager`, value: [{ value: "boss" }] },
    { path: `${ENTERPRISE}:manager`, value: [{ $ref: null, value: "boss" }] },
    { path: `${ENTERPRISE}:manager`, value: { value: "boss" } },
    { path: `${ENTERPRISE}:manager.value`, value: "boss" },
    { path: "manager", value: "boss" },
    { value: { [ENTERPRISE]: { manager: "boss" } } },
    { value: { [ENTERPRISE]: { manager: { value: "boss" } } } },
  ];
  for (const form of forms) {
    for (const op of ["Add", "Replace"]) {
      const set = await patch(`/Users/${id}`, { op, ...form });
      assert.equal(set.body[ENTERPRISE]?.manager?.value, "boss", JSON.stringify({ op, ...form }));
      const cleared = await patch(`/Users/${id}`, { op: "Replace", path: `${ENTERPRISE}:manager`, value: "" });
      assert.deepEqual([cleared.status, cleared.body[ENTERPRISE]], [200, undefined]);
    }
  }
  await patch(`/Users/${id}`, { op: "Add", path: "manager", value: "boss" });
  const removed = await patch(`/Users/${id}`, { op: "Remove", path: `${ENTERPRISE}:manager` });
  assert.equal(removed.body[ENTERPRISE], undefined);
});

test("Entra ID's empty PATCH changes nothing, and its changes of one group at once lose none", async () => {
  const org = await newOrganization(service);
  const { ask, patch } = entra(org);
  const people = Array.from({ length: 20 }, (_, i) => {
    const email = `person${i}@fabrikam.test`;
    return ask("POST", "/Users", { ...ADA, externalId: `e${i}`, userName: email, emails: [{ value: email }] });
  });
  const ids: string[] = (await Promise.all(people)).map(({ body }) => body.id);
  const user = (await ask("GET", `/Users/${ids[0]}`)).body;
  assert.deepEqual((await patch(`/Users/${ids[0]}`)).body, user);
  const { body: group } = await ask("POST", "/Groups", TEAM);
  const add = (value: string) => patch(`/Groups/${group.id}`, { op: "Add", path: "members", value: [{ value }] });
  (await Promise.all(ids.map(add))).map(assertDone);
  const full = (await ask("GET", `/Groups/${group.id}`)).body;
  assert.deepEqual(full.members.map((member: { value: string }) => member.value).sort(), [...ids].sort());
  assertDone(await patch(`/Groups/${group.id}`));
  assert.deepEqual((await ask("GET", `/Groups/${group.id}`)).body, full);
});

/** 204 without a body, as Entra ID takes it for done. */
function assertDone({ status, body }: ScimAnswer): void {
  assert.deepEqual([status, body], [204, undefined]);
}

/** The answer has what was sent, but for what is empty. */
function assertKept({ status, body }: ScimAnswer, wanted: number, sent: typeof ADA): void {
  assert.equal(status, wanted, JSON.stringify(body));
  const { schemas, meta, roles, ...kept } = sent;
  for (const [name, value] of Object.entries(kept)) assert.deepEqual(body[name], value, name);
  assert.deepEqual([body.roles, body.schemas, body.meta.resourceType], [undefined, [schemas[0]], meta.resourceType]);
  assert.deepEqual(roles, []);
}
