import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eventsOf } from "../../okta/people.ts";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService } from "../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const isIn = async (org: TestOrganization, cookie: string) => (await org.page("/account", cookie)).status === 200;

test("an admin signs a member out in every browser, and it is audited", async () => {
  const org = await newOrganization(service);
  await org.addMember("admin@example.test", "admin");
  const mel = await org.addMember("mel@example.test");
  const [one, other, admin] = [
    await org.signIn("mel@example.test"),
    await org.signIn("mel@example.test"),
    await org.signIn("admin@example.test"),
  ];
  const path = `/people/${mel.id}/sessions`;
  const asked = await readPage(org.page(path, admin));
  assert.equal(asked.heading, "Sign Mel Member out");
  assert.match(asked.text, /Sign-in link/);
  assert.deepEqual([await isIn(org, one), await isIn(org, other)], [true, true]);
  const ended = await readPage(org.page(path, admin, {}));
  assert.deepEqual([ended.status, ended.location], [303, `${path}?ended`]);
  assert.deepEqual([await isIn(org, one), await isIn(org, other), await isIn(org, admin)], [false, false, true]);
  assert.match((await readPage(org.page(`${path}?ended`, admin))).text, /was signed out everywhere/);
  const [event] = await eventsOf(service, org, "session.all_ended");
  assert.deepEqual([event?.actor_name, event?.target_name], ["admin@example.test", "mel@example.test"]);
  assert.deepEqual(event?.detail, { count: 2 });
});

test("whoever is signed out by an admin may sign in again", async () => {
  const org = await newOrganization(service);
  const mel = await org.addMember("mel@example.test");
  await org.page(`/people/${mel.id}/sessions`, await org.signIn(org.owner.email), {});
  assert.ok(await isIn(org, await org.signIn("mel@example.test")));
});

test("an owner is signed out by an owner, never by an admin or a member", async () => {
  const org = await newOrganization(service);
  const second = await org.addMember("second@example.test", "owner");
  await org.addMember("admin@example.test", "admin");
  await org.addMember("mel@example.test");
  const theirs = await org.signIn(second.email);
  const path = `/people/${second.id}/sessions`;
  for (const email of ["admin@example.test", "mel@example.test"]) {
    const cookie = await org.signIn(email);
    assert.equal((await org.page(path, cookie)).status, 403);
    assert.equal((await org.page(path, cookie, {})).status, 403);
  }
  assert.ok(await isIn(org, theirs));
  assert.equal((await org.page(path, await org.signIn(org.owner.email), {})).status, 303);
  assert.ok(!(await isIn(org, theirs)));
});

test("a sign-in link that was waiting is gone with the sessions", async () => {
  const org = await newOrganization(service);
  const mel = await org.addMember("mel@example.test");
  const made = await service.operator("POST", `/organizations/${org.organization.slug}/sign-in-links`, {
    email: mel.email,
  });
  const token = new URL(((await made.json()) as { url: string }).url).searchParams.get("token") ?? "";
  await org.page(`/people/${mel.id}/sessions`, await org.signIn(org.owner.email), {});
  assert.equal((await org.page("/sign-in/link", undefined, { token })).status, 403);
});
