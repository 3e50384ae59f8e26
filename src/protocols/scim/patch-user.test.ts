import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../refusal.ts";
import * as entra from "./fixtures/entra.ts";
import * as okta from "./fixtures/okta.ts";
import type { JsonObject } from "./json.ts";
import { type PatchedUser, parsePatch, patchUser } from "./patch.ts";
import { ENTERPRISE_URN, USER_URN } from "./schema.ts";

const work = { value: "ada@work.test", type: "work", primary: true };
const home = { value: "ada@home.test", type: "home" };
const ada: PatchedUser = {
  userName: "ada",
  externalId: "e1",
  active: true,
  attributes: {
    name: { givenName: "Ada", familyName: "Park" },
    title: "Engineer",
    emails: [work, home],
    [ENTERPRISE_URN]: { department: "Sales", manager: { value: "m1", $ref: "../Users/m1" } },
  },
};

function patch(...operations: unknown[]): PatchedUser {
  return patchUser(ada, parsePatch({ Operations: operations }));
}

/** Ada with some attributes otherwise; undefined takes one away. */
function adaWith(changes: Record<string, unknown>): PatchedUser {
  const attributes = { ...ada.attributes, ...changes };
  for (const name of Object.keys(attributes)) if (attributes[name] === undefined) delete attributes[name];
  return { ...ada, attributes: attributes as JsonObject };
}

const enterpriseWith = (changes: object) => ({
  [ENTERPRISE_URN]: { ...(ada.attributes[ENTERPRISE_URN] as object), ...changes },
});

test("Okta's path-less deactivation deactivates", () => {
  assert.deepEqual(patchUser(ada, parsePatch(okta.deactivate)), { ...ada, active: false });
});

test("Okta's password is thrown away", () => {
  assert.deepEqual(patchUser(ada, parsePatch(okta.syncPassword)), ada);
  assert.deepEqual(patch({ op: "replace", path: "password", value: "x" }), ada);
});

test("Entra ID's False deactivates, bare and wrapped, with a path, without one, and under the schema's URN", () => {
  for (const body of [entra.disable, entra.disableWrapped])
    assert.equal(patchUser(ada, parsePatch(body)).active, false);
  assert.equal(patch({ op: "Replace", value: { active: "False" } }).active, false);
  assert.equal(patch({ op: "Replace", value: { [USER_URN]: { active: "false" } } }).active, false);
  assert.equal(patch({ op: "Replace", path: USER_URN, value: { active: false } }).active, false);
});

test("Entra ID's update changes one email, makes a mobile number, and reads keys as paths", () => {
  assert.deepEqual(
    patchUser(ada, parsePatch(entra.updateUser)),
    adaWith({
      name: { givenName: "Adeline", familyName: "Park" },
      displayName: "Adeline Park",
      emails: [{ ...work, value: "new@example.test" }, home],
      phoneNumbers: [{ type: "mobile", value: "555-0100" }],
      [ENTERPRISE_URN]: { department: "Research", manager: { value: "m1", $ref: "../Users/m1" } },
    }),
  );
});

test("an empty PATCH changes nothing", () => {
  assert.deepEqual(patchUser(ada, parsePatch({ Operations: [] })), ada);
});

test("a key of Entra ID's path-less value may be a path with a filter", () => {
  const value = { 'emails[type eq "home"].value': "new@home.test", 'EMAILS[type eq "other"].value': "o@x.test" };
  assert.deepEqual(
    patch({ op: "Replace", value }),
    adaWith({ emails: [work, { ...home, value: "new@home.test" }, { value: "o@x.test", type: "other" }] }),
  );
});

test("more values than an attribute may have are refused, however they come", () => {
  const roles = (from: number) => Array.from({ length: 600 }, (_, n) => ({ value: `r${from + n}` }));
  const add = (from: number) => ({ op: "add", path: "roles", value: roles(from) });
  assert.throws(() => patch(add(0), add(600)), { status: 400, code: "invalidValue" });
});

test("the user that is patched is left as it was", () => {
  const before = structuredClone(ada);
  patchUser(ada, parsePatch(entra.updateUser));
  assert.deepEqual(ada, before);
});

const changes: readonly [name: string, operation: unknown, after: PatchedUser][] = [
  ["add sets a simple attribute", { op: "add", path: "nickName", value: "A" }, adaWith({ nickName: "A" })],
  ["replace sets an absent attribute", { op: "replace", path: "nickName", value: "A" }, adaWith({ nickName: "A" })],
  ["replace by null removes", { op: "replace", path: "title", value: null }, adaWith({ title: undefined })],
  ["add of null changes nothing", { op: "add", path: "title", value: null }, ada],
  ["remove removes", { op: "remove", path: "title" }, adaWith({ title: undefined })],
  ["remove of what is not there changes nothing", { op: "remove", path: "nickName" }, ada],
  ["a name in any case is found", { op: "REPLACE", path: "TITLE", value: "X" }, adaWith({ title: "X" })],
  [
    "replace of a complex attribute keeps the parts that it does not name",
    { op: "replace", path: "name", value: { givenName: "Bo" } },
    adaWith({ name: { givenName: "Bo", familyName: "Park" } }),
  ],
  [
    "a null part of a complex attribute removes that part",
    { op: "replace", value: { name: { givenName: null } } },
    adaWith({ name: { familyName: "Park" } }),
  ],
  [
    "a part of a complex attribute is set",
    { op: "replace", path: "name.givenName", value: "Bo" },
    adaWith({ name: { givenName: "Bo", familyName: "Park" } }),
  ],
  ["a part is removed", { op: "remove", path: "name.givenName" }, adaWith({ name: { familyName: "Park" } })],
  [
    "add appends to a multi-valued attribute",
    { op: "add", path: "emails", value: [{ value: "c@d.test", type: "other" }] },
    adaWith({ emails: [work, home, { value: "c@d.test", type: "other" }] }),
  ],
  [
    "add takes one value without a list",
    { op: "add", path: "roles", value: { value: "r1" } },
    adaWith({ roles: [{ value: "r1" }] }),
  ],
  ["add of a value that is there changes nothing", { op: "add", path: "emails", value: [home] }, ada],
  [
    "add of a value that is there, in another case and with more parts, completes it",
    { op: "add", path: "emails", value: [{ value: "ADA@home.test", type: "Home", display: "H" }] },
    adaWith({ emails: [work, { value: "ADA@home.test", type: "Home", display: "H" }] }),
  ],
  [
    "replace of a multi-valued attribute replaces all its values",
    { op: "replace", path: "emails", value: [{ value: "c@d.test" }] },
    adaWith({ emails: [{ value: "c@d.test" }] }),
  ],
  ["replace by an empty list clears", { op: "replace", path: "emails", value: [] }, adaWith({ emails: undefined })],
  ["remove without a value clears", { op: "remove", path: "emails" }, adaWith({ emails: undefined })],
  [
    "remove with a value takes only that one",
    { op: "remove", path: "emails", value: [{ value: "ADA@work.test" }] },
    adaWith({ emails: [home] }),
  ],
  [
    "remove with a bare value takes only that one",
    { op: "remove", path: "emails", value: "ada@home.test" },
    adaWith({ emails: [work] }),
  ],
  ["remove with a value that is not there takes none", { op: "remove", path: "emails", value: [{ value: "x" }] }, ada],
  ["remove with an empty list takes none", { op: "remove", path: "emails", value: [] }, ada],
  [
    "remove by a filter takes the values that match",
    { op: "remove", path: 'emails[type eq "work" and value ew ".test"]' },
    adaWith({ emails: [home] }),
  ],
  [
    "removing the value of an email removes the email",
    { op: "remove", path: 'emails[type eq "home"].value' },
    adaWith({ emails: [work] }),
  ],
  [
    "removing a label leaves the value",
    { op: "remove", path: 'emails[type eq "home"].type' },
    adaWith({ emails: [work, { value: "ada@home.test" }] }),
  ],
  [
    "replace by a filter replaces the whole value, which goes on matching",
    { op: "replace", path: 'emails[type eq "work"]', value: { value: "w@x.test" } },
    adaWith({ emails: [{ type: "work", value: "w@x.test" }, home] }),
  ],
  [
    "add by a filter completes the value",
    { op: "add", path: 'emails[type eq "home"]', value: { display: "H" } },
    adaWith({ emails: [work, { ...home, display: "H" }] }),
  ],
  [
    "a filter that matches nothing makes the value that it describes",
    { op: "replace", path: 'addresses[type eq "work" and primary eq "True"].locality', value: "Oslo" },
    adaWith({ addresses: [{ type: "work", primary: true, locality: "Oslo" }] }),
  ],
  [
    "a part without a filter is set in every value",
    { op: "replace", path: "emails.display", value: "E" },
    adaWith({
      emails: [
        { ...work, display: "E" },
        { ...home, display: "E" },
      ],
    }),
  ],
  [
    "a part of an attribute without values makes one",
    { op: "add", path: "phoneNumbers.value", value: "1" },
    adaWith({ phoneNumbers: [{ value: "1" }] }),
  ],
  [
    "null where a filter matches nothing changes nothing",
    { op: "replace", path: 'emails[type eq "x"].value', value: null },
    ada,
  ],
  [
    "making one email primary takes that from the other",
    { op: "replace", path: 'emails[type eq "home"].primary', value: "True" },
    adaWith({
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    }),
  ],
  [
    "adding a primary email takes that from the other",
    {
      op: "add",
      path: "emails",
      value: [
        { value: "c@d.test", primary: true },
        { value: work.value, type: "work" },
      ],
    },
    adaWith({ emails: [{ ...work, primary: false }, home, { value: "c@d.test", primary: true }] }),
  ],
  [
    "an enterprise attribute is found without its URN",
    { op: "replace", path: "department", value: "R&D" },
    adaWith(enterpriseWith({ department: "R&D" })),
  ],
  [
    "an extension under its URN is merged",
    { op: "replace", value: { [ENTERPRISE_URN]: { department: "R&D", shoe: 43 } } },
    adaWith(enterpriseWith({ department: "R&D" })),
  ],
  [
    "a path that is the extension's URN takes an object",
    { op: "add", path: ENTERPRISE_URN.toLowerCase(), value: { costCenter: "7" } },
    adaWith(enterpriseWith({ costCenter: "7" })),
  ],
  [
    "removing an extension removes all of it",
    { op: "remove", path: ENTERPRISE_URN },
    adaWith({ [ENTERPRISE_URN]: undefined }),
  ],
  [
    "a bare manager is the manager's id, and the old reference goes",
    { op: "Replace", path: `${ENTERPRISE_URN}:manager`, value: "m2" },
    adaWith(enterpriseWith({ manager: { value: "m2" } })),
  ],
  [
    "a manager in a list is the manager",
    { op: "Add", path: "manager", value: [{ value: "m2" }] },
    adaWith(enterpriseWith({ manager: { value: "m2" } })),
  ],
  [
    "an empty manager clears",
    { op: "Add", path: "manager", value: "" },
    adaWith({ [ENTERPRISE_URN]: { department: "Sales" } }),
  ],
  [
    "an empty manager.value clears",
    { op: "Replace", path: "manager.value", value: "" },
    adaWith({ [ENTERPRISE_URN]: { department: "Sales" } }),
  ],
  [
    "read-only attributes without a path are ignored",
    { op: "replace", value: { id: "x", meta: {}, groups: [], "meta.version": "1", schemas: [] } },
    ada,
  ],
  [
    "unknown attributes without a path are ignored",
    { op: "replace", value: { shoe: 43, "urn:example:Shoes:size": 43, "name.shoe": 1 } },
    ada,
  ],
  ["schemas with a path is ignored", { op: "add", path: "schemas", value: [ENTERPRISE_URN] }, ada],
  ["userName is replaced", { op: "replace", path: "userName", value: "Bo" }, { ...ada, userName: "Bo" }],
  ["externalId is replaced", { op: "replace", value: { externalId: "e2" } }, { ...ada, externalId: "e2" }],
  ["externalId is removed", { op: "remove", path: "externalId" }, { ...ada, externalId: null }],
  ["active null without a path leaves it", { op: "replace", value: { active: null } }, ada],
];

for (const [name, operation, after] of changes) {
  test(name, () => {
    assert.deepEqual(patch(operation), after);
  });
}

const refusals: readonly [name: string, operation: unknown, code: string, named: RegExp][] = [
  ["id with a path", { op: "replace", path: "id", value: "x" }, "mutability", /id is read-only/],
  ["meta with a path", { op: "remove", path: "meta.created" }, "mutability", /meta\.created is read-only/],
  ["groups with a path", { op: "add", path: "groups", value: [] }, "mutability", /groups is read-only/],
  ["the manager's name", { op: "add", path: "manager.displayName", value: "B" }, "mutability", /manager\.displayName/],
  ["removing userName", { op: "remove", path: "userName" }, "mutability", /userName is required/],
  ["emptying userName", { op: "replace", path: "userName", value: "" }, "invalidValue", /userName is required/],
  ["userName null", { op: "replace", value: { userName: null } }, "invalidValue", /userName is required/],
  ["removing active", { op: "remove", path: "active" }, "invalidValue", /active cannot be removed/],
  ["active as a word", { op: "replace", path: "active", value: "off" }, "invalidValue", /active takes true or false/],
  ["an unknown path", { op: "replace", path: "shoe", value: 43 }, "invalidPath", /"shoe" is no attribute/],
  ["a filter that does not parse", { op: "remove", path: "emails[type = 1]" }, "invalidFilter", /expected an operator/],
  ["removing by a filter that matches nothing", { op: "remove", path: 'emails[type eq "x"]' }, "noTarget", /emails/],
  [
    "writing by a filter that matches and describes nothing",
    { op: "replace", path: 'emails[value co "x@"].type', value: "a" },
    "noTarget",
    /No value of emails matches/,
  ],
  [
    "writing a value that would not match its own filter",
    { op: "replace", path: 'emails[value eq "x@y"].value', value: "z@y" },
    "noTarget",
    /No value of emails/,
  ],
  ["a value of the wrong type", { op: "replace", path: "title", value: 7 }, "invalidValue", /title takes text/],
  [
    "a value that is too long",
    { op: "add", path: "name.givenName", value: "x".repeat(1025) },
    "invalidValue",
    /name\.givenName/,
  ],
  [
    "a filter that describes too long a value",
    { op: "add", path: `emails[type eq "${"x".repeat(1025)}"].value`, value: "a@b" },
    "invalidValue",
    /emails\.type may have 1024/,
  ],
  [
    "two primary emails at once",
    {
      op: "add",
      path: "emails",
      value: [
        { value: "1", primary: true },
        { value: "2", primary: true },
      ],
    },
    "invalidValue",
    /one primary/,
  ],
  ["every email primary", { op: "replace", path: "emails.primary", value: true }, "invalidValue", /one primary/],
  ["text without a path", { op: "add", value: "x" }, "invalidValue", /add takes an object/],
  ["text for an extension", { op: "add", value: { [ENTERPRISE_URN]: "x" } }, "invalidValue", /takes an object/],
];

for (const [name, operation, code, named] of refusals) {
  test(`PATCH of a user refuses ${name}`, () => {
    assert.throws(
      () => patch(operation),
      (error) => error instanceof Refusal && error.status === 400 && error.code === code && named.test(error.message),
    );
  });
}

const bodies: readonly [name: string, body: unknown, code: string][] = [
  ["that is a list", [], "invalidSyntax"],
  ["without Operations", {}, "invalidSyntax"],
  ["whose Operations are an object", { Operations: {} }, "invalidSyntax"],
  ["with an operation that is text", { Operations: ["add"] }, "invalidSyntax"],
  ["with an operation that does not exist", { Operations: [{ op: "move", path: "title" }] }, "invalidSyntax"],
  ["with a path that is a number", { Operations: [{ op: "add", path: 1, value: 1 }] }, "invalidPath"],
  ["with add without a value", { Operations: [{ op: "add", path: "title" }] }, "invalidValue"],
  ["with remove without a path", { Operations: [{ op: "remove" }] }, "noTarget"],
  ["with 10,001 operations", { Operations: Array(10_001).fill({ op: "remove", path: "title" }) }, "tooMany"],
];

for (const [name, body, code] of bodies) {
  test(`a PATCH body ${name} is refused with ${code}`, () => {
    assert.throws(() => parsePatch(body), { name: "Refusal", status: 400, code });
  });
}

test("operations in any case are read in order, and a later one sees what an earlier one did", () => {
  const body = {
    operations: [
      { OP: "Add", PATH: "nickName", VALUE: "A" },
      { op: "REMOVE", path: "nickname" },
    ],
  };
  assert.deepEqual(parsePatch(body), [
    { op: "add", path: "nickName", value: "A" },
    { op: "remove", path: "nickname" },
  ]);
  assert.deepEqual(patchUser(ada, parsePatch(body)), ada);
});

test("two thousand operations on one attribute are applied in no time, more are refused", () => {
  const add = (_: unknown, n: number) => ({ op: "add", path: "roles", value: { value: `r${n % 900}` } });
  const start = performance.now();
  const roles = patch(...Array.from({ length: 2000 }, add)).attributes["roles"];
  assert.ok(Array.isArray(roles) && roles.length === 900);
  assert.ok(performance.now() - start < 5000, "0.1 s when the machine is idle");
  assert.throws(() => patch(...Array.from({ length: 2001 }, add)), { status: 400, code: "tooMany" });
});
