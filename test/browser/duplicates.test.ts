import assert from "node:assert/strict";
import { test } from "node:test";
import { look, noBrowser, openBrowser } from "./browser.ts";
import { startSetting } from "./setting.ts";

test("an owner finds one person who is here twice, and merges them", { skip: noBrowser }, async (t) => {
  const { okta, operator, acme } = await startSetting(t);
  const owner = { email: "olive@example.test", name: "Olive Owner" };
  await operator("POST", "/organizations", { slug: "acme", name: "Acme", owner });
  const atHome = { email: "ada@home.test", name: "Ada Park", role: "admin" };
  const { id } = await operator("POST", "/organizations/acme/members", atHome);
  const { ssoUrl, issuer, certificate } = okta;
  const made = await operator("PUT", "/organizations/acme/okta-integration", { ssoUrl, issuer, certificate });
  const { acsUrl, audience, scimBaseUrl, scimToken } = made;
  await okta.connect({ acsUrl, audience, scimBaseUrl, scimToken, generation: "wizard" });
  await okta.assign(okta.people.find(({ email }) => email === "ada.park@example.test")?.id ?? "");

  const window = await (await openBrowser(t)).window();
  const page = await window.tab();
  const { url } = await operator("POST", "/organizations/acme/sign-in-links", { email: owner.email });
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto(`${acme}/settings/okta/duplicates`);
  await look(page, "75-duplicates");
  await page.getByRole("link", { name: /^Merge/ }).click();
  await page.getByText("The directory user ada.park@example.test belongs to ada@home.test").waitFor();
  await look(page, "76-merge");
  await page.getByRole("button", { name: "Merge" }).click();
  await page.getByText("Merged.", { exact: false }).waitFor();
  await look(page, "77-merged");

  const { items } = await operator("GET", "/organizations/acme/members?q=ada", undefined);
  const shown = items.map((each: Record<string, unknown>) => [
    each["id"],
    each["email"],
    each["role"],
    each["connected"],
  ]);
  assert.deepEqual(shown, [[id, "ada.park@example.test", "admin", true]]);
  assert.deepEqual(window.complaints, []);
});
