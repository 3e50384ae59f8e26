import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { readConfig } from "../../../src/config.ts";
import { createLog } from "../../../src/observe/log.ts";
import { startService } from "../../../src/service.ts";
import { freePort } from "../../durability/program.ts";
import { fill } from "../../okta/scim/directory.ts";
import { freshDatabase } from "../../support/database.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";

/** As the door is, but in a second where it waits for ten: long enough that a busy machine is not taken for a slow client. */
const PATIENCE = { headers: 1_500, request: 2_500, answer: 4_000, look: 50 };

const database = await freshDatabase();
const port = await freePort();
const config = readConfig({
  PORT: String(port),
  DATABASE_URL: database.url,
  SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
  OPERATOR_TOKEN: "the-operator-of-the-slow-clients",
  RATE_LIMIT_SCIM: "0",
  LOG_LEVEL: "silent",
});
const service = await startService(config, createLog(config), () => new Date(), PATIENCE);
after(async () => {
  await service.stop();
  await database.drop();
});

const asked = { parts: service.parts, clock: { now: new Date() } };
const org = await newOrganization(asked as Parameters<typeof newOrganization>[0]);

/** A client on a socket of its own; what it was sent is in `received`. */
function client() {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const received: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => received.push(chunk));
  socket.on("error", () => {});
  after(() => socket.destroy());
  return { socket, text: () => Buffer.concat(received).toString("latin1") };
}

function headers(of: TestOrganization, first: string, more = ""): string {
  return `${first} HTTP/1.1\r\nHost: ${new URL(of.url).host}\r\nAuthorization: Bearer ${of.token}\r\n${more}\r\n`;
}

/** However the other side ends it: to be reset is to be cut off too. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Sends byte by byte until the other side has had enough. */
async function trickle(socket: Socket, text: string): Promise<void> {
  for (const byte of text) {
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(byte);
    await sleep(20);
  }
}

/** What a quick client is answered: a machine that is very busy may take it for a slow one, so it tries again. */
async function ask(path: string): Promise<string> {
  for (;;) {
    const { socket, text } = client();
    socket.write(headers(org, `GET /okta/scim${path}`, "Connection: close\r\n"));
    await closed(socket);
    if (text().startsWith("HTTP/1.1 200 ")) return text();
  }
}

test("a client whose headers trickle in is cut off", async () => {
  const { socket, text } = client();
  void trickle(socket, `GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${"x".repeat(2_000)}`);
  await closed(socket);
  assert.match(text(), /^(?:HTTP\/1\.1 408 |$)/);
});

test("a client whose body trickles in is cut off, and nothing of it is kept", async () => {
  const { socket, text } = client();
  socket.write(headers(org, "POST /okta/scim/Users", "Content-Length: 2000\r\n"));
  void trickle(socket, `{"userName":"slow@example.test"${" ".repeat(2_000)}`);
  await closed(socket);
  assert.doesNotMatch(text(), /^HTTP\/1\.1 2/);
  assert.match(await ask("/Users"), /"totalResults":0/);
});

/** Of a megabyte each: together more than what the sockets between us hold. */
const ANSWERS = 50;

test("a client that does not read what it asked for holds no connection of the database, and is cut off", async () => {
  await fill(org, 200);
  const long = "x".repeat(1_000);
  const attributes = JSON.stringify({ title: long, nickName: long, userType: long, locale: long, timezone: long });
  const users = service.parts.db.updateTable("directory_users").set({ attributes });
  await users.where("organization_id", "=", org.organization.id).execute();
  const { socket, text } = client();
  socket.pause();
  socket.write(headers(org, "GET /okta/scim/Users?count=200").repeat(ANSWERS));
  await sleep(PATIENCE.answer / 2);
  assert.match(await ask("/Users?count=1"), /"totalResults":200/);
  while ((await busy()) > 0) await sleep(50);
  await sleep(PATIENCE.answer);
  socket.resume();
  await closed(socket);
  const answers = text().split("HTTP/1.1 200").length - 1;
  assert.ok(answers < ANSWERS, `${answers} answers`);
});

/** How many connections of the pool are in use, but for the one that asks. */
async function busy(): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'semaphore-okta'
      AND state <> 'idle' AND pid <> pg_backend_pid()`.execute(service.parts.db);
  return Number(rows[0]?.count);
}
