import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { projectRoot } from "../../src/root.ts";
import { command } from "../support/database.ts";
import { emptyFolder, freePort, type Program, startMain } from "./program.ts";
import { assertWhole, makeTenant, OPERATOR_TOKEN, operator, pushOne, pushUntilCut, scim } from "./push.ts";

/** How long a token may still work at another process after it was revoked, in milliseconds. */
const SOON_MS = 1_000;

test("two processes that start at once on an empty database migrate it once, and both are ready", async (t) => {
  const url = await emptyDatabase(t);
  const [one, other] = await startTwo(t, url);
  const files = readdirSync(join(projectRoot, "migrations")).sort();
  assert.deepEqual(await migrationsIn(url), files);
  const tenant = await makeTenant(one);
  assert.equal((await scim(other, tenant, "GET", "/Users?count=1")).status, 200);
});

test("a SCIM token that is revoked at one process is refused at the other", async (t) => {
  const [one, other] = await startTwo(t, await emptyDatabase(t));
  const tenant = await makeTenant(one);
  const path = `/organizations/${tenant.slug}/okta-integration/scim-tokens`;
  for (let round = 1; round <= 3; round++) {
    const { id, token } = await operator(one, "POST", path, {});
    const at = { ...tenant, token };
    assert.equal((await scim(other, at, "GET", "/Users?count=1")).status, 200);
    await operator(one, "DELETE", `${path}/${id}`);
    const since = performance.now();
    while ((await scim(other, at, "GET", "/Users?count=1")).status === 200) {
      assert.ok(performance.now() - since < SOON_MS, "the token still works at the other process");
      await sleep(5);
    }
    t.diagnostic(`refused at the other process ${Math.round(performance.now() - since)} ms after it was revoked`);
  }
  assert.equal((await scim(other, tenant, "GET", "/Users?count=1")).status, 200, "the token before still works");
});

test("an organization that two processes provision at once loses nobody and has nobody twice, though one is killed", async (t) => {
  const [one, other] = await startTwo(t, await emptyDatabase(t));
  const tenant = await makeTenant(one);
  const killed = pushUntilCut(one, tenant, (count) => {
    if (count === 150) process.kill(one.pid, "SIGKILL");
  });
  // The other one is sent the same people, by a directory that does not know what the first one did.
  const again = new Map<string, string>();
  let refused = 0;
  const repeat = async (number: number) => {
    for (let turn = 0; turn < 30; turn++) {
      const userName = `person-${number}-${turn}@example.test`;
      const answer = await pushOne(other, tenant, userName);
      if (answer.status === 201) again.set(userName, answer.json().id);
      else refused++;
      assert.ok([201, 409].includes(answer.status), answer.text);
    }
  };
  const [{ answered, unanswered }] = await Promise.all([killed, ...Array.from({ length: 8 }, (_, at) => repeat(at))]);
  assert.ok(answered.size >= 150 && again.size + refused === 240);
  assert.deepEqual(
    [...again.keys()].filter((userName) => answered.has(userName)),
    [],
    "nobody was made at both",
  );
  await assertWhole(other, tenant, {
    answered: new Map([...answered, ...again]),
    unanswered: unanswered.filter((name) => !again.has(name)),
  });
});

test("a group that two processes change at once loses nothing, and what one writes the other answers", async (t) => {
  const [one, other] = await startTwo(t, await emptyDatabase(t));
  const tenant = await makeTenant(one);
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, at) => pushOne(at % 2 ? one : other, tenant, `member-${at}@example.test`)),
  );
  const ids = made.map((answer) => answer.json().id as string);
  const group = (await scim(one, tenant, "POST", "/Groups", { displayName: "Platform" })).json();
  const change = async (at: number, id: string) => {
    const Operations = [{ op: "add", path: "members", value: [{ value: id }] }];
    const answer = await scim(at % 2 ? one : other, tenant, "PATCH", `/Groups/${group.id}`, { Operations });
    assert.equal(answer.status, 204, answer.text);
  };
  await Promise.all(ids.map((id, at) => change(at, id)));
  for (const service of [one, other]) {
    const { members } = (await scim(service, tenant, "GET", `/Groups/${group.id}`)).json();
    assert.deepEqual(members.map(({ value }: { value: string }) => value).sort(), [...ids].sort());
  }
  const off = { Operations: [{ op: "replace", value: { active: false } }] };
  assert.equal((await scim(one, tenant, "PATCH", `/Users/${ids[0]}`, off)).status, 200);
  assert.equal((await scim(other, tenant, "GET", `/Users/${ids[0]}`)).json().active, false);
});

async function startTwo(t: TestContext, url: string): Promise<[Program, Program]> {
  const env = { DATABASE_URL: url, OPERATOR_TOKEN, SECRET_KEY: randomBytes(32).toString("base64") };
  const start = async () => startMain(t, await freePort(), { ...env, DATA_DIR: emptyFolder(t) });
  return Promise.all([start(), start()]);
}

/** A database without a table. */
async function emptyDatabase(t: TestContext): Promise<string> {
  const server = process.env["TEST_DATABASE_URL"];
  assert.ok(server, "TEST_DATABASE_URL is missing: run the tests with npm test, or node dist/test/run.js FILE");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await command(server, `CREATE DATABASE ${name}`);
  t.after(() => command(server, `DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function migrationsIn(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>("SELECT name FROM migrations ORDER BY name");
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
