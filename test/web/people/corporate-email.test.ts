import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listEvents } from "../../../src/domain/audit/events.ts";
import { changeMember, listMembers } from "../../../src/domain/members/members.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const MINE = "/account/corporate-email";

function push(org: TestOrganization, email: string) {
  return org.scim("POST", "/Users", oktaUser({ userName: email, emails: [{ primary: true, value: email }] }));
}

async function start() {
  const org = await newOrganization(service);
  const ada = await org.addMember("ada@gmail.test", "member", "Ada Park");
  return { org, ada, path: `/people/${ada.id}/corporate-email`, admin: await org.signIn(org.owner.email) };
}

test("an admin foresees the address, the member confirms it, and the push links instead of making a second one", async () => {
  const { org, ada, path, admin } = await start();
  assert.equal((await org.page(path, admin, { email: " Ada@Corp.test " })).status, 303);
  assert.match((await readPage(org.page(path, admin))).text, /Waiting for Ada Park .* Ada@Corp\.test/);
  const theirs = await org.signIn("ada@gmail.test");
  const page = await readPage(org.page(MINE, theirs));
  assert.match(page.text, /knows you as Ada@Corp\.test\. Here you are ada@gmail\.test/);
  assert.match((await readPage(org.page("/account", theirs))).html, /href="\/account\/corporate-email"/);
  assert.equal((await org.page(MINE, theirs, { answer: "mine", email: "ada@corp.test" })).status, 303);
  assert.equal((await push(org, "ada@corp.test")).status, 201);
  const members = await listMembers(org.scope, { q: "ada", limit: 9 });
  assert.deepEqual(
    members.map(({ id, email, source, connected }) => [id, email, source, connected]),
    [[ada.id, "Ada@Corp.test", "manual", true]],
  );
  assert.doesNotMatch((await readPage(org.page("/account", theirs))).html, /corporate-email/);
  assert.equal((await listEvents(org.scope, { action: "member.email_", limit: 9 })).length, 2);
});

test("until the member confirms, the address counts for nothing: an admin alone could sign in as anybody", async () => {
  const { org, path, admin } = await start();
  await org.page(path, admin, { email: "eve@corp.test" });
  await push(org, "eve@corp.test");
  assert.equal((await listMembers(org.scope, { limit: 9 })).length, 3);
  const theirs = await org.signIn("ada@gmail.test");
  const refused = await readPage(org.page(MINE, theirs, { answer: "mine", email: "eve@corp.test" }));
  assert.equal(refused.status, 409);
  assert.match(refused.text, /merge the two under Duplicates/);
  assert.equal((await listMembers(org.scope, { q: "ada@gmail", limit: 9 })).length, 1);
});

test("what is not theirs is forgotten, and what was taken back or replaced cannot be confirmed", async () => {
  const { org, path, admin } = await start();
  const theirs = await org.signIn("ada@gmail.test");
  await org.page(path, admin, { email: "one@corp.test" });
  await org.page(path, admin, { email: "two@corp.test" });
  assert.equal((await org.page(MINE, theirs, { answer: "mine", email: "one@corp.test" })).status, 409);
  assert.equal((await org.page(MINE, theirs, { answer: "perhaps", email: "two@corp.test" })).status, 422);
  assert.equal((await org.page(MINE, theirs, { answer: "not-mine", email: "two@corp.test" })).status, 303);
  assert.equal((await org.page(MINE, theirs)).status, 303);
  await org.page(path, admin, { email: "three@corp.test" });
  assert.equal((await org.page(path, admin, { withdraw: "yes" })).status, 303);
  assert.equal((await org.page(path, admin, { withdraw: "yes" })).status, 303);
  assert.equal((await org.page(MINE, theirs, { answer: "mine", email: "three@corp.test" })).status, 409);
  assert.equal((await listMembers(org.scope, { q: "ada@gmail", limit: 9 })).length, 1);
});

test("addresses that are none, taken, pushed already or of no use are refused beside the field", async () => {
  const { org, ada, path, admin } = await start();
  await org.addMember("bo@corp.test");
  await push(org, "cy@corp.test");
  const dee = await org.addMember("dee@gmail.test");
  await org.page(`/people/${dee.id}/corporate-email`, admin, { email: "dee@corp.test" });
  for (const [email, status, sentence] of [
    ["nothing", 422, /not an email address/],
    ["BO@corp.test", 409, /is here already/],
    ["cy@corp.test", 409, /Look under Duplicates/],
    ["ada@gmail.test", 409, /address already/],
    ["dee@corp.test", 409, /Another member is to confirm/],
  ] as const) {
    const page = await readPage(org.page(path, admin, { email }));
    assert.deepEqual([page.status, page.field("email")], [status, email]);
    assert.match(page.error("email") ?? "", sentence);
  }
  await changeMember(org.scope, ada.id, { state: "deactivated" });
  assert.equal((await org.page(path, admin, { email: "ada@corp.test" })).status, 409);
  const [created] = await listMembers(org.scope, { q: "cy@corp", limit: 1 });
  const pushed = await org.page(`/people/${created?.id}/corporate-email`, admin, { email: "x@corp.test" });
  assert.equal(pushed.status, 409);
});

test("nobody foresees an address for a member of another organization", async () => {
  const { path } = await start();
  const other = await newOrganization(service);
  const cookie = await other.signIn(other.owner.email);
  assert.equal((await other.page(path, cookie)).status, 404);
  assert.equal((await other.page(path, cookie, { email: "x@corp.test" })).status, 404);
});
