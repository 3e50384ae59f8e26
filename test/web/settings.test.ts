import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listEvents } from "../../src/domain/audit/events.ts";
import { newOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

test("the general settings show name, address and plan, and rename the organization", async () => {
  const org = await newOrganization(service);
  await org.addMember("admin@example.test", "admin");
  const cookie = await org.signIn("admin@example.test");
  const page = await readPage(org.page("/settings", cookie));
  assert.equal(page.field("name"), org.organization.name);
  assert.deepEqual([page.fact("Slug"), page.fact("Plan")], [org.organization.slug, "scaleup"]);
  assert.ok(page.html.includes(`<code class="copy-value">${org.url}</code>`));
  const saved = await readPage(org.page("/settings", cookie, { name: "  <b>New</b> & name " }));
  assert.deepEqual([saved.status, saved.location], [303, "/settings?saved"]);
  const after = await readPage(org.page("/settings?saved", cookie));
  assert.equal(after.field("name"), "<b>New</b> & name");
  assert.match(after.text, /Saved/);
  const [event] = await listEvents(org.scope, { action: "organization.changed", limit: 1 });
  assert.equal(event?.actor.name, "admin@example.test");
});

test("a name that is empty or too long is refused beside the field, and stays in it", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  for (const name of ["", "x".repeat(101)]) {
    const page = await readPage(org.page("/settings", cookie, { name }));
    assert.equal(page.status, 422);
    assert.match(page.error("name") ?? "", /1 to 100 characters/);
    assert.equal(page.field("name"), name);
  }
});
