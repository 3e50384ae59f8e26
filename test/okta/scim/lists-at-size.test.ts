import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { countStretches } from "../../../src/domain/directory/stretches.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, fill, findUsers, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const get = async (org: TestOrganization, path: string) => {
  const { status, body } = await org.scim("GET", path);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};
const total = async (org: TestOrganization, query = "count=0") => (await get(org, `/Users?${query}`)).totalResults;

test("totals of 10,000 people are exact, on every page, while people come and go", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 10_000);
  const page = async (startIndex: number) => {
    const body = await get(org, `/Users?startIndex=${startIndex}&count=50&attributes=id`);
    return [body.totalResults, body.itemsPerPage, body.Resources.map(({ id }: { id: string }) => id)];
  };
  const expectPages = async (all: readonly string[]) => {
    for (const at of [1, 51, 4_096, 4_097, 5_001, 8_180, 8_193, all.length - 49, all.length, all.length + 1]) {
      const ids = all.slice(at - 1, at + 49);
      assert.deepEqual(await page(at), [all.length, ids.length, ids], `from ${at}`);
    }
  };
  await expectPages(people);
  await countStretches(service.parts.db, org.organization.id);
  const { rows } = await sql<{ users: number }>`SELECT users FROM directory_stretches
    WHERE organization_id = ${org.organization.id}`.execute(service.parts.db);
  assert.deepEqual(rows, [{ users: 4_096 }, { users: 4_096 }], "two stretches are counted, and the newest are not");
  await expectPages(people);
  const gone = [people[0], people[4_095], people[4_096], people[9_999]] as string[];
  for (const id of gone) assert.equal((await org.scim("DELETE", `/Users/${id}`)).status, 204);
  const late = (await pushUser(org)).id;
  await expectPages([...people.filter((id) => !gone.includes(id)), late]);
});

test("somebody whose id lies within what was counted is counted too, however late they are committed", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 5_000);
  const late = people[100] as string;
  const { db } = service.parts;
  const insertAgain = sql`INSERT INTO directory_users (organization_id, id, user_name, email, active, origin, attributes,
    created_at, updated_at) VALUES (${org.organization.id}, ${late}, 'late', 'late', true, 'scim', '{}', now(), now())`;
  assert.equal((await org.scim("DELETE", `/Users/${late}`)).status, 204);
  const counted = Promise.withResolvers<void>();
  await db.transaction().execute(async (trx) => {
    await insertAgain.execute(trx);
    // It may not count while this one is not committed.
    const counting = countStretches(db, org.organization.id).catch(() => {});
    counting.finally(counted.resolve);
    await Promise.race([counting, new Promise((resolve) => setTimeout(resolve, 100))]);
  });
  await counted.promise;
  assert.equal(await total(org), 5_000);
  await countStretches(db, org.organization.id);
  assert.equal(await total(org), 5_000);
  const { Resources } = await get(org, "/Users?startIndex=5000&count=2&attributes=id");
  assert.deepEqual(
    Resources.map(({ id }: { id: string }) => id),
    [people[4_999]],
  );
});

test("a reader who finds many uncounted people has them counted for the next one", async () => {
  const org = await newOrganization(service);
  await fill(org, 8_300);
  assert.equal(await total(org), 8_300);
  const counted = async () => {
    const select = service.parts.db.selectFrom("directory_stretches").select("users");
    return (await select.where("organization_id", "=", org.organization.id).execute()).length;
  };
  for (let tried = 0; tried < 100 && (await counted()) < 2; tried++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(await counted(), 2);
  assert.equal(await total(org), 8_300);
});

test("a lookup by any name that an address has finds the one person among 10,000", async () => {
  const org = await newOrganization(service);
  await fill(org, 10_000);
  const address = "Needle@Example.test";
  const emails = [
    { value: "first@example.test", type: "home", primary: true },
    { value: address, type: "work" },
  ];
  const { id } = await pushUser(org, { userName: "needle", externalId: "00uNeedle", emails });
  const found = async (filter: string) => (await findUsers(org, filter)).map((user: { id: string }) => user.id);
  for (const filter of [
    'userName eq "NEEDLE"',
    'externalId eq "00uNeedle"',
    `id eq "${id}"`,
    'email eq "needle@example.test"',
    'emails eq "needle@example.test"',
    'emails.value eq "needle@example.test"',
    'emails[type eq "work"].value eq "needle@example.test"',
    'emails[value eq "needle@example.test" and type eq "Work"]',
    'emails[value eq "first@example.test"]',
  ]) {
    assert.deepEqual(await found(filter), [id], filter);
  }
  for (const filter of [
    'emails[type eq "home"].value eq "needle@example.test"',
    'externalId eq "00uneedle"',
    'id eq "x"',
  ]) {
    assert.deepEqual(await found(filter), [], filter);
  }
});

test("an externalId that two people have finds both, with the total however few are asked for", async () => {
  const org = await newOrganization(service);
  const [one, other] = await fill(org, 2);
  const all = service.parts.db.updateTable("directory_users").set({ external_id: "shared" });
  await all.where("organization_id", "=", org.organization.id).execute();
  const filter = encodeURIComponent('externalId eq "shared"');
  for (const [query, ids] of [
    ["count=10", [one, other]],
    ["count=1", [one]],
    ["startIndex=2", [other]],
    ["startIndex=3", []],
    ["count=0", []],
  ] as const) {
    const body = await get(org, `/Users?filter=${filter}&${query}`);
    assert.deepEqual([body.totalResults, body.Resources.map(({ id }: { id: string }) => id)], [2, ids], query);
  }
});

test("common filters of an import find who they say among 10,000", async () => {
  const org = await newOrganization(service);
  const people = await fill(org, 10_000);
  const later = new Date(Date.now() + 60_000);
  const since = later.toISOString();
  const changed = service.parts.db.updateTable("directory_users").set({ updated_at: later, active: false });
  await changed.where("id", "in", people.slice(500, 503)).execute();
  const ids = async (filter: string) => {
    const body = await get(org, `/Users?filter=${encodeURIComponent(filter)}&count=200`);
    assert.equal(body.totalResults, body.Resources.length);
    return body.Resources.map(({ id }: { id: string }) => id);
  };
  const earlier = new Date(later.getTime() - 1).toISOString();
  for (const filter of [
    `meta.lastModified gt "${earlier}"`,
    `meta.lastModified ge "${since}"`,
    `meta.lastModified eq "${since}"`,
    "active eq false",
  ]) {
    assert.deepEqual(await ids(filter), people.slice(500, 503), filter);
  }
  assert.deepEqual(await ids(`meta.lastModified gt "${since}"`), []);
  assert.equal((await ids('userName sw "P77"')).length, 111);
});

test("attributes and excludedAttributes keep memberships from being read at all", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  const group = await pushGroup(org, "Platform", [id]);
  const lookup = `filter=${encodeURIComponent(`userName eq "${userName}"`)}`;
  const paths = [
    `/Users?attributes=userName`,
    `/Users?excludedAttributes=groups,meta`,
    `/Users?attributes=userName&sortBy=title`,
    `/Users?attributes=userName&filter=${encodeURIComponent('title pr or userName co "a"')}`,
    `/Users?attributes=userName&${lookup}`,
    `/Users?attributes=emails&filter=${encodeURIComponent('emails eq "x@example.test"')}`,
    `/Groups/${group.id}?excludedAttributes=members`,
    "/Groups?excludedAttributes=members",
    "/Groups?attributes=displayName&sortBy=displayName",
  ];
  await service.parts.db.transaction().execute(async (trx) => {
    // Whoever read a membership now would wait until the end of this test.
    await sql`LOCK TABLE group_memberships IN ACCESS EXCLUSIVE MODE`.execute(trx);
    for (const path of paths) await get(org, path);
  });
});

test("a filter that takes too long is refused as a SCIM error, to be tried again", async () => {
  const org = await newOrganization(service);
  await pushUser(org);
  const { db } = service.parts;
  const answer = await db.transaction().execute(async (trx) => {
    await sql`LOCK TABLE directory_users IN ACCESS EXCLUSIVE MODE`.execute(trx);
    const asked = org.scim("GET", `/Users?filter=${encodeURIComponent('title co "x"')}`);
    // What the time limit of a statement does, without waiting for it.
    const waiting = sql`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%title%'`;
    while ((await waiting.execute(db)).rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return asked;
  });
  assertScimError(answer, 503);
  assert.match(answer.headers.get("retry-after") ?? "", /^\d+$/);
});
