import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Scripted } from "./double/scim-server.ts";
import { connected } from "./double/setting.ts";
import { type OktaOptions, startOkta } from "./server.ts";

const ADA = { firstName: "Ada", lastName: "Park", email: "ada.park@example.test" };
const FAILED = "Automatic provisioning of user Ada Park to app Semaphore failed: ";
const CREATING = `${FAILED}Error while creating user ada.park@example.test: `;

/** Assigns Ada while the service answers from the script; gives back what her admin reads. */
async function assignAda(t: TestContext, script: (Scripted | undefined)[], options: OktaOptions = {}) {
  const { okta, service } = await connected(t, {}, options);
  service.script.push(...script);
  const person = await okta.assign(okta.addPerson(ADA).id);
  return { okta, service, person };
}

test("the admin reads the detail of a SCIM error", async (t) => {
  const body = JSON.stringify({ status: "409", scimType: "uniqueness", detail: "Somebody has this email." });
  const { okta, person } = await assignAda(t, [undefined, { status: 409, body }]);
  assert.equal(person.app.status, "failed");
  assert.equal(person.app.error, `${CREATING}Conflict. Errors reported by remote server: Somebody has this email.`);
  assert.equal(okta.log.at(-1)?.error, person.app.error?.replace(FAILED, ""));
});

test("an error that is not JSON is Invalid JSON", async (t) => {
  const { person } = await assignAda(t, [undefined, { status: 500, body: "<html>" }]);
  const start = `${CREATING}Internal Server Error. Errors reported by remote server: Invalid JSON: Unexpected character ('<'`;
  assert.ok(person.app.error?.startsWith(start), person.app.error);
});

test("a good answer that is not JSON is Invalid JSON as well", async (t) => {
  const { person } = await assignAda(t, [{ status: 200, body: "hello" }]);
  assert.match(person.app.error ?? "", /Invalid JSON: Unexpected character \('h' \(code 104\)\)/);
});

test("a create answered with an empty body is an empty user", async (t) => {
  const { person } = await assignAda(t, [undefined, { status: 201 }]);
  assert.equal(person.app.error, `${CREATING}Create new user returned empty user`);
});

test("a 404 in the lookup is taken as nobody", async (t) => {
  const { person } = await assignAda(t, [{ status: 404, body: "{}" }]);
  assert.equal(person.app.status, "provisioned");
});

test("after a 429 it waits the seconds of an integer Retry-After", async (t) => {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const script = [{ status: 429, headers: { "retry-after": "7" } }];
  const { okta, person } = await assignAda(t, script, { wait });
  assert.deepEqual(waits, [7000]);
  assert.equal(person.app.status, "provisioned");
  assert.match(okta.log[1]?.error ?? "", /Too Many Requests/);
});

test("without an integer Retry-After it waits five minutes, doubling, and gives up after ten tries", async (t) => {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds / 60_000);
  const refused = { status: 429, headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" } };
  const { person } = await assignAda(t, Array(10).fill(refused), { wait });
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1280]);
  assert.match(person.app.error ?? "", /Too Many Requests/);
});

test("silence longer than the time-out ends the task", async (t) => {
  const { person } = await assignAda(t, [false], { timeoutMs: 50 });
  assert.match(person.app.error ?? "", /java\.net\.SocketTimeoutException: Read timed out$/);
});

test("a failed task is done again by Retry", async (t) => {
  const { okta, person } = await assignAda(t, [undefined, { status: 503 }]);
  assert.equal(person.app.status, "failed");
  assert.equal((await okta.retry(person.id)).app.status, "provisioned");
});

test("a service that is not there is a sentence, not an exception", async (t) => {
  const okta = await startOkta();
  t.after(() => okta.stop());
  const app = { acsUrl: "http://acme.localhost:9/okta/auth", audience: "http://acme.localhost:9", scimToken: "x" };
  const scimBaseUrl = "http://acme.localhost:9/okta/scim";
  const result = await okta.connect({ ...app, scimBaseUrl, generation: "wizard" });
  assert.deepEqual(result, {
    ok: false,
    sentence: "Error authenticating: java.net.ConnectException: Connection refused",
  });
});

test("gzip answers are read, and the log never has the token", async (t) => {
  const body = gzipSync(JSON.stringify({ totalResults: 0, Resources: [] })) as unknown as string;
  const { okta, person } = await assignAda(t, [{ status: 200, body, headers: { "content-encoding": "gzip" } }]);
  assert.equal(person.app.status, "provisioned");
  assert.ok(!JSON.stringify(okta.log).includes("secret-token"));
});

test("at Okta's own speed two requests of one task are at least 200 ms apart", async (t) => {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  await assignAda(t, [], { wait, speed: "okta" });
  assert.ok(waits.length === 1 && waits.every((one) => one >= 200 && one <= 290), waits.join());
});

test("stopping cuts a long wait short", { timeout: 5000 }, async (t) => {
  const { okta, service } = await connected(t);
  service.script.push({ status: 429 });
  const assigning = okta.assign(okta.addPerson(ADA).id);
  while (service.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await okta.stop();
  assert.equal((await assigning).app.status, "failed");
});
