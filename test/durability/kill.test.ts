import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readPidFile } from "../../src/db/embedded/pid-file.ts";
import { findMarked, markOf } from "../../src/db/embedded/processes.ts";
import { emptyFolder, freePort, type Program, startMain } from "./program.ts";
import { assertWhole, makeTenant, OPERATOR_TOKEN, pushOne, pushUntilCut, scim, type Tenant } from "./push.ts";

/** So many people are answered before anything is killed. */
const ENOUGH = 200;

/** A start, also one that finds a killed database, on a machine that is busy with other tests. */
const SANE_MS = 30_000;

test("kill -9 of the service in the middle of a push loses no answered person and leaves none half", async (t) => {
  const { dataDir, service, tenant } = await startEmbedded(t);
  const pushed = await pushUntilCut(service, tenant, (count) => {
    if (count === ENOUGH) process.kill(service.pid, "SIGKILL");
  });
  assert.ok(pushed.answered.size >= ENOUGH);
  const again = await restart(t, dataDir);
  await assertWhole(again, tenant, pushed);
});

test("kill -9 of the service and of its PostgreSQL at once loses no answered person either", async (t) => {
  const { dataDir, service, tenant } = await startEmbedded(t);
  const pushed = await pushUntilCut(service, tenant, (count) => {
    if (count !== ENOUGH) return;
    process.kill(postmasterOf(dataDir), "SIGKILL");
    process.kill(service.pid, "SIGKILL");
  });
  assert.ok(pushed.answered.size >= ENOUGH);
  const again = await restart(t, dataDir);
  await assertWhole(again, tenant, pushed);
});

test("kill -9 of PostgreSQL alone: the service outlives it, starts it again and goes on", async (t) => {
  const { dataDir, service, tenant } = await startEmbedded(t);
  const pushed = await pushUntilCut(service, tenant, (count) => {
    if (count === ENOUGH) process.kill(postmasterOf(dataDir), "SIGKILL");
  });
  assert.ok(pushed.answered.size >= ENOUGH);
  await answersAgain(service, tenant);
  const late = await pushOne(service, tenant, "late@example.test");
  const answered = new Map(pushed.answered).set("late@example.test", late.json().id);
  await assertWhole(service, tenant, { ...pushed, answered });
  assert.equal(await service.end("SIGTERM"), "0", service.output());
});

test("SIGTERM in the middle of a push lets what is under way end, and leaves no process behind", async (t) => {
  const { dataDir, service, tenant } = await startEmbedded(t);
  const stopped = Promise.withResolvers<{ how: string; after: number }>();
  const pushed = await pushUntilCut(service, tenant, (count) => {
    if (count !== ENOUGH) return;
    const since = performance.now();
    void service.end("SIGTERM").then((how) => stopped.resolve({ how, after: performance.now() - since }));
  });
  const { how, after } = await stopped.promise;
  assert.equal(how, "0", service.output());
  assert.ok(after < 5_000, `it stopped after ${Math.round(after)} ms`);
  t.diagnostic(`stopped after ${Math.round(after)} ms`);
  assert.deepEqual(findMarked(markOf(join(dataDir, "postgres"))), []);
  assert.match(service.output(), /^Stopping …$/m);
  const again = await restart(t, dataDir);
  await assertWhole(again, tenant, pushed);
});

async function startEmbedded(t: TestContext): Promise<{ dataDir: string; service: Program; tenant: Tenant }> {
  const dataDir = emptyFolder(t);
  const service = await startMain(t, await freePort(), { DATA_DIR: dataDir, OPERATOR_TOKEN });
  t.diagnostic(`ready on a new folder after ${Math.round(service.readyAfter)} ms`);
  return { dataDir, service, tenant: await makeTenant(service) };
}

async function restart(t: TestContext, dataDir: string): Promise<Program> {
  const service = await startMain(t, await freePort(), { DATA_DIR: dataDir, OPERATOR_TOKEN });
  t.diagnostic(`ready on the folder that was left after ${Math.round(service.readyAfter)} ms`);
  assert.ok(service.readyAfter < SANE_MS, `it was ready after ${service.readyAfter} ms`);
  return service;
}

function postmasterOf(dataDir: string): number {
  const { pid } = readPidFile(join(dataDir, "postgres"));
  assert.ok(pid);
  return pid;
}

/** A person who is refused while the database is away is one who is never made twice: 503 until it is back. */
async function answersAgain(service: Program, tenant: Tenant): Promise<void> {
  const until = performance.now() + SANE_MS;
  for (;;) {
    const { status } = await scim(service, tenant, "GET", "/Users?count=1").catch(() => ({ status: 0 }));
    if (status === 200) return;
    assert.ok(status >= 500 && performance.now() < until, `it answered ${status}: ${service.output()}`);
    await sleep(50);
  }
}
