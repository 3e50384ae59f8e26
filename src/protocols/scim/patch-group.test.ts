import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal } from "../../refusal.ts";
import { printFilter } from "./filter.ts";
import { matchesValue } from "./filter-match.ts";
import * as entra from "./fixtures/entra.ts";
import * as okta from "./fixtures/okta.ts";
import { type GroupChange, groupChanges, parsePatch } from "./patch.ts";
import { GROUP_URN } from "./schema.ts";

function changesOf(...operations: unknown[]): GroupChange[] {
  return groupChanges(parsePatch({ Operations: operations }));
}

const u1 = { value: "u1", display: "ada.park@example.test" };

test("Okta's rename, sent with every membership change, is a name and nothing more", () => {
  const expected = [{ kind: "displayName", value: "Platform Team" }];
  assert.deepEqual(groupChanges(parsePatch(okta.renameGroup)), expected);
});

test("Okta's membership change is one removal and one addition", () => {
  assert.deepEqual(groupChanges(parsePatch(okta.changeMembers)), [
    { kind: "removeMembers", values: ["u2"] },
    { kind: "addMembers", members: [u1] },
  ]);
});

test("Okta's push now replaces the members", () => {
  assert.deepEqual(groupChanges(parsePatch(okta.pushNow)), [{ kind: "replaceMembers", members: [u1] }]);
});

test("Entra ID's member changes add and remove only who is named", () => {
  assert.deepEqual(groupChanges(parsePatch(entra.addMember)), [{ kind: "addMembers", members: [{ value: "u1" }] }]);
  assert.deepEqual(groupChanges(parsePatch(entra.removeMember)), [{ kind: "removeMembers", values: ["u1"] }]);
});

test("a thousand removals and a thousand additions, mixed, are two changes", () => {
  const operations = Array.from({ length: 1000 }, (_, n) => [
    { op: "remove", path: `members[value eq "old${n}"]` },
    { op: "add", path: "members", value: [{ value: `new${n}` }] },
  ]).flat();
  const [removed, added, ...more] = changesOf(...operations);
  assert.deepEqual(more, []);
  assert.ok(removed?.kind === "removeMembers" && removed.values.length === 1000);
  assert.ok(added?.kind === "addMembers" && added.members.length === 1000);
});

const cases: readonly [name: string, operations: unknown[], changes: unknown[]][] = [
  ["nothing changes nothing", [], []],
  [
    "remove members without a value clears",
    [{ op: "remove", path: "members" }],
    [{ kind: "replaceMembers", members: [] }],
  ],
  ["remove members with an empty list removes nobody", [{ op: "remove", path: "members", value: [] }], []],
  [
    "remove members with one object removes that one",
    [{ op: "remove", path: "members", value: { value: "u1" } }],
    [{ kind: "removeMembers", values: ["u1"] }],
  ],
  [
    "a filter with several ids removes these",
    [{ op: "remove", path: 'members[value eq "u1" or (value eq "u2" or VALUE Eq "u3")]' }],
    [{ kind: "removeMembers", values: ["u1", "u2", "u3"] }],
  ],
  [
    "the last word about a member counts",
    [
      { op: "add", path: "members", value: [{ value: "u1" }, { value: "u2" }] },
      { op: "remove", path: 'members[value eq "u1"]' },
    ],
    [
      { kind: "removeMembers", values: ["u1"] },
      { kind: "addMembers", members: [{ value: "u2" }] },
    ],
  ],
  [
    "a display is kept when the member is added again without it",
    [
      { op: "add", path: "members", value: [u1] },
      { op: "add", path: "members", value: [{ value: "u1" }] },
    ],
    [{ kind: "addMembers", members: [u1] }],
  ],
  [
    "what comes before a replacement is left out, what comes after is in it",
    [
      { op: "add", path: "members", value: [{ value: "u9" }] },
      { op: "remove", path: 'members[display co "x"]' },
      { op: "replace", path: "members", value: [{ value: "u1" }, { value: "u2" }] },
      { op: "add", path: "members", value: [{ value: "u3" }] },
      { op: "remove", path: "members", value: [{ value: "u1" }] },
    ],
    [{ kind: "replaceMembers", members: [{ value: "u2" }, { value: "u3" }] }],
  ],
  [
    "path-less values add, replace, and leave alone what they do not name",
    [
      { op: "add", value: { members: [{ value: "u1" }], id: "g1", schemas: [], meta: {} } },
      { op: "replace", value: { externalId: "e", displayname: "T", shoe: 43 } },
    ],
    [
      { kind: "externalId", value: "e" },
      { kind: "displayName", value: "T" },
      { kind: "addMembers", members: [{ value: "u1" }] },
    ],
  ],
  [
    "path-less members null clears",
    [{ op: "replace", value: { members: null } }],
    [{ kind: "replaceMembers", members: [] }],
  ],
  ["adding null adds nobody", [{ op: "add", value: { members: null } }], []],
  [
    "only the last name counts",
    [
      { op: "replace", path: "displayName", value: "A" },
      { op: "Replace", path: `${GROUP_URN}:displayName`, value: "B" },
    ],
    [{ kind: "displayName", value: "B" }],
  ],
  [
    "an old Entra ID app's wrapped name is a name",
    [{ op: "Replace", path: "displayName", value: [{ $ref: null, value: "B" }] }],
    [{ kind: "displayName", value: "B" }],
  ],
  ["externalId is removed", [{ op: "remove", path: "externalId" }], [{ kind: "externalId", value: null }]],
  [
    "an empty externalId is none",
    [{ op: "add", path: "externalId", value: "" }],
    [{ kind: "externalId", value: null }],
  ],
  [
    "adding by a filter adds the member that it describes",
    [{ op: "add", path: 'members[value eq "u1"]', value: { display: "Ada" } }],
    [{ kind: "addMembers", members: [{ value: "u1", display: "Ada" }] }],
  ],
];

for (const [name, operations, changes] of cases) {
  test(`PATCH of a group: ${name}`, () => {
    assert.deepEqual(changesOf(...operations), changes);
  });
}

test("another filter is handed on, in its place between the others", () => {
  const [first, second, third, ...more] = changesOf(
    { op: "add", path: "members", value: [{ value: "u1" }] },
    { op: "remove", path: 'members[display sw "temp"]' },
    { op: "add", path: "members", value: [{ value: "u2" }] },
  );
  assert.deepEqual([first?.kind, third?.kind, more], ["addMembers", "addMembers", []]);
  assert.ok(second?.kind === "removeMembersMatching");
  assert.equal(printFilter(second.filter), 'members.display sw "temp"');
});

const refusals: readonly [name: string, operation: unknown, code: string, named: RegExp][] = [
  ["id with a path", { op: "replace", path: "id", value: "x" }, "mutability", /id is read-only/],
  ["removing the name", { op: "remove", path: "displayName" }, "mutability", /displayName is required/],
  ["an empty name", { op: "replace", path: "displayName", value: " " }, "invalidValue", /displayName is required/],
  ["a name that is a number", { op: "replace", value: { displayName: 7 } }, "invalidValue", /displayName takes text/],
  ["an unknown attribute with a path", { op: "add", path: "owners", value: [] }, "invalidPath", /"owners"/],
  [
    "a part of a member",
    { op: "replace", path: 'members[value eq "u1"].display', value: "x" },
    "mutability",
    /members\.display/,
  ],
  [
    "another id for a member",
    { op: "replace", path: 'members[value eq "u1"]', value: { value: "u2" } },
    "mutability",
    /members\.value/,
  ],
  [
    "adding by any other filter",
    { op: "add", path: 'members[display eq "x"]', value: {} },
    "noTarget",
    /members\[value eq/,
  ],
  [
    "a group as a member",
    { op: "add", path: "members", value: [{ value: "g", type: "Group" }] },
    "invalidValue",
    /"g" is a group/,
  ],
  ["members that are text", { op: "add", path: "members", value: "u1" }, "invalidValue", /members takes a list/],
  ["a broken filter", { op: "remove", path: "members[value = 1]" }, "invalidFilter", /expected an operator/],
  ["remove of the whole schema", { op: "remove", path: GROUP_URN }, "mutability", /displayName is required/],
];

for (const [name, operation, code, named] of refusals) {
  test(`PATCH of a group refuses ${name}`, () => {
    assert.throws(
      () => changesOf(operation),
      (error) => error instanceof Refusal && error.status === 400 && error.code === code && named.test(error.message),
    );
  });
}

const id = fc.constantFrom("a", "b", "c", "d", "e");
const member = id.map((value) => ({ value }));
const list = fc.array(member, { maxLength: 3 });
const operation = fc.oneof(
  list.map((value) => ({ op: "add", path: "members", value })),
  list.map((value) => ({ op: "replace", path: "members", value })),
  list.map((value) => ({ op: "remove", path: "members", value })),
  id.map((one) => ({ op: "remove", path: `members[value eq "${one}"]` })),
  id.map((one) => ({ op: "remove", path: `members[value le "${one}"]` })),
  fc.constant({ op: "remove", path: "members" }),
);

test("the changes come to what the operations come to one by one", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 8 }), fc.uniqueArray(id), (operations, before) => {
      let oneByOne = new Set<string>(before);
      for (const one of operations) oneByOne = applied(changesOf(one), oneByOne);
      const atOnce = changesOf(...operations);
      assert.deepEqual([...applied(atOnce, new Set(before))].sort(), [...oneByOne].sort());
      assert.deepEqual(applied(atOnce, applied(atOnce, new Set(before))), applied(atOnce, new Set(before)));
    }),
    { numRuns: 2000 },
  );
});

function applied(changes: readonly GroupChange[], before: ReadonlySet<string>): Set<string> {
  let after = new Set(before);
  for (const change of changes) {
    if (change.kind === "addMembers") for (const { value } of change.members) after.add(value);
    if (change.kind === "removeMembers") for (const value of change.values) after.delete(value);
    if (change.kind === "replaceMembers") after = new Set(change.members.map(({ value }) => value));
    if (change.kind === "removeMembersMatching") {
      for (const value of after) if (matchesValue(change.filter, { value })) after.delete(value);
    }
  }
  return after;
}
