import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { look, noBrowser, openBrowser } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("each refusal says why, keeps what was typed and tells whom to ask", { skip: noBrowser }, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  const [owner, member, stranger] = [await browser.window(), await browser.window(), await browser.window()];
  await makeOrganization(setting);

  await refuseStranger(setting, await stranger.tab());
  await refuseMember(setting, await member.tab());
  const owners = await owner.tab();
  await keepWhatWasTyped(setting, owners);
  await askBeforeSwitching(setting, await member.tab());
  await refuseTheDeactivated(setting, await stranger.tab());
  await sayWhatThePlanLacks(setting, owners);

  for (const window of [owner, member, stranger]) assert.deepEqual(window.complaints, []);
});

/** Olive owns it; Ada and Bo come from Okta. */
async function makeOrganization({ operator, okta }: Setting): Promise<void> {
  const owner = { email: "olive@example.test", name: "Olive Owner" };
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner });
  const { ssoUrl, issuer, certificate } = okta;
  const settings = { ssoUrl, issuer, certificate };
  const { acsUrl, audience, scimBaseUrl, scimToken } = await operator(
    "PUT",
    "/organizations/acme/okta-integration",
    settings,
  );
  await okta.connect({ acsUrl, audience, scimBaseUrl, scimToken, generation: "catalogue" });
  for (const person of okta.people.slice(0, 2)) {
    const { app } = await okta.assign(person.id);
    assert.equal(app.status, "provisioned", app.error);
  }
}

/** A stranger is sent to the sign-in page and, once in, to the page that was asked for or home. */
async function refuseStranger({ acme, operator, service }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people`);
  await page.getByRole("heading", { name: "Sign in to Acme" }).waitFor();
  assert.equal(page.url(), `${acme}/sign-in?next=%2Fpeople`);
  await page.goto(service.printed(/Set up the first organization: (\S+)/)).catch(() => {});
  await page.getByText("The set-up link was used").waitFor();
  await look(page, "30-set-up-used");
  await page.goto(service.origin);
  await look(page, "31-find-your-organization");
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: "olive@example.test" });
  await page.goto(`${url}x`);
  await page.getByRole("link", { name: "Go to the sign-in page" }).waitFor();
  await look(page, "32-sign-in-link-refused");
}

/** A member may not see the settings, and reads who may. */
async function refuseMember(setting: Setting, page: Page): Promise<void> {
  await signInByLink(setting, page, "ada.park@example.test");
  const answer = await page.goto(`${setting.acme}/settings/okta`);
  assert.equal(answer?.status(), 403);
  await page.getByText("Olive Owner, olive@example.test").waitFor();
  await look(page, "33-not-for-members");
}

/** Each field says for itself what is wrong, and what was typed is still there. */
async function keepWhatWasTyped(setting: Setting, page: Page): Promise<void> {
  await signInByLink(setting, page, "olive@example.test");
  await page.goto(`${setting.acme}/settings/okta/setup`);
  const typed = [
    ["Single Sign-On URL", "http://okta.example.com/sso", "ssoUrl"],
    ["SAML Certificate", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----", "certificate"],
    ["Session length", "31", "sessionDays"],
  ] as const;
  for (const [label, value] of typed) await page.getByRole("textbox", { name: label }).fill(value);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Please correct what is marked below").waitFor();
  for (const [label, value, name] of typed) {
    const field = page.getByRole("textbox", { name: label });
    assert.equal(await field.inputValue(), value, `${label} is kept`);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.notEqual(await page.locator(`#field-${name}-error`).innerText(), "");
  }
  assert.equal(await page.locator(".error").count(), typed.length, "nothing is said of the others");
  await look(page, "34-form-with-errors");
  await page.locator('a[href="#field-ssoUrl"]').click();
  assert.equal(await page.evaluate("document.activeElement.name"), "ssoUrl", "the summary leads to the field");
}

/** Ada is signed in; somebody makes her browser post a response of Bo: she is asked, and nothing happens by itself. */
async function askBeforeSwitching({ okta, acme }: Setting, page: Page): Promise<void> {
  const clickTileAsBo = async () => {
    await page.goto(okta.url);
    await page.getByLabel("Signed in as").selectOption({ label: "Bo Li, bo.li@example.test" });
    await page.getByRole("button", { name: "Switch" }).click();
    await page.getByRole("link", { name: "Semaphore" }).click();
    await page.getByRole("heading", { name: "Switch account?" }).waitFor();
  };
  await clickTileAsBo();
  await look(page, "35-switch-account");
  await page.getByRole("link", { name: "Stay ada.park@example.test" }).click();
  await page.getByRole("heading", { name: "Hello, Ada Park" }).waitFor();
  await clickTileAsBo();
  await page.getByRole("button", { name: "Continue as bo.li@example.test" }).click();
  await page.getByRole("heading", { name: "Welcome to Acme" }).waitFor();
  await page.goto(`${acme}/account`);
  await page.locator("main").getByText("bo.li@example.test").first().waitFor();
}

/** Deactivated here by hand: the tile is refused with a sentence, a number and an address. */
async function refuseTheDeactivated({ operator, okta }: Setting, page: Page): Promise<void> {
  const { items } = await operator("GET", "/organizations/acme/members?q=ada.park");
  await operator("PATCH", `/organizations/acme/members/${items[0].id}`, { state: "deactivated" });
  await page.goto(okta.url);
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("link", { name: "Semaphore" }).click();
  await page.getByText("Reference number", { exact: true }).first().waitFor();
  await look(page, "36-sign-in-refused");
  const reference = await page.locator(".copy-value").innerText();
  const events = await operator("GET", "/organizations/acme/audit-events?action=session.refused");
  assert.equal(events.items[0].referenceId, reference);
}

/** On another plan the page says so. */
async function sayWhatThePlanLacks({ operator, acme }: Setting, page: Page): Promise<void> {
  await operator("PATCH", "/organizations/acme", { plan: "startup" });
  await page.goto(`${acme}/settings/okta`);
  await page.getByText("Not in your plan").waitFor();
  await look(page, "37-other-plan");
}

async function signInByLink({ operator }: Setting, page: Page, email: string): Promise<void> {
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, " }).waitFor();
}
