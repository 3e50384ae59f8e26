import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const open = (org: TestOrganization, path: string, cookie: string) => readPage(org.page(path, cookie));
const names = (html: string) =>
  [...html.matchAll(/<p>(?:<a[^>]*>)?([^<]+)(?:<\/a>)?<span class="hint">/g)].map(([, name]) => name);
const linkIn = (html: string, rel: string) =>
  new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";

test("the people page shows everybody with role, source and whether Okta knows them", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  await org.addMember("linked@example.test", "admin", "Lin Ked");
  const user = (userName: string, more = {}) =>
    org.scim("POST", "/Users", oktaUser({ userName, emails: [{ primary: true, value: userName }], ...more }));
  await user("LINKED@example.test");
  await user("pushed@example.test", { name: { givenName: "Pu", familyName: "Shed" }, displayName: "Pu Shed" });
  const gone = await user("gone@example.test", { name: { givenName: "Go", familyName: "Ne" }, displayName: "Go Ne" });
  await org.scim("PUT", `/Users/${gone.body.id}`, { ...gone.body, active: false });
  const { text, heading } = await open(org, "/people", cookie);
  assert.equal(heading, "People");
  assert.match(text, /4 members, 1 of them deactivated/);
  assert.match(text, /Olive Owner \S+ Owner By hand Not connected/);
  assert.match(text, /Lin Ked linked@example\.test Admin By hand Connected/);
  assert.match(text, /Pu Shed pushed@example\.test Member SCIM Connected/);
  assert.match(text, /Go Ne gone@example\.test Member SCIM Deactivated/);
});

test("a member sees the people too", async () => {
  const org = await newOrganization(service, { integration: "none" });
  await org.addMember("mel@example.test");
  assert.equal((await org.page("/people", await org.signIn("mel@example.test"))).status, 200);
});

test("people are found by a part of the name or the email, whatever the case, and signs are no wildcards", async () => {
  const org = await newOrganization(service, { integration: "none" });
  const cookie = await org.signIn(org.owner.email);
  await org.addMember("grace.h@example.test", "member", "Grace Hopper");
  await org.addMember("alan@example.test", "member", "Alan 100% Turing");
  const search = async (q: string) => names((await open(org, `/people?q=${encodeURIComponent(q)}`, cookie)).html);
  assert.deepEqual(await search("HOPP"), ["Grace Hopper"]);
  assert.deepEqual(await search("grace.H@"), ["Grace Hopper"]);
  assert.deepEqual(await search("%"), ["Alan 100% Turing"]);
  assert.deepEqual(await search("_"), []);
  const none = await open(org, "/people?q=nobody", cookie);
  assert.match(none.text, /Nobody here has “nobody”/);
});

test("a long list has pages of fifty, forwards and back, each person on one of them", async () => {
  const org = await newOrganization(service, { integration: "none" });
  const cookie = await org.signIn(org.owner.email);
  for (let n = 1; n <= 120; n++) await org.addMember(`p${n}@example.test`, "member", `Person ${n}`);
  const first = await open(org, "/people?q=example.test", cookie);
  const second = await open(org, linkIn(first.html, "next"), cookie);
  const third = await open(org, linkIn(second.html, "next"), cookie);
  const people = [first, second, third].map(({ html }) => names(html));
  assert.deepEqual(
    people.map(({ length }) => length),
    [50, 50, 20],
  );
  assert.deepEqual(
    people.flat(),
    Array.from({ length: 120 }, (_, n) => `Person ${n + 1}`),
  );
  assert.deepEqual([linkIn(first.html, "prev"), linkIn(third.html, "next")], ["", ""]);
  const back = await open(org, linkIn(third.html, "prev"), cookie);
  assert.deepEqual(names(back.html), people[1]);
  const start = await open(org, linkIn(back.html, "prev"), cookie);
  assert.deepEqual(names(start.html), people[0]);
  assert.equal(linkIn(start.html, "prev"), "");
});

test("a page that was made up shows the beginning, and another organization's people are never there", async () => {
  const [org, other] = [await newOrganization(service), await newOrganization(service)];
  await other.addMember("secret@example.test", "member", "Secret Person");
  const cookie = await org.signIn(org.owner.email);
  for (const query of ["?after=x", "?before='", `?after=${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`]) {
    const page = await open(org, `/people${query}`, cookie);
    assert.deepEqual(names(page.html), ["Olive Owner"]);
  }
});
