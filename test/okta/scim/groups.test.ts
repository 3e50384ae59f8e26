import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, patch, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("a created group is answered whole, with its members and its address", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const sent = { displayName: "Platform Team", externalId: "00gplatform", members: [{ value, display: "Ada" }] };
  const { status, headers, body } = await org.scim("POST", "/Groups", sent);
  assert.equal(status, 201);
  assert.equal(headers.get("location"), `${org.url}/okta/scim/Groups/${body.id}`);
  assert.deepEqual(
    [body.displayName, body.externalId, body.meta.resourceType],
    ["Platform Team", "00gplatform", "Group"],
  );
  assert.deepEqual(body.members, [
    { value, $ref: `${org.url}/okta/scim/Users/${value}`, display: "Ada", type: "User" },
  ]);
  assert.deepEqual((await org.scim("GET", `/Groups/${body.id}`)).body, body);
});

test("two groups cannot have one name, in whatever case, and the refusal names the other", async () => {
  const org = await newOrganization(service);
  const first = await pushGroup(org, "Platform Team");
  const other = await pushGroup(org, "Other");
  assertScimError(
    await org.scim("POST", "/Groups", { displayName: "PLATFORM team" }),
    409,
    "uniqueness",
    new RegExp(first.id),
  );
  const renamed = await org.scim("PUT", `/Groups/${other.id}`, { displayName: "Platform Team" });
  assertScimError(renamed, 409, "uniqueness", new RegExp(first.id));
  const patched = await patch(org, `/Groups/${other.id}`, {
    op: "replace",
    path: "displayName",
    value: "platform team",
  });
  assertScimError(patched, 409, "uniqueness", new RegExp(first.id));
  assert.equal((await org.scim("PUT", `/Groups/${first.id}`, { displayName: "PLATFORM TEAM" })).status, 200);
});

test("a group is found by its name in any case, and by its externalId in the exact one", async () => {
  const org = await newOrganization(service);
  const { id } = await pushGroup(org, 'The "A" Team (or b)');
  await org.scim("PUT", `/Groups/${id}`, { displayName: 'The "A" Team (or b)', externalId: "00gA" });
  const found = async (filter: string) => {
    const { status, body } = await org.scim("GET", `/Groups?filter=${encodeURIComponent(filter)}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.totalResults;
  };
  assert.equal(await found('displayName eq "the \\"a\\" team (OR B)"'), 1);
  assert.equal(await found('externalId eq "00gA"'), 1);
  assert.equal(await found('externalId eq "00ga"'), 0);
});

test("excludedAttributes=members leaves members out of a group and of a list of groups", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const { id } = await pushGroup(org, "Platform", [value]);
  for (const query of ["excludedAttributes=members", "attributes=displayName,id", "excludedAttributes=MEMBERS,meta"]) {
    const one = await org.scim("GET", `/Groups/${id}?${query}`);
    const [listed] = (await org.scim("GET", `/Groups?${query}&filter=displayName%20eq%20%22platform%22`)).body
      .Resources;
    for (const group of [one.body, listed])
      assert.deepEqual([group.displayName, group.members], ["Platform", undefined]);
  }
  const { body } = await org.scim("GET", `/Groups/${id}?attributes=members.value`);
  assert.deepEqual(body.members, [{ value }]);
});

test("groups are listed page by page in one order with exact totals", async () => {
  const org = await newOrganization(service);
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) ids.push((await pushGroup(org, `Group ${9 - i}`)).id);
  const walked: string[] = [];
  for (const startIndex of [1, 4, 7, 10]) {
    const { body } = await org.scim("GET", `/Groups?startIndex=${startIndex}&count=3`);
    assert.deepEqual([body.totalResults, body.itemsPerPage], [7, body.Resources.length]);
    walked.push(...body.Resources.map((group: { id: string }) => group.id));
  }
  assert.deepEqual(walked, ids);
});

test("a deleted group is gone, its name is free, and its people stay", async () => {
  const org = await newOrganization(service);
  const { id: value } = await pushUser(org);
  const { id } = await pushGroup(org, "Platform", [value]);
  assert.equal((await org.scim("DELETE", `/Groups/${id}`)).status, 204);
  assertScimError(await org.scim("DELETE", `/Groups/${id}`), 404);
  assertScimError(await patch(org, `/Groups/${id}`, { op: "add", path: "members", value: [{ value }] }), 404);
  assert.equal((await org.scim("GET", `/Users/${value}`)).body.groups, undefined);
  await pushGroup(org, "Platform", [value]);
});

test("a refused group keeps neither its name nor its members", async () => {
  const org = await newOrganization(service);
  for (const body of [
    {},
    { displayName: "" },
    { displayName: "  " },
    { displayName: 7 },
    { displayName: "X", members: 7 },
  ]) {
    assertScimError(await org.scim("POST", "/Groups", body), 400, "invalidValue");
  }
  assert.equal((await org.scim("GET", "/Groups")).body.totalResults, 0);
});
