import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createApp } from "../../../../../src/app.ts";
import { readConfig } from "../../../../../src/config.ts";
import { newId } from "../../../../../src/db/id.ts";
import { recordRequests } from "../../../../../src/domain/activity/record.ts";
import { changeMember } from "../../../../../src/domain/members/members.ts";
import { createLog } from "../../../../../src/observe/log.ts";
import { type Service, startService } from "../../../../../src/service.ts";
import { freePort } from "../../../../durability/program.ts";
import { LOOKUP, record, requestRow } from "../../../../support/activity.ts";
import { freshDatabase } from "../../../../support/database.ts";
import { newOrganization, type TestOrganization } from "../../../../support/organization.ts";
import type { TestService } from "../../../../support/service.ts";
import { openSource, type Source } from "./event-source.ts";

const PATH = "/settings/okta/activity/stream";
const FIRST = "00000000-0000-0000-0000-000000000000";
const SECRETS = { SECRET_KEY: Buffer.alloc(32, 7).toString("base64"), OPERATOR_TOKEN: "operator-of-the-test" };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataDir: string;
before(async () => {
  database = await freshDatabase();
  dataDir = mkdtempSync(join(tmpdir(), "semaphore-stream-"));
});
after(async () => {
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The service behind a real door, and who may come in. */
async function start(t: { after(then: () => Promise<void>): void }) {
  const port = await freePort();
  const env = { ...SECRETS, DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: "silent" };
  const config = readConfig(env);
  const running = await startService(config, createLog(config));
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= running.stop();
    return stopping;
  };
  t.after(stop);
  const service = asTestService(running);
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const open = (query = "", headers = {}) => openSource(port, org.url, PATH + query, { cookie, ...headers });
  return { service, org, cookie, port, open, stop };
}

function asTestService({ parts }: Service): TestService {
  const app = createApp(parts);
  const now = { now: new Date(), advance: () => {} };
  const fetch = async (url: string, init?: RequestInit) => app.fetch(new Request(url, init));
  return { parts, app, clock: now, fetch, operator: () => assert.fail(), stop: () => assert.fail() };
}

const idsOf = (source: Source) =>
  source.events.map(({ data }) => /<tr id="([\w-]+)"/.exec(data)?.[1] ?? `no row: ${data}`);

test("new requests arrive by themselves, as rows, the oldest first, each once, under its id", async (t) => {
  const { org, open } = await start(t);
  const [old = ""] = await record(org, {});
  const source = await open(`?after=${old}`);
  assert.equal(source.response.statusCode, 200);
  assert.match(source.response.headers["content-type"] ?? "", /^text\/event-stream/);
  assert.equal(source.response.headers["cache-control"], "no-store");
  const first = await record(org, { summary: "Added Bo\r\n\r\nevent: request\rdata: forged" }, { summary: "Added Cy" });
  await source.until(2);
  const [last = ""] = await record(org, { summary: "<script>alert(1)</script>" });
  await source.until(3);
  assert.deepEqual(idsOf(source), [...first, last]);
  assert.deepEqual(
    source.events.map(({ event, id }) => [event, id]),
    [...first, last].map((id) => ["request", id]),
  );
  assert.match(source.events[0]?.data ?? "", /Added Bo\n\nevent: request\ndata: forged/);
  assert.match(source.events[2]?.data ?? "", /&lt;script&gt;/);
  source.close();
});

test("a browser that comes again goes on where it was", async (t) => {
  const { org, open } = await start(t);
  const [one = "", two = "", three = ""] = await record(org, {}, {}, {});
  const source = await open(`?after=${one}`, { "last-event-id": two });
  await source.until(1);
  const [four = ""] = await record(org, {});
  await source.until(2);
  assert.deepEqual(idsOf(source), [three, four]);
  source.close();
});

test("a row that comes to sight after younger ones is told too, once", async (t) => {
  const { org, service, open } = await start(t);
  const { db } = service.parts;
  const at = new Date();
  const early = requestRow(org.organization.id, { id: newId(at), summary: "Slow" });
  const source = await open(`?after=${newId(at)}`);
  await db.transaction().execute(async (trx) => {
    await recordRequests(trx, [early]);
    await record(org, { id: newId(new Date()), summary: "Quick" });
    await source.until(1);
  });
  await source.until(2);
  const [last = ""] = await record(org, { id: newId(new Date()) });
  await source.until(3);
  const ids = idsOf(source);
  assert.deepEqual([ids[1], ids[2], ids.length], [early.id, last, 3]);
  assert.ok((source.events[1]?.id ?? "") > early.id, "a browser that comes again begins after the youngest");
  source.close();
});

test("the stream shows what the page's filter shows, and nothing of another organization", async (t) => {
  const { org, service, open } = await start(t);
  const other = await newOrganization(service);
  const sources = [
    await open(`?after=${FIRST}`),
    await open(`?after=${FIRST}&reads=on`),
    await open(`?after=${FIRST}&person=BO@example.test`),
    await open(`?after=${FIRST}&outcome=refused&person=bo@example.test`),
  ] as const;
  await record(other, { people: ["bo@example.test"], outcome: "refused" });
  const [lookup, ada, bo, refused] = await record(
    org,
    LOOKUP,
    {},
    { people: ["bo@example.test"] },
    { people: ["bo@example.test"], outcome: "refused", status: 409 },
  );
  const wanted = [[ada, bo, refused], [lookup, ada, bo, refused], [bo, refused], [refused]];
  for (const [index, source] of sources.entries()) await source.until(wanted[index]?.length ?? 0);
  assert.deepEqual(sources.map(idsOf), wanted);
  for (const source of sources) source.close();
});

/** Each way to lose the right to look. */
const ENDS: Readonly<Record<string, (org: TestOrganization, cookie: string) => Promise<unknown>>> = {
  "who signs out": (org, cookie) => org.page("/sign-out", cookie, {}),
  "whose session is ended elsewhere": (org) =>
    org.scope.db.deleteFrom("sessions").where("organization_id", "=", org.organization.id).execute(),
  "who is deactivated": async (org) => changeMember(org.scope, await adminId(org), { state: "deactivated" }),
  "who is no admin any more": async (org) => changeMember(org.scope, await adminId(org), { role: "member" }),
};

async function adminId(org: TestOrganization): Promise<string> {
  const select = org.scope.db.selectFrom("members").select("id").where("role", "=", "admin");
  return (await select.where("organization_id", "=", org.organization.id).executeTakeFirstOrThrow()).id;
}

for (const [who, lose] of Object.entries(ENDS)) {
  test(`the stream of somebody ${who} ends, and sends nothing more`, async (t) => {
    const { org, port } = await start(t);
    await org.addMember("admin@example.test", "admin");
    const cookie = await org.signIn("admin@example.test");
    const source = await openSource(port, org.url, `${PATH}?after=${FIRST}`, { cookie });
    await record(org, {});
    await source.until(1);
    await lose(org, cookie);
    await record(org, { summary: "Not for them" });
    await source.ended();
    assert.equal(source.events.length, 1);
  });
}

test("a stream that has nothing to send ends with its session too", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { org, cookie, open } = await start(t);
  const source = await open();
  t.mock.timers.tick(15_000);
  await org.page("/sign-out", cookie, {});
  t.mock.timers.tick(15_000);
  await source.ended();
  t.mock.timers.reset();
});

test("a session may have a few streams, and a closed one makes room", async (t) => {
  const { org, cookie, open, port } = await start(t);
  const sources = [await open(), await open(), await open(), await open()];
  const refused = await open();
  assert.equal(refused.response.statusCode, 429);
  await org.addMember("admin@example.test", "admin");
  const headers = { cookie: await org.signIn("admin@example.test") };
  const elsewhere = await openSource(port, org.url, PATH, headers);
  assert.equal(elsewhere.response.statusCode, 200, "another session is not held back");
  sources[0]?.close();
  let status: number | undefined;
  for (let tries = 0; tries < 100 && status !== 200; tries++) {
    const again = await open();
    status = again.response.statusCode;
    if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(status, 200);
  assert.ok(cookie);
});

test("asking for the head takes no seat", async (t) => {
  const { org, cookie, service, open } = await start(t);
  for (let n = 0; n < 10; n++) {
    const answer = await service.fetch(org.url + PATH, { method: "HEAD", headers: { cookie } });
    assert.equal(answer.status, 200);
  }
  const source = await open();
  assert.equal(source.response.statusCode, 200);
  source.close();
});

test("between two looks no connection to the database is held", async (t) => {
  const { service, open } = await start(t);
  const sources = [await open(), await open(), await open()];
  let begun = 0;
  let whole = () => {};
  const all = new Promise<void>((resolve) => {
    whole = resolve;
  });
  const holdOne = () =>
    service.parts.db.transaction().execute(async () => {
      if (++begun === POOL) whole();
      await all;
    });
  // Each waits for the others with its connection in hand: they all get one, or none of them ends.
  await Promise.all(Array.from({ length: POOL }, holdOne));
  for (const source of sources) source.close();
});

/** The connections of one process. */
const POOL = 10;

test("stopping the service ends the streams in order, and does not wait for them", async (t) => {
  const { open, stop } = await start(t);
  const sources = [await open(), await open()];
  await stop();
  await Promise.all(sources.map((source) => source.ended()));
  // A connection that is closed by force leaves its answer without an end.
  for (const { response } of sources) assert.equal(response.complete, true);
});
