import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { disconnect } from "../../../src/domain/integration/disconnect.ts";
import { listMembers, removeMember } from "../../../src/domain/members/members.ts";
import { newOrganization, oktaUser, type ScimAnswer, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, memberOf, membersOf, overlay, pushGroup, pushUser, setActive } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("two owners who are deactivated at the same moment: one is refused", async () => {
  for (let round = 0; round < 10; round++) {
    const org = await newOrganization(service);
    await org.addMember("second@example.test", "owner");
    const owners = [
      await pushUser(org, { userName: org.owner.email, emails: [] }),
      await pushUser(org, { userName: "second@example.test", emails: [] }),
    ];
    const acts = [
      (id: string) => setActive(org, id, false),
      (id: string) => overlay(org, id, { active: false }),
      (id: string) => org.scim("DELETE", `/Users/${id}`),
    ];
    const answers = await Promise.all(owners.map((owner, i) => acts[(round + i) % 3]?.(owner.id) ?? assert.fail()));
    const refused = answers.filter((answer) => answer.status === 400);
    assert.equal(refused.length, 1, JSON.stringify(answers.map((answer) => answer.status)));
    for (const answer of refused) assertScimError(answer, 400, "mutability");
    const active = (await listMembers(org.scope, { limit: 10 })).filter(
      (one) => one.role === "owner" && one.state === "active",
    );
    assert.equal(active.length, 1);
  }
});

test("of a push and a removal by hand at the same moment none fails, and no one is there half", async () => {
  for (let round = 0; round < 10; round++) {
    const org = await newOrganization(service);
    const { id, userName } = await pushUser(org);
    const member = await memberOf(org, userName);
    const [answer] = await Promise.all([
      overlay(org, id, { name: { givenName: "Other" }, active: false }),
      removeMember(org.scope, member.id),
    ]);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal((await membersOf(org)).size, 0);
  }
});

test("a push that waits in a circle with another change is done when that has ended, and is no error of ours", async () => {
  const org = await newOrganization(service);
  const { id, userName } = await pushUser(org);
  const member = await memberOf(org, userName);
  let pushed: Promise<ScimAnswer> | undefined;
  const other = service.parts.db.transaction().execute(async (trx) => {
    await sql`SELECT FROM members WHERE id = ${member.id} FOR UPDATE`.execute(trx);
    pushed = overlay(org, id, { name: { givenName: "Other" } });
    await waitingStatements(org, 1);
    await sql`SELECT FROM directory_users WHERE id = ${id} FOR UPDATE`.execute(trx);
  });
  const [answer] = await Promise.all([pushed ?? undefined, other.catch(() => undefined)]);
  assert.equal((answer ?? (await pushed))?.status, 200, JSON.stringify((await pushed)?.body));
  assert.equal((await memberOf(org, userName)).name, "Other");
});

test("a person who is created again while another request changes them is active when the answer says so", async () => {
  const org = await newOrganization(service);
  const sent = oktaUser();
  const { body } = await org.scim("POST", "/Users", sent);
  await setActive(org, body.id, false);
  let pushed: Promise<ScimAnswer> | undefined;
  await service.parts.db.transaction().execute(async (trx) => {
    await sql`UPDATE directory_users SET version = version + 1 WHERE id = ${body.id}`.execute(trx);
    pushed = org.scim("POST", "/Users", sent);
    await waitingStatements(org, 1);
  });
  const answer = await pushed;
  assert.deepEqual([answer?.status, answer?.body.id, answer?.body.active], [201, body.id, true]);
  assert.equal((await memberOf(org, sent.userName)).connected, true);
});

test("a disconnect in the middle of a push leaves nobody and nothing behind", async () => {
  for (let round = 0; round < 5; round++) {
    const org = await newOrganization(service);
    const linked = await org.addMember("known@example.test");
    const { id } = await pushGroup(org, "Platform", [(await pushUser(org)).id]);
    const pushes = Array.from({ length: 30 }, async (_, i) => {
      if (i % 10 === 0) return org.scim("POST", "/Groups", { displayName: `Group ${i}` });
      if (i % 10 === 1) return org.scim("PUT", `/Groups/${id}`, { displayName: `Renamed ${i}`, members: [] });
      if (i === 2) return org.scim("POST", "/Users", oktaUser({ userName: "known@example.test", emails: [] }));
      return org.scim("POST", "/Users", oktaUser());
    });
    await new Promise((resolve) => setTimeout(resolve, round * 5));
    const [, ...answers] = await Promise.all([disconnect(org.scope), ...pushes]);
    for (const { status, body } of answers) {
      assert.ok([200, 201, 404, 401].includes(status), `${status} ${JSON.stringify(body)}`);
    }
    await disconnected(org);
    const members = await membersOf(org);
    assert.deepEqual(
      [...members.values()].map((member) => member.id),
      [linked.id],
    );
    for (const table of ["directory_users", "directory_groups", "group_memberships", "scim_tokens"] as const) {
      const rows = service.parts.db.selectFrom(table).selectAll().where("organization_id", "=", org.organization.id);
      assert.deepEqual(await rows.execute(), [], table);
    }
  }
});

async function disconnected(org: TestOrganization): Promise<void> {
  const jobs = service.parts.db.selectFrom("jobs").select("state").where("organization_id", "=", org.organization.id);
  for (let i = 0; i < 100; i++) {
    if ((await jobs.execute()).every((job) => job.state === "completed")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("the disconnect did not end");
}

/** Waits until so many statements wait for a row that somebody holds. */
async function waitingStatements(org: TestOrganization, count: number): Promise<void> {
  for (let i = 0; i < 500; i++) {
    const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(org.scope.db);
    if ((rows[0]?.n ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail("nothing waits");
}
