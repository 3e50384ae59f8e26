import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, oktaUser } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import {
  actionsOf,
  assertScimError,
  connectedMembers,
  findUsers,
  memberOf,
  membersOf,
  overlay,
  patch,
  pushGroup,
  pushUser,
} from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("a pushed person is a member when the answer leaves", async () => {
  const org = await newOrganization(service);
  const user = await pushUser(org);
  const { name, role, state, source, connected } = await memberOf(org, user.userName);
  assert.deepEqual([role, state, source, connected], ["member", "active", "scim", true]);
  assert.equal(name, `${user.name.givenName} ${user.name.familyName}`);
});

test("a created user is answered whole, with its id, its address and its version", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser({ userName: "Ada.Park@Example.test" });
  const { status, headers, body } = await org.scim("POST", "/Users", sent);
  assert.equal(status, 201);
  assert.equal(headers.get("location"), `${org.url}/okta/scim/Users/${body.id}`);
  assert.equal(headers.get("location"), body.meta.location);
  assert.equal(headers.get("etag"), body.meta.version);
  assert.equal(body.meta.resourceType, "User");
  assert.equal(body.userName, "Ada.Park@Example.test");
  for (const name of ["externalId", "name", "emails", "displayName", "locale", "active"] as const) {
    assert.deepEqual(body[name], sent[name], name);
  }
  assert.deepEqual((await org.scim("GET", `/Users/${body.id}`)).body, body);
});

test("no password is answered, listed, logged or stored", async () => {
  const org = await newOrganization(service);
  const secret = "S3cret-Never-Kept";
  const { id, ...body } = await pushUser(org, { password: secret });
  const answers = [
    body,
    (await org.scim("GET", "/Users")).body,
    (await org.scim("PUT", `/Users/${id}`, { ...oktaUser(), userName: body.userName, password: secret })).body,
    (await patch(org, `/Users/${id}`, { op: "replace", value: { password: secret } })).body,
    (await patch(org, `/Users/${id}`, { op: "add", path: "password", value: secret })).body,
  ];
  assert.doesNotMatch(JSON.stringify(answers), /password|S3cret/i);
  const filtered = await org.scim("GET", `/Users?filter=${encodeURIComponent(`password eq "${secret}"`)}`);
  assert.notEqual(filtered.body.totalResults, 1);
  for (const table of ["members", "directory_users", "audit_events", "sessions"] as const) {
    const rows = await service.parts.db.selectFrom(table).selectAll().execute();
    assert.doesNotMatch(JSON.stringify(rows), /S3cret/, table);
  }
});

test("a userName that is no address is kept as it is, and the member has the address", async () => {
  const org = await newOrganization(service);
  const user = await pushUser(org, { userName: "apark", emails: [{ value: "ada@example.test", primary: true }] });
  assert.equal(user.userName, "apark");
  assert.equal((await memberOf(org, "ada@example.test")).connected, true);
});

test("a person without any address is refused with what to set in Okta", async () => {
  const org = await newOrganization(service);
  const answer = await org.scim("POST", "/Users", oktaUser({ userName: "apark", emails: [] }));
  assertScimError(answer, 400, "invalidValue", /no email address.*Application username/);
  assert.equal((await membersOf(org)).size, 0);
});

test("a user that loses every address keeps the one of its member", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org, { userName: "apark", emails: [{ value: "ada@example.test" }] });
  const { status, body } = await overlay(org, id, { emails: [] });
  assert.deepEqual([status, body.emails], [200, undefined]);
  assert.equal((await memberOf(org, "ada@example.test")).connected, true);
});

test("a PUT without active leaves a person as active as they were", async () => {
  const org = await newOrganization(service);
  const { id, active: _, ...user } = await pushUser(org, { active: false });
  const { status, body } = await org.scim("PUT", `/Users/${id}`, { ...user, title: "Engineer" });
  assert.deepEqual([status, body.active, body.title], [200, false, "Engineer"]);
});

test("a PUT takes away what it does not say, but for what decides access", async () => {
  const org = await newOrganization(service);
  const { id, userName, emails } = await pushUser(org, { title: "Engineer", nickName: "Ada" });
  const { body } = await org.scim("PUT", `/Users/${id}`, { userName, emails });
  assert.deepEqual([body.title, body.nickName, body.externalId, body.active], [undefined, undefined, undefined, true]);
});

test("a change that changes nothing gives no new version and no audit event", async () => {
  const org = await newOrganization(service);
  const { id, meta } = await pushUser(org);
  const before = await actionsOf(org);
  const answer = await overlay(org, id, {});
  assert.deepEqual(answer.body.meta, meta);
  assert.deepEqual(await actionsOf(org), before);
});

test("a real change gives a new version and a later time of change", async () => {
  const org = await newOrganization(service);
  const { id, meta } = await pushUser(org);
  service.clock.advance(1000);
  const { body } = await overlay(org, id, { title: "Engineer" });
  assert.notEqual(body.meta.version, meta.version);
  assert.equal(body.meta.created, meta.created);
  assert.ok(body.meta.lastModified > meta.lastModified);
});

test("an import of 450 people in pages of 100 gives each exactly once, in one order, with exact totals", async () => {
  const org = await newOrganization(service);
  const pushed: string[] = [];
  for (let from = 0; from < 450; from += 30) {
    const batch = await Promise.all(Array.from({ length: 30 }, () => pushUser(org)));
    pushed.push(...batch.map((user) => user.id));
  }
  const walk = async () => {
    const ids: string[] = [];
    for (let startIndex = 1; startIndex <= 501; startIndex += 100) {
      const { body } = await org.scim("GET", `/Users?startIndex=${startIndex}&count=100`);
      const size = startIndex > 450 ? 0 : Math.min(100, 451 - startIndex);
      assert.deepEqual([body.totalResults, body.startIndex, body.itemsPerPage], [450, startIndex, size]);
      assert.equal(body.Resources.length, size);
      ids.push(...body.Resources.map((user: { id: string }) => user.id));
      // Somebody changes between two pages, which moves nobody.
      if (startIndex === 101) await overlay(org, ids[0] ?? "", { title: `Changed ${Math.random()}` });
    }
    return ids;
  };
  const first = await walk();
  assert.deepEqual([...first].sort(), pushed.sort());
  assert.deepEqual(await walk(), first);
});

test("startIndex and count may be at their limits, and beyond them", async () => {
  const org = await newOrganization(service);
  for (let i = 0; i < 3; i++) await pushUser(org);
  const page = async (query: string) => {
    const { status, body } = await org.scim("GET", `/Users?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return [body.totalResults, body.startIndex, body.itemsPerPage, body.Resources.length];
  };
  assert.deepEqual(await page("startIndex=1&count=2"), [3, 1, 2, 2]);
  assert.deepEqual(await page("startIndex=3&count=2"), [3, 3, 1, 1]);
  assert.deepEqual(await page("startIndex=4&count=2"), [3, 4, 0, 0]);
  assert.deepEqual(await page("startIndex=999999999999999&count=2"), [3, 999_999_999_999_999, 0, 0]);
  assert.deepEqual(await page("count=0"), [3, 1, 0, 0]);
  assert.deepEqual(await page("count=-5"), [3, 1, 0, 0]);
  assert.deepEqual(await page("startIndex=0"), [3, 1, 3, 3]);
  assert.deepEqual(await page("startIndex=-7&count=1"), [3, 1, 1, 1]);
  assert.deepEqual(await page("count=100000"), [3, 1, 3, 3]);
  assert.deepEqual(await page("startIndex=&count="), [3, 1, 3, 3]);
  for (const query of ["startIndex=one", "count=1.5", "count=1e3", "startIndex=99999999999999999999"]) {
    assertScimError(await org.scim("GET", `/Users?${query}`), 400, "invalidValue");
  }
});

test("a page holds at most 200 people, whatever is asked for", async () => {
  const org = await newOrganization(service);
  for (let from = 0; from < 210; from += 30) await Promise.all(Array.from({ length: 30 }, () => pushUser(org)));
  const { body } = await org.scim("GET", "/Users?count=100000");
  assert.deepEqual([body.totalResults, body.itemsPerPage, body.Resources.length], [210, 200, 200]);
});

test("attributes and excludedAttributes choose what is shown, but for the id", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  const keys = async (query: string) => Object.keys((await org.scim("GET", `/Users/${id}?${query}`)).body).sort();
  assert.deepEqual(await keys("attributes=userName"), ["id", "schemas", "userName"]);
  assert.deepEqual(await keys("attributes=USERNAME,name.givenName"), ["id", "name", "schemas", "userName"]);
  assert.deepEqual(await keys("attributes=nothingLikeThis"), ["id", "schemas"]);
  const all = await keys("");
  const without = await keys("excludedAttributes=emails,meta,id");
  assert.deepEqual(
    without,
    all.filter((key) => key !== "emails" && key !== "meta"),
  );
  const { body } = await org.scim("GET", "/Users?attributes=emails.value&filter=active%20eq%20true");
  assert.deepEqual(Object.keys(body.Resources[0]).sort(), ["emails", "id", "schemas"]);
  assert.deepEqual(Object.keys(body.Resources[0].emails[0]), ["value"]);
});

test("an answer to a write shows what the query asks for", async () => {
  const org = await newOrganization(service);
  const { status, body } = await org.scim("POST", "/Users?attributes=userName", oktaUser());
  assert.deepEqual([status, Object.keys(body).sort()], [201, ["id", "schemas", "userName"]]);
});

test("a created user has its address in the Location header even where meta is not shown", async () => {
  const org = await newOrganization(service);
  const { headers, body } = await org.scim("POST", "/Users?attributes=userName", oktaUser());
  assert.equal(headers.get("location"), `${org.url}/okta/scim/Users/${body.id}`);
});

test("POST /.search finds what the query finds", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await pushUser(org);
  const search = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
    filter: `userName eq "${userName}"`,
  };
  const { status, body } = await org.scim("POST", "/Users/.search", search);
  assert.equal(status, 200);
  assert.deepEqual(
    body.Resources.map((user: { id: string }) => user.id),
    [id],
  );
});

test("a person's groups are shown on the person and cannot be written there", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  const group = await pushGroup(org, "Platform", [id]);
  const { body } = await overlay(org, id, { groups: [], title: "Engineer" });
  assert.deepEqual(body.groups, [
    { value: group.id, $ref: `${org.url}/okta/scim/Groups/${group.id}`, display: "Platform", type: "direct" },
  ]);
});

test("the count of connected members follows the directory", async () => {
  const org = await newOrganization(service);
  assert.equal(await connectedMembers(org), 0);
  const ada = await pushUser(org);
  const bo = await pushUser(org);
  await pushUser(org, { active: false });
  assert.equal(await connectedMembers(org), 2);
  await patch(org, `/Users/${ada.id}`, { op: "replace", path: "active", value: false });
  assert.equal(await connectedMembers(org), 1);
  await patch(org, `/Users/${ada.id}`, { op: "replace", path: "active", value: true });
  assert.equal(await connectedMembers(org), 2);
  await org.scim("DELETE", `/Users/${bo.id}`);
  assert.equal(await connectedMembers(org), 1);
});

test("a name of a thousand letters from any alphabet is taken or refused, never an error of ours", async () => {
  const org = await newOrganization(service);
  const letters = (length: number) =>
    Array.from({ length }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join("");
  for (const change of [
    { userName: letters(1024) },
    { externalId: letters(1024) },
    { emails: [{ value: "a@example.test", primary: true }, { value: letters(1024) }] },
    { displayName: letters(1024) },
  ]) {
    const answer = await org.scim("POST", "/Users", oktaUser(change));
    assert.ok([201, 400].includes(answer.status), `${Object.keys(change)}: ${JSON.stringify(answer.body)}`);
  }
  const group = await org.scim("POST", "/Groups", { displayName: letters(1024), externalId: letters(1024) });
  assert.ok([201, 400].includes(group.status), JSON.stringify(group.body));
  await findUsers(org, `userName eq "${letters(1024)}"`);
});

test("every change is in the audit log with who, what and the reference number", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  await overlay(org, id, { title: "Engineer" });
  await overlay(org, id, { active: false });
  await overlay(org, id, { active: true });
  await org.scim("DELETE", `/Users/${id}`);
  assert.deepEqual(await actionsOf(org), [
    "directory_user.created",
    "directory_user.changed",
    "directory_user.deactivated",
    "directory_user.reactivated",
    "directory_user.deleted",
  ]);
  const events = service.parts.db.selectFrom("audit_events").selectAll().where("target_id", "=", id);
  for (const event of await events.execute()) {
    assert.deepEqual([event.actor_kind, event.target_name], ["directory", userName]);
    assert.match(event.reference_id, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    assert.deepEqual(event.at, service.clock.now);
  }
});
