import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, type TestOrganization } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Three people and two groups; Ada is an engineer and in Platform. */
async function company() {
  const org = await newOrganization(service);
  const ada = await pushUser(org, { displayName: "Ada", title: "Engineer", [ENTERPRISE]: { department: "R&D" } });
  await pushUser(org, { displayName: "Bo" });
  await pushUser(org, { displayName: "Platform", active: false });
  await pushGroup(org, "Platform", [ada.id]);
  await pushGroup(org, "Security");
  return { org, ada };
}

async function search(org: TestOrganization, query: object) {
  const { status, body } = await org.scim("POST", "/.search", { schemas: [SEARCH], ...query });
  assert.equal(status, 200, JSON.stringify(body));
  const asked = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  assert.deepEqual((await org.scim("GET", `?${asked}`)).body, body, "GET of the base URL finds the same");
  return body;
}

/** The names of what a filter finds over the whole directory. */
async function found(org: TestOrganization, filter?: string): Promise<string[]> {
  const body = await search(org, filter === undefined ? {} : { filter });
  assert.equal(body.totalResults, body.Resources.length);
  return body.Resources.map((one: { displayName: string }) => one.displayName);
}

const EVERYBODY = ["Ada", "Bo", "Platform", "Platform", "Security"];

test("a search at the base URL finds people and groups in one list", async () => {
  const { org, ada } = await company();
  const { Resources } = await search(org, {});
  assert.deepEqual(Resources[0], (await org.scim("GET", `/Users/${ada.id}`)).body);
  assert.deepEqual(Resources[3], (await org.scim("GET", `/Groups/${Resources[3].id}`)).body);
  assert.deepEqual(await found(org), EVERYBODY);
  const other = await newOrganization(service);
  assert.deepEqual(await found(other), []);
});

test("a filter may be about what both kinds have, about what one has, or about the kind itself", async () => {
  const { org, ada } = await company();
  const finds: readonly [filter: string, names: readonly string[]][] = [
    ['displayName eq "platform"', ["Platform", "Platform"]],
    [`id eq "${ada.id}"`, ["Ada"]],
    ['meta.resourceType eq "User"', EVERYBODY.slice(0, 3)],
    ['meta.resourceType eq "Group"', EVERYBODY.slice(3)],
    ['meta.resourceType eq "Group" and displayName co "sec"', ["Security"]],
    ['title eq "engineer"', ["Ada"]],
    ["title pr", ["Ada"]],
    ["not (title pr)", EVERYBODY.slice(1)],
    ["title eq null", EVERYBODY.slice(1)],
    ['title ne "engineer"', EVERYBODY.slice(1)],
    ["members pr", ["Platform"]],
    [`members[value eq "${ada.id}"]`, ["Platform"]],
    [`members.value eq "${ada.id}" or userName eq "${ada.userName}"`, ["Ada", "Platform"]],
    [`members pr and userName pr`, []],
    ["not (members pr) and not (userName pr)", ["Security"]],
    ['active eq false or displayName eq "Security"', ["Platform", "Security"]],
    ['department eq "R&D"', ["Ada"]],
    [`${ENTERPRISE}:department pr`, ["Ada"]],
    [`${USER}:displayName eq "Platform"`, ["Platform"]],
    ['emails[type eq "work"] and groups.display eq "Platform"', ["Ada"]],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"', ["Platform", "Security"]],
  ];
  for (const [filter, names] of finds) assert.deepEqual(await found(org, filter), names, filter);
});

test("a filter that neither kind understands is 400 and never the whole list", async () => {
  const { org } = await company();
  for (const filter of [
    "nothing pr",
    "userName",
    'title eq "a" and',
    "password pr",
    'emails[x eq "1"]',
    `${USER} pr`,
  ]) {
    assertScimError(await org.scim("POST", "/.search", { filter }), 400, "invalidFilter");
    assertScimError(await org.scim("GET", `?filter=${encodeURIComponent(filter)}`), 400, "invalidFilter");
  }
  assertScimError(await org.scim("POST", "/.search", []), 400, "invalidSyntax");
});

test("pages run over both kinds, with one total and each resource exactly once", async () => {
  const { org } = await company();
  for (const count of [1, 2, 3, 4, 5, 100]) {
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= 5; startIndex += count) {
      const body = await search(org, { startIndex, count });
      assert.deepEqual([body.totalResults, body.startIndex], [5, startIndex]);
      assert.equal(body.itemsPerPage, Math.min(count, 6 - startIndex));
      seen.push(...body.Resources.map((one: { displayName: string }) => one.displayName));
    }
    assert.deepEqual(seen, EVERYBODY, `pages of ${count}`);
  }
  for (const query of [{ count: 0 }, { startIndex: 6 }]) {
    const body = await search(org, query);
    assert.deepEqual([body.totalResults, body.Resources], [5, []]);
  }
});

test("attributes choose what is shown of each kind", async () => {
  const { org } = await company();
  const { body } = await org.scim("POST", "/.search", { attributes: ["userName", "members.value"] });
  const keys = body.Resources.map((one: object) => Object.keys(one).sort());
  assert.deepEqual(keys[0], ["id", "schemas", "userName"]);
  assert.deepEqual(keys[3], ["id", "members", "schemas"]);
  const without = await org.scim("POST", "/.search", { excludedAttributes: ["members", "emails"] });
  assert.ok(without.body.Resources.every((one: object) => !("members" in one) && !("emails" in one)));
});
