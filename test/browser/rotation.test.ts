import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { copyAndPaste, look, noBrowser, openBrowser, type Window } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("a certificate is rotated: no sign-in fails, and SCIM does not notice", { skip: noBrowser }, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  const [owner, ada] = [await browser.window(), await browser.window()];
  const page = await owner.tab();
  const admin = await owner.tab();

  await connect(setting, page);
  await clickTile(setting, ada);
  await addNext(setting, page, admin);
  await clickTile(setting, ada);
  await push(setting, "Bo Li");
  await activate(admin);
  await push(setting, "Grace Holm");
  await clickTile(setting, ada);
  await removeOld(page);
  await clickTile(setting, ada);
  await push(setting, "Bo Li");
  await lookAround(setting, page);
  await lookAtGuides(setting, page);

  for (const window of [owner, ada]) assert.deepEqual(window.complaints, []);
});

const OWNER = { email: "olive@example.test", name: "Olive Owner" };

/** An organization that Okta pushes to, with its owner at the settings page. */
async function connect({ operator, okta, acme }: Setting, page: Page): Promise<void> {
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner: OWNER });
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", { ssoUrl, issuer, certificate });
  const app = { acsUrl: made.acsUrl, audience: made.audience, scimBaseUrl: made.scimBaseUrl };
  await okta.connect({ ...app, scimToken: made.scimToken, generation: "wizard" });
  await push({ okta }, "Ada Park");
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: OWNER.email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, Olive Owner" }).waitFor();
  await page.goto(`${acme}/settings/okta`);
}

/** Okta pushes a person, or pushes a change of somebody whom it pushed before; it goes well. */
async function push({ okta }: Pick<Setting, "okta">, name: string): Promise<void> {
  const { id, app } = okta.people.find((each) => `${each.firstName} ${each.lastName}` === name) ?? assert.fail();
  const person = await (app.assigned ? okta.updatePerson(id, { firstName: "Bob" }) : okta.assign(id));
  assert.deepEqual([person.app.status, person.app.error], ["provisioned", undefined]);
}

/** Ada signs in by the tile, in a browser that forgot her. */
async function clickTile({ okta, acme }: Setting, ada: Window): Promise<void> {
  await ada.context.clearCookies();
  const page = await ada.tab();
  await page.goto(okta.url);
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("link", { name: "Semaphore" }).click();
  await page.getByRole("heading", { name: /^(?:Welcome to Acme|Hello, Ada Park)$/ }).waitFor();
  assert.ok(page.url().startsWith(`${acme}/`));
  await page.close();
}

/** The row of the table of certificates that has the badge *In use*; there are so many rows. */
async function seeInUse(page: Page, rows: number, name: string): Promise<string> {
  await page.bringToFront();
  await page.reload();
  const table = page.getByRole("table", { name: "SAML certificates" });
  assert.equal(await table.locator("tbody tr").count(), rows);
  const inUse = table.locator("tbody tr", { hasText: "In use" });
  assert.equal(await inUse.count(), 1);
  await look(page, name);
  return inUse.locator(".copy-value").innerText();
}

/** Okta shows its next certificate; it is added here, and nothing else changes. */
async function addNext({ okta }: Setting, page: Page, admin: Page): Promise<void> {
  const old = await seeInUse(page, 1, "61-certificates-before");
  await admin.goto(`${okta.url}/admin`);
  await admin.getByText("The next certificate", { exact: true }).click();
  await page.getByRole("link", { name: "Add certificate" }).click();
  await page.getByRole("heading", { name: "Add a certificate" }).waitFor();
  await look(page, "62-certificate-add");
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#field-certificate-error").waitFor();
  await look(page, "63-certificate-add-error");
  await copyAndPaste(admin, "Copy Next X.509 certificate", page, "Paste it");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("Saved.").waitFor();
  assert.equal(await seeInUse(page, 2, "64-certificates-both"), old);
}

/** From now on Okta signs with the next one. */
async function activate(admin: Page): Promise<void> {
  await admin.bringToFront();
  await admin.getByRole("button", { name: "Activate the next certificate" }).click();
  await admin.getByText("The next certificate signs from now on.").waitFor();
}

/** The page shows the next one in use; the old one is removed, and it is the only one that may be. */
async function removeOld(page: Page): Promise<void> {
  const next = await seeInUse(page, 2, "65-certificates-switched");
  await page
    .getByRole("table", { name: "SAML certificates" })
    .locator("tbody tr", { hasNotText: "In use" })
    .getByRole("link", { name: /^Remove/ })
    .click();
  await page.getByRole("heading", { name: "Remove a certificate" }).waitFor();
  assert.equal(await page.getByRole("alert").count(), 0, "there is nothing to warn of");
  await look(page, "66-certificate-remove");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("Saved.").waitFor();
  assert.equal(await seeInUse(page, 1, "67-certificates-after"), next);
  await page.getByRole("link", { name: /^Remove/ }).click();
  await page.getByText("It is the only one").waitFor();
  await look(page, "68-certificate-last");
}

/** The other pages about sign-in, as the admin meets them. */
async function lookAround({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/settings/okta/sign-in?provider=entra`);
  await page.getByText("Not saved yet").waitFor();
  await look(page, "70-sign-in-settings");
  await page.getByLabel("Idle limit", { exact: true }).fill("3");
  await page.getByLabel("Unit of the idle limit").selectOption("minutes");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("#field-idle-error").waitFor();
  await look(page, "71-sign-in-settings-error");
  await page.goto(`${acme}/settings/okta/metadata`);
  await page.getByLabel("Metadata URL").fill("https://10.0.0.1/metadata");
  await page.getByRole("button", { name: "Take it over" }).click();
  await page.locator("#field-metadataUrl-error").waitFor();
  await look(page, "72-metadata-error");
}

/** The set-up in the words of other providers, and from metadata; the links work without script. */
async function lookAtGuides({ operator, acme }: Setting, page: Page): Promise<void> {
  await operator("POST", "/organizations", { slug: "beta", name: "Beta", owner: OWNER });
  const { url } = await operator("POST", "/organizations/beta/sign-in-links", { email: OWNER.email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, Olive Owner" }).waitFor();
  await page.goto(`${acme.replace("acme.", "beta.")}/settings/okta/setup`);
  await page.getByRole("link", { name: "Microsoft Entra ID" }).click();
  await page.getByRole("heading", { name: "Set up Microsoft Entra ID" }).waitFor();
  assert.equal(await page.getByLabel("Identity provider", { exact: true }).inputValue(), "entra");
  await look(page, "80-guide-entra");
  await page.getByRole("link", { name: "Import metadata instead" }).click();
  await page.getByLabel("Metadata URL").waitFor();
  await page.getByRole("link", { name: "Google Workspace" }).click();
  await page.getByRole("heading", { name: "Set up Google Workspace" }).waitFor();
  await page.getByLabel("Metadata URL").waitFor();
  await look(page, "81-guide-google-metadata");
}
