import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { ask } from "../durability/program.ts";
import { look, noBrowser, openBrowser } from "./browser.ts";
import { type Setting, startSetting } from "./setting.ts";

test("an admin watches Okta and Entra ID sync, and reads why somebody did not", { skip: noBrowser }, async (t) => {
  const setting = await startSetting(t);
  const { okta, operator, acme } = setting;
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner: OWNER });
  const { scimToken, scimBaseUrl, acsUrl, audience } = await operator("PUT", "/organizations/acme/okta-integration", {
    ssoUrl: okta.ssoUrl,
    issuer: okta.issuer,
    certificate: okta.certificate,
  });
  const app = { acsUrl, audience, scimBaseUrl, scimToken };
  const browser = await openBrowser(t);
  const owner = await browser.window();
  const page = await owner.tab();
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: OWNER.email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto(`${acme}/settings/okta/activity`);
  await page.getByText("Live", { exact: true }).waitFor();

  await okta.connect({ ...app, generation: "wizard" });
  await pushFromWizardApp(setting, page);
  await okta.connect({ ...app, generation: "catalogue" });
  await pushFromCatalogueApp(setting, page);
  await look(page, "50-activity-of-okta");
  await pushFromEntra(page, { url: scimBaseUrl, token: scimToken });
  await readWhy(page);
  await readOfAda(setting, page);

  assert.deepEqual(owner.complaints, []);
});

const OWNER = { email: "olive@example.test", name: "Olive Owner" };

/** Waits for the line, which comes by itself. */
const line = (page: Page, text: string) => page.getByRole("link", { name: text, exact: true }).first().waitFor();

const idOf = ({ okta }: Setting, email: string) => okta.people.find((person) => person.email === email)?.id ?? "";

async function pushFromWizardApp(setting: Setting, page: Page): Promise<void> {
  const { okta } = setting;
  for (const email of ["ada.park@example.test", "bo.li@example.test"]) await okta.assign(idOf(setting, email));
  await line(page, "Added Ada Park");
  await line(page, "Added Bo Li");
  await okta.updatePerson(idOf(setting, "ada.park@example.test"), { title: "Engineer" });
  await line(page, "Changed title of Ada Park");
  const group = okta.groups.find(({ name }) => name === "Platform Team");
  await okta.pushGroup(group?.id ?? "");
  await line(page, "Added the group Platform Team with 2 people");
}

async function pushFromCatalogueApp(setting: Setting, page: Page): Promise<void> {
  const { okta } = setting;
  const group = okta.groups.find(({ name }) => name === "Platform Team");
  await okta.setGroupMembers(group?.id ?? "", [idOf(setting, "ada.park@example.test")]);
  await line(page, "Removed Bo Li from Platform Team");
  await okta.deactivate(idOf(setting, "bo.li@example.test"));
  await line(page, "Deactivated Bo Li");
}

/** Entra ID looks somebody up and creates them; its userName is no address, and there is no other. */
async function pushFromEntra(page: Page, scim: { url: string; token: string }): Promise<void> {
  const headers = {
    authorization: `Bearer ${scim.token}`,
    "content-type": "application/scim+json",
    "user-agent": "Azure AD Provisioning",
  };
  const found = await ask(`${scim.url}/Users?filter=${encodeURIComponent('userName eq "cleo"')}`, { headers });
  assert.equal(found.status, 200);
  const body = JSON.stringify({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    externalId: "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    userName: "cleo",
    active: true,
    displayName: "Cleo Ro",
    name: { givenName: "Cleo", familyName: "Ro" },
  });
  const refused = await ask(`${scim.url}/Users`, { method: "POST", headers, body });
  assert.equal(refused.status, 400);
  await line(page, "Refused to add Cleo Ro");
}

async function readWhy(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Refused to add Cleo Ro" }).click();
  await page.getByRole("heading", { name: "Why it was refused" }).waitFor();
  await page.getByText("The user has no email address").first().waitFor();
  await page.getByText("set Application username format to Email").waitFor();
  await page.getByRole("region", { name: "What the directory sent" }).getByText('"userName": "cleo"').waitFor();
  await look(page, "51-activity-of-entra-refused");
}

/** From the list of people to what was said of one of them. */
async function readOfAda({ acme }: Setting, page: Page): Promise<void> {
  await page.goto(`${acme}/people`);
  await page.getByRole("link", { name: "Activity of Ada Park" }).click();
  await line(page, "Changed title of Ada Park");
  const lines = await page.locator(".request-link").allInnerTexts();
  assert.ok(lines.includes("Added Ada Park"));
  assert.ok(lines.includes("Added the group Platform Team with 2 people"));
  assert.ok(!lines.some((each) => each.includes("Cleo") || each.startsWith("Deactivated Bo")));
  await look(page, "52-activity-of-one-person");
}
