import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { BASE_URL } from "../../support/service.ts";
import { operatorOf } from "./conversation.ts";
import { connect, INTEGRATION, passOften, push, scim } from "./directory.ts";

const operator = operatorOf();

// The first test of the file: a worker that nobody wakes looks 15 seconds after the start.
test("a large organization is disconnected by a job, which begins at once and can be followed to its end", async () => {
  const slug = await operator.organization();
  const token = await connect(operator, slug);
  const people = Array.from({ length: 510 }, (_, n) => `person${n}@example.com`);
  while (people.length > 0) {
    await Promise.all(people.splice(0, 8).map((email) => push(operator, slug, token, email)));
  }
  const started = await operator.call("DELETE", `/organizations/${slug}/okta-integration`);
  assert.deepEqual([started.status, started.body.state, started.body.total], [202, "queued", 510]);
  const refused = await operator.call("PUT", `/organizations/${slug}/okta-integration`, INTEGRATION);
  if (refused.status !== 201) assert.deepEqual([refused.status, refused.body.code], [409, "disconnecting"]);
  let job = started.body;
  for (let tries = 0; job.state !== "completed" && tries < 50; tries++) {
    await setTimeout(100);
    job = (await operator.call("GET", `/jobs/${job.id}`)).body;
  }
  assert.deepEqual(job, { id: started.body.id, state: "completed", done: 510, total: 510 });
  const { body } = await operator.call("GET", `/organizations/${slug}/members`);
  assert.equal(body.items.length, 1);
});

test("a disconnect deletes the members that the integration made, keeps the linked, and shuts SCIM at once", async () => {
  const slug = await operator.organization();
  const token = await connect(operator, slug);
  for (const email of ["ann@example.com", "bob@example.com", `OWNER@${slug}.example`]) {
    await push(operator, slug, token, email);
  }
  const path = `/organizations/${slug}/okta-integration`;
  assert.equal((await operator.call("GET", path)).body.connectedMembers, 3);
  const preview = await operator.call("GET", `${path}/disconnect-preview`);
  assert.deepEqual([preview.status, preview.body], [200, { membersDeleted: 2, membersKept: 1 }]);
  await passOften(operator, slug, token);
  const started = await operator.call("DELETE", path);
  assert.equal(started.status, 202);
  const { id, ...job } = started.body;
  assert.deepEqual(job, { state: "completed", done: 2, total: 2 });
  assert.equal(started.headers.get("location"), `${BASE_URL}/api/v1/jobs/${id}`);
  assert.deepEqual((await operator.call("GET", `/jobs/${id}`)).body, started.body);
  assert.equal((await scim(operator, slug, token)).status, 404);
  assert.equal((await operator.call("GET", path)).status, 404);
  const { body } = await operator.call("GET", `/organizations/${slug}/members`);
  const kept = body.items.map(({ email, state, connected }: Record<string, unknown>) => ({ email, state, connected }));
  assert.deepEqual(kept, [{ email: `owner@${slug}.example`, state: "active", connected: false }]);
});

test("a disconnect may keep the members that the integration made, as plain members", async () => {
  const slug = await operator.organization();
  const token = await connect(operator, slug);
  await push(operator, slug, token, "ann@example.com");
  const path = `/organizations/${slug}/okta-integration`;
  const wrong = await operator.call("DELETE", `${path}?createdMembers=archive`);
  assert.equal(wrong.status, 422);
  const started = await operator.call("DELETE", `${path}?createdMembers=keep`);
  assert.deepEqual([started.status, started.body.done, started.body.total], [202, 1, 1]);
  const { body } = await operator.call("GET", `/organizations/${slug}/members?q=ann`);
  assert.deepEqual([body.items[0].source, body.items[0].state], ["manual", "active"]);
});

test("a disconnect is refused while no owner would remain", async () => {
  const slug = "sole-owner";
  await operator.call("POST", "/organizations", { slug, name: "Acme" });
  const token = await connect(operator, slug);
  await push(operator, slug, token, "ann@example.com");
  const members = `/organizations/${slug}/members`;
  const [ann] = (await operator.call("GET", members)).body.items;
  assert.equal(ann.source, "scim");
  await operator.call("PATCH", `${members}/${ann.id}`, { role: "owner" });
  const refused = await operator.call("DELETE", `/organizations/${slug}/okta-integration`);
  assert.deepEqual([refused.status, refused.body.code], [409, "last-owner"]);
  assert.equal((await scim(operator, slug, token)).status, 200);
});

test("the directory keeps name and email of the members that it made", async () => {
  const slug = await operator.organization();
  await push(operator, slug, await connect(operator, slug), "ann@example.com");
  const members = `/organizations/${slug}/members`;
  const [ann] = (await operator.call("GET", `${members}?q=ann`)).body.items;
  assert.equal(ann.connected, true);
  const refused = await operator.call("PATCH", `${members}/${ann.id}`, { name: "Other" });
  assert.deepEqual([refused.status, refused.body.code], [409, "directory"]);
  const changed = await operator.call("PATCH", `${members}/${ann.id}`, { state: "deactivated" });
  assert.deepEqual([changed.body.state, changed.body.connected], ["deactivated", false]);
});

test("a job that is not there is not found", async () => {
  for (const id of ["none", "00000000-0000-7000-8000-000000000000"]) {
    assert.equal((await operator.call("GET", `/jobs/${id}`)).status, 404);
  }
});

test("deleting an organization shuts its SCIM address at once", async () => {
  const slug = await operator.organization();
  const token = await connect(operator, slug);
  await passOften(operator, slug, token);
  assert.equal((await operator.call("DELETE", `/organizations/${slug}`)).status, 204);
  assert.equal((await scim(operator, slug, token)).status, 404);
});
