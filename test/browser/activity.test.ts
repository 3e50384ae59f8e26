import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { openDatabase } from "../../src/db/database.ts";
import { type RequestRecord, recordRequests } from "../../src/domain/activity/record.ts";
import { requestRow } from "../support/activity.ts";
import { look, noBrowser, openBrowser, openMenu } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("an admin asks why somebody did not sync, sees the next try arrive, and reads what to do", {
  skip: noBrowser,
}, async (t) => {
  const setting = await startSetting(t);
  const { folder, operator } = setting;
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner: OWNER });
  const database = openDatabase({ host: join(folder, "socket"), user: "postgres", database: "postgres" }, { size: 2 });
  t.after(() => database.close());
  const { id } = await operator("GET", "/organizations/acme");
  const record = (...rows: Partial<RequestRecord>[]) =>
    recordRequests(
      database.db,
      rows.map((row) => requestRow(id, row)),
    );
  const browser = await openBrowser(t);
  const owner = await browser.window();
  const page = await owner.tab();

  await openActivity(setting, page);
  await seeItArrive(page, record);
  await readTheFix(page);
  await askForSomebody(setting, page);
  await lookBack(page, record);
  await goWithoutScript(setting, owner.context, record);

  assert.deepEqual(owner.complaints, []);
});

const OWNER = { email: "olive@example.test", name: "Olive Owner" };
type Record = (...rows: Partial<RequestRecord>[]) => Promise<void>;

/** The menu, Settings, Okta Activity: nothing yet. */
async function openActivity({ operator }: Setting, page: Page): Promise<void> {
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: OWNER.email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await openMenu(page);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Okta Activity" }).click();
  await page.getByText("Nothing yet. In Okta press Test Connector Configuration").waitFor();
  await look(page, "40-activity-empty");
}

/** Lines come by themselves, the newest on top, and a screen reader is told how many. */
async function seeItArrive(page: Page, record: Record): Promise<void> {
  await page.getByText("Live", { exact: true }).waitFor();
  await record({ summary: "Looked for ada@example.test", method: "GET", status: 200, outcome: "read" });
  await page.getByRole("link", { name: "Looked for ada@example.test" }).waitFor();
  assert.equal(await page.getByText("Nothing yet.").count(), 0);
  await record(REFUSED, { summary: "Added Bo Li", people: ["bo@example.test"] });
  await page.getByRole("link", { name: "Added Bo Li" }).waitFor();
  const lines = await page.locator(".request-link").allInnerTexts();
  assert.deepEqual(lines, ["Added Bo Li", "Refused to add Ada Park", "Looked for ada@example.test"]);
  await page
    .locator("#announcer")
    .getByText(/^\d new requests?$/)
    .waitFor({ state: "attached" });
  await look(page, "41-activity-live");
}

/** The refused one, why, and what to do in Okta. */
async function readTheFix(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Refused to add Ada Park" }).click();
  await page.getByRole("heading", { name: "Why it was refused" }).waitFor();
  await page.getByText("set Application username format to Email").waitFor();
  await page.getByRole("region", { name: "What the directory sent" }).getByText('"userName": "ada"').waitFor();
  await look(page, "42-activity-refused");
  await page.getByRole("link", { name: "All requests about ada@example.test" }).click();
  assert.deepEqual(await page.locator(".request-link").allInnerTexts(), [
    "Refused to add Ada Park",
    "Looked for ada@example.test",
  ]);
}

/** Somebody of whom Okta never spoke. */
async function askForSomebody({ acme, operator }: Setting, page: Page): Promise<void> {
  await operator("POST", "/organizations/acme/members", { email: "cy@example.test", name: "Cy Young", role: "member" });
  await page.goto(`${acme}/people`);
  await look(page, "43-people-with-activity");
  await page.getByRole("link", { name: "Activity of Cy Young" }).click();
  await page.getByText("Okta has not sent anything about cy@example.test").waitFor();
  await look(page, "44-activity-never-named");
}

/** A day of work: the chart, and a second page. */
async function lookBack(page: Page, record: Record): Promise<void> {
  await record(...Array.from({ length: 60 }, (_, n) => changed(n)), {
    outcome: "removed",
    summary: "Deactivated Bo Li",
  });
  await page.getByRole("link", { name: "Clear" }).click();
  await page.getByRole("img", { name: /60 changed, 1 removed, 1 refused/ }).waitFor();
  await look(page, "45-activity-busy");
  await page.getByText("The same as a table").click();
  await look(page, "46-activity-chart-as-table");
  await page.getByRole("link", { name: "Older" }).click();
  await page.getByRole("link", { name: "Newest" }).waitFor();
  await page.getByRole("link", { name: "Changed number 9", exact: true }).click();
  await page.getByRole("heading", { name: "What it changed" }).waitFor();
  await look(page, "47-activity-changed");
}

/** Without the script a link brings what is new. */
async function goWithoutScript(
  { acme }: Setting,
  context: Awaited<ReturnType<Page["context"]>>,
  record: Record,
): Promise<void> {
  const browser = context.browser();
  assert.ok(browser);
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const page = await plain.newPage();
  await page.goto(`${acme}/settings/okta/activity`);
  await record({ summary: "Added Di Lo" });
  await page.getByRole("link", { name: "Refresh" }).click();
  await page.getByRole("link", { name: "Added Di Lo" }).waitFor();
  await plain.close();
}

const REFUSED: Partial<RequestRecord> = {
  status: 400,
  outcome: "refused",
  summary: "Refused to add Ada Park",
  refusal: {
    code: "invalidValue",
    sentence: "The user has no email address: send emails, or a userName that is an address.",
    check: "email",
    wanted: "an address",
    got: "none",
  },
  request: JSON.stringify({
    userName: "ada",
    name: { givenName: "Ada", familyName: "Park" },
    externalId: "0".repeat(120),
  }),
  response: JSON.stringify({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: "400",
    scimType: "invalidValue",
    detail: "The user has no email address: send emails, or a userName that is an address.",
  }),
};

function changed(n: number): Partial<RequestRecord> {
  const user = { userName: "bo@example.test", active: true, name: { givenName: "Bo", familyName: "Li" } };
  const after = { ...user, name: { givenName: "Bo", familyName: `Li the ${n}th` }, title: "Engineer" };
  return {
    method: "PUT",
    path: "/Users/0190a5e0-0000-7000-8000-000000000000",
    status: 200,
    outcome: "changed",
    summary: `Changed number ${n}`,
    people: ["0190a5e0-0000-7000-8000-000000000000", "bo@example.test"],
    change: { before: user, after },
    request: JSON.stringify(after),
    response: JSON.stringify({ ...after, id: "0190a5e0-0000-7000-8000-000000000000" }),
  };
}
