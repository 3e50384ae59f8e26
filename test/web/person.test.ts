import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { changeMember, removeMember } from "../../src/domain/members/members.ts";
import { LOOKUP, record } from "../support/activity.ts";
import { writeEvents } from "../support/events.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const open = (org: TestOrganization, path: string, cookie: string) => readPage(org.page(path, cookie));
const lines = (html: string) =>
  [...html.matchAll(/class="request-link" href="[^"]+">([^<]+)</g)].map(([, text]) => text?.replaceAll("&#39;", "'"));
const linkIn = (html: string, rel: string) =>
  new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";

async function owned(): Promise<{ org: TestOrganization; cookie: string }> {
  const org = await newOrganization(service);
  return { org, cookie: await org.signIn(org.owner.email) };
}

const push = (org: TestOrganization, email: string, more = {}) =>
  org.scim("POST", "/Users", oktaUser({ userName: email, emails: [{ primary: true, value: email }], ...more }));

async function memberId(org: TestOrganization, email: string): Promise<string> {
  const response = await service.operator("GET", `/organizations/${org.organization.slug}/members?q=${email}`);
  return ((await response.json()) as { items: { id: string }[] }).items[0]?.id ?? "";
}

test("a person's page says who they are here, and what the directory says of them", async () => {
  const { org, cookie } = await owned();
  const ada = await org.addMember("ada@example.test", "admin", "Ada Park");
  await push(org, "ada@example.test", { externalId: "00uAda" });
  const { heading, text, fact } = await open(org, `/people/${ada.id}`, cookie);
  assert.equal(heading, "Ada Park");
  assert.match(text, /Connected/);
  assert.match(text, /Role: Admin Granted by hand: Admin/);
  assert.equal(fact("Made by"), "By hand");
  assert.equal(fact("userName"), "ada@example.test");
  assert.equal(fact("externalId"), "00uAda");
});

test("one timeline has what the directory asked, what people changed and the sign-ins, each once, the newest first", async () => {
  const { org, cookie } = await owned();
  await push(org, "ada@example.test", { name: { givenName: "Ada", familyName: "Park" }, displayName: "Ada Park" });
  const id = await memberId(org, "ada@example.test");
  await changeMember(org.scope, id, { role: "admin" });
  await org.signIn("ada@example.test");
  const { html } = await open(org, `/people/${id}`, cookie);
  assert.deepEqual(lines(html), [
    "ada@example.test signed in by a one-time link.",
    "The operator made a sign-in link for ada@example.test.",
    "The operator made ada@example.test an admin.",
    "The directory: Added Ada Park",
  ]);
});

test("lookups are shown when they are asked for", async () => {
  const { org, cookie } = await owned();
  const ada = await org.addMember("ada@example.test");
  await record(org, { ...LOOKUP, people: ["ada@example.test"] });
  assert.deepEqual(lines((await open(org, `/people/${ada.id}`, cookie)).html), [
    "The operator added ada@example.test as a member.",
  ]);
  const all = lines((await open(org, `/people/${ada.id}?reads`, cookie)).html);
  assert.deepEqual(all[0], "The directory: Looked for ada@example.test");
});

test("what happened under an old address counts, and what happens to who has the address now does not", async () => {
  const { org, cookie } = await owned();
  const ada = await org.addMember("ada@old.test", "member", "Ada Park");
  await record(org, { outcome: "refused", status: 409, summary: "Refused to add Ada", people: ["ada@old.test"] });
  await changeMember(org.scope, ada.id, { email: "ada@new.test" });
  const before = lines((await open(org, `/people/${ada.id}`, cookie)).html);
  assert.deepEqual(before, [
    "The operator changed the email of ada@old.test to ada@new.test.",
    "The directory: Refused to add Ada",
    "The operator added ada@old.test as a member.",
  ]);
  const bo = await org.addMember("ada@old.test", "member", "Bo Li");
  await record(org, { summary: "Added Bo Li", people: ["ada@old.test", bo.id] });
  const after = lines((await open(org, `/people/${ada.id}`, cookie)).html);
  assert.ok(!after.includes("The directory: Added Bo Li"), after.join());
  assert.ok(!after.includes("The operator added ada@old.test as a member.") || after.length < 4);
});

test("a refused sign-in says which check failed, and leads to its line", async () => {
  const { org, cookie } = await owned();
  const ada = await org.addMember("ada@example.test");
  await service.parts.db
    .insertInto("sign_in_attempts")
    .values({
      organization_id: org.organization.id,
      id: "0fffffff-0000-7000-8000-000000000000",
      at: new Date(),
      purpose: "sign-in",
      outcome: "refused",
      code: "audience",
      sentence: "This sign-in was meant for somebody else.",
      email: "Ada@example.test",
      reference_id: "REF-1",
      checks: "[]",
    })
    .execute();
  const { html, text } = await open(org, `/people/${ada.id}`, cookie);
  assert.ok(lines(html).includes("Sign-in refused: This sign-in was meant for somebody else."));
  assert.match(text, /The check that failed: audience/);
  assert.ok(html.includes('href="/settings/okta/activity/0fffffff-0000-7000-8000-000000000000"'));
});

test("a long timeline has pages, each line on one of them", async () => {
  const { org, cookie } = await owned();
  const ada = await org.addMember("ada@example.test");
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000);
  const target = { kind: "member", id: ada.id, name: "ada@example.test" };
  await writeEvents(org, ...Array.from({ length: 130 }, (_, n) => ({ at: at(n * 3), target, action: `thing.e${n}` })));
  await record(org, ...Array.from({ length: 90 }, (_, n) => ({ at: at(n * 2 + 1), summary: `Changed ${n}` })));
  const seen: (string | undefined)[] = [];
  let path = `/people/${ada.id}`;
  let pages = 0;
  for (; path !== "" && pages < 20; pages++) {
    const { html } = await open(org, path, cookie);
    seen.push(...lines(html));
    path = linkIn(html, "next");
  }
  assert.equal(pages, 5);
  assert.equal(seen.length, 130 + 90 + 1);
  assert.equal(seen.filter((line) => line?.startsWith("The directory: Changed")).length, 90);
});

test("who was removed by hand has a page still: by the directory user, and by the id that the member had", async () => {
  const { org, cookie } = await owned();
  const user = await push(org, "ada@example.test");
  const id = await memberId(org, "ada@example.test");
  await removeMember(org.scope, id);
  for (const each of [user.body.id, id]) {
    const { status, html, text } = await open(org, `/people/${each}`, cookie);
    assert.equal(status, 200);
    assert.ok(lines(html).includes("The operator removed ada@example.test."), lines(html).join());
    assert.match(text, /Not a member/);
  }
});

test("who is gone from the directory too has a page with what happened to them", async () => {
  const { org, cookie } = await owned();
  const user = await push(org, "ada@example.test");
  await org.scim("DELETE", `/Users/${user.body.id}`);
  const { text } = await open(org, `/people/${user.body.id}`, cookie);
  assert.match(text, /^.*ada@example\.test Gone/);
  assert.match(text, /The directory: Deleted Ada Park/);
});

test("an id that is nobody's is nothing, and a member who may not see people's history is told whom to ask", async () => {
  const { org, cookie } = await owned();
  const other = await owned();
  const mel = await org.addMember("mel@example.test");
  for (const id of ["x", "0190a5e0-0000-7000-8000-000000000000", other.org.owner.id]) {
    assert.equal((await org.page(`/people/${id}`, cookie)).status, 404, id);
  }
  assert.equal((await org.page(`/people/${mel.id}`, await org.signIn("mel@example.test"))).status, 403);
});

test("a group change and a role that a mapping gave are lines of their own, beside the request that led to them", async () => {
  const { org, cookie } = await owned();
  const user = await push(org, "ada@example.test");
  const id = await memberId(org, "ada@example.test");
  const reference = "MAP-1";
  await record(org, { people: [user.body.id], summary: "Added Ada to Admins", reference_id: reference });
  const actor = { kind: "directory", name: "SCIM" } as const;
  const target = { kind: "member", id, name: "ada@example.test" };
  await writeEvents(org, { action: "member.role_changed", actor, target, reference, detail: { after: "admin" } });
  await writeEvents(org, {
    action: "group.member_added",
    target: { kind: "group", id: "0190a5e0-0000-7000-8000-000000000009", name: "Ours" },
    detail: { member: { id, email: "ada@example.test" } },
  });
  const found = lines((await open(org, `/people/${id}`, cookie)).html);
  assert.ok(
    found.some((line) => line?.includes("ada@example.test an admin")),
    found.join(),
  );
  assert.ok(
    found.some((line) => line?.includes("added ada@example.test to the group Ours")),
    found.join(),
  );
  assert.ok(found.includes("The directory: Added Ada to Admins"));
});
