import assert from "node:assert/strict";
import { after, test } from "node:test";
import { countRefusedTokens } from "../../../src/domain/integration/refused-tokens.ts";
import { createScimToken, revokeScimToken } from "../../../src/domain/integration/tokens.ts";
import { sweep } from "../../../src/domain/sso/sweep.ts";
import { newOrganization, OKTA_HEADERS, type TestOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService } from "../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Asks with a token, from an address; answers the status. */
async function ask(org: TestOrganization, token: string, address = "192.0.2.7"): Promise<number> {
  const request = new Request(`${org.url}/okta/scim/Users`, {
    headers: { ...OKTA_HEADERS, authorization: `Bearer ${token}` },
  });
  return (await service.app.fetch(request, { incoming: { socket: { remoteAddress: address } } })).status;
}

/** An organization with the row that its settings page shows of refused requests. */
async function start() {
  const org = await newOrganization(service);
  const page = async () => readPage(org.page("/settings/okta", await org.signIn(org.owner.email)));
  const line = async () => (await page()).fact("Refused SCIM requests");
  const rows = () =>
    service.parts.db
      .selectFrom("refused_scim_tokens")
      .selectAll()
      .where("organization_id", "=", org.organization.id)
      .execute();
  return { org, page, line, rows };
}

test("the admin reads how many requests with an unknown token came, from where and when last", async () => {
  const { org, line } = await start();
  assert.equal(await line(), undefined);
  assert.equal(await ask(org, "skscim_wrong"), 401);
  assert.match((await line()) ?? "", /^1 request with an unknown token, the last from 192\.0\.2\.7, just now/);
  for (let i = 0; i < 10; i++) assert.equal(await ask(org, `skscim_wrong${i}`), 401);
  service.clock.advance(MINUTE);
  assert.equal(await ask(org, "skscim_wrong"), 401);
  service.clock.advance(3 * MINUTE);
  assert.match((await line()) ?? "", /^12 requests with an unknown token, the last from 192\.0\.2\.7, 3 minutes ago/);
});

test("a token that was revoked, and one that has expired, are told from unknown ones, by their names", async () => {
  const { org, line } = await start();
  const soon = new Date(service.clock.now.getTime() + MINUTE);
  const old = await createScimToken(org.scope, null, "Okta, last year");
  const short = await createScimToken({ ...org.scope, now: service.clock.now }, soon, "For a minute");
  assert.equal(await ask(org, old.token, "192.0.2.8"), 200);
  await revokeScimToken({ ...org.scope, now: service.clock.now }, old.id);
  service.parts.gate.forget();
  service.clock.advance(2 * MINUTE);
  assert.equal(await ask(org, short.token, "192.0.2.8"), 401);
  assert.match((await line()) ?? "", /^1 request with an expired token \(“For a minute”\), the last from 192\.0\.2\.8/);
  service.clock.advance(2 * MINUTE);
  assert.equal(await ask(org, old.token, "192.0.2.9"), 401);
  const told = (await line()) ?? "";
  assert.match(told, /^1 request with an expired token, 1 with a revoked token \(“Okta, last year”\), .* 192\.0\.2\.9/);
  assert.match(told, /still has a token that was revoked/);
});

test("a revoked token is recognized for 90 days, and unknown from then on", async () => {
  const { org, line } = await start();
  const { id, token } = await createScimToken(org.scope, null);
  await revokeScimToken({ ...org.scope, now: service.clock.now }, id);
  service.clock.advance(89 * DAY);
  await sweep(service.parts.db, service.clock.now);
  assert.equal(await ask(org, token), 401);
  assert.match((await line()) ?? "", /revoked token/);
  service.clock.advance(2 * DAY);
  await sweep(service.parts.db, service.clock.now);
  assert.equal(await ask(org, token), 401);
  assert.match((await line()) ?? "", /^1 request with an unknown token, 1 with a revoked token/);
});

test("what was refused is told for seven days after the last", async () => {
  const { org, line, rows } = await start();
  await ask(org, "skscim_wrong");
  service.clock.advance(7 * DAY - MINUTE);
  assert.match((await line()) ?? "", /^1 request/);
  service.clock.advance(MINUTE);
  assert.equal(await line(), undefined);
  await sweep(service.parts.db, service.clock.now);
  assert.deepEqual(await rows(), []);
});

test("a flood from one address writes one row, once a minute", async () => {
  const { org, rows } = await start();
  for (let i = 0; i < 50; i++) await ask(org, "skscim_wrong");
  assert.deepEqual(
    (await rows()).map(({ address, unknown }) => [address, unknown]),
    [["192.0.2.7", "1"]],
  );
  service.clock.advance(MINUTE);
  await ask(org, "skscim_wrong");
  assert.deepEqual(
    (await rows()).map(({ unknown }) => unknown),
    ["51"],
  );
});

test("a flood from many addresses is kept in a few rows, and counted whole", async () => {
  const { org, rows } = await start();
  for (let minute = 0; minute < 3; minute++) {
    for (let i = 0; i < 60; i++) await ask(org, "skscim_wrong", `198.51.${minute}.${i}`);
    service.clock.advance(2 * MINUTE);
  }
  await ask(org, "skscim_wrong", "203.0.113.1");
  const kept = await rows();
  assert.equal(kept.length, 21);
  assert.equal(new Set(kept.map(({ address }) => address)).has(""), true);
});

test("what waits to be written is written as the process stops", async () => {
  const { org, line } = await start();
  const other = countRefusedTokens(service.parts.db, () => service.clock.now, service.parts.log);
  const why = { reason: "unknown", tokenName: null } as const;
  for (let i = 0; i < 5; i++) await other.count(org.organization.id, "192.0.2.7", why, service.clock.now);
  await other.stop();
  assert.match((await line()) ?? "", /^5 requests/);
});

test("neither a request without a token nor a wrong one leaves anything that was sent in the database", async () => {
  const { org, rows } = await start();
  const bare = await service.fetch(`${org.url}/okta/scim/Users`);
  assert.equal(bare.status, 401);
  assert.deepEqual(await rows(), []);
  await ask(org, "skscim_do-not-keep-me");
  for (const table of ["refused_scim_tokens", "revoked_scim_tokens", "audit_events", "scim_requests"] as const) {
    const all = JSON.stringify(await service.parts.db.selectFrom(table).selectAll().execute());
    assert.ok(!all.includes("do-not-keep-me"), table);
  }
});

test("another organization's token is unknown here, and only here it is told", async () => {
  const [here, there] = [await start(), await start()];
  assert.equal(await ask(here.org, there.org.token), 401);
  assert.match((await here.line()) ?? "", /^1 request with an unknown token/);
  assert.equal(await there.line(), undefined);
});
