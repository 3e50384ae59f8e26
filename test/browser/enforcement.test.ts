import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { look, noBrowser, openBrowser, openMenu, type Window } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("an owner enforces Single Sign-On, Okta goes away, and a recovery code brings the owner back", {
  skip: noBrowser,
}, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  const [ada, mel] = [await browser.window(), await browser.window()];
  const [page, mels] = [await ada.tab(), await mel.tab()];
  await connectOkta(setting);
  await signInByLink(setting, mels, "mel@example.test");
  await signInByTile(setting, page);
  await seeTested(setting, page);
  const codes = await keepCodes(ada, page);
  await enforce(page);
  await seeTheEnd(setting, mels);

  await setting.okta.stop();
  await comeInByCode(setting, page, codes[0] ?? "");
  await switchOff(setting, page);
  await signInByLink(setting, mels, "mel@example.test");

  for (const window of [ada, mel]) assert.deepEqual(window.complaints, []);
});

/** Ada owns the organization and is in Okta; Mel is here by hand, and Okta does not know him. */
async function connectOkta({ operator, okta }: Setting): Promise<void> {
  const owner = { email: "ada.park@example.test", name: "Ada Park" };
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner });
  await operator("POST", "/organizations/acme/members", {
    email: "mel@example.test",
    name: "Mel Member",
    role: "member",
  });
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", { ssoUrl, issuer, certificate });
  const { acsUrl, audience, scimBaseUrl, scimToken } = made;
  await okta.connect({ acsUrl, audience, scimBaseUrl, scimToken, generation: "catalogue" });
  const { app } = await okta.assign(okta.people[0]?.id ?? "");
  assert.equal(app.status, "provisioned", app.error);
}

async function signInByLink({ operator, acme }: Setting, page: Page, email: string): Promise<void> {
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, Mel Member" }).waitFor();
  assert.equal(page.url(), `${acme}/`);
}

async function signInByTile({ okta, acme }: Setting, page: Page): Promise<void> {
  await page.goto(okta.url);
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("link", { name: "Semaphore" }).click();
  await page.getByRole("heading", { name: "Welcome to Acme" }).waitFor();
  await page.goto(`${acme}/settings/okta`);
}

/** The settings page says how far it is, and leads on. */
async function seeTested(_: Setting, page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Going live" }).waitFor();
  assert.match(await page.locator(".stage[aria-current]").innerText(), /^Tested/);
  await look(page, "60-okta-tested");
  await page.getByRole("link", { name: "Enforce Single Sign-On" }).click();
  await page.getByText("You signed in through Okta just now").waitFor();
  await page.getByRole("heading", { name: "1 member may be locked out" }).waitFor();
  await look(page, "61-enforcement-steps");
}

/** The codes are shown once; the file holds them too. */
async function keepCodes(ada: Window, page: Page): Promise<string[]> {
  await page.getByRole("link", { name: "Make recovery codes" }).click();
  await look(page, "62-recovery-codes-none");
  await page.getByRole("button", { name: "Make 10 recovery codes" }).click();
  await page.getByText("Keep them now: they are shown only this once").waitFor();
  await look(page, "63-recovery-codes");
  const codes = (await page.locator(".copy-value").innerText()).trim().split(/\s+/);
  assert.equal(codes.length, 10);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as a text file" }).click();
  const file = await downloading;
  assert.equal(file.suggestedFilename(), "recovery-codes-acme.txt");
  const text = readFileSync(await file.path(), "utf8");
  assert.ok(codes.every((code) => text.includes(code)));
  await page.getByRole("button", { name: "Copy Recovery codes" }).click();
  assert.deepEqual(((await page.evaluate("navigator.clipboard.readText()")) as string).split("\n"), codes);
  await page.getByRole("button", { name: "I have kept these codes" }).click();
  await page.getByText("10 left").waitFor();
  assert.deepEqual(ada.complaints, []);
  return codes;
}

async function enforce(page: Page): Promise<void> {
  await look(page, "64-enforcement-ready");
  await page.getByLabel("Type acme to confirm").fill("acmee");
  await page.getByRole("button", { name: "Enforce Single Sign-On" }).click();
  await page.locator("#field-slug-error").waitFor();
  await look(page, "65-enforcement-error");
  await page.getByLabel("Type acme to confirm").fill("acme");
  await page.getByRole("button", { name: "Enforce Single Sign-On" }).click();
  await page.getByRole("heading", { name: "Single Sign-On is the only way in" }).waitFor();
  await look(page, "66-enforced");
}

/** Mel is told until when his session lasts. */
async function seeTheEnd({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/account`);
  await page.getByText("is now the only way in here").waitFor();
  await look(page, "67-session-ends");
}

async function comeInByCode({ acme, okta }: Setting, page: Page, code: string): Promise<void> {
  await assert.rejects(fetch(okta.url), "Okta is gone");
  await openMenu(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Acme" }).waitFor();
  await look(page, "68-sign-in-while-enforced");
  await page.getByRole("link", { name: "Use a recovery code" }).click();
  await look(page, "69-recovery");
  await page.getByLabel("Email").fill("ada.park@example.test");
  await page.getByLabel("Recovery code").fill("00000-00000-00000-00000");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("#field-code-error").waitFor();
  assert.equal(await page.getByLabel("Email").inputValue(), "ada.park@example.test");
  await look(page, "70-recovery-refused");
  await page.getByLabel("Recovery code").fill(code.toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("You came in with a recovery code").waitFor();
  assert.equal(page.url(), `${acme}/settings/okta/enforcement`);
  await look(page, "71-came-in-by-code");
}

async function switchOff({ acme }: Setting, page: Page): Promise<void> {
  await page.getByRole("button", { name: "Switch enforcement off" }).click();
  await page.getByText("Not enforced").waitFor();
  await look(page, "72-switched-off");
  await page.getByRole("button", { name: "I know of it" }).click();
  await page.getByRole("heading", { name: "A recovery code was used" }).waitFor({ state: "detached" });
  await page.goto(`${acme}/people`);
  await page.getByRole("heading", { name: "People" }).waitFor();
}
