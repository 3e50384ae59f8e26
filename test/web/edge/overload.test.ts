import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { PoolLimits } from "../../../src/db/database.ts";
import { assertScimError, pushUser, setActive } from "../../okta/scim/directory.ts";
import { newOrganization, oktaUser, type ScimAnswer, type TestOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService, type TestService } from "../../support/service.ts";

/** Runs the steps on a service of their own, whose patience is short or long as they need it. */
async function withService(pool: Partial<PoolLimits>, steps: (service: TestService) => Promise<void>): Promise<void> {
  const service = await startTestService({}, pool);
  try {
    await steps(service);
  } finally {
    await service.stop();
  }
}

/** Runs the steps while so many connections of the pool are in use. */
async function whileOccupied(service: TestService, count: number, steps: () => Promise<void>): Promise<void> {
  const lent = await Promise.all(Array.from({ length: count }, () => service.parts.db.startTransaction().execute()));
  try {
    await steps();
  } finally {
    await Promise.all(lent.map((each) => each.rollback().execute()));
  }
}

/** Runs the steps while the organization's users are held against every change; what they answer is settled afterwards. */
async function whileHeld<T>(service: TestService, org: TestOrganization, steps: () => Promise<T>): Promise<T> {
  const trx = await service.parts.db.startTransaction().execute();
  try {
    await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(trx);
    await sql`SELECT FROM directory_users WHERE organization_id = ${org.organization.id} FOR UPDATE`.execute(trx);
    return await steps();
  } finally {
    await trx.rollback().execute();
  }
}

test("a pool that is full is 503 with Retry-After to a directory, a browser and the operator, and changes nothing", () =>
  withService({ size: 4, wait: 1_000 }, async (service) => {
    const org = await newOrganization(service);
    const { id } = await pushUser(org);
    await whileOccupied(service, 4, async () => {
      const [refused, page, problem] = await Promise.all([
        setActive(org, id, false),
        org.page("/sign-in"),
        service.operator("GET", "/organizations"),
      ]);
      assertScimError(refused, 503, undefined, /busy/);
      assert.match((await readPage(page)).text, /busy/);
      for (const { status, headers } of [refused, page, problem]) {
        assert.deepEqual([status, headers.get("retry-after")], [503, "2"]);
      }
    });
    assert.equal((await org.scim("GET", `/Users/${id}`)).body.active, true);
  }));

test("a statement that takes too long is 503 with Retry-After, and changes nothing", () =>
  withService({ statement: 500 }, async (service) => {
    const org = await newOrganization(service);
    const { id } = await pushUser(org);
    await whileHeld(service, org, async () => {
      const refused = await setActive(org, id, false);
      assertScimError(refused, 503, undefined, /busy/);
      assert.equal(refused.headers.get("retry-after"), "2");
    });
    assert.equal((await org.scim("GET", `/Users/${id}`)).body.active, true);
    assert.equal((await setActive(org, id, false)).status, 200);
  }));

/** Nothing gives up by itself, so whoever is answered was not made to wait. */
const PATIENT = { wait: 60_000, statement: 60_000 };

test("one organization with fifty slow requests leaves the others their connections, and is answered in the end", () =>
  withService(PATIENT, async (service) => {
    const [slow, other] = [await newOrganization(service), await newOrganization(service)];
    const { id } = await pushUser(slow);
    let answered = 0;
    const answers = await whileHeld(service, slow, async () => {
      const waiting = Array.from({ length: 50 }, async () => {
        const { status } = await setActive(slow, id, false);
        answered++;
        return status;
      });
      for (let i = 0; i < 20; i++) {
        assert.equal((await other.scim("POST", "/Users", oktaUser())).status, 201);
        assert.equal((await other.scim("GET", "/Users?count=1")).status, 200);
        assert.equal((await other.page("/sign-in")).status, 200);
        assert.equal((await slow.page("/sign-in")).status, 200);
      }
      assert.equal(answered, 0);
      return { waiting };
    });
    assert.deepEqual([...new Set(await Promise.all(answers.waiting))], [200]);
  }));

test("of one organization only so many requests wait; more are 503 at once", () =>
  withService({ ...PATIENT, size: 4, queue: 3 }, async (service) => {
    const org = await newOrganization(service);
    const { id } = await pushUser(org);
    const { sent } = await whileHeld(service, org, async () => {
      const sent = Array.from({ length: 8 }, () => setActive(org, id, false));
      // Two have a connection and three wait for one.
      const refused: ScimAnswer[] = [];
      for (const each of sent) void each.then((answer) => refused.push(answer));
      while (refused.length < 3) await sleep(5);
      for (const answer of refused) assertScimError(answer, 503, undefined, /busy/);
      return { sent };
    });
    const statuses = (await Promise.all(sent)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 503, 503, 503]);
  }));

test("requests that wait too long for their turn are 503, and give their place back", () =>
  withService({ size: 4, wait: 1_000, statement: 60_000 }, async (service) => {
    const org = await newOrganization(service);
    const { id } = await pushUser(org);
    const { sent } = await whileHeld(service, org, async () => {
      const sent = Array.from({ length: 6 }, () => setActive(org, id, false));
      let refused = 0;
      for (const each of sent) void each.then(({ status }) => status === 503 && refused++);
      while (refused < 4) await sleep(5);
      return { sent };
    });
    const statuses = (await Promise.all(sent)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 200, 503, 503, 503, 503]);
    for (let i = 0; i < 10; i++) assert.equal((await org.scim("GET", `/Users/${id}`)).status, 200);
  }));
