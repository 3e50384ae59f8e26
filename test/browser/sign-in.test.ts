import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { look, noBrowser, openBrowser } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("a person who is signed out asks for a page, signs in with Okta from here, and lands on that page", {
  skip: noBrowser,
}, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  const ada = await browser.window();
  await connectOkta(setting);

  const page = await ada.tab();
  await firstTime(setting, page);
  await secondTime(setting, page);
  await twoTabs(setting, [page, await ada.tab()]);
  await goBack(setting, page);
  await refused(setting, await (await browser.window()).tab());
  await fromTheTile(setting, page);
  const elsewhere = await browser.window();
  await fromTheTileElsewhere(setting, await elsewhere.tab());

  for (const window of [ada, elsewhere]) assert.deepEqual(window.complaints, []);
});

/** Ada comes from Okta; Bo is there, and not assigned. */
async function connectOkta({ operator, okta }: Setting): Promise<void> {
  const owner = { email: "olive@example.test", name: "Olive Owner" };
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner });
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", { ssoUrl, issuer, certificate });
  const { acsUrl, audience, scimBaseUrl, scimToken } = made;
  await okta.connect({ acsUrl, audience, scimBaseUrl, scimToken, generation: "catalogue" });
  const { app } = await okta.assign(okta.people[0]?.id ?? "");
  assert.equal(app.status, "provisioned", app.error);
}

/** Okta asks her for herself in between, and the page that she wanted is not forgotten. */
async function firstTime({ okta, acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people?q=ada`);
  await page.getByRole("heading", { name: "Sign in to Acme" }).waitFor();
  await look(page, "40-sign-in-with-okta");
  await page.getByRole("link", { name: "Sign in with Okta" }).click();
  await page.getByRole("heading", { name: "Sign in to Okta" }).waitFor();
  assert.ok(page.url().startsWith(`${okta.ssoUrl}?SAMLRequest=`));
  assert.ok(!page.url().includes("people"), "Okta does not learn where she wants to go");
  await look(page, "41-okta-asks-who");
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("heading", { name: "Welcome to Acme" }).waitFor();
  assert.equal(page.url(), `${acme}/welcome?next=%2Fpeople%3Fq%3Dada`);
  await look(page, "42-welcome-from-here");
  await page.getByRole("link", { name: "Skip for now" }).click();
  await page.getByRole("heading", { name: "People" }).waitFor();
  assert.equal(page.url(), `${acme}/people?q=ada`);
}

/** Okta knows her by now: one click, and she is there. */
async function secondTime({ acme }: Setting, page: Page): Promise<void> {
  await signOut(page, acme);
  await page.goto(`${acme}/people`);
  await page.getByRole("link", { name: "Sign in with Okta" }).click();
  await page.getByRole("heading", { name: "People" }).waitFor();
  assert.equal(page.url(), `${acme}/people`);
}

/** Both tabs are on their way at once; the second begins last and comes back first. */
async function twoTabs({ acme, okta }: Setting, [first, second]: readonly [Page, Page]): Promise<void> {
  await signOut(first, acme);
  const hold = () => new URL(okta.ssoUrl).pathname;
  const holding = Promise.withResolvers<void>();
  await first.route(
    (url) => url.pathname === hold(),
    async (route) => {
      await holding.promise;
      await route.continue();
    },
  );
  await first.goto(`${acme}/people`);
  await first.getByRole("link", { name: "Sign in with Okta" }).click({ noWaitAfter: true });
  await first.waitForRequest((request) => request.url().startsWith(okta.ssoUrl)).catch(() => {});
  await second.goto(`${acme}/account`);
  await second.getByRole("link", { name: "Sign in with Okta" }).click();
  await second.waitForURL(`${acme}/account`);
  holding.resolve();
  await first.waitForURL(`${acme}/people`);
  await first.unroute((url) => url.pathname === hold());
  await second.reload();
  assert.equal(second.url(), `${acme}/account`, "the newer session took the older one's place in this browser");
}

/** *Back* leads to the sign-in page, and from there on again, for she is in. */
async function goBack({ acme }: Setting, page: Page): Promise<void> {
  await signOut(page, acme);
  await page.goto(`${acme}/people`);
  await page.getByRole("link", { name: "Sign in with Okta" }).click();
  await page.getByRole("heading", { name: "People" }).waitFor();
  await page.goBack();
  await page.waitForURL(`${acme}/people`);
  await page.getByRole("heading", { name: "People" }).waitFor();
}

/** Bo is not assigned: Okta itself says so, and nobody is signed in here. */
async function refused({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people`);
  await page.getByRole("link", { name: "Sign in with Okta" }).click();
  await page.getByLabel("Signed in as").selectOption({ label: "Bo Li, bo.li@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByText("Bo Li is not assigned to this app.").waitFor();
}

/** With `deny` the tile leads to a page that says where to begin; with `bounce` she does not notice. */
async function fromTheTile({ acme, okta, operator }: Setting, page: Page): Promise<void> {
  const tile = async () => {
    await page.goto(okta.url);
    await page.getByRole("link", { name: "Semaphore" }).click();
  };
  await signOut(page, acme);
  await operator("PATCH", "/organizations/acme/okta-integration", { idpInitiated: "deny" });
  await tile();
  await page.getByText("does not take sign-ins that start at the identity provider").waitFor();
  await look(page, "43-tile-denied");
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Sign in with Okta" }).click();
  await page.getByRole("heading", { name: "Hello, Ada Park" }).waitFor();
  await signOut(page, acme);
  await operator("PATCH", "/organizations/acme/okta-integration", { idpInitiated: "bounce" });
  await tile();
  await page.getByRole("heading", { name: "Hello, Ada Park" }).waitFor();
}

/** Bounced in a browser that has no cookie of ours yet: it keeps the one that comes with the answer to Okta's post. */
async function fromTheTileElsewhere({ acme, okta }: Setting, page: Page): Promise<void> {
  await page.goto(okta.url);
  await page.getByLabel("Signed in as").selectOption({ label: "Ada Park, ada.park@example.test" });
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("link", { name: "Semaphore" }).click();
  await page.getByRole("heading", { name: "Hello, Ada Park" }).waitFor();
  assert.equal(page.url(), `${acme}/`);
}

async function signOut(page: Page, acme: string): Promise<void> {
  await page.goto(`${acme}/`);
  await page.locator("summary").filter({ hasText: "organization menu" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Acme" }).waitFor();
}
