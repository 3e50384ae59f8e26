import assert from "node:assert/strict";
import { test } from "node:test";
import { operatorOf } from "./conversation.ts";
import { INTEGRATION } from "./directory.ts";

const operator = operatorOf();

async function withIntegration() {
  const slug = await operator.organization();
  await operator.call("PUT", `/organizations/${slug}/okta-integration`, INTEGRATION);
  return { groups: `/organizations/${slug}/groups`, path: `/organizations/${slug}/okta-integration/mapping` };
}

const EMPTY = { lines: [], defaultRole: "member", absentAttribute: "unchanged" };

test("the mapping is empty at first, is replaced whole, and shown as it is", async () => {
  const { groups, path } = await withIntegration();
  assert.deepEqual((await operator.call("GET", path)).body, EMPTY);
  const { id: groupId } = (await operator.call("POST", groups, { name: "Deployers" })).body;
  const lines = [
    { kind: "group", name: "Platform", role: null, groupId },
    { kind: "role", name: "ops", role: "admin", groupId: null },
  ];
  const wanted = { lines, defaultRole: "admin", absentAttribute: "empty" };
  const { status, body } = await operator.call("PUT", path, wanted);
  assert.deepEqual([status, body], [200, wanted]);
  assert.deepEqual((await operator.call("PUT", path, wanted)).body, wanted);
  assert.deepEqual((await operator.call("PUT", path, EMPTY)).body, EMPTY);
  assert.deepEqual((await operator.call("GET", path)).body, EMPTY);
});

test("the operator may map to the role owner", async () => {
  const { path } = await withIntegration();
  const lines = [{ kind: "group", name: "Owners", role: "owner" }];
  assert.equal((await operator.call("PUT", path, { ...EMPTY, lines })).status, 200);
});

test("what is wrong with a mapping is refused, and nothing is changed", async () => {
  const { path } = await withIntegration();
  const line = { kind: "group", name: "Platform", role: "admin" };
  for (const [wrong, status] of [
    [{ ...line, name: " " }, 422],
    [{ ...line, groupId: "0190a5e0-0000-7000-8000-000000000000" }, 422],
    [{ kind: "group", name: "Platform" }, 422],
    [{ kind: "group", name: "Platform", groupId: "0190a5e0-0000-7000-8000-000000000000" }, 404],
    [{ kind: "group", name: "Platform", groupId: "x" }, 404],
    [{ ...line, role: "king" }, 422],
  ] as const) {
    const answer = await operator.call("PUT", path, { ...EMPTY, lines: [line, wrong] });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.deepEqual((await operator.call("GET", path)).body, EMPTY);
  }
});

test("without an integration there is no mapping", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/okta-integration/mapping`;
  assert.equal((await operator.call("GET", path)).status, 404);
  assert.equal((await operator.call("PUT", path, EMPTY)).status, 404);
});

test("a group of the organization's own is made once for each name", async () => {
  const { groups } = await withIntegration();
  const { status, body } = await operator.call("POST", groups, { name: " Deployers " });
  assert.deepEqual([status, body.name, body.source, body.memberCount], [201, "Deployers", "manual", 0]);
  assert.equal((await operator.call("POST", groups, { name: "deployers" })).status, 409);
  assert.equal((await operator.call("POST", groups, { name: "" })).status, 422);
});
