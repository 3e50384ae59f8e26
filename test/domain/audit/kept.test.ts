import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import type { Db } from "../../../src/db/database.ts";
import { pruneEvents } from "../../../src/domain/audit/prune.ts";
import { deleteOrganization } from "../../../src/domain/organizations/organizations.ts";
import { sources } from "../../laws/sources.ts";
import { writeEvents } from "../../support/events.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let db: Db;
before(async () => {
  service = await startTestService();
  db = service.parts.db;
});
after(() => service.stop());

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY);
const KEPT = /an event of the audit log stays as it is/;

async function kept(org: TestOrganization): Promise<string[]> {
  const rows = await db
    .selectFrom("audit_events")
    .select("id")
    .where("organization_id", "=", org.organization.id)
    .orderBy("id")
    .execute();
  return rows.map(({ id }) => id);
}

describe("an event of the audit log", () => {
  test("is not changed, deleted or emptied out by any statement, however old it is", async () => {
    const org = await newOrganization(service);
    await writeEvents(org, { at: ago(4_000) });
    const before = await kept(org);
    const own = sql`organization_id = ${org.organization.id}`;
    await assert.rejects(sql`UPDATE audit_events SET detail = '{}' WHERE ${own}`.execute(db), KEPT);
    await assert.rejects(sql`UPDATE audit_events SET actor_name = 'nobody' WHERE ${own}`.execute(db), KEPT);
    await assert.rejects(sql`DELETE FROM audit_events WHERE ${own}`.execute(db), KEPT);
    await assert.rejects(sql`TRUNCATE audit_events`.execute(db), KEPT);
    assert.deepEqual(await kept(org), before);
  });

  test("that is younger than 30 days stays even where somebody claims to prune", async () => {
    const org = await newOrganization(service);
    await writeEvents(org, { at: ago(29) });
    const prune = db.transaction().execute(async (trx) => {
      await sql`SELECT set_config('semaphore.audit_kept_from', '2999-01-01', true)`.execute(trx);
      await sql`DELETE FROM audit_events WHERE organization_id = ${org.organization.id}`.execute(trx);
    });
    await assert.rejects(prune, KEPT);
    await assert.rejects(pruneEvents(db, new Date(Date.now() + 10_000 * DAY), 30), KEPT);
  });

  test("stays where somebody claims to prune and means to change it", async () => {
    const org = await newOrganization(service);
    await writeEvents(org, { at: ago(4_000) });
    const change = db.transaction().execute(async (trx) => {
      await sql`SELECT set_config('semaphore.audit_kept_from', '2999-01-01', true)`.execute(trx);
      await sql`UPDATE audit_events SET detail = '{}' WHERE organization_id = ${org.organization.id}`.execute(trx);
    });
    await assert.rejects(change, KEPT);
  });

  test("goes with its organization", async () => {
    const [org, other] = [await newOrganization(service), await newOrganization(service)];
    const stays = await kept(other);
    await deleteOrganization(org.scope);
    assert.deepEqual(await kept(org), []);
    assert.deepEqual(await kept(other), stays);
  });

  test("is pruned by one file alone", () => {
    const named = sources("src").filter(({ text }) => text.includes("audit_kept_from"));
    assert.deepEqual(
      named.map(({ path }) => path),
      ["src/domain/audit/prune.ts"],
    );
    const deleting = sources("src").filter(({ text }) =>
      /(?:DELETE FROM|UPDATE|TRUNCATE) audit_events|(?:deleteFrom|updateTable)\("audit_events/.test(text),
    );
    assert.deepEqual(
      deleting.map(({ path }) => path),
      ["src/domain/audit/prune.ts"],
    );
  });
});

describe("pruning", () => {
  test("deletes what is older than the operator wants to keep, of every organization, and nothing else", async () => {
    const [one, other] = [await newOrganization(service), await newOrganization(service)];
    const old = [{ at: ago(800) }, { at: ago(731) }];
    const stay = [];
    for (const org of [one, other]) {
      await writeEvents(org, ...old, { at: ago(729) }, { at: ago(1) });
      stay.push((await kept(org)).slice(2));
    }
    await pruneEvents(db, new Date(), 730);
    assert.deepEqual([await kept(one), await kept(other)], stay);
    assert.equal(await pruneEvents(db, new Date(), 730), 0);
  });

  test("goes in batches, also where two processes prune at once, and each event once", async () => {
    const org = await newOrganization(service);
    await writeEvents(org, ...Array.from({ length: 2_500 }, () => ({ at: ago(800) })));
    const prune = () => pruneEvents(db, new Date(), 730);
    const [first, second] = await Promise.all([prune(), prune()]);
    assert.equal(first + second + (await prune()), 2_500);
  });
});
