import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { EXPLAINED } from "../../../src/domain/sso/sign-in-fixes.ts";
import { clickTile } from "../../okta/provider.ts";
import { newOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

test("anybody reads what each refusal of a sign-in means, in the provider's words", async () => {
  const org = await newOrganization(service);
  const page = await readPage(org.page("/sign-in/errors"));
  assert.equal(page.status, 200);
  for (const code of EXPLAINED) assert.ok(page.html.includes(`<h2 id="${code}">`), code);
  assert.match(page.text, /Audience URI \(SP Entity ID\)/);
  assert.doesNotMatch(page.text, /undefined|null|NaN/);
  const bare = await newOrganization(service, { integration: "none" });
  assert.match((await readPage(bare.page("/sign-in/errors"))).text, /your identity provider/i);
});

test("a refused sign-in leads to the explanation of its own code", async () => {
  const org = await newOrganization(service);
  const { html, status } = await readPage(clickTile(service, org, "stranger@example.test"));
  assert.equal(status, 403);
  assert.match(html, /<a href="\/sign-in\/errors#unknown-person">/);
});
