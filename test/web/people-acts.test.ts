import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Role } from "../../src/db/tables.ts";
import { removeMember } from "../../src/domain/members/members.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const open = (org: TestOrganization, path: string, cookie: string, form?: Record<string, string>) =>
  readPage(org.page(path, cookie, form));

interface Staff {
  readonly org: TestOrganization;
  readonly owner: string;
  readonly admin: string;
  readonly adminId: string;
}

/** An organization with an owner and an admin, each in a browser of their own. */
async function staffed(): Promise<Staff> {
  const org = await newOrganization(service);
  const adminId = (await org.addMember("admin@example.test", "admin", "Ann Admin")).id;
  return { org, owner: await org.signIn(org.owner.email), admin: await org.signIn("admin@example.test"), adminId };
}

async function roleOf(org: TestOrganization, id: string): Promise<Role | undefined> {
  const row = await service.parts.db
    .selectFrom("members")
    .select("role")
    .where("organization_id", "=", org.organization.id)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.role;
}

const push = (org: TestOrganization, email: string, more = {}) =>
  org.scim("POST", "/Users", oktaUser({ userName: email, emails: [{ primary: true, value: email }], ...more }));

describe("inviting", () => {
  test("makes a member at once, and says what to tell them", async () => {
    const { org, admin } = await staffed();
    const posted = await org.page("/people/new", admin, {
      email: "new@example.test",
      name: "New Person",
      role: "admin",
    });
    assert.equal(posted.status, 303);
    const page = await open(org, posted.headers.get("location") ?? "", admin);
    assert.equal(page.heading, "New Person");
    assert.match(page.text, /We send no mail: tell them to open http:\S+ and sign in through Okta/);
    assert.match(page.text, /Role: Admin/);
    const { text } = await open(org, "/audit", admin);
    assert.match(text, /admin@example\.test added new@example\.test as an admin\./);
  });

  test("refuses what is wrong beside its field, and keeps what was typed", async () => {
    const { org, admin } = await staffed();
    const wrong = await open(org, "/people/new", admin, { email: "nobody", name: " ", role: "king" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.error("email") ?? "", /not an email address/);
    assert.match(wrong.error("name") ?? "", /1 to 200/);
    assert.match(wrong.error("role") ?? "", /Choose a role/);
    assert.equal(wrong.field("email"), "nobody");
    const taken = await open(org, "/people/new", admin, {
      email: `OWNER@${org.owner.email.split("@")[1]}`,
      name: "X",
      role: "member",
    });
    assert.equal(taken.status, 409);
    assert.match(taken.error("email") ?? "", /is here already/);
  });

  test("joins who was removed by hand with their directory user again", async () => {
    const { org, admin } = await staffed();
    await push(org, "back@example.test");
    const before = await (await org.page("/people.csv?q=back@", admin)).text();
    const id = /,([0-9a-f-]{36})\r\n$/.exec(before)?.[1] ?? "";
    await removeMember(org.scope, id);
    const posted = await org.page("/people/new", admin, { email: "back@example.test", name: "Back", role: "member" });
    const { text } = await open(org, posted.headers.get("location") ?? "", admin);
    assert.match(text, /Back Connected/);
  });

  test("an owner is made by an owner alone", async () => {
    const { org, owner, admin } = await staffed();
    const form = { email: "second@example.test", name: "Second", role: "owner" };
    const refused = await open(org, "/people/new", admin, form);
    assert.equal(refused.status, 403);
    assert.match(refused.error("role") ?? "", /Only an owner/);
    assert.ok(!(await open(org, "/people/new", admin)).html.includes('value="owner"'));
    assert.equal((await org.page("/people/new", owner, form)).status, 303);
  });
});

describe("changing a role", () => {
  test("is done by admins and owners, and is in the audit log", async () => {
    const { org, admin } = await staffed();
    const mel = await org.addMember("mel@example.test");
    assert.equal((await org.page(`/people/${mel.id}/role`, admin, { role: "admin" })).status, 303);
    assert.equal(await roleOf(org, mel.id), "admin");
    assert.match((await open(org, "/audit", admin)).text, /admin@example\.test made mel@example\.test an admin\./);
  });

  const REFUSED: readonly (readonly [string, (staff: Staff) => Promise<[string, string, string]>, number, RegExp])[] = [
    [
      "an admin makes nobody an owner",
      async ({ org, admin }) => [(await org.addMember("mel@example.test")).id, "owner", admin],
      403,
      /Only an owner/,
    ],
    [
      "an admin makes themselves no owner",
      async ({ admin, adminId }) => [adminId, "owner", admin],
      403,
      /raise your own/,
    ],
    ["an admin demotes no owner", async ({ org, admin }) => [org.owner.id, "member", admin], 403, /Only an owner/],
    ["the last owner stays", async ({ org, owner }) => [org.owner.id, "admin", owner], 409, /last active owner/],
    ["a role is one of ours", async ({ org, owner }) => [org.owner.id, "king", owner], 422, /Choose a role/],
  ];
  for (const [name, prepare, status, sentence] of REFUSED) {
    test(`${name}: the sentence stands beside the choice, and nothing is changed`, async () => {
      const staff = await staffed();
      const [id, role, cookie] = await prepare(staff);
      const before = await roleOf(staff.org, id);
      const page = await open(staff.org, `/people/${id}/role`, cookie, { role });
      assert.equal(page.status, status);
      assert.match(page.error("role") ?? page.text, sentence);
      assert.equal(await roleOf(staff.org, id), before);
    });
  }

  test("nobody keeps for good what a mapping gives them for a while", async () => {
    const { org, admin, adminId } = await staffed();
    await service.parts.db
      .updateTable("members")
      .set({ granted_role: "member", mapped_role: "admin" })
      .where("organization_id", "=", org.organization.id)
      .where("id", "=", adminId)
      .execute();
    const page = await open(org, `/people/${adminId}/role`, admin, { role: "admin" });
    assert.equal(page.status, 403);
    assert.match(page.error("role") ?? "", /You cannot raise your own role/);
  });

  test("two owners who demote one another at the same moment leave one", async () => {
    const { org, owner } = await staffed();
    const other = await org.addMember("other@example.test", "owner");
    const cookie = await org.signIn("other@example.test");
    const answers = await Promise.all([
      org.page(`/people/${other.id}/role`, owner, { role: "member" }),
      org.page(`/people/${org.owner.id}/role`, cookie, { role: "member" }),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 403]);
    assert.deepEqual([await roleOf(org, other.id), await roleOf(org, org.owner.id)].sort(), ["member", "owner"]);
  });
});

describe("removing", () => {
  test("asks first, says what it means, signs them out at once, and leaves a page behind", async () => {
    const { org, admin } = await staffed();
    const user = await push(org, "ada@example.test", { displayName: "Ada Park" });
    const mel = await open(org, "/people?q=ada@", admin);
    const id = /href="\/people\/([0-9a-f-]{36})"/.exec(mel.html)?.[1] ?? "";
    const theirs = await org.signIn("ada@example.test");
    const asked = await open(org, `/people/${id}/remove`, admin);
    assert.match(asked.heading, /^Remove Ada Park\d*\?$/);
    assert.match(asked.text, /The directory still has them as active/);
    assert.equal((await org.page("/", theirs)).status, 200);
    const posted = await org.page(`/people/${id}/remove`, admin, {});
    assert.equal(posted.headers.get("location"), `/people/${user.body.id}?removed`);
    assert.equal((await org.page("/", theirs)).status, 303);
    const left = await open(org, `/people/${user.body.id}`, admin);
    assert.match(left.text, /Not a member/);
    assert.match(left.text, /admin@example\.test removed ada@example\.test\./);
  });

  test("an admin removes no owner, nobody themselves, and the last owner stays", async () => {
    const { org, owner, admin, adminId } = await staffed();
    for (const [id, cookie, status, sentence] of [
      [org.owner.id, admin, 403, /Only an owner/],
      [adminId, admin, 409, /You cannot remove yourself/],
      [org.owner.id, owner, 409, /You cannot remove yourself/],
    ] as const) {
      const page = await open(org, `/people/${id}/remove`, cookie, {});
      assert.equal(page.status, status);
      assert.match(page.text, sentence);
      assert.ok(await roleOf(org, id));
    }
  });

  test("of an admin who is demoted at the same moment is not done by them any more", async () => {
    const { org, owner, admin, adminId } = await staffed();
    const mel = await org.addMember("mel@example.test");
    const [demoted, removed] = await Promise.all([
      org.page(`/people/${adminId}/role`, owner, { role: "member" }),
      org.page(`/people/${mel.id}/remove`, admin, {}),
    ]);
    assert.equal(demoted.status, 303);
    assert.ok([303, 403].includes(removed.status));
    assert.equal((await org.page(`/people/${mel.id}/remove`, admin, {})).status, removed.status === 303 ? 403 : 403);
  });
});

describe("a member who is no admin", () => {
  test("sees names, emails and roles, and nothing else of anybody", async () => {
    const { org } = await staffed();
    await org.addMember("mel@example.test");
    await push(org, "ada@example.test");
    const mel = await org.signIn("mel@example.test");
    const { html, text } = await open(org, "/people", mel);
    assert.match(text, /Ann Admin admin@example\.test Admin/);
    assert.doesNotMatch(text, /SCIM|Connected|Joined|Invite|CSV|Why/);
    assert.doesNotMatch(html, /href="\/people\/[0-9a-f]/);
    const filtered = await open(org, "/people?role=owner&standing=connected", mel);
    assert.match(filtered.text, /Ann Admin/);
  });
});

describe("filters", () => {
  test("show the connected, the not connected, the deactivated, roles and sources", async () => {
    const { org, admin } = await staffed();
    await push(org, "in@example.test");
    const out = await push(org, "out@example.test");
    await org.scim("PUT", `/Users/${out.body.id}`, { ...out.body, active: false });
    await org.addMember("fired@example.test");
    await service.parts.db
      .updateTable("members")
      .set({ state: "deactivated" })
      .where("organization_id", "=", org.organization.id)
      .where("email", "=", "fired@example.test")
      .execute();
    const find = async (query: string) =>
      [...(await open(org, `/people?${query}`, admin)).html.matchAll(/class="hint">(\w+)@/g)]
        .map(([, name]) => name)
        .sort();
    assert.deepEqual(await find("standing=connected"), ["in"]);
    assert.deepEqual(await find("standing=unconnected"), ["admin", "owner"]);
    assert.deepEqual(await find("standing=deactivated"), ["fired", "out"]);
    assert.deepEqual(await find("standing=directory-deactivated"), ["out"]);
    assert.deepEqual(await find("role=admin"), ["admin"]);
    assert.deepEqual(await find("source=scim"), ["in", "out"]);
    assert.deepEqual(await find("source=scim&standing=connected&q=IN@"), ["in"]);
    assert.deepEqual(await find("role=king&standing=x&source=y"), ["admin", "fired", "in", "out", "owner"]);
    const csv = await (await org.page("/people.csv?standing=directory-deactivated", admin)).text();
    assert.match(
      csv,
      /^\ufeff?Name,Email,Role,State,Source,Connected,Active in the directory,Joined,Id\r\n[^\r]*,out@example\.test,member,deactivated,scim,no,no,[^\r]*\r\n$/,
    );
  });

  test("keep their place from page to page", async () => {
    const { org, admin } = await staffed();
    for (let n = 1; n <= 55; n++) await org.addMember(`p${n}@example.test`);
    const { html } = await open(org, "/people?role=member&q=example", admin);
    const next = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await open(org, next, admin);
    assert.equal(second.html.match(/class="person"/g)?.length, 5);
  });
});
