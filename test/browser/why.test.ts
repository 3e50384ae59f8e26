import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { look, noBrowser, openBrowser } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("an admin asks why Ada is not in, and mends it", { skip: noBrowser }, async (t) => {
  const setting = await startSetting(t);
  const browser = await openBrowser(t);
  const admin = await browser.window();
  const page = await admin.tab();
  await connect(setting);
  await signIn(setting, page);
  await bo(setting, ADA);
  await assigned(setting, "Bo");
  await assert.rejects(assigned(setting, "Ada"), /belongs to the user/);

  await askAndRead(setting, page);
  await bo(setting, "bo.li@example.test");
  await assigned(setting, "Ada");
  await seeHerIn(setting, page);
  await readTheLog(setting, page);
  await inviteAndRemove(setting, page);
  assert.deepEqual(admin.complaints, []);
});

const ADA = "ada.park@example.test";

/** The userName is Okta's login, so that two people can have one address. */
async function connect({ operator, okta }: Setting): Promise<void> {
  const owner = { email: "olive@example.test", name: "Olive Owner" };
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner });
  await operator("POST", "/organizations/acme/members", {
    email: "ann@example.test",
    name: "Ann Admin",
    role: "admin",
  });
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", { ssoUrl, issuer, certificate });
  const { acsUrl, audience, scimBaseUrl, scimToken } = made;
  const app = { acsUrl, audience, scimBaseUrl, scimToken, generation: "catalogue" } as const;
  await okta.connect({ ...app, applicationUsername: "login" });
}

async function signIn({ operator }: Setting, page: Page): Promise<void> {
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: "ann@example.test" });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Hello, Ann Admin" }).waitFor();
}

function idOf({ okta }: Setting, firstName: string): string {
  return okta.people.find((person) => person.firstName === firstName)?.id ?? "";
}

/** Bo has this address in his Okta profile, whatever his login. */
async function bo(setting: Setting, email: string): Promise<void> {
  await setting.okta.updatePerson(idOf(setting, "Bo"), { email, login: "bo.li@example.test" });
}

async function assigned(setting: Setting, firstName: string): Promise<void> {
  const { app } = await setting.okta.assign(idOf(setting, firstName));
  if (app.status !== "provisioned") throw new Error(app.error);
}

/** From the list of people to the answer, and from there to the request. */
async function askAndRead({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people`);
  await page.getByRole("textbox", { name: "Search by name or email" }).fill("Ada");
  await page.getByRole("button", { name: "Search" }).click();
  await look(page, "60-people");
  await page.getByRole("searchbox", { name: "Email or name of the person" }).fill(ADA);
  await page.getByRole("button", { name: "Find out" }).click();
  await page.getByRole("heading", { name: "Why was somebody else refused who has what Bo Li has?" }).waitFor();
  await page.getByText("Correct the address of one of them").waitFor();
  await look(page, "61-why-refused");
  await page.getByRole("link", { name: /Refused to add Ada Park/ }).click();
  await page.getByRole("heading", { name: "Why it was refused" }).waitFor();
}

async function seeHerIn({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people/why?q=${ADA}`);
  await page.getByRole("heading", { name: "Why is Ada Park a member?" }).waitFor();
  await look(page, "62-why-member");
  await page.getByRole("link", { name: "Everything that happened to Ada Park" }).click();
  await page.getByRole("heading", { name: "Ada Park", level: 1 }).waitFor();
  await page.getByRole("link", { name: "The directory: Added Ada Park" }).waitFor();
  await look(page, "63-person");
  await page.getByRole("combobox", { name: "Grant by hand" }).selectOption("admin");
  await page.getByRole("button", { name: "Change role" }).click();
  await page.getByText("Saved.").waitFor();
  await page.getByRole("link", { name: "Why are things so?" }).click();
  await page.getByRole("heading", { name: "Why is Ada Park an admin?" }).waitFor();
}

async function readTheLog({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/audit`);
  await page.getByText(`ann@example.test made ${ADA} an admin.`, { exact: true }).waitFor();
  await page.getByText("Details", { exact: false }).first().click();
  await look(page, "64-audit");
  await page.goto(`${acme}/audit?from=yesterday&person=nobody`);
  await look(page, "65-audit-wrong-day");
}

async function inviteAndRemove({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people/new`);
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByText("Please correct what is marked below").waitFor();
  await look(page, "66-invite-refused");
  await page.getByRole("textbox", { name: "Email" }).fill("cleo@example.test");
  await page.getByRole("textbox", { name: "Name" }).fill("Cleo Ro");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByText("We send no mail").waitFor();
  await look(page, "67-invited");
  await page.getByRole("link", { name: "Remove" }).click();
  await page.getByRole("heading", { name: "Remove Cleo Ro?" }).waitFor();
  await look(page, "68-remove");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("is not a member any more").waitFor();
}
