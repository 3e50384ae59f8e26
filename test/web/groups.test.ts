import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { inOwnGroup, map, ownGroup } from "../okta/mapping.ts";
import { eventsOf, memberOf } from "../okta/people.ts";
import { fill, pushGroup, pushUser } from "../okta/scim/directory.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService } from "../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const open = (org: TestOrganization, path: string, cookie: string) => readPage(org.page(path, cookie));
const send = (org: TestOrganization, path: string, cookie: string, form: Record<string, string>) =>
  readPage(org.page(path, cookie, form));
const linkIn = (html: string, rel: string) =>
  new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
const names = (html: string) =>
  [...html.matchAll(/<a href="\/groups\/[0-9a-f-]{36}">([^<]+)/g)].map(([, name]) => name);

async function withOwner() {
  const org = await newOrganization(service);
  return { org, cookie: await org.signIn(org.owner.email) };
}

describe("the groups page", () => {
  test("shows the directory's groups and our own, with who keeps them and how many are in them", async () => {
    const { org, cookie } = await withOwner();
    await pushGroup(org, "Platform", [(await pushUser(org)).id]);
    await ownGroup(org, "Deployers");
    const { text, heading } = await open(org, "/groups", cookie);
    assert.equal(heading, "Groups");
    assert.match(text, /1 group pushed by Okta, 1 of our own/);
    assert.match(text, /Deployers Own group 0 Platform Pushed by Okta 1/);
  });

  test("is found by a part of the name, whatever the case, and signs are no wildcards", async () => {
    const { org, cookie } = await withOwner();
    for (const name of ["Deployers", "100% on call"]) await ownGroup(org, name);
    const search = async (q: string) => names((await open(org, `/groups?q=${encodeURIComponent(q)}`, cookie)).html);
    assert.deepEqual(await search("DEPL"), ["Deployers"]);
    assert.deepEqual(await search("%"), ["100% on call"]);
    assert.match((await open(org, "/groups?q=nothing", cookie)).text, /No group here has “nothing”/);
  });

  test("has pages of fifty by name, forwards and back, each group on one of them", async () => {
    const { org, cookie } = await withOwner();
    const wanted = Array.from({ length: 120 }, (_, n) => `g${String(n).padStart(3, "0")}`);
    for (const [n, name] of wanted.entries()) await (n % 2 ? ownGroup(org, name) : pushGroup(org, name));
    const first = await open(org, "/groups", cookie);
    const second = await open(org, linkIn(first.html, "next"), cookie);
    const third = await open(org, linkIn(second.html, "next"), cookie);
    assert.deepEqual(
      [first, second, third].flatMap(({ html }) => names(html)),
      wanted,
    );
    const back = await open(org, linkIn(third.html, "prev"), cookie);
    assert.deepEqual(names(back.html), names(second.html));
  });

  test("says what to do where there is none", async () => {
    const { org, cookie } = await withOwner();
    assert.match((await open(org, "/groups", cookie)).text, /There is no group yet/);
  });

  test("shows a member the groups and no way to change them", async () => {
    const { org } = await withOwner();
    const id = await ownGroup(org, "Deployers");
    await org.addMember("mel@example.test");
    const cookie = await org.signIn("mel@example.test");
    const { text } = await open(org, "/groups", cookie);
    assert.match(text, /Deployers/);
    assert.doesNotMatch(text, /New group/);
    const group = await open(org, `/groups/${id}`, cookie);
    assert.doesNotMatch(group.html, /<form method="post" action="\/groups/);
    assert.equal((await send(org, "/groups", cookie, { name: "Mine" })).status, 403);
  });
});

describe("a group of our own", () => {
  test("is made, renamed and deleted, and the audit log says so", async () => {
    const { org, cookie } = await withOwner();
    const made = await send(org, "/groups", cookie, { name: " Deployers " });
    const path = made.location ?? "";
    assert.match(path, /^\/groups\/[0-9a-f-]{36}$/);
    assert.equal((await open(org, path, cookie)).heading, "Deployers");
    assert.equal((await send(org, path, cookie, { name: "Releasers" })).location, `${path}?saved`);
    assert.equal((await open(org, path, cookie)).heading, "Releasers");
    assert.match((await open(org, `${path}/delete`, cookie)).text, /Delete Releasers/);
    assert.equal((await send(org, `${path}/delete`, cookie, {})).location, "/groups");
    assert.equal((await open(org, path, cookie)).status, 404);
    const events = await eventsOf(service, org, "group.deleted");
    assert.deepEqual([events[0]?.target_name, events[0]?.actor_name], ["Releasers", org.owner.email]);
    assert.equal((await eventsOf(service, org, "group.created")).length, 1);
    assert.equal((await eventsOf(service, org, "group.changed")).length, 1);
  });

  test("has a name of its own; what was typed is kept", async () => {
    const { org, cookie } = await withOwner();
    const id = await ownGroup(org, "Deployers");
    await ownGroup(org, "Releasers");
    for (const name of ["deployers", "", " ", "x".repeat(101)]) {
      const page = await send(org, "/groups", cookie, { name });
      assert.equal(page.status, 422, name);
      assert.ok(page.error("name"), name);
      assert.equal(page.field("name"), name.trim());
    }
    const page = await send(org, `/groups/${id}`, cookie, { name: "RELEASERS" });
    assert.deepEqual([page.status, page.field("name")], [422, "RELEASERS"]);
    assert.match(page.error("name") ?? "", /is here already/);
  });

  test("takes members by their email, and lets them go again", async () => {
    const { org, cookie } = await withOwner();
    const id = await ownGroup(org, "Deployers");
    await org.addMember("mel@example.test");
    await send(org, `/groups/${id}/members`, cookie, { email: " MEL@example.test" });
    assert.deepEqual(await inOwnGroup(org, id), ["mel@example.test manual"]);
    assert.match((await open(org, `/groups/${id}`, cookie)).text, /Mel Member mel@example\.test By hand Remove/);
    const { id: remove = "" } = (await memberOf(service, org, "mel@example.test")) ?? {};
    await send(org, `/groups/${id}/members`, cookie, { remove });
    assert.deepEqual(await inOwnGroup(org, id), []);
    const [added] = await eventsOf(service, org, "group.member_added");
    const [removed] = await eventsOf(service, org, "group.member_removed");
    assert.deepEqual(
      [added?.detail, removed?.detail],
      Array(2).fill({ member: { id: remove, email: "mel@example.test" } }),
    );
  });

  test("refuses an email that nobody here has, and a person whom nobody added", async () => {
    const { org, cookie } = await withOwner();
    const id = await ownGroup(org, "Deployers");
    const page = await send(org, `/groups/${id}/members`, cookie, { email: "nobody@example.test" });
    assert.deepEqual([page.status, page.field("email")], [422, "nobody@example.test"]);
    assert.match(page.error("email") ?? "", /Nobody here/);
    for (const remove of [org.owner.id, "x", ""]) {
      assert.equal((await send(org, `/groups/${id}/members`, cookie, { remove })).status, 404);
    }
  });

  test("says who is there by a mapping, whom nobody can remove by hand", async () => {
    const { org, cookie } = await withOwner();
    const ada = await pushUser(org);
    await pushGroup(org, "Platform", [ada.id]);
    const id = await ownGroup(org, "Deployers");
    await map(org, [{ kind: "group", name: "Platform", groupId: id }]);
    const { text } = await open(org, `/groups/${id}`, cookie);
    assert.match(text, /Everybody in the group Platform at Okta/);
    assert.match(text, /Mapping By the mapping/);
    const member = await memberOf(service, org, ada.userName);
    assert.equal((await send(org, `/groups/${id}/members`, cookie, { remove: member?.id ?? "" })).status, 404);
    assert.match((await open(org, `/groups/${id}/delete`, cookie)).text, /The line of the mapping/);
  });
});

describe("a pushed group", () => {
  test("is read-only here and says so", async () => {
    const { org, cookie } = await withOwner();
    const ada = await pushUser(org);
    const { id } = await pushGroup(org, "Platform", [ada.id]);
    await map(org, [{ kind: "group", name: "Platform", role: "admin" }]);
    const page = await open(org, `/groups/${id}`, cookie);
    assert.match(page.text, /1 person\. Okta keeps this group: its name and its people are changed there\./);
    assert.match(page.text, /The role admin/);
    assert.match(page.text, new RegExp(`${ada.userName} Pushed`));
    assert.doesNotMatch(page.html, /<form method="post" action="\/groups/);
    for (const [path, form] of [
      [`/groups/${id}`, { name: "Ours" }],
      [`/groups/${id}/members`, { email: org.owner.email }],
      [`/groups/${id}/delete`, {}],
    ] as const) {
      const refused = await send(org, path, cookie, form);
      assert.equal(refused.status, 409);
      assert.match(refused.text, /Okta keeps this group/);
    }
    assert.equal((await org.scim("GET", `/Groups/${id}`)).body.displayName, "Platform");
  });

  test("of many is shown page by page, also those who are no members", async () => {
    const { org, cookie } = await withOwner();
    const { id } = await pushGroup(org, "Everyone", await fill(org, 120));
    const first = await open(org, `/groups/${id}`, cookie);
    assert.match(first.text, /p0@example\.test/);
    assert.match(first.text, /No member/);
    const second = await open(org, linkIn(first.html, "next"), cookie);
    const third = await open(org, linkIn(second.html, "next"), cookie);
    const people = [first, second, third].flatMap(({ html }) =>
      [...html.matchAll(/<p>(p\d+)@/g)].map(([, name]) => name),
    );
    assert.deepEqual([people.length, new Set(people).size], [120, 120]);
  });
});

test("the operator API lists both kinds", async () => {
  const { org } = await withOwner();
  await pushGroup(org, "Platform", [(await pushUser(org)).id]);
  await ownGroup(org, "Deployers");
  const response = await service.operator("GET", `/organizations/${org.organization.slug}/groups`);
  const { items } = (await response.json()) as { items: { name: string; source: string; memberCount: number }[] };
  assert.deepEqual(
    items.map(({ name, source, memberCount }) => [name, source, memberCount]),
    [
      ["Platform", "scim", 1],
      ["Deployers", "manual", 0],
    ],
  );
});
