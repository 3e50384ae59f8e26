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
