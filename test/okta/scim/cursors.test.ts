import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, fill, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

/** Every id that a walk by cursor finds, and how many pages it took. */
async function walk(org: TestOrganization, query: string, resources = "Users") {
  const ids: string[] = [];
  let pages = 0;
  for (let cursor: string | undefined = ""; cursor !== undefined; pages++) {
    const { status, body } = await org.scim("GET", `/${resources}?${query}&cursor=${encodeURIComponent(cursor)}`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.startIndex, undefined);
    assert.equal(body.itemsPerPage, body.Resources.length);
    ids.push(...body.Resources.map(({ id }: { id: string }) => id));
    if (body.nextCursor === undefined) assert.equal(body.totalResults, ids.length);
    cursor = body.nextCursor;
  }
  return { ids, pages };
}

const listed = async (org: TestOrganization, query: string, resources = "Users") => {
  const { body } = await org.scim("GET", `/${resources}?${query}&count=200`);
  return body.Resources.map(({ id }: { id: string }) => id) as string[];
};

test("a walk by cursor finds everybody once, in the order of the index pages, and ends without a cursor", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 150);
  assert.deepEqual(await walk(org, "count=50"), { ids: people, pages: 3 });
  assert.deepEqual((await walk(org, "count=40")).ids, people);
  for (let group = 0; group < 5; group++) await pushGroup(org, `Group ${group}`);
  assert.deepEqual((await walk(org, "count=2", "Groups")).ids, await listed(org, "", "Groups"));
});

test("nobody is missed or met twice by cursor, whoever comes and goes meanwhile", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 60);
  const first = (await org.scim("GET", "/Users?count=20&cursor=")).body;
  for (const id of people.slice(5, 15)) assert.equal((await org.scim("DELETE", `/Users/${id}`)).status, 204);
  const late = await pushUser(org);
  const next = (await org.scim("GET", `/Users?count=100&cursor=${first.nextCursor}`)).body;
  assert.deepEqual(
    next.Resources.map(({ id }: { id: string }) => id),
    [...people.slice(20), late.id],
  );
  assert.deepEqual([next.totalResults, next.nextCursor], [51, undefined]);
});

test("a cursor goes with a filter and with an order, and with people who have no value to sort by", async () => {
  const org = await newOrganization(service);
  for (let one = 0; one < 25; one++) {
    const title = one % 3 === 0 ? undefined : `Title ${one % 4}`;
    await pushUser(org, { title, active: true, nickName: one % 2 ? "odd" : "even" });
  }
  for (const order of ["ascending", "descending"]) {
    for (const sortBy of ["title", "userName", "meta.lastModified", "active", "emails", "externalId"]) {
      const query = `sortBy=${sortBy}&sortOrder=${order}`;
      assert.deepEqual((await walk(org, `${query}&count=4`)).ids, await listed(org, query), query);
      const odd = `${query}&filter=${encodeURIComponent('nickName eq "odd"')}`;
      assert.deepEqual((await walk(org, `${odd}&count=3`)).ids, await listed(org, odd), odd);
    }
  }
});

test("a cursor that was changed, is of another query or of another organization is refused, an old one as expired", async () => {
  const [org, other] = [await newOrganization(service), await newOrganization(service)];
  for (const one of [org, other]) await fill(one, 3);
  const cursor = (await org.scim("GET", "/Users?count=1&cursor=")).body.nextCursor as string;
  assert.equal((await org.scim("GET", `/Users?count=1&cursor=${cursor}`)).status, 200);
  for (const query of [
    `cursor=x${cursor}`,
    `cursor=${cursor}&sortBy=title`,
    `cursor=${cursor}&filter=active%20eq%20true`,
  ]) {
    assertScimError(await org.scim("GET", `/Users?${query}`), 400, "invalidCursor");
  }
  assertScimError(await org.scim("GET", `/Groups?cursor=${cursor}`), 400, "invalidCursor");
  assertScimError(await other.scim("GET", `/Users?cursor=${cursor}`), 400, "invalidCursor");
  service.clock.advance(24 * 60 * 60 * 1000 + 1000);
  assertScimError(await org.scim("GET", `/Users?cursor=${cursor}`), 400, "expiredCursor");
});

test("a page by cursor of nobody, or of count 0, is empty with the total and without a cursor", async () => {
  const org = await newOrganization(service);
  const page = async (query: string) => {
    const { body } = await org.scim("GET", `/Users?${query}`);
    return [body.totalResults, body.itemsPerPage, body.Resources, body.nextCursor];
  };
  assert.deepEqual(await page("cursor="), [0, 0, [], undefined]);
  await fill(org, 2);
  assert.deepEqual(await page("cursor=&count=0"), [2, 0, [], undefined]);
});

test("a search body takes a cursor too", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 3);
  const first = (await org.scim("POST", "/Users/.search", { cursor: "", count: 2 })).body;
  const next = (await org.scim("POST", "/Users/.search", { cursor: first.nextCursor, count: 2 })).body;
  assert.deepEqual(
    [...first.Resources, ...next.Resources].map(({ id }) => id),
    people,
  );
});
