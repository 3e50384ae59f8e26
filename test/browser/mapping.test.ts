import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { look, noBrowser, openBrowser, type Window } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("groups in Okta make Ada an admin and put her into a group of our own, at her first sign-in", {
  skip: noBrowser,
}, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  const [owner, ada] = [await browser.window(), await browser.window()];
  const page = await owner.tab();

  await connect(setting, page);
  await makeGroup(setting, page);
  await mapEngineering(setting, page);
  const adas = await comeInJustInTime(setting, ada);
  await seeAda(page);
  await takeAdminAway(setting, page);
  await adas.reload();
  assert.equal(await adas.getByRole("link", { name: "Settings" }).count(), 0);

  for (const window of [owner, ada]) assert.deepEqual(window.complaints, []);
});

const OWNER = { email: "olive@example.test", name: "Olive Owner" };

/** An organization without SCIM, and an Okta in which Ada is an engineer. */
async function connect({ operator, okta, acme }: Setting, page: Page): Promise<void> {
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner: OWNER });
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", {
    ssoUrl,
    issuer,
    certificate,
    provisioning: "jit",
  });
  const app = { acsUrl: made.acsUrl, audience: made.audience, scimBaseUrl: "", scimToken: "" };
  await okta.connect({ ...app, generation: "wizard" });
  const { id } = okta.people.find(({ firstName }) => firstName === "Ada") ?? assert.fail();
  await okta.assign(id);
  okta.addGroup({ name: "Site reliability", memberIds: [id] });
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: OWNER.email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, Olive Owner" }).waitFor();
  await page.goto(`${acme}/groups`);
}

async function makeGroup({ acme }: Setting, page: Page): Promise<void> {
  await look(page, "91-groups-empty");
  await page.getByRole("button", { name: "Make group" }).click();
  await page.locator("#field-name-error").waitFor();
  await look(page, "92-group-without-a-name");
  await page.getByLabel("Name", { exact: true }).fill("Deployers");
  await page.getByRole("button", { name: "Make group" }).click();
  await page.getByRole("heading", { name: "Deployers", exact: true }).waitFor();
  await look(page, "93-group-of-our-own");
  await page.getByLabel("Email of the member").fill(OWNER.email);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("By hand", { exact: true }).waitFor();
  await page.goto(`${acme}/settings/okta/mapping`);
}

/** One group in Okta leads to a role and to a group here; nobody is touched yet. */
async function mapEngineering(_: Setting, page: Page): Promise<void> {
  await look(page, "94-mapping-empty");
  const line = (number: number) => page.getByRole("group", { name: `New line ${number}` });
  for (const [number, target] of [
    [1, "Role Admin"],
    [2, "Group Deployers"],
  ] as const) {
    await line(number).getByLabel("Name there").fill("site reliability");
    await line(number).getByLabel("Leads to").selectOption({ label: target });
  }
  await page.getByRole("button", { name: "Preview changes" }).click();
  await page.getByText("Nobody yet").waitFor();
  await look(page, "95-mapping-preview-nobody");
  await page.getByRole("button", { name: "Save the mapping" }).click();
  await page.getByText("Everybody has what the mapping says").waitFor();
  await look(page, "96-mapping-saved");
}

/** Nobody here knows Ada; the tile makes her a member, an admin and a deployer. */
async function comeInJustInTime({ okta, acme }: Setting, ada: Window): Promise<Page> {
  const page = await ada.tab();
  await page.goto(okta.url);
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("link", { name: "Semaphore" }).click();
  await page.getByRole("heading", { name: "Welcome to Acme" }).waitFor();
  await page.goto(`${acme}/settings/okta/mapping`);
  await page.getByRole("heading", { name: "Mapping", level: 1 }).waitFor();
  await page.goto(`${acme}/`);
  return page;
}

async function seeAda(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Deployers" }).click();
  await page.getByText("ada.park@example.test").waitFor();
  await look(page, "97-group-with-ada");
}

/** The owner sees that Ada would lose the role before it happens. */
async function takeAdminAway({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/settings/okta/mapping`);
  await page.getByRole("row", { name: "Role Admin" }).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Preview changes" }).click();
  await page.getByText("1 person loses the role admin").waitFor();
  await look(page, "98-mapping-preview");
  await page.getByRole("button", { name: "Go on changing" }).click();
  assert.ok(await page.getByRole("row", { name: "Role Admin" }).getByRole("checkbox").isChecked());
  await page.getByRole("button", { name: "Preview changes" }).click();
  await page.getByRole("button", { name: "Save the mapping" }).click();
  await page.getByText("Everybody has what the mapping says").waitFor();
}
