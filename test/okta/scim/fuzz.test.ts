import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { PLACES, request, type Sent } from "./arbitrary-requests.ts";
import { assertScimError, membersOf, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const SEED = 20_260_727;

test("whatever is sent below the base URL with a token, the answer is never an error of ours", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), async (sequence) => {
      const org = await newOrganization(service);
      const ids = await places(org);
      for (const request of sequence) {
        const sent = JSON.parse(filled(JSON.stringify(request), ids)) as Sent;
        const carries = !["GET", "HEAD"].includes(sent.method);
        const answer = await org.scim(
          sent.method,
          sent.path + sent.query,
          carries ? sent.body : undefined,
          sent.headers,
        );
        if (answer.status >= 400 && sent.method !== "HEAD")
          assertScimError(answer, answer.status, answer.body.scimType);
        assert.ok(answer.status < 500 || answer.status === 501, JSON.stringify([sent, answer.body]));
        for (const { status } of answer.body?.Operations ?? []) assert.match(status, /^[24]/, JSON.stringify(sent));
      }
      await assertValid(org);
    }),
    { seed: SEED, numRuns: 120 },
  );
});

/** Three people and two groups of a new organization; one of the people was a member before. */
async function places(org: TestOrganization): Promise<Record<string, string>> {
  await org.addMember("user0@example.test", "admin");
  const before = { userName: "user0@example.test", emails: [] };
  const people = [await pushUser(org, before), await pushUser(org), await pushUser(org)];
  const pushed = [await pushGroup(org, "A", [people[0].id]), await pushGroup(org, "Platform")];
  return Object.fromEntries(PLACES.map((place, i) => [place, [...people, ...pushed][i].id]));
}

function filled(sent: string, ids: Record<string, string>): string {
  return Object.entries(ids).reduce((so, [name, id]) => so.replaceAll(name, id), sent);
}

/** What always holds of the stored state, whatever was sent. */
async function assertValid(org: TestOrganization): Promise<void> {
  const { db } = service.parts;
  const mine = org.organization.id;
  const rows = await db.selectFrom("directory_users").selectAll().where("organization_id", "=", mine).execute();
  const members = await membersOf(org);
  const byId = new Map([...members.values()].map((member) => [member.id, member]));
  for (const user of rows) {
    const member = byId.get(user.member_id ?? "");
    assert.ok(member || user.member_id === null, "a directory user belongs to a member");
    if (member) assert.equal(member.state, user.active ? "active" : "deactivated");
    assert.doesNotMatch(JSON.stringify(user), /password/i);
    assert.match(user.email, /^[^@\s]+@[^@\s]+$/);
  }
  const created = [...members.values()].filter((member) => member.source === "scim");
  const theirs = new Set(rows.map((user) => user.member_id));
  assert.ok(
    created.every((member) => theirs.has(member.id)),
    "a created member belongs to a directory user",
  );
  assert.equal(members.size - created.length, 1, "the member who was there before is there");
  const { body } = await org.scim("GET", "/Users?count=200");
  assert.equal(body.totalResults, rows.length);
  for (const user of body.Resources) {
    const again = await org.scim("PUT", `/Users/${user.id}`, user);
    assert.deepEqual([again.status, again.body], [200, user], "our own answer can be sent back");
  }
}
