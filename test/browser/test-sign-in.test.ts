import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { look, noBrowser, openBrowser } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("an owner tests the sign-in with a wrong audience, reads what to do, mends it in Okta, and passes", {
  skip: noBrowser,
}, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  await connectOkta(setting);
  const olive = await browser.window();
  const settings = await olive.tab();

  await signIn(setting, settings);
  const result = await pressTest(settings);
  await chooseAda(result);
  await readTheFix(setting, result);
  await mendIt(setting, await olive.tab());
  await passes(setting, result, settings);
  await readsItLater(setting, settings);

  assert.deepEqual(olive.complaints, []);
});

const OWNER = { email: "olive@example.test", name: "Olive Owner" };

/** The audience in Okta has a slash too many, which is easily overlooked. */
async function connectOkta({ operator, okta, acme }: Setting): Promise<void> {
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner: OWNER });
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", { ssoUrl, issuer, certificate });
  const { acsUrl, scimBaseUrl, scimToken } = made;
  await okta.connect({ acsUrl, audience: `${acme}/`, scimBaseUrl, scimToken, generation: "catalogue" });
  const { app } = await okta.assign(okta.people[0]?.id ?? "");
  assert.equal(app.status, "provisioned", app.error);
}

async function signIn({ operator }: Setting, page: Page): Promise<void> {
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: OWNER.email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, Olive Owner" }).waitFor();
}

/** The link opens a window of its own, which goes through Okta. */
async function pressTest(page: Page): Promise<Page> {
  await page.goto(new URL("/settings/okta", page.url()).href);
  await page.getByText("Not tested").waitFor();
  await look(page, "60-test-not-yet");
  const [opened] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Test sign-in" }).click(),
  ]);
  return opened;
}

async function chooseAda(page: Page): Promise<void> {
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
}

/** One thing is wrong, and it is said in Okta's words. Nobody was signed in: Olive is who she was. */
async function readTheFix({ acme }: Setting, page: Page): Promise<void> {
  await page.getByRole("heading", { name: "The sign-in does not work yet" }).waitFor();
  await page.getByText(`The audience is ${acme}/; it must be ${acme}.`).waitFor();
  await page.getByText(`set Audience URI (SP Entity ID) to ${acme}, and nothing after it`).waitFor();
  assert.equal(await page.getByText("Failed", { exact: true }).count(), 1);
  await look(page, "61-test-refused");
  await page.goto(acme);
  await page.getByRole("heading", { name: "Hello, Olive Owner" }).waitFor();
  await page.goBack();
}

async function mendIt({ okta, acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${okta.url}/admin`);
  await page.getByLabel("Audience").fill(acme);
  await page.getByRole("button", { name: "Save app" }).click();
  await page.waitForLoadState();
  assert.equal(await page.getByLabel("Audience").inputValue(), acme);
}

async function passes({ acme }: Setting, result: Page, settings: Page): Promise<void> {
  await result.getByRole("link", { name: "Test again" }).click();
  await result.getByRole("heading", { name: "The sign-in works" }).waitFor();
  await result.getByText("ada.park@example.test: would be signed in as Ada Park, member").first().waitFor();
  await look(result, "62-test-passed");
  await settings.goto(`${acme}/settings/okta`);
  await settings.getByText("Works", { exact: true }).waitFor();
}

/** Both tests stand in the activity, and the refused one can be opened again. */
async function readsItLater({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/settings/okta/activity?kind=sign-in`);
  await page.getByRole("link", { name: "Test sign-in as Ada Park passed" }).waitFor();
  await look(page, "63-activity-sign-ins");
  await page.getByRole("link", { name: "Test sign-in of ada.park@example.test refused" }).click();
  await page.getByRole("heading", { name: "Every check, in order" }).waitFor();
  await look(page, "64-attempt-refused");
}
