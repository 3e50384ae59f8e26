import assert from "node:assert/strict";
import { after, test } from "node:test";
import { hashCode } from "../../../src/domain/sessions/recovery-codes.ts";
import { eventsOf, setCookies } from "../../okta/people.ts";
import { cookiesOf, newOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { ENFORCEMENT, enforceBy, isEnforced, keepCodes, makeCodes, typeCode } from "../../support/recovery.ts";
import { roundTrips } from "../../support/round-trips.ts";
import { startTestService } from "../../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const REFUSED = /do not belong together, or the code was used already/;

test("an owner comes in with a code, which works once, and all owners are told", async () => {
  const org = await newOrganization(service);
  const second = await org.addMember("second@example.test", "owner");
  const { codes } = await enforceBy(service, org, org.owner.email);
  const [code = ""] = codes;
  const answer = await typeCode(org, ` ${org.owner.email.toUpperCase()} `, code.toLowerCase().replaceAll("-", " "));
  assert.deepEqual([answer.status, answer.headers.get("location")], [303, ENFORCEMENT]);
  const cookie = cookiesOf(answer);
  const page = await readPage(org.page(ENFORCEMENT, cookie));
  assert.match(page.text, /You came in with a recovery code: this session ends on/);
  assert.match(page.text, /9 left/);
  const again = await readPage(typeCode(org, org.owner.email, code));
  assert.equal(again.status, 403);
  assert.match(again.text, REFUSED);
  const [event] = await eventsOf(service, org, "recovery_code.used");
  assert.deepEqual([event?.actor_name, event?.detail], [org.owner.email, { left: 9, lifted: false }]);
  assert.ok(!JSON.stringify(await eventsOf(service, org, "session.refused")).includes(code));

  const theirs = await org.signIn(second.email);
  const told = new RegExp(`${org.owner.email} signed in with a recovery code`);
  assert.match((await readPage(org.page("/", theirs))).text, told);
  assert.equal((await org.page(`${ENFORCEMENT}/seen`, theirs, {})).status, 303);
  assert.doesNotMatch((await readPage(org.page("/", theirs))).text, told);
  assert.match((await readPage(org.page("/", cookie))).text, told, "each owner says so for themselves");
  service.clock.advance(8 * 86_400_000);
  assert.doesNotMatch((await readPage(org.page("/", await org.signIn(org.owner.email)))).text, told);
});

test("whoever came in with a code switches enforcement off in one click, and links work again", async () => {
  const org = await newOrganization(service);
  await org.addMember("mel@example.test");
  const { codes } = await enforceBy(service, org, org.owner.email);
  await assert.rejects(org.signIn("mel@example.test"), /answered 403/);
  const cookie = cookiesOf(await typeCode(org, org.owner.email, codes[3] ?? ""));
  assert.equal((await org.page(`${ENFORCEMENT}/off`, cookie, {})).headers.get("location"), ENFORCEMENT);
  assert.ok(!(await isEnforced(service, org)));
  assert.ok(await org.signIn("mel@example.test"));
  assert.equal((await eventsOf(service, org, "enforcement.switched_off"))[0]?.actor_name, org.owner.email);
});

test("the last code of all switches enforcement off as it is used", async () => {
  const org = await newOrganization(service);
  const { codes } = await enforceBy(service, org, org.owner.email);
  for (const [index, code] of codes.entries()) {
    assert.ok(await isEnforced(service, org), `before code ${index}`);
    assert.equal((await typeCode(org, org.owner.email, code)).status, 303);
  }
  assert.ok(!(await isEnforced(service, org)));
  const [event] = await eventsOf(service, org, "enforcement.switched_off");
  assert.deepEqual(event?.detail, { because: "the last recovery code" });
  const page = await readPage(org.page("/", await org.signIn(org.owner.email)));
  assert.match(page.text, /It was the last one, so Single Sign-On is not enforced any more/);
});

test("one refusal for a wrong code, an unknown address, another owner's code, a member's address and rubbish", async () => {
  const org = await newOrganization(service);
  const other = await newOrganization(service);
  await org.addMember("second@example.test", "owner");
  await org.addMember("mel@example.test");
  const { codes } = await enforceBy(service, org, org.owner.email);
  const foreign = await enforceBy(service, other, other.owner.email);
  const [code = ""] = codes;
  const tries: [string, string][] = [
    [org.owner.email, "00000-00000-00000-00000"],
    [org.owner.email, foreign.codes[0] ?? ""],
    ["nobody@example.test", code],
    ["second@example.test", code],
    ["mel@example.test", code],
    ["", ""],
    [org.owner.email, "x".repeat(2000)],
  ];
  const answers = new Set<string>();
  for (const [email, typed] of tries) {
    const answer = await typeCode(org, email, typed);
    assert.equal(answer.status, 403);
    assert.deepEqual(answer.headers.getSetCookie(), []);
    answers.add((await answer.text()).replaceAll(/ value="[^"]*"/g, "").replaceAll(/<!--.*?-->/g, ""));
  }
  assert.equal(answers.size, 1, "each reads the same");
  assert.equal((await typeCode(org, org.owner.email, code)).status, 303, "none of them used the code up");
});

test("a refusal costs the same statements for an address that is known and one that is not", async () => {
  const org = await newOrganization(service);
  await enforceBy(service, org, org.owner.email);
  const wrong = "00000-00000-00000-00000";
  const known = await roundTrips(() => typeCode(org, org.owner.email, wrong));
  const unknown = await roundTrips(() => typeCode(org, "nobody@example.test", wrong));
  assert.deepEqual(known, unknown);
});

test("codes open nothing until they are kept, and those before them do until then", async () => {
  const org = await newOrganization(service);
  const { cookie, codes } = await enforceBy(service, org, org.owner.email);
  const next = await makeCodes(org, cookie);
  assert.equal(next.codes.length, 10);
  assert.equal((await typeCode(org, org.owner.email, next.codes[0] ?? "")).status, 403);
  assert.equal((await typeCode(org, org.owner.email, codes[0] ?? "")).status, 303);
  assert.equal((await org.page(`${ENFORCEMENT}/codes/kept`, cookie, { set: next.set })).status, 303);
  assert.equal((await typeCode(org, org.owner.email, codes[1] ?? "")).status, 403);
  assert.equal((await typeCode(org, org.owner.email, next.codes[0] ?? "")).status, 303);
});

test("an owner who is demoted or deactivated loses their codes for good", async () => {
  const org = await newOrganization(service);
  const second = await org.addMember("second@example.test", "owner");
  const third = await org.addMember("third@example.test", "owner");
  await enforceBy(service, org, org.owner.email);
  const path = (id: string) => `/organizations/${org.organization.slug}/members/${id}`;
  const changes = [
    [second, { role: "admin" }, { role: "owner" }],
    [third, { state: "deactivated" }, { state: "active" }],
  ] as const;
  for (const [member, gone, back] of changes) {
    const [code = ""] = await keepCodes(org, await org.signIn(member.email));
    await service.operator("PATCH", path(member.id), gone);
    assert.equal((await typeCode(org, member.email, code)).status, 403);
    assert.equal((await service.operator("PATCH", path(member.id), back)).status, 200);
    assert.equal((await typeCode(org, member.email, code)).status, 403);
  }
});

test("a code that is posted many times at the same moment opens one session", async () => {
  const org = await newOrganization(service);
  const { codes } = await enforceBy(service, org, org.owner.email);
  const answers = await Promise.all(Array.from({ length: 6 }, () => typeCode(org, org.owner.email, codes[0] ?? "")));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 403, 403, 403, 403, 403]);
});

test("nine of ten codes that are used at the same moment leave one, and the tenth lifts enforcement", async () => {
  const org = await newOrganization(service);
  const { codes } = await enforceBy(service, org, org.owner.email);
  const answers = await Promise.all(codes.map((code) => typeCode(org, org.owner.email, code)));
  assert.ok(answers.every(({ status }) => status === 303));
  assert.ok(!(await isEnforced(service, org)));
});

test("a session by a code lasts a day, and takes the place of the one before in that browser", async () => {
  const org = await newOrganization(service);
  const { cookie, codes } = await enforceBy(service, org, org.owner.email);
  const answer = await typeCode(org, org.owner.email, codes[0] ?? "", cookie);
  assert.match(setCookies(answer)["__Host-session"] ?? "", /HttpOnly; Secure; SameSite=Lax/);
  assert.equal((await org.page("/", cookie)).status, 303);
  const fresh = cookiesOf(answer);
  service.clock.advance(86_400_000 - 1000);
  assert.equal((await org.page("/", fresh)).status, 200);
  service.clock.advance(1000);
  assert.equal((await org.page("/", fresh)).status, 303);
});

test("attempts are limited as those to sign in are", async () => {
  const limited = await startTestService({ RATE_LIMIT_SIGN_IN: "3" });
  try {
    const org = await newOrganization(limited);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) statuses.push((await typeCode(org, "x@example.test", "x")).status);
    assert.deepEqual(statuses, [403, 403, 403, 429]);
  } finally {
    await limited.stop();
  }
});

test("a code is read however it is typed, and has a hundred random bits", async () => {
  assert.deepEqual(hashCode("0123O-LIoil-ABCDE-FGHJK"), hashCode(" 01230 11011 abcdefghjk"));
  assert.notDeepEqual(hashCode("00000-00000-00000-00000"), hashCode("00000-00000-00000-00001"));
  const org = await newOrganization(service);
  const { codes, page } = await makeCodes(org, await org.signIn(org.owner.email));
  assert.equal(new Set(codes).size, 10);
  assert.match(page.text, /shown only this once/);
  const rows = await service.parts.db
    .selectFrom("recovery_codes")
    .selectAll()
    .where("organization_id", "=", org.organization.id)
    .execute();
  assert.ok(codes.every((code) => !JSON.stringify(rows).includes(code)));
});
