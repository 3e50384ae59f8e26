import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { actionsOf, assertScimError, findUsers, groupMembers, membersOf, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";
const UNKNOWN = "0190a5e0-0000-7000-8000-000000000000";

/** Sends the operations; answers what became of each. */
async function bulk(org: TestOrganization, operations: readonly unknown[], more: object = {}) {
  const { status, body } = await org.scim("POST", "/Bulk", {
    schemas: [BULK_REQUEST],
    Operations: operations,
    ...more,
  });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.schemas, [BULK_RESPONSE]);
  return body.Operations;
}

const make = (bulkId: string, changes: object = {}) => {
  return { method: "POST", path: "/Users", bulkId, data: oktaUser({ ...changes }) };
};
const group = (bulkId: string, displayName: string, ...members: string[]) => {
  return {
    method: "POST",
    path: "/Groups",
    bulkId,
    data: { displayName, members: members.map((value) => ({ value })) },
  };
};
const statuses = (operations: readonly { status: string }[]) => operations.map(({ status }) => status);
const errorOf = (status: string, detail: string, scimType?: string) => {
  return { schemas: [ERROR], status, ...(scimType && { scimType }), detail };
};

test("every operation is answered with its status as text, its location and its version", async () => {
  const org = await newOrganization(service);
  const [gone, kept] = [await pushUser(org), await pushUser(org)];
  const team = await pushGroup(org, "Team", [gone.id]);
  const [made, put, patched, moved, deleted] = await bulk(org, [
    make("ada"),
    { method: "PUT", path: `/Users/${kept.id}`, data: oktaUser({ userName: kept.userName, title: "Lead" }) },
    {
      method: "PATCH",
      path: `/Users/${kept.id}`,
      data: { Operations: [{ op: "add", path: "nickName", value: "Bo" }] },
    },
    {
      method: "PATCH",
      path: `/Groups/${team.id}`,
      data: { Operations: [{ op: "add", path: "members", value: [{ value: kept.id }] }] },
    },
    { method: "DELETE", path: `/Users/${gone.id}` },
  ]);
  const ada = (await org.scim("GET", made.location.replace(`${org.url}/okta/scim`, ""))).body;
  assert.deepEqual(made, {
    method: "POST",
    bulkId: "ada",
    location: ada.meta.location,
    version: 'W/"1"',
    status: "201",
  });
  const location = `${org.url}/okta/scim/Users/${kept.id}`;
  assert.deepEqual([put.method, put.location, put.status], ["PUT", location, "200"]);
  assert.deepEqual([patched.method, patched.location, patched.status], ["PATCH", location, "200"]);
  assert.notEqual(put.version, patched.version);
  assert.deepEqual(moved, { method: "PATCH", location: team.meta.location, version: 'W/"2"', status: "204" });
  assert.deepEqual(deleted, { method: "DELETE", location: gone.meta.location, status: "204" });
  const { body } = await org.scim("GET", `/Users/${kept.id}`);
  assert.deepEqual([body.title, body.nickName], ["Lead", "Bo"]);
  assert.deepEqual(await groupMembers(org, team.id), [kept.id]);
});

test("an operation is audited as the single request would be", async () => {
  const org = await newOrganization(service);
  await bulk(org, [make("ada"), group("team", "Team", "bulkId:ada")]);
  assert.deepEqual(await actionsOf(org), ["directory_user.created", "directory_group.created"]);
});

test("each operation is written down once, as the single request would be, without a password", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org, { name: { givenName: "Bo", familyName: "Li" } });
  await bulk(org, [
    make("ada", { name: { givenName: "Ada", familyName: "Park" }, password: "x7Secret" }),
    group("team", "Team", "bulkId:ada"),
    { method: "PATCH", path: `/Users/${id}`, data: { Operations: [] } },
    { method: "DELETE", path: `/Users/${id}`, version: 'W/"9"' },
    { method: "DELETE", path: "/Devices/1" },
  ]);
  const select = service.parts.db.selectFrom("scim_requests").selectAll();
  const rows = await select.where("organization_id", "=", org.organization.id).orderBy("id").execute();
  assert.deepEqual(
    rows.slice(1).map(({ method, path, status, summary }) => `${method} ${path} ${status}: ${summary}`),
    [
      "POST /Users 201: Added Ada Park",
      "POST /Groups 201: Added the group Team with 1 person",
      `PATCH /Users/${id} 200: Found Bo Li as sent: nothing to change`,
      `DELETE /Users/${id} 412: Refused to delete Bo Li`,
      "POST /Bulk 400: Refused to add /Bulk",
    ],
  );
  assert.equal(new Set(rows.slice(1).map((row) => row.reference_id)).size, 1);
  assert.doesNotMatch(JSON.stringify(rows), /x7Secret/);
});

test("people and the group that they are in come in one request, in whatever order they stand", async () => {
  const org = await newOrganization(service);
  const operations = [
    {
      method: "PATCH",
      path: "/Groups/bulkId:team",
      data: { Operations: [{ op: "Add", path: "members", value: [{ value: "bulkId:bo" }] }] },
    },
    group("team", "Team", "bulkId:ada"),
    make("ada"),
    make("bo"),
  ];
  const answers = await bulk(org, operations);
  assert.deepEqual(statuses(answers), ["204", "201", "201", "201"]);
  const ids = [answers[2], answers[3]].map(({ location }) => location.split("/").at(-1));
  assert.deepEqual(await groupMembers(org, answers[1].location.split("/").at(-1)), ids.sort());
  assert.equal(answers[0].location, answers[1].location);
});

test("a reference may stand for the manager, and in the path of a person", async () => {
  const org = await newOrganization(service);
  const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const [boss, ada, patched] = await bulk(org, [
    make("boss"),
    make("ada", { [urn]: { manager: { value: "bulkId:boss" } } }),
    { method: "PATCH", path: "/Users/bulkId:ada", data: { Operations: [{ op: "add", value: { title: "Lead" } }] } },
  ]);
  assert.deepEqual([ada.status, patched.status], ["201", "200"]);
  const { body } = await org.scim("GET", `/Users/${ada.location.split("/").at(-1)}`);
  assert.equal(body[urn].manager.value, boss.location.split("/").at(-1));
  assert.equal(body.title, "Lead");
});

test("a reference to nothing, to what failed or in a circle is 409 with what it names, and the others are done", async () => {
  const org = await newOrganization(service);
  const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const managed = (bulkId: string, by: string) => make(bulkId, { [urn]: { manager: { value: `bulkId:${by}` } } });
  const answers = await bulk(org, [
    group("lost", "Lost", "bulkId:nobody"),
    make("wrong", { userName: "" }),
    group("sad", "Sad", "bulkId:wrong"),
    managed("a", "b"),
    managed("b", "a"),
    { method: "DELETE", path: "/Users/bulkId:nobody" },
    make("ada"),
  ]);
  assert.deepEqual(statuses(answers), ["409", "400", "409", "409", "409", "409", "201"]);
  assert.deepEqual(answers[0], {
    method: "POST",
    bulkId: "lost",
    status: "409",
    response: errorOf("409", 'No operation of this request has made "bulkId:nobody".'),
  });
  assert.equal(answers[1].response.scimType, "invalidValue");
  assert.equal(answers[5].location, undefined);
  assert.equal((await org.scim("GET", "/Groups")).body.totalResults, 0);
  assert.equal((await org.scim("GET", "/Users")).body.totalResults, 1);
});

test("an operation that is refused changes nothing and undoes none of the others", async () => {
  const org = await newOrganization(service);
  const ada = make("ada");
  const answers = await bulk(org, [
    ada,
    { ...ada, bulkId: "again", data: { ...ada.data, userName: ada.data.userName.toUpperCase() } },
    group("team", "Team", "bulkId:ada"),
    group("twin", "TEAM"),
    group("half", "Half", "bulkId:ada", UNKNOWN),
    { method: "PUT", path: `/Users/${UNKNOWN}`, data: oktaUser() },
    {
      method: "PATCH",
      path: "/Users/bulkId:ada",
      data: { Operations: [{ op: "add", value: { title: "x" } }, { op: "x" }] },
    },
    { method: "DELETE", path: `/Groups/${UNKNOWN}` },
  ]);
  assert.deepEqual(statuses(answers), ["201", "409", "201", "409", "400", "404", "400", "404"]);
  assert.deepEqual([answers[1].response.status, answers[1].response.scimType], ["409", "uniqueness"]);
  assert.match(answers[4].response.detail, new RegExp(UNKNOWN));
  assert.equal(answers[5].location, `${org.url}/okta/scim/Users/${UNKNOWN}`);
  const { body } = await org.scim("GET", "/Groups");
  assert.deepEqual([body.totalResults, body.Resources[0].displayName], [1, "Team"]);
  const [user] = await findUsers(org, `userName eq "${ada.data.userName}"`);
  assert.equal(user.title, undefined);
  assert.equal((await membersOf(org)).size, 1);
});

test("after failOnErrors errors the rest is left undone, and what was done stays", async () => {
  const org = await newOrganization(service);
  const operations = [make("a"), make("b", { userName: "" }), make("c"), make("d", { userName: "" }), make("e")];
  assert.deepEqual(statuses(await bulk(org, operations, { failOnErrors: 1 })), ["201", "400"]);
  assert.equal((await org.scim("GET", "/Users")).body.totalResults, 1);
  const other = await newOrganization(service);
  assert.deepEqual(statuses(await bulk(other, operations, { failOnErrors: 2 })), ["201", "400", "201", "400"]);
  const third = await newOrganization(service);
  assert.deepEqual(statuses(await bulk(third, operations)), ["201", "400", "201", "400", "201"]);
});

test("the version of an operation is its If-Match", async () => {
  const org = await newOrganization(service);
  const { id, meta } = await pushUser(org);
  const title = (value: string, version: string) => {
    const data = { Operations: [{ op: "replace", path: "title", value }] };
    return { method: "PATCH", path: `/Users/${id}`, version, data };
  };
  const answers = await bulk(org, [
    title("One", meta.version),
    title("Two", meta.version),
    { method: "DELETE", path: `/Users/${id}`, version: meta.version },
    title("Three", "2"),
    { method: "DELETE", path: `/Users/${id}`, version: 2 },
  ]);
  assert.deepEqual(statuses(answers), ["200", "412", "412", "412", "400"]);
  assert.equal((await org.scim("GET", `/Users/${id}`)).body.title, "One");
});

test("a wrong method or path is refused in its place", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  const answers = await bulk(org, [
    { method: "GET", path: `/Users/${id}` },
    { method: "POST", path: "/Devices", bulkId: "x", data: {} },
    { method: "POST", path: "/Users", data: oktaUser() },
    { method: "DELETE", path: "/Users" },
    { method: "POST", path: "/Bulk", bulkId: "y", data: {} },
    { method: "PUT", path: `${org.url}/okta/scim/Users/${id}`, data: oktaUser() },
    "DELETE",
    make("ada"),
  ]);
  assert.deepEqual(statuses(answers), ["400", "400", "400", "400", "400", "400", "400", "201"]);
  for (const { response } of answers.slice(0, 7)) assert.deepEqual(response.schemas, [ERROR]);
});

test("another organization's people and groups are 404 in an operation, and stay as they are", async () => {
  const [org, other] = [await newOrganization(service), await newOrganization(service)];
  const theirs = await pushUser(other);
  const team = await pushGroup(other, "Theirs", [theirs.id]);
  const operations = [
    { method: "DELETE", path: `/Users/${theirs.id}` },
    { method: "PUT", path: `/Users/${theirs.id}`, data: oktaUser() },
    { method: "PATCH", path: `/Groups/${team.id}`, data: { Operations: [{ op: "remove", path: "members" }] } },
    group("mixed", "Mixed", theirs.id),
  ];
  assert.deepEqual(statuses(await bulk(org, operations)), ["404", "404", "404", "400"]);
  assert.deepEqual((await other.scim("GET", `/Users/${theirs.id}`)).body.userName, theirs.userName);
  assert.deepEqual(await groupMembers(other, team.id), [theirs.id]);
});

test("a thousand operations are done in one request, and one more is 413 and does nothing", async () => {
  const org = await newOrganization(service);
  const people = Array.from({ length: 999 }, (_, i) => make(`p${i}`));
  const everybody = group("all", "Everybody", ...people.map(({ bulkId }) => `bulkId:${bulkId}`));
  const answers = await bulk(org, [everybody, ...people]);
  assert.equal(answers.length, 1_000);
  assert.ok(answers.every(({ status }: { status: string }) => status === "201"));
  const { body } = await org.scim("GET", `/Groups/${answers[0].location.split("/").at(-1)}`);
  assert.equal(body.members.length, 999);
  const more = { Operations: Array.from({ length: 1_001 }, (_, i) => make(`q${i}`)) };
  assertScimError(await org.scim("POST", "/Bulk", more), 413, undefined, /1000 operations/);
  assert.equal((await org.scim("GET", "/Users?count=0")).body.totalResults, 999);
});

test("a body of more than 16 MiB is 413, and a person of more than 1 MiB is refused in its place", async () => {
  const org = await newOrganization(service);
  assertScimError(await org.scim("POST", "/Bulk", " ".repeat(16 * 1024 * 1024 + 1)), 413, undefined, /16 MiB/);
  const pictures = Array.from({ length: 5 }, () => ({ value: `https://${"x".repeat(250_000)}.test` }));
  assert.deepEqual(statuses(await bulk(org, [make("ada", { photos: pictures }), make("bo")])), ["413", "201"]);
});

test("what is no bulk request is 400 and does nothing", async () => {
  const org = await newOrganization(service);
  for (const body of [[], "x", { Operations: {} }, { schemas: [BULK_REQUEST] }, "{"]) {
    assertScimError(await org.scim("POST", "/Bulk", body), 400, "invalidSyntax");
  }
  for (const failOnErrors of [0, -1, 1.5, "1", true]) {
    assertScimError(await org.scim("POST", "/Bulk", { failOnErrors, Operations: [make("a")] }), 400, "invalidValue");
  }
  assertScimError(await org.scim("POST", "/Bulk", { Operations: [make("a"), make("a")] }), 400, "invalidValue");
  assert.deepEqual(await bulk(org, []), []);
  assert.equal((await org.scim("GET", "/Users")).body.totalResults, 0);
});

test("names of members are read in any case, and methods too", async () => {
  const org = await newOrganization(service);
  const { status, body } = await org.scim("POST", "/Bulk", {
    operations: [{ Method: "post", Path: "/Users", BulkId: "ada", Data: oktaUser() }],
  });
  assert.deepEqual([status, statuses(body.Operations)], [200, ["201"]]);
});

test("a mistake of ours ends a bulk request after what was done, without its cause", async () => {
  const org = await newOrganization(service);
  const { db } = service.parts;
  await sql`CREATE FUNCTION refuse_group() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'secret cause'; END $$`.execute(
    db,
  );
  const when = sql.raw(`NEW.organization_id = '${org.organization.id}'`);
  await sql`CREATE TRIGGER refuse_groups BEFORE INSERT ON directory_groups FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION refuse_group()`.execute(
    db,
  );
  const operations = await bulk(org, [make("ada"), group("team", "Team"), make("bo")]);
  assert.deepEqual(statuses(operations), ["201", "500"]);
  assert.deepEqual(operations[1].response, errorOf("500", "Something went wrong on our side. Nothing was changed."));
  assert.equal((await org.scim("GET", "/Users")).body.totalResults, 1);
  await sql`DROP TRIGGER refuse_groups ON directory_groups`.execute(db);
});
