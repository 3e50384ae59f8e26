import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { firstId } from "../../../src/db/id.ts";
import { pruneActivity } from "../../../src/domain/activity/prune.ts";
import { recordAttempt } from "../../../src/domain/sso/attempts.ts";
import { record } from "../../support/activity.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const DAY = 86_400_000;
const ago = (days: number) => new Date(service.clock.now.getTime() - days * DAY);

async function kept(org: TestOrganization): Promise<string[]> {
  const rows = await service.parts.db
    .selectFrom("scim_requests")
    .select("id")
    .where("organization_id", "=", org.organization.id)
    .orderBy("id")
    .execute();
  return rows.map(({ id }) => id);
}

test("what is older than the operator wants to keep is deleted, of every organization, and nothing else", async () => {
  const [one, other] = [await newOrganization(service), await newOrganization(service)];
  const young = [ago(29.9), ago(1), ago(0)].map((at) => ({ at }));
  const old = [ago(400), ago(30.1)].map((at) => ({ at }));
  const stay = [(await record(one, ...old, ...young)).slice(2), (await record(other, ...old, ...young)).slice(2)];
  assert.equal(await pruneActivity(service.parts.db, service.clock.now, 30), 4);
  assert.deepEqual([await kept(one), await kept(other)], stay);
  assert.equal(await pruneActivity(service.parts.db, service.clock.now, 30), 0);
});

test("a long history goes in batches, also where two processes prune at once, and each row once", async () => {
  const org = await newOrganization(service);
  const at = ago(40);
  await record(org, ...Array.from({ length: 2_500 }, () => ({ at })));
  const prune = () => pruneActivity(service.parts.db, service.clock.now, 30);
  const [first, second] = await Promise.all([prune(), prune()]);
  assert.equal(first + second + (await prune()), 2_500);
  assert.deepEqual(await kept(org), []);
});

test("attempts to sign in go as requests do", async () => {
  const org = await newOrganization(service);
  for (const days of [400, 31, 29, 0]) {
    const attempt = { purpose: "test", examination: undefined, userAgent: undefined } as const;
    await recordAttempt({ ...org.scope, now: ago(days) }, attempt);
  }
  // Ids of one process never go back in time: those of long ago are made here.
  const rows = service.parts.db.updateTable("sign_in_attempts").where("organization_id", "=", org.organization.id);
  for (const days of [400, 31])
    await rows
      .set({ id: firstId(ago(days)) })
      .where("at", "=", ago(days))
      .execute();
  assert.equal(await pruneActivity(service.parts.db, service.clock.now, 30), 2);
  const left = service.parts.db.selectFrom("sign_in_attempts").where("organization_id", "=", org.organization.id);
  assert.equal((await left.select("id").execute()).length, 2);
});

test("a row that somebody holds is passed over, and waits for nobody", async () => {
  const org = await newOrganization(service);
  const [held = "", free = ""] = await record(org, { at: ago(40) }, { at: ago(40) });
  await service.parts.db.transaction().execute(async (trx) => {
    await trx
      .selectFrom("scim_requests")
      .select("id")
      .where("organization_id", "=", org.organization.id)
      .where("id", "=", held)
      .forUpdate()
      .execute();
    assert.equal(await pruneActivity(service.parts.db, service.clock.now, 30), 1);
    assert.ok(!(await kept(org)).includes(free));
  });
  assert.equal(await pruneActivity(service.parts.db, service.clock.now, 30), 1);
});

test("a process that stops ends with the batch at hand", async () => {
  const org = await newOrganization(service);
  await record(org, ...Array.from({ length: 1_500 }, () => ({ at: ago(40) })));
  let asked = 0;
  assert.equal(await pruneActivity(service.parts.db, service.clock.now, 30, () => asked++ === 0), 1_000);
  assert.equal((await kept(org)).length, 500);
});

test("the service does so by itself, every ten minutes, for as many days as its operator said", async (t) => {
  const everyTenMinutes: (() => void)[] = [];
  const { setInterval } = globalThis;
  t.mock.method(globalThis, "setInterval", (then: () => void, milliseconds: number) => {
    if (milliseconds === 600_000) everyTenMinutes.push(then);
    return setInterval(then, milliseconds);
  });
  const pruning = await startTestService({ ACTIVITY_DAYS: "2" });
  t.after(() => pruning.stop());
  const org = await newOrganization(pruning);
  const mine = pruning.parts.db.selectFrom("scim_requests").where("organization_id", "=", org.organization.id);
  const [, young] = await record(org, { at: ago(2.1) }, { at: ago(1.9) });
  for (const then of everyTenMinutes) then();
  let ids: string[] = [];
  for (let tries = 0; tries < 400 && ids.length !== 1; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    ids = (await mine.select("id").execute()).map(({ id }) => id);
  }
  assert.deepEqual(ids, [young]);
});
