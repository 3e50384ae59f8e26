import assert from "node:assert/strict";
import { after, test } from "node:test";
import { requestRecord } from "../../../src/domain/activity/exchange.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { overlay, patch, pushGroup, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

/** What was written down of the requests of an organization, oldest first. */
async function requestsOf(org: TestOrganization) {
  return service.parts.db
    .selectFrom("scim_requests")
    .selectAll()
    .where("organization_id", "=", org.organization.id)
    .orderBy("id")
    .execute();
}

async function lastOf(org: TestOrganization) {
  const request = (await requestsOf(org)).at(-1);
  assert.ok(request);
  return request;
}

test("each request is written down once, with what it meant in words", async () => {
  const org = await newOrganization(service);
  const ada = await pushUser(org, { name: { givenName: "Ada", familyName: "Park" } });
  await overlay(org, ada.id, { title: "Engineer" });
  await overlay(org, ada.id, {});
  await setActive(org, ada.id, false);
  await setActive(org, ada.id, true);
  const group = await pushGroup(org, "Engineering", [ada.id]);
  await patch(org, `/Groups/${group.id}`, { op: "replace", value: { displayName: "R&D" } });
  await org.scim("GET", `/Users?filter=${encodeURIComponent(`userName eq "${ada.userName}"`)}`);
  await org.scim("GET", '/Users?filter=userName eq "nobody@example.test"');
  await org.scim("GET", "/Users?startIndex=1&count=2");
  await org.scim("DELETE", `/Groups/${group.id}`);
  await org.scim("DELETE", `/Users/${ada.id}`);
  const requests = await requestsOf(org);
  assert.deepEqual(
    requests.map(({ method, status, outcome, summary }) => `${method} ${status} ${outcome}: ${summary}`),
    [
      "POST 201 added: Added Ada Park",
      "GET 200 read: Read Ada Park",
      "PUT 200 changed: Changed title of Ada Park",
      "GET 200 read: Read Ada Park",
      "PUT 200 unchanged: Found Ada Park as sent: nothing to change",
      "PATCH 200 removed: Deactivated Ada Park",
      "PATCH 200 added: Reactivated Ada Park",
      "POST 201 added: Added the group Engineering with 1 person",
      "PATCH 204 changed: Renamed the group Engineering to R&D",
      `GET 200 read: Looked for userName eq "${ada.userName}": found Ada Park`,
      'GET 200 read: Looked for userName eq "nobody@example.test": found nobody',
      "GET 200 read: Read the users: 1 to 1 of 1",
      "DELETE 204 removed: Deleted the group R&D",
      "DELETE 204 removed: Deleted Ada Park",
    ],
  );
  const [first] = requests;
  assert.equal(first?.path, "/Users");
  assert.deepEqual(JSON.parse(first?.response ?? "").userName, ada.userName);
  assert.match(first?.user_agent ?? "", /^Okta SCIM Client/);
  assert.match(first?.reference_id ?? "", /^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
});

test("a change says what was before and what is after, attribute by attribute", async () => {
  const org = await newOrganization(service);
  const ada = await pushUser(org);
  const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  await overlay(org, ada.id, { title: "Engineer", [enterprise]: { department: "Research" } });
  assert.deepEqual((await lastOf(org)).change, {
    before: { title: null, [`${enterprise}:department`]: null },
    after: { title: "Engineer", [`${enterprise}:department`]: "Research" },
  });
});

test("a person is found by id, userName, address and externalId, also before they exist", async () => {
  const org = await newOrganization(service);
  const user = oktaUser({ userName: "Ada@Example.test", externalId: "00uADA" });
  const { body } = await org.scim("POST", "/Users", user);
  const twice = await org.scim("POST", "/Users", { ...user, externalId: "00uOTHER" });
  assert.equal(twice.status, 409);
  const [added, refused] = await requestsOf(org);
  assert.deepEqual(added?.people, [body.id, "ada@example.test", "00uada", user.emails[0]?.value].filter(Boolean));
  assert.ok(refused?.people.includes("ada@example.test"));
  assert.ok(refused?.people.includes("00uother"));
});

test("a refusal keeps the answer, the code and the cause", async () => {
  const org = await newOrganization(service);
  const ada = await pushUser(org, { name: { givenName: "Ada", familyName: "Park" } });
  const bad = await patch(org, `/Users/${ada.id}`, { op: "replace", path: "userName", value: 7 });
  assert.equal(bad.status, 400);
  const request = await lastOf(org);
  assert.equal(request.outcome, "refused");
  assert.equal(request.summary, "Refused to change Ada Park");
  assert.deepEqual(JSON.parse(request.response ?? ""), bad.body);
  assert.equal(request.refusal?.code, bad.body.scimType);
  assert.equal(request.refusal?.sentence, bad.body.detail);
  assert.ok(request.people.includes(ada.userName));
});

test("what is refused unread is written down without a body", async () => {
  const org = await newOrganization(service);
  assert.equal((await org.scim("POST", "/Users", "{not json")).status, 400);
  const request = await lastOf(org);
  assert.deepEqual([request.outcome, request.request, request.refusal?.code], ["refused", null, "invalidSyntax"]);
});

test("no password and no token is ever kept", async () => {
  const org = await newOrganization(service);
  const ada = await pushUser(org, { password: "s3cret-one" });
  await patch(org, `/Users/${ada.id}`, { op: "replace", path: "password", value: "s3cret-two" });
  const other = oktaUser({ title: "s3cret-zero", password: undefined });
  const escaped = JSON.stringify(other).replace('"title"', String.raw`"\u0070assword"`);
  assert.equal((await org.scim("POST", "/Users", escaped)).status, 201);
  await patch(org, `/Users/${ada.id}`, { op: "replace", value: { password: "s3cret-three", title: "Boss" } });
  await org.scim("GET", '/Users?filter=password eq "s3cret-four"&access_token=s3cret-five');
  await org.scim("GET", '/Users?filter=foo password eq "s3cret-six"');
  const kept = JSON.stringify(await requestsOf(org));
  assert.ok(!kept.includes("s3cret"), kept.slice(Math.max(0, kept.indexOf("s3cret") - 300)).slice(0, 400));
  assert.ok(!kept.includes(org.token));
  assert.equal(kept.match(/\[removed\]/g)?.length, 6);
});

test("what no database takes is written down all the same, and so is every alphabet", async () => {
  const org = await newOrganization(service);
  const escaped = String.raw`{"userName":"a\u0000b\ud800@example.test","title":"\u00e4\\u0000","nickName":"🦊"}`;
  assert.equal((await org.scim("POST", "/Users", escaped)).status, 400);
  const request = await lastOf(org);
  const kept = JSON.parse(request.request ?? "");
  assert.deepEqual([kept.userName, kept.nickName], ["a\ufffdb\ufffd@example.test", "🦊"]);
  assert.equal(request.summary, "Refused to add ab\ufffd@example.test");
});

test("of a large body the first values are kept and how many there were", async () => {
  const org = await newOrganization(service);
  const members = Array.from({ length: 300 }, (_, i) => ({
    value: `00000000-0000-7000-8000-${String(i).padStart(12, "0")}`,
  }));
  const refused = await org.scim("POST", "/Groups", { displayName: "Large", members });
  assert.equal(refused.status, 400);
  const request = await lastOf(org);
  const kept = JSON.parse(request.request ?? "");
  assert.equal(kept.members.length, 21);
  assert.equal(kept.members.at(-1), "… and 280 more");
  assert.equal(request.people.length, 200);
});

test("a change that is undone leaves no line that says it was made", async () => {
  const org = await newOrganization(service);
  await pushGroup(org, "Taken");
  const other = await pushGroup(org, "Other");
  const clash = await patch(org, `/Groups/${other.id}`, { op: "replace", value: { displayName: "Taken" } });
  assert.equal(clash.status, 409);
  const summaries = (await requestsOf(org)).map(({ summary }) => summary);
  assert.deepEqual(summaries.slice(2), ["Refused to change the group Other"]);
});

test("fifty creates of one person at once leave one line that says added and forty-nine that say refused", async () => {
  const org = await newOrganization(service);
  const user = oktaUser();
  await Promise.all(Array.from({ length: 50 }, () => org.scim("POST", "/Users", user)));
  const outcomes = (await requestsOf(org)).map(({ outcome }) => outcome);
  assert.equal(outcomes.filter((outcome) => outcome === "added").length, 1);
  assert.equal(outcomes.filter((outcome) => outcome === "refused").length, 49);
});

test("the history of one organization is nobody else's, and goes with it", async () => {
  const [one, other] = [await newOrganization(service), await newOrganization(service)];
  await pushUser(one);
  assert.deepEqual(await requestsOf(other), []);
  await service.operator("DELETE", `/organizations/${one.organization.slug}`);
  assert.deepEqual(await requestsOf(one), []);
});

const EXCHANGE = { method: "GET", path: "/Users", userAgent: undefined, elapsed: () => 1, recorded: false };

test("lookups of other organizations do not wait for one that is being deleted", async () => {
  const [going, staying] = [await newOrganization(service), await newOrganization(service)];
  const look = (org: TestOrganization) => org.scim("GET", "/Users?count=1");
  // The use of each token has been noted for this minute.
  for (const org of [going, staying]) assert.equal((await look(org)).status, 200);
  await service.parts.db.transaction().execute(async (trx) => {
    await trx.deleteFrom("organizations").where("id", "=", going.organization.id).execute();
    const told = { status: 200, outcome: "read", summary: "Read", people: [] } as const;
    const record = service.parts.recorder.record(requestRecord(going.scope, EXCHANGE, told));
    const answers = await Promise.all([look(staying), look(staying)]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    await record;
  });
});

test("who came into a group and who went is named, and found under the person", async () => {
  const org = await newOrganization(service);
  const [ada, bo] = [await pushUser(org, { displayName: "Ada Park" }), await pushUser(org, { displayName: "Bo Li" })];
  const group = await pushGroup(org, "Engineering", [bo.id]);
  await patch(
    org,
    `/Groups/${group.id}`,
    { op: "add", path: "members", value: [{ value: ada.id }] },
    { op: "remove", path: `members[value eq "${bo.id}"]` },
  );
  const request = await lastOf(org);
  assert.equal(request.summary, "Added Ada Park to Engineering. Removed Bo Li from Engineering");
  assert.deepEqual([...request.people].sort(), [ada.id, bo.id].sort());
  assert.deepEqual(request.change, { added: 1, removed: 1, came: ["Ada Park"], went: ["Bo Li"] });
  const nobody = await patch(org, `/Groups/${group.id}`, { op: "add", path: "members", value: [{ value: ada.id }] });
  assert.equal(nobody.status, 204);
  assert.equal((await lastOf(org)).outcome, "unchanged");
});

test("the status that is written down is the one that was answered", async () => {
  const org = await newOrganization(service);
  const group = await pushGroup(org, "Engineering");
  for (const query of ["", "?attributes=displayName"]) {
    const rename = { op: "replace", path: "displayName", value: `Engineering ${query.length}` };
    const { status } = await patch(org, `/Groups/${group.id}${query}`, rename);
    assert.equal((await lastOf(org)).status, status);
  }
});
