import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../refusal.ts";
import { bulkOrder, bulkResponse, parseBulk, resolveBulkIds } from "./bulk.ts";

const user = { method: "POST", path: "/Users", bulkId: "ada", data: { userName: "ada" } };
const group = {
  method: "POST",
  path: "/Groups",
  bulkId: "team",
  data: { displayName: "Team", members: [{ value: "bulkId:ada" }] },
};
const bulk = (...operations: unknown[]) => parseBulk({ Operations: operations }, 1000);

test("the operations of a bulk request are read in any case", () => {
  const body = {
    failOnErrors: 1,
    operations: [
      { ...user, METHOD: undefined, method: "post" },
      { method: "PATCH", path: "/Groups/g1", version: 'W/"3"', data: { Operations: [] } },
      { method: "DELETE", path: "/Users/u1" },
    ],
  };
  assert.deepEqual(parseBulk(body, 3), {
    failOnErrors: 1,
    operations: [
      { bulkId: "ada", method: "POST", resourceType: "User", data: { userName: "ada" } },
      { method: "PATCH", resourceType: "Group", id: "g1", version: 'W/"3"', data: { Operations: [] } },
      { method: "DELETE", resourceType: "User", id: "u1", data: undefined },
    ],
  });
});

const wrong: readonly [name: string, operation: unknown, code: string][] = [
  ["text", "POST", "invalidSyntax"],
  ["a method that does not exist", { ...user, method: "GET" }, "invalidSyntax"],
  ["no path", { method: "POST", bulkId: "a" }, "invalidPath"],
  ["a path elsewhere", { ...user, path: "/Me" }, "invalidPath"],
  ["POST with an id", { ...user, path: "/Users/1" }, "invalidPath"],
  ["DELETE without an id", { method: "DELETE", path: "/Users" }, "invalidPath"],
  ["POST without a bulkId", { ...user, bulkId: undefined }, "invalidValue"],
];

for (const [name, operation, code] of wrong) {
  test(`an operation that is ${name} fails alone`, () => {
    const { operations } = bulk(operation, group);
    const [first, second] = operations;
    assert.ok(first && "refusal" in first && first.refusal.code === code);
    assert.ok(second && !("refusal" in second));
  });
}

test("what is no bulk request, has too many operations or a bulkId twice is refused whole", () => {
  assert.throws(() => parseBulk([], 1), { status: 400, code: "invalidSyntax" });
  assert.throws(() => parseBulk({ Operations: {} }, 1), { status: 400, code: "invalidSyntax" });
  assert.throws(() => parseBulk({ Operations: [user, group] }, 1), { status: 413 });
  assert.throws(() => parseBulk({ Operations: [], failOnErrors: 0 }, 1), { code: "invalidValue" });
  assert.throws(() => bulk(user, { ...group, bulkId: "ada" }), { code: "invalidValue" });
});

test("what makes a resource comes before what refers to it", () => {
  const change = { method: "PATCH", path: "/Groups/bulkId:team", data: {} };
  assert.deepEqual(bulkOrder(bulk(change, group, user).operations), [2, 1, 0]);
  assert.deepEqual(bulkOrder(bulk(user, group, change).operations), [0, 1, 2]);
});

test("operations in a circle are each done once", () => {
  const a = { ...user, bulkId: "a", data: { manager: "bulkId:b" } };
  const b = { ...user, bulkId: "b", data: { manager: "bulkId:a" } };
  assert.deepEqual(bulkOrder(bulk(a, b, { ...a, bulkId: "c", data: "bulkId:c" }).operations), [1, 0, 2]);
});

test("references become ids, and one to nothing is a conflict", () => {
  const made = new Map([["ada", "u1"]]);
  assert.deepEqual(resolveBulkIds(group.data, made), { displayName: "Team", members: [{ value: "u1" }] });
  assert.equal(resolveBulkIds("bulkId:ada", made), "u1");
  assert.throws(() => resolveBulkIds(group.data, new Map()), { status: 409, code: "conflict" });
});

test("data that is nested a hundred thousand deep does no harm", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
  assert.deepEqual(bulkOrder(bulk({ ...user, data: deep }).operations), [0]);
});

test("the answer has a status as text for each operation, and the error body of what failed", () => {
  const location = "https://acme.base.test/okta/scim/Users/u1";
  const refusal = new Refusal(409, "uniqueness", "Taken.");
  assert.deepEqual(
    bulkResponse([
      { method: "POST", bulkId: "ada", location, version: 'W/"1"', status: 201 },
      { method: "POST", bulkId: "team", status: 409, refusal },
    ]),
    {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
      Operations: [
        { method: "POST", bulkId: "ada", location, version: 'W/"1"', status: "201" },
        {
          method: "POST",
          bulkId: "team",
          status: "409",
          response: {
            schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
            status: "409",
            scimType: "uniqueness",
            detail: "Taken.",
          },
        },
      ],
    },
  );
});
