import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newId } from "../../../../src/db/id.ts";
import { listEvents } from "../../../../src/domain/audit/events.ts";
import { listLikelyPairs } from "../../../../src/domain/directory/duplicates.ts";
import { addToOwnGroup, makeOwnGroup } from "../../../../src/domain/directory/own-groups.ts";
import { connectGit } from "../../../../src/domain/git/connections.ts";
import { addMember, changeMember, listMembers } from "../../../../src/domain/members/members.ts";
import { clickTile } from "../../../okta/provider.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const PATH = "/settings/okta/duplicates";

async function push(org: TestOrganization, email: string, displayName: string): Promise<string> {
  const [givenName, familyName] = displayName.split(" ");
  const name = { givenName, ...(familyName && { familyName }) };
  const user = oktaUser({ userName: email, displayName, name, emails: [{ primary: true, value: email }] });
  const { status, body } = await org.scim("POST", "/Users", user);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

/** Somebody who was here by hand, a day before the rest, under another address. */
function addEarlier(org: TestOrganization, email: string, name: string, role: "owner" | "admin" | "member" = "member") {
  const now = new Date(service.clock.now.getTime() - 86_400_000);
  return addMember({ ...org.scope, now }, { email, name, role });
}

async function pairsOf(org: TestOrganization) {
  const pairs = await listLikelyPairs(org.scope, 10);
  return pairs.map(({ older, younger, reasons }) => [older.email, younger.email, reasons.join(" ")]);
}

describe("likely pairs", () => {
  test("are found by name, by the part before the @ and by plus-addresses, the older member first", async () => {
    const org = await newOrganization(service);
    await addEarlier(org, "ada.park@gmail.test", "Ada Park");
    await addEarlier(org, "bo@home.test", "Bo  LEE");
    await addEarlier(org, "cy+ci@corp.test", "Cy");
    await push(org, "ada.park@corp.test", "Ada Park");
    await push(org, "b.lee@corp.test", "bo lee");
    await push(org, "cy@corp.test", "Cyrus Vance");
    assert.deepEqual(await pairsOf(org), [
      ["ada.park@gmail.test", "ada.park@corp.test", "local-part name"],
      ["cy+ci@corp.test", "cy@corp.test", "plus-address"],
      ["bo@home.test", "b.lee@corp.test", "name"],
    ]);
  });

  test("leave out offices, single first names, the deactivated, two directory users, and other organizations", async () => {
    const [org, other] = [await newOrganization(service), await newOrganization(service)];
    await addEarlier(org, "info@home.test", "Ann Office");
    await push(org, "info@corp.test", "Front Desk");
    await addEarlier(org, "ada@home.test", "Ada");
    await push(org, "a.park@corp.test", "Ada");
    const gone = await addEarlier(org, "gone@home.test", "Gone Girl");
    await changeMember(org.scope, gone.id, { state: "deactivated" });
    await push(org, "gone@corp.test", "Gone Girl");
    await push(org, "twin@corp.test", "Twin One");
    await push(org, "twin@sub.corp.test", "Twin One");
    await addEarlier(other, "ada.park@gmail.test", "Ada Park");
    await push(org, "ada.park@corp.test", "Ada Park");
    assert.deepEqual(await pairsOf(org), []);
  });

  test("are not made of a name that many people share", async () => {
    const org = await newOrganization(service);
    for (let n = 0; n < 6; n++) await addEarlier(org, `john${n}@home.test`, "John Smith");
    assert.deepEqual(await pairsOf(org), []);
  });
});

describe("the page of duplicates", () => {
  test("says so when nobody is here twice", async () => {
    const org = await newOrganization(service);
    const page = await readPage(org.page(PATH, await org.signIn(org.owner.email)));
    assert.match(page.text, /Nobody seems to be here twice/);
  });

  test("shows both, why, and remembers who are two people", async () => {
    const org = await newOrganization(service);
    const older = await addEarlier(org, "ada.park@gmail.test", "Ada Park");
    await push(org, "ada.park@corp.test", "Ada Park");
    const cookie = await org.signIn(org.owner.email);
    const page = await readPage(org.page(PATH, cookie));
    assert.match(page.text, /Ada Park Same part before the @ Same name/);
    assert.match(page.text, /ada\.park@gmail\.test Member By hand Not known there/);
    assert.match(page.text, /ada\.park@corp\.test Member SCIM ada\.park@corp\.test/);
    const other = /name="other" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    const apart = await org.page(`${PATH}/keep-apart`, cookie, { one: other, other: older.id });
    assert.equal(apart.headers.get("location"), `${PATH}?apart`);
    assert.deepEqual(await pairsOf(org), []);
    assert.equal((await org.page(`${PATH}/keep-apart`, cookie, { one: older.id, other })).status, 303);
    const [event, ...more] = await listEvents(org.scope, { action: "member.kept_apart", limit: 9 });
    assert.deepEqual(more, []);
    assert.equal(event?.target?.name, "ada.park@corp.test");
    assert.deepEqual(event?.detail["other"], { id: older.id, email: "ada.park@gmail.test" });
  });

  test("knows nobody of another organization", async () => {
    const [org, other] = [await newOrganization(service), await newOrganization(service)];
    const cookie = await org.signIn(org.owner.email);
    const pair = { one: org.owner.id, other: other.owner.id };
    assert.equal((await org.page(`${PATH}/keep-apart`, cookie, pair)).status, 404);
    assert.equal((await org.page(`${PATH}/merge?${new URLSearchParams(pair)}`, cookie)).status, 404);
    assert.equal((await org.page(`${PATH}/merge`, cookie, { ...pair, email: org.owner.email })).status, 404);
    for (const one of ["", "x", org.owner.id]) {
      assert.equal((await org.page(`${PATH}/merge`, cookie, { one, other: org.owner.id })).status, 404);
    }
  });
});

describe("a merge", () => {
  async function adaTwice(role: "admin" | "member" = "admin") {
    const org = await newOrganization(service);
    const older = await addEarlier(org, "ada@gmail.test", "Ada Park", role);
    const userId = await push(org, "ada@corp.test", "Ada Park");
    const younger = (await listMembers(org.scope, { q: "ada@corp", limit: 1 }))[0];
    assert.ok(younger);
    return { org, older, younger, userId, cookie: await org.signIn(org.owner.email) };
  }

  test("shows what will move, and then the older member has it all and signs in with either address", async () => {
    const { org, older, younger, userId, cookie } = await adaTwice();
    const theirs = await org.signIn("ada@corp.test");
    const address = `${PATH}/merge?${new URLSearchParams({ one: younger.id, other: older.id })}`;
    const page = await readPage(org.page(address, cookie));
    assert.match(page.text, /ada@gmail\.test was here first and stays/);
    assert.match(page.text, /The directory user ada@corp\.test belongs to ada@gmail\.test/);
    assert.match(page.text, /The role stays admin/);
    assert.match(page.text, /is signed out \(1 session\)/);
    assert.equal(page.field("email"), "ada@corp.test");
    const form = { one: younger.id, other: older.id, email: "ada@corp.test" };
    assert.equal((await org.page(`${PATH}/merge`, cookie, form)).headers.get("location"), `${PATH}?merged`);

    const [ada, ...others] = await listMembers(org.scope, { q: "ada@", limit: 9 });
    assert.deepEqual(others, []);
    assert.deepEqual(
      [ada?.id, ada?.email, ada?.role, ada?.source, ada?.connected],
      [older.id, "ada@corp.test", "admin", "manual", true],
    );
    assert.equal((await org.page("/", theirs)).status, 303);
    const signedIn = await clickTile(service, org, "ada@corp.test");
    assert.equal(signedIn.status, 303);
    const Operations = [{ op: "replace", value: { active: false } }];
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    assert.equal((await org.scim("PATCH", `/Users/${userId}`, { schemas, Operations })).status, 200);
    assert.equal((await listMembers(org.scope, { q: "ada@", limit: 1 }))[0]?.state, "deactivated");
    const [event] = await listEvents(org.scope, { action: "member.merged", limit: 1 });
    assert.deepEqual(event?.detail["merged"], {
      id: younger.id,
      email: "ada@corp.test",
      name: "Ada Park",
      role: "member",
    });
  });

  test("gives the higher role, and the survivor may keep the private address", async () => {
    const { org, older, younger, cookie } = await adaTwice("member");
    await changeMember(org.scope, younger.id, { role: "admin" });
    const form = { one: older.id, other: younger.id, email: "ada@gmail.test" };
    assert.equal((await org.page(`${PATH}/merge`, cookie, form)).status, 303);
    const [ada] = await listMembers(org.scope, { q: "ada@", limit: 9 });
    assert.deepEqual([ada?.id, ada?.email, ada?.role], [older.id, "ada@gmail.test", "admin"]);
    assert.equal((await clickTile(service, org, "ada@corp.test")).status, 303);
  });

  test("of a created member with a younger one by hand leaves a member whom a disconnect keeps", async () => {
    const org = await newOrganization(service);
    await push(org, "ada@corp.test", "Ada Park");
    service.clock.advance(1000);
    const byHand = await addMember(
      { ...org.scope, now: service.clock.now },
      { email: "ada@home.test", name: "Ada Park", role: "member" },
    );
    const [created] = await listMembers(org.scope, { q: "ada@corp", limit: 1 });
    const cookie = await org.signIn(org.owner.email);
    const form = { one: created?.id ?? "", other: byHand.id, email: "ada@corp.test" };
    assert.equal((await org.page(`${PATH}/merge`, cookie, form)).status, 303);
    const [ada] = await listMembers(org.scope, { q: "ada@", limit: 9 });
    assert.deepEqual([ada?.id, ada?.source, ada?.email], [created?.id, "manual", "ada@corp.test"]);
  });

  test("moves groups and git accounts, but for hosts where the survivor has an account already", async () => {
    const { org, older, younger, cookie } = await adaTwice();
    const { sealer } = service.parts;
    const account = (provider: "github" | "gitlab", login: string) =>
      ({
        provider,
        hostName: provider,
        host: `https://${provider}.test`,
        identityId: login,
        login,
        email: undefined,
        access: "email",
        scopes: [],
        tokens: { accessToken: `token of ${login}` },
        tokensExpireAt: undefined,
      }) as const;
    await connectGit(org.scope, sealer, older.id, account("github", "ada-home"));
    await connectGit(org.scope, sealer, younger.id, account("github", "ada-corp"));
    await connectGit(org.scope, sealer, younger.id, account("gitlab", "ada-home"));
    assert.match((await pairsOf(org))[0]?.[2] ?? "", /git-login/);
    const both = await makeOwnGroup(org.scope, { name: "Both" });
    const theirs = await makeOwnGroup(org.scope, { name: "Deployers" });
    for (const email of ["ada@gmail.test", "ada@corp.test"]) await addToOwnGroup(org.scope, both.id, email);
    await addToOwnGroup(org.scope, theirs.id, "ada@corp.test");
    const address = `${PATH}/merge?${new URLSearchParams({ one: younger.id, other: older.id })}`;
    const page = await readPage(org.page(address, cookie));
    assert.match(page.text, /Joins the groups Deployers\./);
    assert.match(page.text, /The GitLab account @ada-home moves along/);
    assert.match(page.text, /The GitHub account @ada-corp is dropped/);
    const form = { one: younger.id, other: older.id, email: "ada@corp.test" };
    assert.equal((await org.page(`${PATH}/merge`, cookie, form)).status, 303);
    const git = await service.parts.db
      .selectFrom("git_connections")
      .selectAll()
      .where("organization_id", "=", org.organization.id)
      .orderBy("provider")
      .execute();
    assert.deepEqual(
      git.map(({ member_id, login }) => [member_id, login]),
      [
        [older.id, "ada-home"],
        [older.id, "ada-home"],
      ],
    );
    for (const { provider, tokens } of git) {
      const place = `git token ${org.organization.id} ${older.id} ${provider}`;
      assert.match(sealer.open(tokens, place), /token of ada-home/);
    }
    const memberships = service.parts.db.selectFrom("group_members").select(["group_id", "member_id"]);
    const joined = await memberships.where("organization_id", "=", org.organization.id).execute();
    assert.deepEqual(
      new Set(joined.map(({ group_id, member_id }) => `${group_id} ${member_id}`)),
      new Set([`${both.id} ${older.id}`, `${theirs.id} ${older.id}`]),
    );
  });

  test("takes a mapped role along with the directory user, and keeps it apart from what was granted", async () => {
    const { org, older, younger, userId, cookie } = await adaTwice("member");
    const { body: group } = await org.scim("POST", "/Groups", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "Admins",
      members: [{ value: userId }],
    });
    const { db } = service.parts;
    await db
      .insertInto("mappings")
      .values({
        organization_id: org.organization.id,
        id: newId(service.clock.now),
        source_kind: "group",
        source_name: "Admins",
        directory_group_id: group.id,
        target_role: "admin",
        created_at: service.clock.now,
      })
      .execute();
    await org.scim("PUT", `/Groups/${group.id}`, { ...group, members: [] });
    await org.scim("PUT", `/Groups/${group.id}`, { ...group, members: [{ value: userId }] });
    const form = { one: older.id, other: younger.id, email: "ada@corp.test" };
    assert.equal((await org.page(`${PATH}/merge`, cookie, form)).status, 303);
    const select = db.selectFrom("members").select(["role", "granted_role", "mapped_role"]).where("id", "=", older.id);
    assert.deepEqual(await select.execute(), [{ role: "admin", granted_role: "member", mapped_role: "admin" }]);
  });

  test("is refused with an address that is neither's, beside the field, and nothing moves", async () => {
    const { org, older, younger, cookie } = await adaTwice();
    for (const email of ["", "eve@corp.test"]) {
      const page = await readPage(org.page(`${PATH}/merge`, cookie, { one: older.id, other: younger.id, email }));
      assert.deepEqual([page.status, page.error("email")], [422, "Choose one of the two addresses."]);
    }
    assert.equal((await listMembers(org.scope, { q: "ada@", limit: 9 })).length, 2);
  });

  test("of two whom the directory knows both is refused, and so is one of a deactivated member", async () => {
    const { org, older, younger, cookie } = await adaTwice();
    await push(org, "ada@gmail.test", "Ada Park");
    const form = { one: older.id, other: younger.id, email: "ada@corp.test" };
    const both = await readPage(org.page(`${PATH}/merge`, cookie, form));
    assert.equal(both.status, 409);
    assert.match(both.text, /two users for them/);
    const out = await org.addMember("out@home.test");
    await changeMember(org.scope, out.id, { state: "deactivated" });
    const deactivated = await org.page(`${PATH}/merge`, cookie, { ...form, one: out.id });
    assert.equal(deactivated.status, 409);
  });

  test("with an owner takes an owner: an admin cannot become one by merging themselves", async () => {
    const { org, younger } = await adaTwice();
    await org.addMember("admin@corp.test", "admin");
    const admin = await org.signIn("admin@corp.test");
    const form = { one: org.owner.id, other: younger.id, email: "ada@corp.test" };
    assert.equal((await org.page(`${PATH}/merge?${new URLSearchParams(form)}`, admin)).status, 403);
    assert.equal((await org.page(`${PATH}/merge`, admin, form)).status, 403);
    assert.equal((await listMembers(org.scope, { limit: 9 })).length, 4);
    const owner = await org.signIn(org.owner.email);
    assert.equal((await org.page(`${PATH}/merge`, owner, form)).status, 303);
    const [merged] = await listMembers(org.scope, { q: "ada@corp", limit: 9 });
    assert.deepEqual([merged?.id, merged?.role], [org.owner.id, "owner"]);
  });

  test("posted often at the same moment happens once", async () => {
    const { org, older, younger, cookie } = await adaTwice();
    const form = { one: older.id, other: younger.id, email: "ada@corp.test" };
    const answers = await Promise.all(Array.from({ length: 6 }, () => org.page(`${PATH}/merge`, cookie, form)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 404, 404, 404, 404, 404]);
    assert.equal((await listEvents(org.scope, { action: "member.merged", limit: 9 })).length, 1);
  });
});
