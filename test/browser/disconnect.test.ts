import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Client } from "pg";
import type { Page } from "playwright-core";
import { demoKeys } from "../../dev/okta/saml/keys.ts";
import { ask, freePort, type Program, startMain } from "../durability/program.ts";
import { freshDatabase } from "../support/database.ts";
import { look, noBrowser, openBrowser } from "./browser.ts";

const PEOPLE = 10_000;
const OPERATOR = "the-operator-of-the-disconnect";

test("an owner disconnects ten thousand people and watches to the end, though the service is killed in the middle", {
  skip: noBrowser,
}, async (t) => {
  const { url, port, start } = await prepare(t);
  const service = await start();
  await connectAcme(service);
  const database = await fill(t, url);
  const browser = await openBrowser(t);
  const page = await signIn(await (await browser.window()).tab(), service);
  const acme = `http://acme.localhost:${port}`;

  await page.goto(`${acme}/settings/okta/disconnect`);
  await page.getByText("10,000 members created by the integration").waitFor();
  await look(page, "70-disconnect");
  const file = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the list" }).click();
  assert.match((await file).suggestedFilename(), /^disconnect-acme-.*\.csv$/);
  await page.getByRole("textbox", { name: "Type acme to confirm" }).fill("acme");

  // Somebody else's transaction holds one of the people, so that there is something to watch.
  await database.query("BEGIN");
  await database.query("SELECT FROM members WHERE email = 'p7000@example.test' FOR UPDATE");
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByText(/^6500 of 10000 members$/).waitFor();
  await look(page, "71-disconnecting");
  await page.reload();
  await page.getByText(/^6500 of 10000 members$/).waitFor();

  assert.equal(await service.end("SIGKILL"), "SIGKILL");
  await start();
  await database.query("ROLLBACK");
  await page.getByText("10,000 members that it had created were deleted").waitFor();
  await look(page, "72-disconnected");
  const { rows } = await database.query("SELECT email FROM members");
  assert.deepEqual(rows, [{ email: OWNER.email }]);
  for (const table of ["directory_users", "directory_groups", "integrations"]) {
    assert.equal((await database.query(`SELECT FROM ${table}`)).rowCount, 0, table);
  }
});

const OWNER = { email: "olive@example.test", name: "Olive Owner" };

/** A database of its own, and how to start the service on it, as often as it ends. */
async function prepare(t: TestContext) {
  const database = await freshDatabase();
  t.after(() => database.drop());
  const port = await freePort();
  const secretKey = randomBytes(32).toString("base64");
  const env = { DATABASE_URL: database.url, SECRET_KEY: secretKey, OPERATOR_TOKEN: OPERATOR };
  return { url: database.url, port, start: () => startMain(t, port, env) };
}

async function operator(service: Program, method: string, path: string, body: unknown) {
  const headers = { authorization: `Bearer ${OPERATOR}`, "content-type": "application/json" };
  const answer = await ask(`${service.origin}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(answer.status < 300, answer.text);
  return answer.json();
}

async function connectAcme(service: Program): Promise<void> {
  await operator(service, "POST", "/organizations", { slug: "acme", name: "Acme", owner: OWNER });
  await operator(service, "PUT", "/organizations/acme/okta-integration", {
    ssoUrl: "https://example.okta.com/app/acme/exk1/sso/saml",
    issuer: "http://www.okta.com/exk1",
    certificate: demoKeys().certificate,
  });
}

/** Ten thousand people whom the integration created, as requests would take minutes to make them. */
async function fill(t: TestContext, url: string): Promise<Client> {
  const database = new Client({ connectionString: url });
  // The database may be gone before this connection is.
  database.on("error", () => {});
  await database.connect();
  t.after(() => database.end());
  await database.query(`INSERT INTO members (organization_id, id, email, name, role, state, origin, joined_at)
    SELECT o.id, (lpad(to_hex(1764000000000 + i), 12, '0') || '70008' || lpad(to_hex(i), 15, '0'))::uuid,
      'p' || i || '@example.test', 'Person ' || i, 'member', 'active', 'scim', now()
    FROM organizations o, generate_series(1, ${PEOPLE}) i`);
  await database.query(`INSERT INTO directory_users (organization_id, id, member_id, user_name, email, active, origin,
      attributes, created_at, updated_at)
    SELECT organization_id, id, id, email, email, true, 'scim', '{}', now(), now() FROM members WHERE origin = 'scim'`);
  await database.query(`WITH made AS (
      INSERT INTO directory_groups (organization_id, id, display_name, created_at, updated_at)
      SELECT id, gen_random_uuid(), 'Everybody', now(), now() FROM organizations RETURNING organization_id, id)
    INSERT INTO group_memberships SELECT u.organization_id, made.id, u.id, u.user_name FROM made, directory_users u`);
  return database;
}

async function signIn(page: Page, service: Program): Promise<Page> {
  const link = await operator(service, "POST", "/organizations/acme/sign-in-links", { email: OWNER.email });
  await page.goto(link.url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}
