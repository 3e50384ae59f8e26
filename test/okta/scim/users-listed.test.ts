import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, oktaUser } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, overlay, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

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
