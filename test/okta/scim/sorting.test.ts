import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, pushGroup, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

async function sorted(org: TestOrganization, query: string, resources = "Users"): Promise<string[]> {
  const { status, body } = await org.scim("GET", `/${resources}?${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.Resources.map((one: { userName?: string; displayName: string }) => one.userName ?? one.displayName);
}

test("people are sorted by userName in either direction, without regard to case", async () => {
  const org = await newOrganization(service);
  for (const userName of ["b@x.test", "A@x.test", "c@x.test", "D@x.test"]) await pushUser(org, { userName });
  const names = ["A@x.test", "b@x.test", "c@x.test", "D@x.test"];
  assert.deepEqual(await sorted(org, "sortBy=userName"), names);
  assert.deepEqual(await sorted(org, "sortBy=USERNAME&sortOrder=descending"), names.toReversed());
  const urn = "urn:ietf:params:scim:schemas:core:2.0:User:userName";
  assert.deepEqual(await sorted(org, `sortBy=${urn}&startIndex=2&count=2`), ["b@x.test", "c@x.test"]);
});

test("who has no value comes last where the order ascends and first where it descends", async () => {
  const org = await newOrganization(service);
  const people = { one: "Zebra", two: undefined, three: "apple", four: undefined };
  for (const [userName, title] of Object.entries(people)) await pushUser(org, { userName, title });
  assert.deepEqual(await sorted(org, "sortBy=title"), ["three", "one", "two", "four"]);
  assert.deepEqual(await sorted(org, "sortBy=title&sortOrder=descending"), ["four", "two", "one", "three"]);
});

test("of several values the primary one sorts, else the first", async () => {
  const org = await newOrganization(service);
  const phones = (...values: object[]) => ({ phoneNumbers: values });
  await pushUser(org, { userName: "one", ...phones({ value: "1" }, { value: "9", primary: true }) });
  await pushUser(org, { userName: "two", ...phones({ value: "5" }, { value: "0" }) });
  await pushUser(org, { userName: "three", ...phones({ value: "7", primary: true }, { value: "0", type: "fax" }) });
  assert.deepEqual(await sorted(org, "sortBy=phoneNumbers"), ["two", "three", "one"]);
  assert.deepEqual(await sorted(org, "sortBy=phoneNumbers.value"), ["two", "three", "one"]);
});

test("an exact attribute sorts by its case, times and truth values by what they mean", async () => {
  const org = await newOrganization(service);
  const one = await pushUser(org, { userName: "one", externalId: "b" });
  service.clock.advance(1_000);
  await pushUser(org, { userName: "two", externalId: "B" });
  assert.deepEqual(await sorted(org, "sortBy=externalId"), ["two", "one"]);
  assert.deepEqual(await sorted(org, "sortBy=meta.created&sortOrder=descending"), ["two", "one"]);
  service.clock.advance(1_000);
  await setActive(org, one.id, false);
  assert.deepEqual(await sorted(org, "sortBy=meta.lastModified"), ["two", "one"]);
  assert.deepEqual(await sorted(org, "sortBy=active&sortOrder=descending"), ["two", "one"]);
});

test("a filter and an order go together, and attributes of the enterprise extension sort too", async () => {
  const org = await newOrganization(service);
  const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  for (const [userName, department] of Object.entries({ one: "Sales", two: "Art", three: "Law" })) {
    await pushUser(org, { userName, title: userName === "two" ? "Boss" : "Clerk", [urn]: { department } });
  }
  assert.deepEqual(await sorted(org, "sortBy=department"), ["two", "three", "one"]);
  const filter = encodeURIComponent('title eq "clerk"');
  assert.deepEqual(await sorted(org, `filter=${filter}&sortBy=${urn}:department`), ["three", "one"]);
  assert.deepEqual(await sorted(org, `filter=${filter}&sortBy=name.familyName&count=1`), ["one"]);
});

test("groups are sorted, and by a search as well", async () => {
  const org = await newOrganization(service);
  for (const name of ["beta", "Alpha", "gamma"]) await pushGroup(org, name);
  assert.deepEqual(await sorted(org, "sortBy=displayName", "Groups"), ["Alpha", "beta", "gamma"]);
  const search = { sortBy: "displayName", sortOrder: "descending", count: 2 };
  const { body } = await org.scim("POST", "/Groups/.search", search);
  assert.deepEqual(
    body.Resources.map((group: { displayName: string }) => group.displayName),
    ["gamma", "beta"],
  );
});

test("an order that makes no sense is refused with a sentence, and never with a 500", async () => {
  const org = await newOrganization(service);
  await pushUser(org);
  for (const sortBy of ["nothing", "name", "password", "addresses", "userName.x", "urn:x", "meta"]) {
    assertScimError(await org.scim("GET", `/Users?sortBy=${sortBy}`), 400, "invalidValue");
  }
  assertScimError(await org.scim("GET", "/Groups?sortBy=userName"), 400, "invalidValue", /userName/);
  for (const sortBy of ["schemas", "groups", "emails.primary", "x509Certificates", "photos", "manager", "id"]) {
    assert.equal((await org.scim("GET", `/Users?sortBy=${sortBy}`)).status, 200, sortBy);
  }
  assert.equal((await org.scim("GET", "/Groups?sortBy=members")).status, 200);
});
