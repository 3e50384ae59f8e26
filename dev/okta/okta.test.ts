import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScimDouble } from "./double/scim-server.ts";
import { assertSent, connected } from "./double/setting.ts";

const ADA = { firstName: "Ada", lastName: "Park", email: "ada.park@example.test" };

test("Test Connector asks for exactly two users, and for groups only with Import Groups", async (t) => {
  const { okta, service } = await connected(t);
  const result = await okta.testConnector();
  assert.deepEqual(result, { ok: true, sentence: "Connector configured successfully." });
  assertSent(service.received, ["test-connector"], {});

  const other = await connected(t, { importGroups: true });
  await other.okta.testConnector();
  assertSent(other.service.received, ["test-connector", "test-connector.groups"], {});
});

test("assigning looks the person up and creates them as Okta does, byte for byte", async (t) => {
  const { okta, service } = await connected(t);
  const ada = await okta.assign(okta.addPerson(ADA).id);
  const password = sentPassword(service);
  assertSent(service.received, ["assign.lookup", "assign.create"], { externalId: ada.id, password });
  assert.deepEqual(ada.app, { assigned: true, status: "provisioned", remoteId: "id-1", error: undefined });
  assert.match(ada.id, /^00u[0-9a-z]{17}$/);
});

test("a department travels in the enterprise extension, which is left out without one", async (t) => {
  const { okta, service } = await connected(t);
  const ada = await okta.assign(okta.addPerson({ ...ADA, title: "Account Executive", department: "Sales" }).id);
  const values = { externalId: ada.id, password: sentPassword(service) };
  assertSent(service.received, ["assign.lookup", "assign.create.enterprise"], values);
});

test("the lookup can name emails, and can write its spaces as +", async (t) => {
  const emails = await connected(t, { lookupAttribute: "emails" });
  await emails.okta.assign(emails.okta.addPerson(ADA).id);
  assertSent(emails.service.received.slice(0, 1), ["assign.lookup.emails"], {});
  const plus = await connected(t, { lookupSpaces: "+" });
  await plus.okta.assign(plus.okta.addPerson(ADA).id);
  assertSent(plus.service.received.slice(0, 1), ["assign.lookup.plus"], {});
});

test("a host below localhost is reached on the loopback interface under its own name", async (t) => {
  const { okta, service } = await connected(t);
  await okta.testConnector();
  assert.match(service.received[0]?.host ?? "", /^acme\.localhost:\d+$/);
});

test("a wizard app changes, deactivates and reactivates with GET, then PUT of our own answer overlaid", async (t) => {
  const { okta, service } = await connected(t);
  const { id } = await okta.assign(okta.addPerson(ADA).id);
  service.received.length = 0;

  await okta.updatePerson(id, { firstName: "Adeline" });
  await okta.unassign(id);
  const person = await okta.assign(id);

  const [, update, , off, , , on] = service.received.map(({ body }) => (body ? JSON.parse(body) : undefined));
  assert.deepEqual(
    service.received.map(({ method, path }) => `${method} ${path}`),
    [
      "GET /Users/id-1",
      "PUT /Users/id-1",
      "GET /Users/id-1",
      "PUT /Users/id-1",
      "GET /Users?filter=userName%20eq%20%22ada.park%40example.test%22&startIndex=1&count=100",
      "GET /Users/id-1",
      "PUT /Users/id-1",
    ],
  );
  assert.deepEqual(update.name, { formatted: "Ada Park", familyName: "Park", givenName: "Adeline" });
  assert.equal(
    Object.keys(update).join(),
    "id,externalId,meta,schemas,userName,displayName,locale,active,emails,name,groups",
  );
  assert.deepEqual([update.active, off.active, on.active], [true, false, true]);
  assert.equal(person.app.remoteId, "id-1");
});

test("what the service answered comes back in the PUT byte for byte, but for the profile", async (t) => {
  const { okta, service } = await connected(t);
  const { id } = await okta.assign(okta.addPerson(ADA).id);
  const stored = service.resources.get("id-1") ?? {};
  stored["meta"] = {
    resourceType: "User",
    created: "2026-01-02T03:04:05.000Z",
    lastModified: "2026-01-02T03:04:05.000Z",
    location: "https://acme.base.test/okta/scim/Users/id-1",
    version: 'W/"1"',
  };
  await okta.updatePerson(id, { firstName: "Adeline", displayName: "Ada Park" });
  await okta.deactivate(id);
  await okta.reactivate(id);
  const steps = [
    "update.get",
    "update.put",
    "update.get",
    "deactivate.put",
    "assign.lookup",
    "update.get",
    "reactivate.put",
  ];
  assertSent(service.received.slice(2), steps, { userId: "id-1", externalId: id });
});

test("a catalogue app sets active with a PATCH without a path", async (t) => {
  const { okta, service } = await connected(t, { generation: "catalogue" });
  const { id } = await okta.assign(okta.addPerson(ADA).id);
  service.received.length = 0;
  await okta.deactivate(id);
  assertSent(service.received, ["deactivate.patch"], { userId: "id-1" });

  (service.resources.get("id-1") ?? {})["active"] = false;
  service.received.length = 0;
  await okta.reactivate(id);
  assertSent(service.received.slice(0, 2), ["assign.lookup", "reactivate.patch"], { userId: "id-1" });
  assert.equal(okta.person(id).app.status, "provisioned");
});

test("some orgs create the same person again without a lookup", async (t) => {
  const { okta, service } = await connected(t);
  const { id } = okta.addPerson(ADA);
  await okta.assign(id, { lookup: false });
  assertSent(service.received, ["assign.create"], { externalId: id, password: sentPassword(service) });
});

test("an import reads pages of 100 until the total, and passes over the inactive", async (t) => {
  const { okta, service } = await connected(t, { importGroups: true });
  for (let number = 1; number <= 150; number++) {
    service.resources.set(`u${number}`, { id: `u${number}`, userName: `p${number}@example.test`, active: number > 1 });
  }
  const person = okta.addPerson({ ...ADA, email: "P2@example.test" });
  const result = await okta.import();
  assert.equal(result.users.length, 149);
  assert.deepEqual(result.users[0], { id: "u2", userName: "p2@example.test", personId: person.id });
  assertSent(service.received.slice(0, 1), ["import.page1"], {});
  assertSent(service.received.slice(2), ["import.groups"], {});
  assert.equal(service.received[1]?.path, "/Users?startIndex=101&count=100");
});

test("an app without a SCIM base URL assigns without sending anything", async (t) => {
  const { okta, service } = await connected(t, { scimBaseUrl: "" });
  const ada = await okta.assign(okta.addPerson(ADA).id);
  assert.equal(ada.app.status, "assigned");
  assert.equal(service.received.length, 0);
});

/** The placeholder is another one each time. */
function sentPassword(service: ScimDouble): string {
  const { body = "{}" } = service.received.find(({ method }) => method === "POST") ?? {};
  return String((JSON.parse(body) as { password?: unknown }).password);
}
