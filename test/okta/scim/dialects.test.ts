import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, OKTA_HEADERS, oktaUser } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, findUsers, groupMembers, patch, pushGroup, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

test("Okta's lookup finds a person by whatever field identifies them, with spaces as %20 or as +", async () => {
  const org = await newOrganization(service);
  const { id, userName, externalId } = await pushUser(org);
  const names = ["userName", "email", "emails", "emails.value", 'emails[type eq "work"].value'];
  const filters = [
    ...names.map((name) => `${name} eq "${userName}"`),
    `id eq "${id}"`,
    `externalId eq "${externalId}"`,
  ];
  for (const filter of filters) {
    for (const space of ["%20", "+"]) {
      const query = encodeURIComponent(filter).replaceAll("%20", space);
      const { body } = await org.scim("GET", `/Users?filter=${query}&startIndex=1&count=100`);
      assert.deepEqual([body.totalResults, body.Resources[0]?.id], [1, id], filter);
    }
  }
});

test("Okta's catalogue app sends the id in a path-less replace, and members without a type", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org), await pushUser(org)];
  const { id } = await pushGroup(org, "Platform", [ada.id]);
  const { status } = await patch(
    org,
    `/Groups/${id}`,
    { op: "replace", value: { id, displayName: "Platform Team" } },
    { op: "remove", path: `members[value eq "${ada.id}"]` },
    { op: "add", path: "members", value: [{ value: bo.id, display: bo.userName }] },
  );
  assert.equal(status, 204);
  assert.equal((await org.scim("GET", `/Groups/${id}`)).body.displayName, "Platform Team");
  assert.deepEqual(await groupMembers(org, id), [bo.id]);
});

test("Okta's wizard app gets its own answer back overlaid, and what is read-only in it is ignored", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  await pushGroup(org, "Platform", [id]);
  const { body } = await org.scim("GET", `/Users/${id}`);
  const stale = { ...body, id: "x", groups: [], meta: { version: "x" }, password: "x7Placehold", title: "Lead" };
  const put = await org.scim("PUT", `/Users/${id}`, stale);
  assert.deepEqual([put.status, put.body.id, put.body.title, put.body.groups.length], [200, id, "Lead", 1]);
  assert.equal(put.body.password, undefined);
});

test("OneLogin's names from before the standard are understood", async () => {
  const org = await newOrganization(service);
  const old = "urn:scim:schemas:extension:enterprise:1.0";
  const { body } = await org.scim("POST", "/Users", {
    ...oktaUser(),
    schemas: ["urn:scim:schemas:core:2.0", old],
    emails: { value: "ada@onelogin.test", primary: true, type: "work" },
    [old]: { department: "Sales", manager: { managerId: "boss" } },
  });
  assert.deepEqual(body.schemas, ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE]);
  assert.deepEqual(body.emails, [{ value: "ada@onelogin.test", primary: true, type: "work" }]);
  assert.deepEqual(body[ENTERPRISE], { department: "Sales", manager: { value: "boss" } });
  const found = await findUsers(org, 'urn:scim:schemas:extension:enterprise:2.0:User:department eq "Sales"');
  assert.equal(found[0].id, body.id);
  const group = { schemas: ["urn:scim:schemas:core:2.0"], displayName: "Sales", members: [{ value: body.id }] };
  assert.equal((await org.scim("POST", "/Groups", group)).status, 201);
});

test("OneLogin's URLs may end in & or ?, and it need not say who it is", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  const filter = `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`;
  for (const tail of ["&", "?", "&&", "&startIndex=1&", "&count=100?", "&attributes=userName?"]) {
    const { status, body } = await org.scim("GET", filter + tail, undefined, { "user-agent": "" });
    assert.deepEqual([status, body.totalResults, body.Resources[0].id], [200, 1, id], tail);
  }
  for (const path of [`/Users/${id}?`, `/Users/${id}?&`, "/Users?", "/Groups?&"]) {
    assert.equal((await org.scim("GET", path, undefined, { "user-agent": "" })).status, 200, path);
  }
});

test("PingOne's operators and names of attributes are read in any case", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org, { active: true });
  const part = userName.slice(0, 8).toUpperCase();
  for (const filter of [
    `username Eq "${userName}"`,
    `USERNAME EQ "${userName}"`,
    `username Co "${part}" AND active eq True`,
    `Username Sw "${part}" Or not (userName Pr)`,
    `emails[TYPE eq "WORK" and Value Eq "${userName}"]`,
    `NOT (UserName eq "x") and Emails.Value PR`,
  ]) {
    assert.deepEqual(
      (await findUsers(org, filter)).map((user: { id: string }) => user.id),
      [id],
      filter,
    );
  }
  const { body } = await patch(org, `/Users/${id}`, { OP: "REPLACE", Path: "NAME.GIVENNAME", Value: "Adeline" });
  assert.equal(body.name.givenName, "Adeline");
});

test("JumpCloud, Google and Rippling find PATCH, PUT and every attribute that they map where they look", async () => {
  const org = await newOrganization(service);
  const { body } = await org.scim("GET", "/ServiceProviderConfig");
  assert.equal(body.patch.supported, true);
  const schemas = (await org.scim("GET", "/Schemas")).body.Resources as {
    id: string;
    attributes: { name: string }[];
  }[];
  const names = (urn: string) => schemas.find(({ id }) => id === urn)?.attributes.map(({ name }) => name) ?? [];
  for (const name of ["userName", "name", "emails", "active", "phoneNumbers", "title", "locale", "timezone"]) {
    assert.ok(names("urn:ietf:params:scim:schemas:core:2.0:User").includes(name), name);
  }
  for (const name of ["department", "manager", "employeeNumber"]) assert.ok(names(ENTERPRISE).includes(name), name);
  const { id } = await pushUser(org);
  const sent = { ...oktaUser(), active: false };
  assert.equal((await org.scim("PUT", `/Users/${id}`, sent)).body.active, false);
  assert.equal((await setActive(org, id, true)).body.active, true);
});

test("a body is read as JSON or as SCIM, with a charset or without", async () => {
  const org = await newOrganization(service);
  for (const type of ["application/json", "application/scim+json", "application/scim+json; charset=utf-8"]) {
    const { status, headers } = await org.scim("POST", "/Users", oktaUser(), { "content-type": type, accept: "*/*" });
    assert.deepEqual([status, headers.get("content-type")], [201, "application/scim+json"]);
  }
  const { id } = await pushUser(org);
  const headers = { ...OKTA_HEADERS, authorization: `Bearer ${org.token}`, "content-type": "application/scim+json" };
  const deleted = await service.fetch(`${org.url}/okta/scim/Users/${id}`, { method: "DELETE", headers });
  assert.deepEqual([deleted.status, await deleted.text()], [204, ""]);
});

test("attributes of the enterprise extension are found without their URN, and truth in quotes is truth", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org, { [ENTERPRISE]: { department: "R&D", manager: "boss" } });
  await pushUser(org, { active: false, emails: [], userName: "bo@example.test" });
  for (const filter of ['manager eq "boss"', 'manager.value eq "boss"', 'department sw "r"', 'active eq "True"']) {
    assert.deepEqual(
      (await findUsers(org, filter)).map((user: { id: string }) => user.id),
      [id],
      filter,
    );
  }
  const { body } = await org.scim("GET", `/Users/${id}?attributes=department,manager.value`);
  assert.deepEqual(body[ENTERPRISE], { department: "R&D", manager: { value: "boss" } });
});

test("Add and Replace through a value path that matches nothing make the value, and Remove is refused", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  for (const op of ["Add", "Replace"]) {
    const path = `phoneNumbers[type eq "${op}"].value`;
    const { body } = await patch(org, `/Users/${id}`, { op, path, value: "1" });
    assert.deepEqual(body.phoneNumbers.at(-1), { type: op, value: "1" });
  }
  const made = await patch(org, `/Users/${id}`, {
    op: "Add",
    path: 'addresses[type eq "home"]',
    value: { region: "NO" },
  });
  assert.deepEqual(made.body.addresses, [{ type: "home", region: "NO" }]);
  const remove = { op: "Remove", path: 'phoneNumbers[type eq "fax"].value' };
  assertScimError(await patch(org, `/Users/${id}`, remove), 400, "noTarget");
});

test("strings of more than 1,024 characters and NUL characters are refused, pictures may be longer", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  const set = (path: string, value: unknown) => patch(org, `/Users/${id}`, { op: "replace", path, value });
  assertScimError(await set("title", "x".repeat(1_025)), 400, "invalidValue");
  assertScimError(await set("title", "a\0b"), 400, "invalidValue");
  assertScimError(await org.scim("POST", "/Groups", { displayName: "x".repeat(1_025) }), 400, "invalidValue");
  assertScimError(await org.scim("POST", "/Groups", { displayName: "a\0" }), 400, "invalidValue");
  assert.equal((await set("title", "x".repeat(1_024))).status, 200);
  assert.equal((await set("photos", [{ value: `https://x.test/${"x".repeat(5_000)}` }])).status, 200);
});

test("what no schema has is not kept and not answered", async () => {
  const org = await newOrganization(service);
  const custom = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";
  const { body } = await org.scim("POST", "/Users", { ...oktaUser(), [custom]: { badge: "7" }, shoe: 43 });
  assert.deepEqual([body[custom], body.shoe, body.schemas.length], [undefined, undefined, 1]);
  const patched = await patch(org, `/Users/${body.id}`, { op: "add", value: { [custom]: { badge: "7" }, shoe: 43 } });
  assert.deepEqual([patched.status, patched.body], [200, body]);
  assertScimError(await patch(org, `/Users/${body.id}`, { op: "add", path: "shoe", value: 43 }), 400, "invalidPath");
});
