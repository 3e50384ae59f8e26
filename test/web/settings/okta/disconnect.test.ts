import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "kysely";
import { newId } from "../../../../src/db/id.ts";
import { listEvents } from "../../../../src/domain/audit/events.ts";
import { findIntegration } from "../../../../src/domain/integration/integration.ts";
import { changeMember, countMembers, listMembers, removeMember } from "../../../../src/domain/members/members.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const PATH = "/settings/okta/disconnect";

function push(org: TestOrganization, email: string, name = email) {
  return org.scim(
    "POST",
    "/Users",
    oktaUser({ userName: email, displayName: name, emails: [{ primary: true, value: email }] }),
  );
}

test("the page says how many members are deleted and kept, and names the first ten", async () => {
  const org = await newOrganization(service);
  await org.addMember("linked@example.test", "member", "Lin Ked");
  await push(org, "linked@example.test");
  for (let n = 0; n < 12; n++) await push(org, `p${n}@example.test`);
  const page = await readPage(org.page(PATH, await org.signIn(org.owner.email)));
  assert.match(page.text, /12 members created by the integration/);
  assert.equal(page.html.match(/<li>Ada Park\d+<\/li>/g)?.length, 10);
  assert.match(page.text, /and 2 more/);
  assert.match(page.text, /1 member will stay .* Lin Ked/);
  assert.doesNotMatch(page.text, /This signs you out/);
});

test("the slug has to be typed: another is refused beside the field, and nothing happens", async () => {
  const org = await newOrganization(service);
  await push(org, "p@example.test");
  const cookie = await org.signIn(org.owner.email);
  for (const slug of ["", "acme", org.organization.slug.toUpperCase()]) {
    const page = await readPage(org.page(PATH, cookie, { slug, createdMembers: "delete" }));
    assert.equal(page.status, 422);
    assert.match(page.error("slug") ?? "", new RegExp(`type ${org.organization.slug}`));
    assert.equal(page.field("slug"), slug);
  }
  assert.ok(await findIntegration(org.scope));
  assert.equal((await countMembers(org.scope)).total, 2);
});

test("disconnecting deletes the created members, keeps the others, and shuts SCIM and its sessions", async () => {
  const org = await newOrganization(service);
  await org.addMember("linked@example.test", "member", "Lin Ked");
  await push(org, "linked@example.test");
  await push(org, "created@example.test");
  const created = await org.signIn("created@example.test");
  const cookie = await org.signIn(org.owner.email);
  const answer = await readPage(
    org.page(PATH, cookie, { slug: ` ${org.organization.slug} `, createdMembers: "delete" }),
  );
  assert.deepEqual([answer.status, answer.location], [303, "/settings/okta"]);
  const page = await readPage(org.page("/settings/okta", cookie));
  assert.match(page.text, /The integration is disconnected 1 member that it had created was deleted/);
  const people = await readPage(org.page("/people", cookie));
  assert.match(people.text, /Lin Ked linked@example\.test Member By hand Not connected/);
  assert.doesNotMatch(people.text, /created@example\.test/);
  assert.equal((await org.page("/", created)).status, 303);
  assert.equal((await org.scim("GET", "/Users")).status, 404);
  assert.equal((await readPage(org.page(PATH, cookie))).location, "/settings/okta");
});

test("a large organization is emptied to the last created member", async () => {
  const org = await newOrganization(service);
  await sql`
    INSERT INTO members (organization_id, id, email, name, role, state, origin, joined_at)
    SELECT ${org.organization.id}, gen_random_uuid(), 'p' || n || '@example.test', 'Person', 'member', 'active', 'scim', now()
    FROM generate_series(1, 1300) n`.execute(service.parts.db);
  const cookie = await org.signIn(org.owner.email);
  assert.equal((await org.page(PATH, cookie, { slug: org.organization.slug, createdMembers: "delete" })).status, 303);
  const open = () => readPage(org.page("/settings/okta", cookie));
  let page = await open();
  for (let tries = 0; tries < 200 && !page.text.includes("is disconnected"); tries++) {
    assert.match(page.text, /\d+ of 1300 members/);
    await wait(25);
    page = await open();
  }
  assert.match(page.text, /1,300 members that it had created were deleted/);
  assert.equal((await countMembers(org.scope)).total, 1);
});

test("while no owner would remain, deleting is refused with what to do, and keeping is offered", async () => {
  const org = await newOrganization(service);
  await push(org, "boss@example.test");
  const boss = await service.parts.db
    .selectFrom("members")
    .select("id")
    .where("organization_id", "=", org.organization.id)
    .where("email", "=", "boss@example.test")
    .executeTakeFirstOrThrow();
  await changeMember(org.scope, boss.id, { role: "owner" });
  await removeMember(org.scope, org.owner.id);
  const cookie = await org.signIn("boss@example.test");
  const page = await readPage(org.page(PATH, cookie));
  assert.match(page.text, /No owner would remain/);
  assert.match(page.html, /value="keep" checked/);
  const answer = await readPage(org.page(PATH, cookie, { slug: org.organization.slug, createdMembers: "delete" }));
  assert.equal(answer.status, 422);
  assert.match(answer.error("createdMembers") ?? "", /No owner would remain/);
  assert.ok(await findIntegration(org.scope));
  const kept = { slug: org.organization.slug, createdMembers: "keep" };
  assert.equal((await org.page(PATH, cookie, kept)).status, 303);
  assert.equal((await countMembers(org.scope)).active, 1);
});

test("who signed in through Okta is told that disconnecting signs them out", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const mine = service.parts.db.updateTable("sessions").set({ method: "sso" });
  await mine.where("organization_id", "=", org.organization.id).execute();
  assert.match((await readPage(org.page(PATH, cookie))).text, /This signs you out/);
  const answer = await org.page(PATH, cookie, { slug: org.organization.slug, createdMembers: "delete" });
  assert.equal(answer.status, 303);
  assert.equal((await readPage(org.page("/settings/okta", cookie))).location, "/sign-in?next=%2Fsettings%2Fokta");
});

test("the pages call another provider by its name", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const update = service.parts.db.updateTable("integrations").set({ provider: "entra" });
  await update.where("organization_id", "=", org.organization.id).execute();
  const page = await readPage(org.page(PATH, cookie));
  assert.equal(page.heading, "Disconnect Microsoft Entra ID");
  assert.match(page.text, /Sign-in through Microsoft Entra ID and SCIM stop at once/);
  const refused = await readPage(org.page(PATH, cookie, { slug: "other", createdMembers: "delete" }));
  assert.deepEqual([refused.status, refused.heading], [422, "Disconnect Microsoft Entra ID"]);
  assert.match((await readPage(org.page("/", cookie))).text, /Microsoft Entra ID connected/);
  const activity = await readPage(org.page("/settings/okta/activity", cookie));
  assert.match(activity.text, /Nothing yet\. Test the connection in Microsoft Entra ID/);
  const never = await readPage(org.page("/settings/okta/activity?person=cy@example.test", cookie));
  assert.match(never.text, /Microsoft Entra ID has not sent anything about cy@example\.test/);
  assert.doesNotMatch(never.text, /Create Users|Application username/);
});

test("kept members stay as if added by hand: their directory is gone, whom Okta deactivated stays out", async () => {
  const org = await newOrganization(service);
  await push(org, "kept@example.test", "Kit Kept");
  const { body } = await push(org, "left@example.test", "Lee Left");
  await org.scim("DELETE", `/Users/${body.id}`);
  await push(org, "out@example.test", "Otto Out");
  const out = await org.scim("GET", `/Users?filter=${encodeURIComponent('userName eq "out@example.test"')}`);
  const Operations = [{ op: "replace", value: { active: false } }];
  await org.scim("PATCH", `/Users/${out.body.Resources[0].id}`, { schemas: [PATCH_OP], Operations });
  const theirs = await org.signIn("kept@example.test");
  const cookie = await org.signIn(org.owner.email);
  const form = { slug: org.organization.slug, createdMembers: "keep" };
  assert.equal((await org.page(PATH, cookie, form)).status, 303);
  const page = await readPage(org.page("/settings/okta", cookie));
  assert.match(page.text, /2 members that it had created were kept as plain members/);
  const members = await listMembers(org.scope, { limit: 10 });
  const shown = members.map(({ email, source, state, connected }) => [email, source, state, connected]);
  assert.deepEqual(shown.slice(1), [
    ["kept@example.test", "manual", "active", false],
    ["out@example.test", "manual", "deactivated", false],
  ]);
  assert.equal((await org.page("/", theirs)).status, 303);
  assert.equal((await readPage(org.page("/", await org.signIn("kept@example.test")))).status, 200);
  const users = service.parts.db.selectFrom("directory_users").select("id");
  assert.deepEqual(await users.where("organization_id", "=", org.organization.id).execute(), []);
});

test("without a choice nothing happens", async () => {
  const org = await newOrganization(service);
  await push(org, "p@example.test");
  const cookie = await org.signIn(org.owner.email);
  for (const createdMembers of ["", "archive"]) {
    const page = await readPage(org.page(PATH, cookie, { slug: org.organization.slug, createdMembers }));
    assert.equal(page.status, 422);
    assert.match(page.error("createdMembers") ?? "", /Choose what becomes/);
  }
  assert.ok(await findIntegration(org.scope));
});

test("the audit log names each member who was deleted, and who began it", async () => {
  const org = await newOrganization(service);
  await push(org, "gone@example.test", "Gus Gone");
  const cookie = await org.signIn(org.owner.email);
  await org.page(PATH, cookie, { slug: org.organization.slug, createdMembers: "delete" });
  const [event, ...more] = await listEvents(org.scope, { action: "member.removed", limit: 5 });
  assert.deepEqual(more, []);
  assert.deepEqual([event?.actor.name, event?.target?.name], ["disconnect", "gone@example.test"]);
  assert.deepEqual([event?.detail["by"], event?.detail["role"]], [org.owner.email, "member"]);
});

test("everybody whom it touches can be downloaded as a list, with nothing that a spreadsheet would run", async () => {
  const org = await newOrganization(service);
  await org.addMember("stranger@example.test");
  await org.addMember("linked@example.test", "admin", "Lin Ked");
  await push(org, "linked@example.test");
  const name = { givenName: "=1+1", familyName: 'Gus "Gone"' };
  await org.scim("POST", "/Users", { ...oktaUser({ userName: "gone@example.test" }), name });
  const answer = await org.page(`${PATH}/people.csv`, await org.signIn(org.owner.email));
  assert.equal(answer.headers.get("content-type")?.split(";")[0], "text/csv");
  const rows = (await answer.text()).trim().split("\r\n");
  assert.deepEqual(
    rows.slice(1).map((row) => row.replace(/,[0-9a-f-]{36}$/, "")),
    ["Lin Ked,linked@example.test,admin,active,no", `"'=1+1 Gus ""Gone""",${emailOf(rows[2])},member,active,yes`],
  );
});

for (const createdMembers of ["delete", "keep"]) {
  test(`what a mapping gave goes with it, also where the members are to ${createdMembers}`, async () => {
    const org = await newOrganization(service);
    await org.addMember("linked@example.test", "member", "Lin Ked");
    const linked = await push(org, "linked@example.test");
    const created = await push(org, "created@example.test");
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
    const { body: group } = await org.scim("POST", "/Groups", { schemas, displayName: "Admins" });
    const mapping = { source_kind: "group", source_name: "Admins", directory_group_id: group.id } as const;
    const row = { organization_id: org.organization.id, id: newId(service.clock.now), created_at: service.clock.now };
    await service.parts.db
      .insertInto("mappings")
      .values({ ...mapping, ...row, target_role: "owner" })
      .execute();
    const members = [{ value: linked.body.id }, { value: created.body.id }];
    await org.scim("PUT", `/Groups/${group.id}`, { schemas, displayName: "Admins", members });
    const roles = async () => (await listMembers(org.scope, { limit: 9 })).map(({ role }) => role);
    assert.deepEqual(await roles(), ["owner", "owner", "owner"]);
    const cookie = await org.signIn(org.owner.email);
    assert.equal((await org.page(PATH, cookie, { slug: org.organization.slug, createdMembers })).status, 303);
    assert.deepEqual(await roles(), createdMembers === "keep" ? ["owner", "member", "member"] : ["owner", "member"]);
  });
}

function emailOf(row = ""): string {
  return /,([^,]+@[^,]+),/.exec(row)?.[1] ?? "";
}
