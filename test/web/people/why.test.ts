import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { disconnect } from "../../../src/domain/integration/disconnect.ts";
import { removeByHand } from "../../../src/domain/members/by-hand.ts";
import { LOOKUP, record } from "../../support/activity.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

interface Asking {
  readonly org: TestOrganization;
  readonly cookie: string;
  why(q: string): ReturnType<typeof readPage>;
}

/** An organization, and its owner, who asks. */
async function asking(): Promise<Asking> {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  return { org, cookie, why: (q) => readPage(org.page(`/people/why?q=${encodeURIComponent(q)}`, cookie)) };
}

const push = (org: TestOrganization, email: string, more = {}) =>
  org.scim(
    "POST",
    "/Users",
    oktaUser({
      userName: email,
      emails: [{ primary: true, value: email }],
      displayName: "Ada Park",
      name: { givenName: "Ada", familyName: "Park" },
      ...more,
    }),
  );

async function memberId(org: TestOrganization, email: string): Promise<string> {
  const row = await service.parts.db
    .selectFrom("members")
    .select("id")
    .where("organization_id", "=", org.organization.id)
    .where("email", "=", email)
    .executeTakeFirst();
  return row?.id ?? "";
}

describe("why is somebody not a member", () => {
  test("whom nobody knows: Okta never said anything about them", async () => {
    const { why } = await asking();
    const page = await why("ada@example.test");
    assert.equal(page.status, 200);
    assert.equal(page.heading, "ada@example.test");
    assert.match(
      page.text,
      /Why is ada@example\.test not a member\? Okta has not sent anything about “ada@example\.test”/,
    );
    assert.ok(page.html.includes('href="/people/new?email=ada%40example.test"'));
  });

  test("whom Okta only looked for", async () => {
    const { org, why } = await asking();
    await record(org, LOOKUP, LOOKUP);
    assert.match((await why("Ada@example.test")).text, /asked whether they are here \(2 times, last on/);
  });

  test("whose push was refused as a duplicate: the rule, the request and the fix", async () => {
    const { org, why } = await asking();
    await push(org, "ada@example.test");
    const refused = await push(org, "ada.park@example.test", {
      emails: [{ primary: true, value: "ada@example.test" }],
    });
    assert.equal(refused.status, 409);
    const { text, html } = await why("ada.park@example.test");
    assert.match(text, /The push was refused\. Another user here has this address already/);
    assert.match(text, /Refused to add Ada Park \(409\)/);
    assert.match(text, /What to do.*Correct the address of one of them/);
    const link = /href="(\/settings\/okta\/activity\/[0-9a-f-]{36})"/.exec(html)?.[1] ?? "";
    assert.match((await readPage(org.page(link, await org.signIn(org.owner.email)))).text, /Why it was refused/);
  });

  test("who was removed by hand: by whom, when, and how to have them back", async () => {
    const { org, why } = await asking();
    await push(org, "ada@example.test");
    const { id, email, role } = org.owner;
    const actor = { kind: "member", id, name: email, role } as const;
    await removeByHand({ ...org.scope, actor }, await memberId(org, "ada@example.test"));
    const { text } = await why("ada@example.test");
    assert.match(text, /Not a member/);
    assert.match(text, /stays removed while the directory still says active/);
    assert.ok(text.includes(`${email} removed ada@example.test.`), text);
    assert.match(text, /invite them here under the same address/);
  });

  test("whom the directory deleted", async () => {
    const { org, why } = await asking();
    const { body } = await push(org, "ada@example.test");
    await org.scim("DELETE", `/Users/${body.id}`);
    assert.match((await why("ada@example.test")).text, /The directory deleted them.*Deleted Ada Park \(204\)/);
  });

  test("who went with the integration", async () => {
    const { org, why } = await asking();
    await push(org, "ada@example.test");
    service.clock.advance(1_000);
    await disconnect({ ...org.scope, now: service.clock.now });
    assert.match((await why("ada@example.test")).text, /The integration was disconnected/);
  });

  test("while the token is wrong", async () => {
    const { org, why } = await asking();
    await service.parts.db
      .insertInto("refused_scim_tokens")
      .values({
        organization_id: org.organization.id,
        address: "",
        unknown: 3,
        expired: 0,
        revoked: 0,
        first_at: service.clock.now,
        last_at: service.clock.now,
        token_name: null,
      })
      .execute();
    assert.match((await why("ada@example.test")).text, /3 were refused.*the token is not one of ours/);
  });
});

describe("why is a member so", () => {
  test("deactivated by the directory, with the request", async () => {
    const { org, why } = await asking();
    const { body } = await push(org, "ada@example.test");
    await org.scim("PUT", `/Users/${body.id}`, { ...body, active: false });
    assert.match(
      (await why("ada@example.test")).text,
      /Why is Ada Park deactivated\? The directory deactivated them.*Deactivated Ada Park \(200\)/,
    );
  });

  test("not able to sign in: the check that failed, what mends it, and the sign-in itself", async () => {
    const { org, cookie, why } = await asking();
    await push(org, "ada@example.test");
    const attempt = {
      organization_id: org.organization.id,
      id: "0fffffff-0000-7000-8000-000000000000",
      at: new Date(),
      purpose: "sign-in",
      outcome: "refused",
      code: "audience",
      sentence: "This sign-in was meant for somebody else.",
      signed: true,
      email: "ada@example.test",
      reference_id: "REF-1",
      checks: JSON.stringify([{ check: "audience", wanted: org.url, got: "https://other.test", passed: false }]),
    } as const;
    await service.parts.db.insertInto("sign_in_attempts").values(attempt).execute();
    const { text, html } = await why("ada@example.test");
    assert.match(text, /Why can Ada Park not sign in\? Their last sign-in was refused by the check “audience”\./);
    assert.match(text, /What to do .*[Aa]udience/);
    const link = `/settings/okta/activity/${attempt.id}`;
    assert.ok(html.includes(`href="${link}"`));
    assert.equal((await org.page(link, cookie)).status, 200);
  });

  test("an admin, by whose hand", async () => {
    const { org, cookie, why } = await asking();
    const ada = await org.addMember("ada@example.test", "member", "Ada Park");
    await org.page(`/people/${ada.id}/role`, cookie, { role: "admin" });
    const { text } = await why("ada@example.test");
    assert.ok(text.includes(`Why is Ada Park an admin?`));
    assert.ok(text.includes(`an admin was granted by hand by ${org.owner.email}`), text);
  });

  test("an admin, by a mapping of a pushed group", async () => {
    const { org, why } = await asking();
    const { body } = await push(org, "ada@example.test");
    const group = await org.scim("POST", "/Groups", { displayName: "Admins", members: [{ value: body.id }] });
    await service.parts.db
      .insertInto("mappings")
      .values({
        organization_id: org.organization.id,
        id: "0190a5e0-0000-7000-8000-000000000000",
        source_kind: "group",
        source_name: "Admins",
        directory_group_id: group.body.id,
        target_role: "admin",
        target_group_id: null,
        created_at: new Date(),
      })
      .execute();
    await service.parts.db
      .updateTable("members")
      .set({ mapped_role: "admin" })
      .where("organization_id", "=", org.organization.id)
      .where("email", "=", "ada@example.test")
      .execute();
    assert.match((await why("ada@example.test")).text, /the mapping gives it: they are in the pushed group Admins/);
  });
});

describe("the question", () => {
  test("finds people by name, tells namesakes apart, and knows old addresses", async () => {
    const { org, why } = await asking();
    await org.addMember("ada@one.test", "member", "Ada Park");
    assert.equal((await why("ada pa")).heading, "Ada Park");
    await org.addMember("ada@two.test", "member", "Ada Park");
    const several = await why("Ada Park");
    assert.equal(several.heading, "Which one?");
    assert.match(several.html, /href="\/people\/why\?q=ada%40two\.test"/);
    await push(org, "old@example.test");
    const id = (await org.scim("GET", '/Users?filter=userName eq "old@example.test"')).body.Resources[0];
    await org.scim("PUT", `/Users/${id.id}`, {
      ...id,
      userName: "new@example.test",
      emails: [{ primary: true, value: "new@example.test" }],
    });
    assert.match((await why("new@example.test")).text, /Why is Ada Park a member\?/);
  });

  test("takes anything that may be typed, and nothing", async () => {
    const { why } = await asking();
    for (const q of ["", " ", "\0", "%", "_", "'", "x".repeat(5_000), "🦊", "0190a5e0-0000-7000-8000-000000000000"]) {
      assert.equal((await why(q)).status, 200, q);
    }
  });

  test("tells nothing of another organization, and nothing to a member who is no admin", async () => {
    const [here, there] = [await asking(), await asking()];
    await push(there.org, "ada@example.test");
    assert.match((await here.why("ada@example.test")).text, /has not sent anything/);
    await here.org.addMember("mel@example.test");
    const mel = await here.org.signIn("mel@example.test");
    assert.equal((await here.org.page("/people/why?q=ada@example.test", mel)).status, 403);
  });
});
