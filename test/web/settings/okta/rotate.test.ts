import assert from "node:assert/strict";
import { after, test } from "node:test";
import { listEvents } from "../../../../src/domain/audit/events.ts";
import { createScimToken, listScimTokens } from "../../../../src/domain/integration/tokens.ts";
import { sweep } from "../../../../src/domain/sso/sweep.ts";
import { cookiesOf, newOrganization, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService } from "../../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const PATH = "/settings/okta/token";
const DAY = 86_400_000;

async function start() {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const open = async (path = "/settings/okta") => readPage(org.page(path, await org.signIn(org.owner.email)));
  return { org, cookie, open };
}

/** Sends the form; answers the token that the next page shows. */
async function make(org: TestOrganization, cookie: string, form: Record<string, string>): Promise<string> {
  const made = await org.page(PATH, cookie, form);
  assert.equal(made.headers.get("location"), PATH);
  const { html } = await readPage(org.page(PATH, `${cookie}; ${cookiesOf(made)}`));
  return /skscim_[\w-]{43}/.exec(html)?.[0] ?? "";
}

const inDays = (days: number) => new Date(service.clock.now.getTime() + days * DAY);
const scopeNow = (org: TestOrganization) => ({ ...org.scope, now: service.clock.now });
const usual = () => `Okta, ${service.clock.now.toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" })}`;

test("a rotation: the next token is named, shown once, used, and the old one revoked when nobody needs it", async () => {
  const { org, cookie, open } = await start();
  assert.equal((await org.scim("GET", "/Users")).status, 200);
  assert.match((await open()).html, /href="\/settings\/okta\/token\/new">Rotate token</);
  assert.equal((await open(`${PATH}/new`)).field("name"), usual());
  const next = await make(org, cookie, { name: "Okta, second", days: "90" });

  const before = await open();
  assert.match(before.text, /Okta, second Made .* by owner@\S+ Not used yet/);
  const [old, fresh] = await listScimTokens(org.scope);
  assert.deepEqual(fresh?.expiresAt, inDays(90));
  assert.match(
    (await open(`${PATH}/revoke?id=${old?.id}`)).text,
    /“Okta, second” has not been used yet\. Put the new one into the provider/,
  );
  assert.doesNotMatch((await open(`${PATH}/revoke?id=${fresh?.id}`)).text, /Put the new one|only one/);

  service.clock.advance(61_000);
  const authorization = `Bearer ${next}`;
  assert.equal((await org.scim("GET", "/Users", undefined, { authorization })).status, 200);
  service.clock.advance(5 * 60_000);
  assert.match((await open()).text, /5 minutes ago In use since \d+ \w{3} 20\d\d/);
  assert.doesNotMatch((await open(`${PATH}/revoke?id=${old?.id}`)).text, /Put the new one|only one/);

  assert.equal((await org.page(`${PATH}/revoke`, cookie, { id: old?.id ?? "" })).status, 303);
  assert.equal((await org.scim("GET", "/Users")).status, 401);
  assert.equal((await org.scim("GET", "/Users", undefined, { authorization })).status, 200);
  assert.match((await open(`${PATH}/revoke?id=${fresh?.id}`)).text, /only one that is valid/);
});

test("the old token is still needed while another one was used only before it", async () => {
  const { org, open } = await start();
  const { token } = await createScimToken(org.scope, null, "Long ago");
  await org.scim("GET", "/Users", undefined, { authorization: `Bearer ${token}` });
  service.clock.advance(DAY);
  await org.scim("GET", "/Users");
  const [first] = await listScimTokens(org.scope);
  assert.match((await open(`${PATH}/revoke?id=${first?.id}`)).text, /No other token has been used since/);
});

test("a token that nobody named has the usual name, with the day", async () => {
  const { org, cookie } = await start();
  await make(org, cookie, {});
  await make(org, cookie, { name: "   " });
  for (const { name, expiresAt } of await listScimTokens(org.scope)) {
    assert.match(name, /^Okta, \d{1,2} [A-Z][a-z]+ 20\d\d$/);
    assert.equal(expiresAt, null);
  }
});

test("a name that is too long or of two lines, and an expiry that is not offered, are said beside their fields", async () => {
  const { org, cookie } = await start();
  for (const name of ["x".repeat(101), "one\ntwo", "\u0000"]) {
    const page = await readPage(org.page(PATH, cookie, { name, days: "7" }));
    assert.equal(page.status, 422);
    assert.match(page.error("name") ?? "", /at most 100 characters/);
    assert.match(page.error("days") ?? "", /Choose when/);
  }
  assert.equal((await listScimTokens(org.scope)).length, 1);
});

test("a name is text and no markup", async () => {
  const { org, cookie, open } = await start();
  await make(org, cookie, { name: "<b>&amp;" });
  assert.ok((await open()).html.includes("&lt;b&gt;&amp;amp;"));
});

test("two weeks before a token expires the page warns and the audit log says so, once", async () => {
  const { org, open } = await start();
  await createScimToken(scopeNow(org), inDays(30), "Monthly");
  const events = async () => {
    await sweep(service.parts.db, service.clock.now);
    await sweep(service.parts.db, service.clock.now);
    return listEvents(org.scope, { action: "scim_token.expires_soon", limit: 10 });
  };
  service.clock.advance(16 * DAY - 1);
  assert.doesNotMatch((await open()).text, /expires on/);
  assert.deepEqual(await events(), []);
  service.clock.advance(1);
  assert.match((await open()).text, /“Monthly” expires on \d+ \w{3} 20\d\d ?, in 14 days\./);
  const [event, ...more] = await events();
  assert.deepEqual([event?.target?.name, event?.actor.kind, more], ["Monthly", "system", []]);
  service.clock.advance(13.5 * DAY);
  assert.match((await open()).text, /within a day/);
  service.clock.advance(DAY);
  assert.match((await open()).text, /“Monthly” expired on .*, and no other one has been used since/);
  assert.equal((await events()).length, 1);
});

test("a token that another one has replaced is not warned of", async () => {
  const { org, open } = await start();
  const { token } = await createScimToken(scopeNow(org), inDays(10), "Old");
  await org.scim("GET", "/Users", undefined, { authorization: `Bearer ${token}` });
  assert.match((await open()).text, /“Old” expires on/);
  service.clock.advance(DAY);
  await org.scim("GET", "/Users");
  assert.doesNotMatch((await open()).text, /expires on/);
});

test("when the only token has expired, the page says since when Okta is refused, and not that it is connected", async () => {
  const { org, open } = await start();
  const [first] = await listScimTokens(org.scope);
  const set = service.parts.db.updateTable("scim_tokens").set({ expires_at: inDays(1) });
  await set
    .where("organization_id", "=", org.organization.id)
    .where("id", "=", first?.id ?? "")
    .execute();
  service.clock.advance(2 * DAY);
  const page = await open();
  assert.match(page.text, /Okta Integration Refused Edit/);
  assert.match(page.text, /Okta is refused since \d+ \w{3} 20\d\d, \d\d:\d\d UTC : its only SCIM token has expired/);
  assert.doesNotMatch(page.text, /Connected Edit/);
  assert.match(page.text, /Make the next one/);
});
