import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../refusal.ts";
import type { JsonObject } from "./json.ts";
import { listResponse, parseListQuery, parseSearch, project, wantsAttribute } from "./list.ts";
import { ENTERPRISE_URN, GROUP_URN, USER_URN } from "./schema.ts";

const page = (query: string) => parseListQuery(new URLSearchParams(query));

const queries: readonly [query: string, startIndex: number, count: number][] = [
  ["", 1, 100],
  ["startIndex=1&count=2", 1, 2],
  ["startIndex=101&count=100", 101, 100],
  ["startIndex=0&count=0", 1, 0],
  ["startIndex=-5&count=-1", 1, 0],
  ["count=201", 1, 200],
  ["count=+7&startIndex=%2B3", 3, 7],
  ["startIndex=&count=", 1, 100],
  ["startIndex=3&count=10&", 3, 10],
  ["startIndex=3&count=10?", 3, 10],
];

for (const [query, startIndex, count] of queries) {
  test(`the query ${query || "of nothing"} asks for ${count} from ${startIndex}`, () => {
    const asked = page(query);
    assert.deepEqual([asked.startIndex, asked.count], [startIndex, count]);
  });
}

test("Okta's lookup is read with %20 and with + for spaces", () => {
  const wanted = 'userName eq "ada.park@example.test"';
  assert.equal(page("filter=userName%20eq%20%22ada.park%40example.test%22&startIndex=1&count=100").filter, wanted);
  assert.equal(page("filter=userName+eq+%22ada.park%40example.test%22&startIndex=1&count=100").filter, wanted);
});

test("what is not said is not there", () => {
  assert.deepEqual(page("filter=&attributes=&sortBy="), { startIndex: 1, count: 100, sortOrder: "ascending" });
});

test("names, sorting and a cursor are read", () => {
  assert.deepEqual(
    page("attributes=userName, emails.value&excludedAttributes=members&sortBy=userName&sortOrder=DESCENDING&cursor="),
    {
      attributes: ["userName", "emails.value"],
      excludedAttributes: ["members"],
      sortBy: "userName",
      sortOrder: "descending",
      cursor: "",
      startIndex: 1,
      count: 100,
    },
  );
});

test("a search body says the same as a query", () => {
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
    attributes: ["displayName", "userName"],
    Filter: 'displayName sw "smith"',
    startIndex: 1,
    count: 10,
    sortOrder: null,
  };
  assert.deepEqual(parseSearch(body), page('attributes=displayName,userName&filter=displayName sw "smith"&count=10'));
});

const refusals: readonly [name: string, parameters: unknown, named: RegExp][] = [
  ["a count that is a word", { count: "ten" }, /count takes an integer, but got "ten"/],
  ["a count that is no integer", { count: "1.5" }, /count takes an integer/],
  ["a count that is a fraction", { count: 1.5 }, /count takes an integer, but got 1.5/],
  ["a start that is huge", { startIndex: 1e21 }, /startIndex takes an integer/],
  ["a start that is a list", { startIndex: [1] }, /startIndex takes an integer, but got a list/],
  ["an order that does not exist", { sortOrder: "up" }, /sortOrder takes ascending or descending, but got "up"/],
  ["a filter that is an object", { filter: {} }, /filter takes text/],
  ["attributes that are a number", { attributes: 1 }, /attributes takes names/],
  ["attributes that are numbers", { attributes: [1] }, /attributes takes names/],
  ["a cursor that is a number", { cursor: 1 }, /cursor takes text/],
];

for (const [name, parameters, named] of refusals) {
  test(`a query refuses ${name}`, () => {
    assert.throws(
      () => parseSearch(parameters),
      (error) => error instanceof Refusal && error.code === "invalidValue" && named.test(error.message),
    );
  });
}

test("a search that is no object is refused", () => {
  assert.throws(() => parseSearch([]), { code: "invalidSyntax" });
});

test("a page past the end is empty, with the total and the start that was asked for", () => {
  assert.deepEqual(listResponse([], 2, 101), {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 2,
    startIndex: 101,
    itemsPerPage: 0,
    Resources: [],
  });
});

test("a page by cursor has the next cursor and no start", () => {
  assert.deepEqual(listResponse(["a"], 2, undefined, { nextCursor: "n" }), {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 2,
    itemsPerPage: 1,
    nextCursor: "n",
    Resources: ["a"],
  });
});

const ada: JsonObject = {
  schemas: [USER_URN, ENTERPRISE_URN],
  id: "u1",
  externalId: "e1",
  userName: "ada",
  name: { givenName: "Ada", familyName: "Park" },
  emails: [{ value: "a@b", type: "work" }, { value: "c@d" }],
  active: false,
  [ENTERPRISE_URN]: { department: "Sales", manager: { value: "m1", displayName: "Bo" } },
  meta: { resourceType: "User", version: 'W/"1"' },
};
const always = { schemas: ada["schemas"], id: "u1" };

const projections: readonly [name: string, asked: Parameters<typeof project>[1], shown: unknown][] = [
  ["nothing asked", {}, ada],
  ["one attribute", { attributes: ["userName"] }, { ...always, userName: "ada" }],
  ["names in any case", { attributes: ["USERNAME", " Active "] }, { ...always, userName: "ada", active: false }],
  ["a name with its URN", { attributes: [`${USER_URN}:userName`] }, { ...always, userName: "ada" }],
  ["a part", { attributes: ["name.givenName"] }, { ...always, name: { givenName: "Ada" } }],
  ["a part of several values", { attributes: ["emails.type"] }, { ...always, emails: [{ type: "work" }] }],
  ["a part and the whole", { attributes: ["name.givenName", "name"] }, { ...always, name: ada["name"] }],
  [
    "an enterprise attribute",
    { attributes: [`${ENTERPRISE_URN}:department`] },
    { ...always, [ENTERPRISE_URN]: { department: "Sales" } },
  ],
  [
    "an enterprise attribute without its URN",
    { attributes: ["manager.value"] },
    { ...always, [ENTERPRISE_URN]: { manager: { value: "m1" } } },
  ],
  [
    "a whole extension",
    { attributes: [ENTERPRISE_URN.toUpperCase()] },
    { ...always, [ENTERPRISE_URN]: ada[ENTERPRISE_URN] },
  ],
  ["an unknown name", { attributes: ["shoe"] }, always],
  ["id excluded", { attributes: ["active"], excludedAttributes: ["id", "schemas"] }, { ...always, active: false }],
  [
    "both",
    { attributes: ["name", "active"], excludedAttributes: ["name.givenName", "active"] },
    { ...always, name: { familyName: "Park" } },
  ],
];

for (const [name, asked, shown] of projections) {
  test(`a projection with ${name} shows just that`, () => {
    assert.deepEqual(project(ada, asked, "User"), shown);
  });
}

test("what is excluded is not shown, a part, an attribute or an extension", () => {
  const excludedAttributes = ["emails.value", "NAME", ENTERPRISE_URN, "meta.version", "externalId", "shoe"];
  assert.deepEqual(project(ada, { excludedAttributes }, "User"), {
    ...always,
    userName: "ada",
    emails: [{ type: "work" }],
    active: false,
    meta: { resourceType: "User" },
  });
});

test("an empty list of members is shown when members are asked for", () => {
  const group = { schemas: [GROUP_URN], id: "g1", displayName: "T", members: [] };
  assert.deepEqual(project(group, { attributes: ["members"] }, "Group"), {
    schemas: [GROUP_URN],
    id: "g1",
    members: [],
  });
  assert.deepEqual(project(group, { excludedAttributes: ["members"] }, "Group"), {
    schemas: [GROUP_URN],
    id: "g1",
    displayName: "T",
  });
});

const wants: readonly [asked: Parameters<typeof wantsAttribute>[0], wanted: boolean][] = [
  [{}, true],
  [{ excludedAttributes: ["members"] }, false],
  [{ excludedAttributes: [" MEMBERS "] }, false],
  [{ excludedAttributes: [`${GROUP_URN}:members`] }, false],
  [{ excludedAttributes: ["members.display"] }, true],
  [{ attributes: ["displayName"] }, false],
  [{ attributes: ["displayName", "Members.value"] }, true],
  [{ attributes: [`${GROUP_URN}:members`] }, true],
  [{ attributes: [GROUP_URN] }, true],
  [{ attributes: ["members"], excludedAttributes: ["members"] }, false],
];

for (const [asked, wanted] of wants) {
  test(`members are ${wanted ? "" : "not "}read for ${JSON.stringify(asked)}`, () => {
    assert.equal(wantsAttribute(asked, "members"), wanted);
  });
}
