import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newOrganization, oktaUser } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

test("an owner without an integration finds the way to connect Okta on the home page", async () => {
  const org = await newOrganization(service, { integration: "none" });
  const page = await readPage(org.page("/", await org.signIn(org.owner.email)));
  assert.equal(page.heading, "Hello, Olive Owner");
  assert.equal(page.fact("Members"), "1");
  assert.match(page.html, /href="\/settings\/okta"[^>]*>Connect Okta/);
});

test("the home page counts the active members and the connected ones", async () => {
  const org = await newOrganization(service);
  await org.scim("POST", "/Users", oktaUser());
  await org.scim("POST", "/Users", oktaUser({ active: false }));
  const page = await readPage(org.page("/", await org.signIn(org.owner.email)));
  assert.deepEqual([page.fact("Members"), page.fact("Connected members")], ["2", "1"]);
  assert.doesNotMatch(page.html, /Connect Okta/);
});

test("a member, and an owner whose plan lacks it, are not asked to connect Okta", async () => {
  const org = await newOrganization(service, { integration: "none" });
  await org.addMember("mel@example.test");
  const member = await readPage(org.page("/", await org.signIn("mel@example.test")));
  assert.match(member.text, /nothing that you need to do/);
  assert.doesNotMatch(member.html, /Connect Okta|href="\/settings/);
  const other = await newOrganization(service, { integration: "none", plan: "startup" });
  const owner = await readPage(other.page("/", await other.signIn(other.owner.email)));
  assert.doesNotMatch(owner.html, /Connect Okta/);
});

test("the welcome page says who one is and where, and goes on only within the organization", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const skip = async (next: string) => {
    const page = await readPage(org.page(`/welcome?next=${encodeURIComponent(next)}`, cookie));
    assert.deepEqual([page.fact("Email"), page.fact("Organization")], [org.owner.email, org.url]);
    return /href="([^"]*)">Skip for now/.exec(page.html)?.[1];
  };
  assert.equal(await skip("/people"), "/people");
  for (const evil of ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
    assert.equal(await skip(evil), "/");
});
