import assert from "node:assert/strict";
import { after, test } from "node:test";
import { saveMapping } from "../../../../src/domain/directory/save-mapping.ts";
import { openSession } from "../../../../src/domain/sessions/sessions.ts";
import { eventsOf } from "../../../okta/people.ts";
import { clickTile } from "../../../okta/provider.ts";
import {
  CERTIFICATE,
  cookiesOf,
  newOrganization,
  oktaUser,
  type TestOrganization,
} from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { ENFORCEMENT, enforceBy, isEnforced, keepCodes, makeCodes, signInBySso } from "../../../support/recovery.ts";
import { startTestService } from "../../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const MINUTE = 60_000;
const isIn = async (org: TestOrganization, cookie: string) => (await org.page("/account", cookie)).status === 200;
const operator = (org: TestOrganization, method: string, path: string, body?: unknown) =>
  service.operator(method, `/organizations/${org.organization.slug}${path}`, body);

test("an owner is led through the steps: sign in through SSO, keep codes, enforce", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test", "member", "Mel Member");
  await org.scim("POST", "/Users", oktaUser());
  const byLink = await org.signIn(org.owner.email);
  const first = await readPage(org.page(ENFORCEMENT, byLink));
  assert.match(first.text, /Nobody has signed in since the settings were last changed/);
  assert.ok(first.html.includes('href="/okta/login?redirect_to=/settings/okta/enforcement"'));
  assert.match(first.text, /2 members may be locked out Of 3 active members/);
  assert.match(first.text, /Mel Member, mel@example\.test/);
  assert.doesNotMatch(first.text, /to confirm/);

  const cookie = await signInBySso(service, org, org.owner.email);
  const second = await readPage(org.page(ENFORCEMENT, cookie));
  assert.match(second.text, /Tested/);
  assert.match(second.text, /You signed in through Okta just now/);
  assert.match(second.text, /1 member may be locked out/);
  assert.doesNotMatch(second.text, /to confirm/);

  await keepCodes(org, cookie);
  const third = await readPage(org.page(ENFORCEMENT, cookie));
  assert.match(third.text, /10 left/);
  assert.match(third.text, /1 session was opened in another way/);
  const slug = org.organization.slug;
  assert.equal((await org.page(ENFORCEMENT, cookie, { slug, grace: "1440" })).status, 303);
  assert.ok(await isEnforced(service, org));
  const last = await readPage(org.page(ENFORCEMENT, cookie));
  assert.equal(last.heading, "Single Sign-On is the only way in");
  const [event] = await eventsOf(service, org, "enforcement.switched_on");
  assert.deepEqual(event?.detail, { graceMinutes: 1440, sessionsEnded: 1 });
  assert.equal(event?.actor_name, org.owner.email);
});

test("the form keeps what was typed, and says what is wrong with it", async () => {
  const org = await newOrganization(service);
  const cookie = await signInBySso(service, org, org.owner.email);
  await keepCodes(org, cookie);
  const page = await readPage(org.page(ENFORCEMENT, cookie, { slug: "acmee", grace: "7" }));
  assert.equal(page.status, 422);
  assert.match(page.error("slug") ?? "", /not the slug of this organization/);
  assert.match(page.error("grace") ?? "", /Choose when other sessions end/);
  assert.equal(page.field("slug"), "acmee");
  assert.ok(!(await isEnforced(service, org)));
});

test("nobody enforces but an owner who came in through SSO just now and keeps codes", async () => {
  const org = await newOrganization(service);
  const form = { slug: org.organization.slug, grace: "0" };
  const admin = await org.addMember("admin@example.test", "admin");
  const byLink = await org.signIn(org.owner.email);
  const byCode = async (cookie: string) => (await readPage(org.page(ENFORCEMENT, cookie, form))).text;
  await keepCodes(org, byLink);
  assert.match(await byCode(byLink), /Sign in through Single Sign-On yourself first/);
  const refused = await readPage(org.page(ENFORCEMENT, await signInBySso(service, org, admin.email), form));
  assert.equal(refused.status, 403);
  assert.match(refused.text, /for the owners of the organization/);

  const old = await signInBySso(service, org, org.owner.email);
  service.clock.advance(15 * MINUTE);
  assert.match(await byCode(old), /Sign in through Single Sign-On yourself first/);
  const second = await org.addMember("second@example.test", "owner");
  assert.match(await byCode(await signInBySso(service, org, second.email)), /Make recovery codes first/);
  assert.ok(!(await isEnforced(service, org)));
});

test("codes that were made but not kept do not count", async () => {
  const org = await newOrganization(service);
  const cookie = await signInBySso(service, org, org.owner.email);
  await makeCodes(org, cookie);
  const page = await readPage(org.page(ENFORCEMENT, cookie, { slug: org.organization.slug, grace: "0" }));
  assert.match(page.text, /Make recovery codes first/);
});

for (const [word, grace, minutes] of [
  ["at once", "0", 0],
  ["after an hour", "60", 60],
  ["after a day", "1440", 1440],
] as const) {
  test(`other sessions end ${word}, their people are told until when, and those of SSO go on`, async () => {
    const org = await newOrganization(service);
    await org.addMember("mel@example.test");
    const [mel, ownersLink] = [await org.signIn("mel@example.test"), await org.signIn(org.owner.email)];
    const ada = oktaUser();
    await org.scim("POST", "/Users", ada);
    const adas = await signInBySso(service, org, ada.userName);
    const { cookie } = await enforceBy(service, org, org.owner.email, grace);
    if (minutes > 0) {
      assert.match(
        (await readPage(org.page("/account", mel))).text,
        /is now the only way in here.*this session ends on/,
      );
      assert.doesNotMatch((await readPage(org.page("/account", adas))).text, /this session ends on/);
      service.clock.advance(minutes * MINUTE - 1);
      assert.deepEqual([await isIn(org, mel), await isIn(org, ownersLink)], [true, true]);
      service.clock.advance(1);
    }
    assert.deepEqual([await isIn(org, mel), await isIn(org, ownersLink)], [false, false]);
    assert.deepEqual([await isIn(org, adas), await isIn(org, cookie)], [true, true]);
  });
}

test("a session that would have ended sooner by itself is not made longer by the grace", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test");
  const mel = await org.signIn("mel@example.test");
  service.clock.advance((14 * 24 - 1) * 60 * MINUTE);
  await enforceBy(service, org, org.owner.email, "1440");
  service.clock.advance(60 * MINUTE);
  assert.ok(!(await isIn(org, mel)));
});

test("a sign-in link that a member got before enforcement lets them in no more; an owner's does", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test");
  const linkFor = async (email: string) => {
    const made = (await (await operator(org, "POST", "/sign-in-links", { email })).json()) as { url: string };
    return new URL(made.url).searchParams.get("token") ?? "";
  };
  const [mels, owners] = [await linkFor("mel@example.test"), await linkFor(org.owner.email)];
  await enforceBy(service, org, org.owner.email);
  const refused = await readPage(org.page("/sign-in/link", undefined, { token: mels }));
  assert.equal(refused.status, 403);
  assert.match(refused.text, /Single Sign-On is the only way into this organization/);
  const breakGlass = await org.page("/sign-in/link", undefined, { token: owners });
  assert.equal(breakGlass.status, 303);
  assert.match((await readPage(org.page("/", cookiesOf(breakGlass)))).text, /you came in another way/);
});

test("the sign-in page offers recovery codes while SSO is enforced", async () => {
  const org = await newOrganization(service);
  const offered = async () => (await (await org.page("/sign-in")).text()).includes('href="/sign-in/recovery"');
  assert.ok(!(await offered()));
  await enforceBy(service, org, org.owner.email);
  assert.ok(await offered());
});

test("an owner without codes is told so while SSO is enforced, and one with two left is warned", async () => {
  const org = await newOrganization(service);
  const second = await org.addMember("second@example.test", "owner");
  await enforceBy(service, org, org.owner.email);
  const theirs = await org.signIn(second.email);
  assert.match((await readPage(org.page("/", theirs))).text, /you have no recovery code left/);
  await keepCodes(org, theirs);
  assert.doesNotMatch((await readPage(org.page("/", theirs))).text, /recovery code/);
});

test("the codes are downloaded as a text file, and nothing else is given back", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const { codes } = await makeCodes(org, cookie);
  const file = await org.page(`${ENFORCEMENT}/codes/file`, cookie, { codes: codes.join(" ") });
  assert.equal(file.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.match(file.headers.get("content-disposition") ?? "", /^attachment; filename="recovery-codes-t-\w+\.txt"$/);
  assert.equal(file.headers.get("cache-control"), "no-store");
  const text = await file.text();
  assert.ok(codes.every((code) => text.includes(code)) && text.includes(`${org.url}/sign-in/recovery`));
  for (const rubbish of ["", "<script>", `${codes[0]} <b>`, "a\r\nb"]) {
    assert.equal((await org.page(`${ENFORCEMENT}/codes/file`, cookie, { codes: rubbish })).status, 422);
  }
});

test("codes are shown once, and never on the page of another secret", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const made = await org.page(`${ENFORCEMENT}/codes`, cookie, {});
  const both = `${cookie}; ${cookiesOf(made)}`;
  assert.match((await readPage(org.page("/settings/okta/token", both))).text, /The token was shown once/);
  const shown = await org.page(`${ENFORCEMENT}/codes`, both);
  assert.match(shown.headers.getSetCookie().join(), /__Host-secret=;/);
  assert.match((await readPage(org.page(`${ENFORCEMENT}/codes`, cookie))).text, /You have none/);
});

test("a set that a newer one replaced is not kept any more", async () => {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  const [first, second] = [await makeCodes(org, cookie), await makeCodes(org, cookie)];
  const keep = (set: string) => org.page(`${ENFORCEMENT}/codes/kept`, cookie, { set });
  for (const set of [first.set, "", "x"]) assert.equal((await keep(set)).status, 409);
  assert.equal((await keep(second.set)).status, 303);
});

test("enforcing by the operator ends other sessions a day later", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test");
  const mel = await org.signIn("mel@example.test");
  await signInBySso(service, org, org.owner.email);
  assert.equal((await operator(org, "PATCH", "", { ssoEnforced: true })).status, 200);
  service.clock.advance(24 * 60 * MINUTE - 1);
  assert.ok(await isIn(org, mel));
  service.clock.advance(1);
  assert.ok(!(await isIn(org, mel)));
  assert.equal((await operator(org, "PATCH", "", { ssoEnforced: false })).status, 200);
  assert.ok(await org.signIn("mel@example.test"));
});

test("a plan without the integration, and the disconnect, lift enforcement and say so", async () => {
  for (const lift of [
    (org: TestOrganization) => operator(org, "PATCH", "", { plan: "startup" }),
    (org: TestOrganization) => operator(org, "DELETE", "/okta-integration"),
  ]) {
    const org = await newOrganization(service);
    await enforceBy(service, org, org.owner.email);
    assert.ok((await lift(org)).ok);
    assert.ok(!(await isEnforced(service, org)));
    assert.equal((await eventsOf(service, org, "enforcement.switched_off")).length, 1);
    assert.ok(await org.signIn(org.owner.email));
  }
});

test("while SSO is enforced, who is no owner any more keeps no session but through it", async () => {
  const org = await newOrganization(service);
  const second = await org.addMember("second@example.test", "owner");
  await enforceBy(service, org, org.owner.email);
  const byLink = await org.signIn(second.email);
  assert.equal((await operator(org, "PATCH", `/members/${second.id}`, { role: "member" })).status, 200);
  assert.ok(!(await isIn(org, byLink)));
});

test("the last owner who can come in stays one where the provider takes the role away, and comes in all the same", async () => {
  const org = await newOrganization(service);
  const ada = await org.addMember("ada@example.test");
  const { db } = service.parts;
  const settings = db.updateTable("integrations").set({ groups_attribute: "groups" });
  await settings.where("organization_id", "=", org.organization.id).execute();
  const add = [{ kind: "group", name: "Owners", role: "owner" } as const];
  await saveMapping(org.scope, { remove: [], add, defaultRole: "member", absentAttribute: "unchanged" });
  const signIn = async (groups: string[]) => {
    service.clock.advance(1000);
    return clickTile(service, org, ada.email, { changes: { attributes: new Map([["groups", groups]]) } });
  };
  assert.equal((await signIn(["Owners"])).status, 303);
  assert.equal((await operator(org, "PATCH", "", { ssoEnforced: true })).status, 200);
  const answer = await signIn(["Others"]);
  assert.equal(answer.status, 303, await answer.text());
  assert.equal((await org.page(ENFORCEMENT, cookiesOf(answer))).status, 200, "still an owner");
  const [event] = await eventsOf(service, org, "member.role_kept");
  assert.equal(event?.target_name, ada.email);
});

test("while SSO is enforced and no owner keeps codes, what is checked is not changed; with codes it is", async () => {
  const org = await newOrganization(service);
  const cookie = await signInBySso(service, org, org.owner.email);
  assert.equal((await operator(org, "PATCH", "", { ssoEnforced: true })).status, 200);
  const change = async () => {
    const ssoUrl = "https://other.example/sso";
    return operator(org, "PUT", "/okta-integration", {
      ssoUrl,
      issuer: "https://other.example",
      certificate: CERTIFICATE,
    });
  };
  const refused = await change();
  assert.equal(refused.status, 409);
  const problem = (await refused.json()) as { code: string; detail: string };
  assert.equal(problem.code, "no-way-in");
  assert.match(problem.detail, /no owner could be sure to sign in\. Let an owner make recovery codes first/);
  await keepCodes(org, cookie);
  assert.equal((await change()).status, 200);
  assert.match(
    (await readPage(org.page(ENFORCEMENT, cookie))).text,
    /settings were changed, and nobody has signed in since/,
  );
});

test("a directory that takes the last owner who can come in is refused in its own form, and it is audited", async () => {
  const org = await newOrganization(service);
  await org.addMember("second@example.test", "owner");
  const { body } = await org.scim("POST", "/Users", oktaUser({ userName: org.owner.email, emails: [] }));
  await signInBySso(service, org, org.owner.email);
  assert.equal((await operator(org, "PATCH", "", { ssoEnforced: true })).status, 200);
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
  const Operations = [{ op: "replace", value: { active: false } }];
  for (const answer of [
    await org.scim("PATCH", `/Users/${body.id}`, { schemas, Operations }),
    await org.scim("DELETE", `/Users/${body.id}`),
  ]) {
    assert.deepEqual([answer.status, answer.body.scimType], [400, "mutability"], JSON.stringify(answer.body));
    assert.match(answer.body.detail, /the last owner who can come in while Single Sign-On is enforced/);
  }
  const events = await eventsOf(service, org, "directory_user.refused");
  assert.deepEqual(
    events.map(({ detail }) => detail["reason"]),
    ["last way in", "last way in"],
  );
  await keepCodes(org, await org.signIn("second@example.test"));
  assert.equal((await org.scim("PATCH", `/Users/${body.id}`, { schemas, Operations })).status, 200);
});

test("a session that is opened another way while SSO becomes enforced ends with the others", async () => {
  const org = await newOrganization(service);
  const mel = await org.addMember("mel@example.test");
  const cookie = await signInBySso(service, org, org.owner.email);
  await keepCodes(org, cookie);
  const scope = { ...org.scope, now: service.clock.now };
  const expiresAt = new Date(service.clock.now.getTime() + 14 * 24 * 60 * MINUTE);
  let enforcing: Promise<Response> | undefined;
  const opened = await service.parts.db.transaction().execute(async (db) => {
    const session = await openSession({ ...scope, db }, { memberId: mel.id, method: "link", expiresAt });
    enforcing = org.page(ENFORCEMENT, cookie, { slug: org.organization.slug, grace: "0" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    return session;
  });
  assert.equal((await enforcing)?.status, 303);
  assert.ok(!(await isIn(org, `__Host-session=${opened.token}`)));
  await assert.rejects(openSession(scope, { memberId: mel.id, method: "link", expiresAt }), { code: "sso-enforced" });
  for (const memberId of [mel.id, org.owner.id]) {
    await assert.rejects(openSession(scope, { memberId, method: "git", expiresAt }), { code: "sso-enforced" });
  }
});

test("a link of the operator's lets an owner in for a day while SSO is enforced", async () => {
  const org = await newOrganization(service);
  await enforceBy(service, org, org.owner.email);
  const made = await operator(org, "POST", "/sign-in-links", { email: org.owner.email });
  const token = new URL(((await made.json()) as { url: string }).url).searchParams.get("token") ?? "";
  const cookie = cookiesOf(await org.page("/sign-in/link", undefined, { token }));
  service.clock.advance(24 * 60 * MINUTE - 1);
  assert.ok(await isIn(org, cookie));
  service.clock.advance(1);
  assert.ok(!(await isIn(org, cookie)));
});
