import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { projectRoot } from "../../src/root.ts";
import { memberOf } from "../okta/scim/directory.ts";
import { newOrganization, type ScimAnswer, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";

interface Step {
  readonly request: { method: string; path: string; headers?: Record<string, string>; body?: unknown };
  readonly expect: {
    readonly status: readonly number[];
    readonly headers?: Record<string, string>;
    readonly json?: unknown;
    readonly absent?: readonly string[];
  };
}

/** What Okta sends, and what it takes for an answer. `@integer`, `@text`, `@list`, `@same` stand for any such value. */
const recorded = JSON.parse(readFileSync(join(projectRoot, "test/conversations/okta-requests.json"), "utf8")) as {
  readonly headers: Record<string, string>;
  readonly steps: Record<string, Step>;
};

const service = await startTestService();
after(() => service.stop());

const ADA = "ada.park@example.test";

test("Okta's wizard app provisions a person from the connector test to the second assignment", async () => {
  const talk = conversation(await newOrganization(service));
  await talk("test-connector");
  await talk("test-connector.groups");
  await talk("test-connector.badtoken");
  await talk("assign.lookup");
  await talk("assign.lookup.plus");
  await talk("assign.lookup.emails");
  const { userId } = await talk.keeping("userId", "assign.create");
  await talk("assign.create.dup");
  await talk("assign.create.dup", { userName: ADA.toUpperCase() });
  await talk("update.get");
  assert.equal((await talk("update.put")).body.name.givenName, "Adeline");
  await talk("update.get");
  await talk("deactivate.put");
  assert.equal((await talk("update.get")).body.active, false);
  const found = await talk.found("assign.lookup");
  assert.deepEqual([found[0].id, found[0].active], [userId, false]);
  await talk("update.get");
  await talk("reactivate.put");
  assert.equal((await talk("update.get")).body.active, true);
});

test("a stale formatted name that comes back in a PUT does not hide the new given name", async () => {
  const org = await newOrganization(service);
  const talk = conversation(org);
  await talk.keeping("userId", "assign.create");
  await talk("update.put");
  assert.equal((await memberOf(org, ADA)).name, "Adeline Park");
});

test("Okta's wizard app pushes a department in the enterprise extension and gets it back", async () => {
  const talk = conversation(await newOrganization(service));
  const { body } = await talk("assign.create.enterprise");
  assert.deepEqual(body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"], { department: "Sales" });
  assert.equal(body.title, "Account Executive");
  assert.equal(body.schemas.length, 2);
});

test("Okta's catalogue app switches a person off and on, and sets a password that nobody keeps", async () => {
  const talk = conversation(await newOrganization(service));
  await talk("assign.lookup");
  const { userId } = await talk.keeping("userId", "assign.create");
  await talk("deactivate.patch");
  const found = await talk.found("assign.lookup");
  assert.deepEqual([found[0].id, found[0].active], [userId, false]);
  await talk("reactivate.patch");
  assert.equal((await talk("update.get")).body.active, true);
  const before = (await talk("update.get")).body;
  await talk("password.patch");
  assert.deepEqual((await talk("update.get")).body, before);
});

test("Okta imports people and groups page by page, and an empty page lies past the end", async () => {
  const talk = conversation(await newOrganization(service));
  await talk("assign.create");
  await talk("assign.create", BO);
  await talk("group.create", { members: [] });
  const { body } = await talk("import.page1");
  assert.deepEqual([body.totalResults, body.itemsPerPage, body.startIndex], [2, 2, 1]);
  await talk("import.page-past-end");
  assert.equal((await talk("import.groups")).body.totalResults, 1);
});

test("Okta's wizard app pushes a group with all of its members each time", async () => {
  const org = await newOrganization(service);
  const talk = conversation(org);
  const { userId } = await talk.keeping("userId", "assign.create");
  const { userId2 } = await talk.keeping("userId2", "assign.create", BO);
  await talk("group.lookup");
  const { groupId } = await talk.keeping("groupId", "group.create");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  await talk("group.put");
  assert.deepEqual(membersIn(await talk("group.get")), [userId, userId2].sort());
  const { body } = await talk("group.get");
  await org.scim("PUT", `/Groups/${groupId}`, { ...body, displayName: "Platform" });
  const renamed = await talk("group.get");
  assert.equal(renamed.body.displayName, "Platform");
  assert.deepEqual(membersIn(renamed), [userId, userId2].sort());
  await talk("group.put.empty");
  assert.deepEqual(membersIn(await talk("group.get")), []);
  await talk("group.delete");
  assert.equal((await talk("group.lookup")).body.totalResults, 0);
});

test("Okta's catalogue app renames a group and moves its members by PATCH, however often it says so", async () => {
  const talk = conversation(await newOrganization(service));
  const { userId } = await talk.keeping("userId", "assign.create");
  const { userId2 } = await talk.keeping("userId2", "assign.create", BO);
  await talk.keeping("groupId", "group.create", { members: [{ value: userId2, display: "bo.li@example.test" }] });
  await talk("group.patch.rename");
  await talk("group.patch.members");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  await talk("group.patch.members");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  await talk("group.put");
  await talk("group.patch.fullpush");
  assert.deepEqual(membersIn(await talk("group.get")), [userId]);
  const person = await talk("update.get");
  assert.deepEqual(
    person.body.groups.map((group: { display: string }) => group.display),
    ["Platform Team"],
  );
  await talk("group.delete");
  assert.equal((await talk("update.get")).body.groups, undefined);
});

const BO = {
  userName: "bo.li@example.test",
  externalId: "00u0000000000000bo01",
  emails: [{ value: "bo.li@example.test" }],
};

/** Says the recorded steps to one organization, and holds each answer against what Okta takes for one. */
function conversation(org: TestOrganization) {
  const ids: Record<string, string> = {};
  const say = async (name: string, changes: object = {}) => {
    const step = recorded.steps[name];
    assert.ok(step, `there is no recorded step ${name}`);
    const { method, path, headers, body } = JSON.parse(filled(JSON.stringify(step.request), ids)) as Step["request"];
    const sent = body === undefined ? undefined : { ...body, ...changes };
    const answer = await org.scim(method, path, sent, { ...recorded.headers, ...headers });
    check(name, step, sent, answer, ids);
    return answer;
  };
  const keeping = async (id: string, name: string, changes: object = {}) => {
    ids[id] = (await say(name, changes)).body.id;
    return ids as Record<string, string> & { userId: string; userId2: string; groupId: string };
  };
  /** A lookup that finds somebody now: all else is as recorded. */
  const found = async (name: string) => {
    const { request } = recorded.steps[name] ?? assert.fail(name);
    const { status, body } = await org.scim(request.method, request.path);
    assert.deepEqual([status, body.totalResults, body.itemsPerPage, body.startIndex], [200, 1, 1, 1]);
    return body.Resources;
  };
  return Object.assign(say, { keeping, found });
}

function check(name: string, { expect }: Step, sent: unknown, answer: ScimAnswer, ids: Record<string, string>): void {
  const { status, headers, body } = answer;
  assert.ok(expect.status.includes(status), `${name}: ${status} ${JSON.stringify(body)}`);
  if (expect.json !== undefined) checkValue(name, JSON.parse(filled(JSON.stringify(expect.json), ids)), body, sent);
  for (const [field, wanted] of Object.entries(expect.headers ?? {})) {
    if (wanted === "@location") assert.equal(headers.get(field), body.meta.location);
    else assert.ok(headers.get(field)?.startsWith(wanted), `${name}: ${field} is ${headers.get(field)}`);
  }
  for (const absent of expect.absent ?? [])
    assert.ok(!JSON.stringify(body ?? {}).includes(absent), `${name}: ${absent}`);
  if (body?.meta?.location) assert.ok(URL.canParse(body.meta.location));
}

function checkValue(where: string, wanted: unknown, got: unknown, sent: unknown): void {
  if (wanted === "@integer") assert.ok(Number.isInteger(got), where);
  else if (wanted === "@text") assert.ok(typeof got === "string" && got !== "", where);
  else if (wanted === "@list") assert.ok(Array.isArray(got), where);
  else if (wanted === "@same")
    assert.equal(got, (sent as Record<string, unknown>)[where.split(".").at(-1) ?? ""], where);
  else if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) assert.deepEqual(got, wanted, where);
  else {
    for (const [name, value] of Object.entries(wanted)) {
      checkValue(`${where}.${name}`, value, (got as Record<string, unknown>)[name], sent);
    }
  }
}

function filled(text: string, ids: Record<string, string>): string {
  return Object.entries(ids).reduce((so, [name, id]) => so.replaceAll(`\${${name}}`, id), text);
}

function membersIn(answer: ScimAnswer): string[] {
  return answer.body.members.map((member: { value: string }) => member.value).sort();
}
