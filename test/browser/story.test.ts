import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { copyAndPaste, fact, look, noBrowser, openBrowser, openMenu, type Window } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("from a fresh start to a person in Okta who is in, out again, and a disconnect", {
  skip: noBrowser,
}, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  const [owner, ada] = [await browser.window(), await browser.window()];
  const page = await owner.tab();
  const admin = await owner.tab();

  await makeOrganization(setting, page);
  await addMembers(setting);
  await setUpOkta(setting, page, admin);
  await connectOkta(setting, page, admin);
  await assignThree(page, admin);
  const adas = await signInByTile(setting, ada);
  await seeConnected(setting, page);
  await deactivateAda(setting, admin, adas);
  await disconnect(page);

  for (const window of [owner, ada]) assert.deepEqual(window.complaints, []);
});

/** The printed link, the form, the one-time sign-in. */
async function makeOrganization({ service, acme }: Setting, page: Page): Promise<void> {
  await page.goto(service.printed(/Set up the first organization: (\S+)/));
  await look(page, "01-set-up");
  await page.getByLabel("Organization name").fill("Acme");
  await page.getByLabel("Slug").fill("acme");
  await page.getByLabel("Your name").fill("Olive Owner");
  await page.getByLabel("Your email").fill("olive@example.test");
  await page.getByRole("button", { name: "Create organization" }).click();
  await page.getByRole("heading", { name: "Your organization is ready" }).waitFor();
  await look(page, "02-organization-ready");
  await page.getByRole("link", { name: "Sign in to Acme" }).click();
  await page.getByText("This link signs you in as Olive Owner").waitFor();
  await look(page, "03-sign-in-link");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, Olive Owner" }).waitFor();
  assert.equal(page.url(), `${acme}/`);
  await look(page, "04-home");
}

/** Bo is here before Okta, and Okta will write his address otherwise. */
async function addMembers({ operator }: Setting): Promise<void> {
  await operator("POST", "/organizations/acme/members", {
    email: "Bo.Li@Example.TEST",
    name: "Bo from before",
    role: "member",
  });
}

/** The organization menu, Settings, Okta Integration, Set up; Okta's three values are copied and pasted. */
async function setUpOkta({ okta }: Setting, page: Page, admin: Page): Promise<void> {
  await openMenu(page);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "General" }).waitFor();
  await look(page, "05-settings");
  await page.getByRole("link", { name: "Okta Integration" }).click();
  await page.getByText("Not connected").waitFor();
  await look(page, "06-okta-not-connected");
  await page.getByRole("link", { name: "Set up" }).click();
  await page.getByRole("heading", { name: "Set up Okta" }).waitFor();
  await look(page, "07-okta-set-up");

  await admin.goto(`${okta.url}/admin`);
  await copyAndPaste(admin, "Copy Sign-on URL", page, "Single Sign-On URL");
  await copyAndPaste(admin, "Copy Issuer", page, "SAML Issuer");
  await copyAndPaste(admin, "Copy X.509 certificate", page, "SAML Certificate");
  assert.equal(await page.getByRole("textbox", { name: "SAML Issuer" }).inputValue(), okta.issuer);
}

/** Our three values and the token are copied and pasted into Okta; then the token is nowhere to be read again. */
async function connectOkta({ acme }: Setting, page: Page, admin: Page): Promise<void> {
  await copyAndPaste(page, "Copy Single Sign-On URL", admin, "Single Sign-On URL");
  await copyAndPaste(page, "Copy Audience URI (SP Entity ID)", admin, "Audience");
  await copyAndPaste(page, "Copy SCIM connector base URL", admin, "SCIM base URL");
  await page.bringToFront();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Copy it now: it is shown only this once").waitFor();
  await look(page, "08-okta-token");
  const token = await page.locator(".secret .copy-value").innerText();
  assert.match(token, /^\S{40,}$/);
  await copyAndPaste(page, "Copy SCIM Authorization token", admin, "SCIM token");
  await admin.getByRole("button", { name: "Save app" }).click();
  await admin.getByRole("button", { name: "Test Connector" }).click();
  await admin.getByText("Connector configured successfully.").waitFor();

  await page.bringToFront();
  await page.reload();
  await page.getByText("The token was shown once").waitFor();
  assert.ok(!(await page.content()).includes(token), "the token is shown no more");
  await look(page, "09-okta-token-gone");
  await page.goto(`${acme}/settings/okta`);
  assert.match(await fact(page, "Connected members"), /^0\s+Nobody yet/);
  assert.ok(!(await page.content()).includes(token), "the token is shown no more");
}

async function assignThree(page: Page, admin: Page): Promise<void> {
  for (const name of ["Ada Park", "Bo Li", "Grace Holm"]) {
    await admin.getByRole("button", { name: `Assign ${name}` }).click();
    await admin.getByRole("row", { name }).getByText("provisioned").waitFor();
  }
  await look(admin, "10-okta-admin");
  await page.reload();
  assert.equal(await fact(page, "Connected members"), "3");
  await openMenu(page);
  await page.getByRole("link", { name: "People" }).click();
  await page.getByText("4 members.").waitFor();
  const people = await page.locator("tbody tr").allInnerTexts();
  const row = (text: string) => people.find((each) => each.includes(text)) ?? "";
  assert.equal(people.length, 4);
  assert.match(row("Ada Park"), /SCIM[\s\S]*Connected/);
  assert.match(row("Grace Holm"), /SCIM[\s\S]*Connected/);
  assert.match(row("Bo from before"), /Bo\.Li@Example\.TEST[\s\S]*By hand[\s\S]*Connected/);
  assert.match(row("Olive Owner"), /Not connected/);
  await look(page, "11-people");
}

/** Ada clicks the tile in a browser of her own: the welcome page, once, then home. */
async function signInByTile({ okta, acme }: Setting, ada: Window): Promise<Page> {
  const page = await ada.tab();
  await page.goto(okta.url);
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await look(page, "12-okta-dashboard");
  await page.getByRole("link", { name: "Semaphore" }).click();
  await page.getByRole("heading", { name: "Welcome to Acme" }).waitFor();
  assert.ok(page.url().startsWith(`${acme}/welcome`));
  await look(page, "13-welcome");
  await page.getByRole("link", { name: "Skip for now" }).click();
  await page.getByRole("heading", { name: "Hello, Ada Park" }).waitFor();
  assert.equal(page.url(), `${acme}/`);
  await look(page, "14-home-of-a-member");

  await page.goto(okta.url);
  await page.getByRole("link", { name: "Semaphore" }).click();
  await page.getByRole("heading", { name: "Hello, Ada Park" }).waitFor();
  assert.equal(page.url(), `${acme}/`, "the second sign-in goes straight on");
  await openMenu(page);
  await look(page, "15-menu-of-a-member");
  await page.keyboard.press("Escape");
  await page.goto(`${acme}/account`);
  await look(page, "16-account");
  await page.goto(`${acme}/`);
  return page;
}

async function seeConnected({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/settings/okta`);
  await page.getByText("Connected", { exact: true }).waitFor();
  assert.equal(await fact(page, "Connected members"), "3");
  assert.match(await fact(page, "Last SCIM request"), /ago|now/);
  assert.match(await fact(page, "Last SSO sign-in"), /ago|now/);
  await look(page, "17-okta-connected");
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("heading", { name: "Edit the Okta integration" }).waitFor();
  await look(page, "18-okta-edit");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "Revoke" }).click();
  await look(page, "19-token-revoke");
  await page.goBack();
}

/** Okta deactivates her, and her next click is refused. */
async function deactivateAda({ acme }: Setting, admin: Page, adas: Page): Promise<void> {
  await admin.bringToFront();
  await admin.getByRole("button", { name: "Deactivate Ada Park" }).click();
  await admin.getByRole("button", { name: "Reactivate Ada Park" }).waitFor();
  await adas.bringToFront();
  await adas.getByRole("link", { name: "See the people" }).click();
  await adas.getByRole("heading", { name: "Sign in to Acme" }).waitFor();
  assert.ok(adas.url().startsWith(`${acme}/sign-in`));
  await look(adas, "20-sign-in");
}

/** The slug is typed; whom Okta made is gone, who was here before stays. */
async function disconnect(page: Page): Promise<void> {
  await page.bringToFront();
  await page.getByRole("link", { name: "Disconnect" }).click();
  await page.getByText("2 members created by the integration").waitFor();
  await look(page, "21-okta-disconnect");
  const typed = page.getByLabel("Type acme to confirm");
  await typed.fill("acmee");
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.locator("#field-slug-error").waitFor();
  assert.equal(await typed.inputValue(), "acmee");
  await look(page, "22-okta-disconnect-error");
  await typed.fill("acme");
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("The integration is disconnected").waitFor();
  await look(page, "23-okta-disconnected");
  await openMenu(page);
  await page.getByRole("link", { name: "People" }).click();
  await page.getByText("2 members.").waitFor();
  const people = await page.locator("tbody tr").allInnerTexts();
  assert.equal(people.length, 2);
  assert.ok(people.some((each) => /Bo from before[\s\S]*Not connected/.test(each)));
  await look(page, "24-people-after");
}
