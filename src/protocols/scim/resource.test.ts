import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../refusal.ts";
import { versionTag } from "./etag.ts";
import * as entra from "./fixtures/entra.ts";
import * as okta from "./fixtures/okta.ts";
import * as onelogin from "./fixtures/onelogin.ts";
import { isEmailAddress, parseGroup, parseUser, primaryEmail, renderGroup, renderUser } from "./resource.ts";
import { ENTERPRISE_URN } from "./schema.ts";

const at = { createdAt: new Date("2026-01-02T03:04:05Z"), lastModified: new Date("2026-01-03T00:00:00.5Z") };
const base = "https://acme.base.test/okta/scim";

function refused(code: string, named: RegExp) {
  return (error: unknown) =>
    error instanceof Refusal && error.status === 400 && error.code === code && named.test(error.message);
}

test("Okta's new user is read without its password and its empty groups", () => {
  assert.deepEqual(parseUser(okta.createUser), {
    userName: "ada.park@example.test",
    externalId: "00u0000000000000ada1",
    active: true,
    attributes: {
      name: { givenName: "Ada", familyName: "Park" },
      emails: [{ primary: true, value: "ada.park@example.test", type: "work" }],
      displayName: "Ada Park",
      locale: "en-US",
    },
  });
});

test("the enterprise extension stands under its URN", () => {
  const { attributes } = parseUser(okta.createUserWithDepartment);
  assert.deepEqual(attributes[ENTERPRISE_URN], { department: "Sales" });
  assert.equal(attributes["title"], "Account Executive");
});

test("our own answer sent back by Okta is read without id, meta and groups", () => {
  const input = parseUser({ ...okta.updateUser, groups: [{ value: "g1", display: "Platform" }] });
  assert.deepEqual(Object.keys(input.attributes), ["displayName", "locale", "emails", "name"]);
  assert.deepEqual(input.attributes["name"], { formatted: "Ada Park", familyName: "Park", givenName: "Adeline" });
});

test("what Okta gets back is what it reads", () => {
  const input = parseUser(okta.createUserWithDepartment);
  const stored = { id: "u1", ...input, externalId: "x", active: true, groups: [], version: 1, ...at };
  assert.deepEqual(parseUser(renderUser(stored, base)), { ...input, externalId: "x" });
});

test("Entra ID's new user and new group are read", () => {
  assert.equal(parseUser(entra.createUser).externalId, "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef");
  assert.deepEqual(parseGroup(entra.createGroup), {
    displayName: "Engineering",
    externalId: "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
    members: undefined,
  });
});

test("OneLogin's names from before the standard mean today's, and its one email is a list", () => {
  const { attributes } = parseUser(onelogin.createUser);
  assert.deepEqual(attributes["emails"], [{ value: "ada.park@example.test", type: "work", primary: true }]);
  assert.deepEqual(attributes[ENTERPRISE_URN], { department: "Sales", manager: { value: "m1" } });
});

test("attribute names are read in any case and kept in the schema's", () => {
  const body = { USERNAME: "Ada", Name: { GIVENNAME: "Ada" }, Emails: [{ Value: "a@b.test", PRIMARY: "True" }] };
  assert.deepEqual(parseUser(body), {
    userName: "Ada",
    externalId: undefined,
    active: undefined,
    attributes: { name: { givenName: "Ada" }, emails: [{ value: "a@b.test", primary: true }] },
  });
});

test("enterprise attributes are read when they are flattened to URN:attribute", () => {
  const body = { userName: "a", [`${ENTERPRISE_URN}:department`]: "Sales", [`${ENTERPRISE_URN}:manager`]: "m1" };
  assert.deepEqual(parseUser(body).attributes, { [ENTERPRISE_URN]: { department: "Sales", manager: { value: "m1" } } });
});

test("an absent attribute is not an empty one", () => {
  assert.deepEqual(parseUser({ userName: "a" }), {
    userName: "a",
    externalId: undefined,
    active: undefined,
    attributes: {},
  });
  assert.equal(parseUser({ userName: "a", externalId: null }).externalId, null);
  assert.equal(parseUser({ userName: "a", externalId: "" }).externalId, null);
  assert.equal(parseUser({ userName: "a", active: null }).active, undefined);
  assert.equal(parseGroup({ displayName: "G" }).members, undefined);
  assert.deepEqual(parseGroup({ displayName: "G", members: [] }).members, []);
  assert.deepEqual(parseGroup({ displayName: "G", members: null }).members, []);
});

test("null, an empty list and an empty object are unassigned", () => {
  const body = {
    userName: "a",
    title: null,
    emails: [],
    name: {},
    roles: [null, {}],
    [ENTERPRISE_URN]: { manager: "" },
  };
  assert.deepEqual(parseUser(body).attributes, {});
});

test("a quoted boolean is a boolean", () => {
  assert.equal(parseUser({ userName: "a", active: "False" }).active, false);
  assert.equal(parseUser({ userName: "a", active: "true" }).active, true);
});

test("unknown attributes and unknown extensions are dropped", () => {
  const body = { userName: "a", shoeSize: 43, "urn:example:Shoes": { size: 43 }, name: { nick: "x", givenName: "A" } };
  assert.deepEqual(parseUser(body).attributes, { name: { givenName: "A" } });
});

test("the manager's name is ours to say, not the directory's", () => {
  const body = { userName: "a", [ENTERPRISE_URN]: { manager: { value: "m1", displayName: "Bo" } } };
  assert.deepEqual(parseUser(body).attributes, { [ENTERPRISE_URN]: { manager: { value: "m1" } } });
});

test("names of JavaScript's own do no harm", () => {
  const body = JSON.parse(
    '{"userName":"a","__proto__":{"x":1},"constructor":{"prototype":1},"name":{"__proto__":{"y":1}}}',
  );
  assert.deepEqual(parseUser(body).attributes, {});
  assert.equal(Object.getPrototypeOf(parseUser(body).attributes), Object.prototype);
  assert.equal("x" in {}, false);
});

const refusals: readonly [name: string, body: unknown, code: string, named: RegExp][] = [
  ["a body that is a list", [], "invalidSyntax", /a list/],
  ["a body that is null", null, "invalidSyntax", /null/],
  ["no userName", {}, "invalidValue", /userName is required/],
  ["a userName of spaces", { userName: "  " }, "invalidValue", /userName is required/],
  ["a userName that is a number", { userName: 7 }, "invalidValue", /userName takes text, but got 7/],
  ["text for emails", { userName: "a", emails: "a@b" }, "invalidValue", /emails takes a list, but got "a@b"/],
  ["text for one email", { userName: "a", emails: ["a@b"] }, "invalidValue", /emails takes an object/],
  ["a number for a part", { userName: "a", name: { givenName: 1 } }, "invalidValue", /name\.givenName takes text/],
  ["a word for active", { userName: "a", active: "no" }, "invalidValue", /active takes true or false, but got "no"/],
  ["text of 1,025 characters", { userName: "a", title: "x".repeat(1025) }, "invalidValue", /title may have 1024/],
  ["a NUL character", { userName: "a", title: "x\0" }, "invalidValue", /title contains a NUL/],
  ["half a surrogate pair", { userName: "a\ud800" }, "invalidValue", /userName contains half/],
  ["text for the extension", { userName: "a", [ENTERPRISE_URN]: "x" }, "invalidValue", /enterprise:2\.0:User takes/],
  [
    "two primary emails",
    { userName: "a", emails: [1, 2].map((n) => ({ value: `${n}@b`, primary: true })) },
    "invalidValue",
    /emails may have one primary/,
  ],
  ["1,001 values", { userName: "a", roles: Array(1001).fill({ value: "x" }) }, "invalidValue", /roles takes at most/],
];

for (const [name, body, code, named] of refusals) {
  test(`a user with ${name} is refused by name`, () => {
    assert.throws(() => parseUser(body), refused(code, named));
  });
}

test("text of 1,024 characters is taken, a certificate may be longer", () => {
  const long = "x".repeat(20_000);
  const body = {
    userName: "a",
    title: "x".repeat(1024),
    x509Certificates: [{ value: long }],
    photos: [{ value: long }],
  };
  assert.deepEqual(parseUser(body).attributes["x509Certificates"], [{ value: long }]);
});

test("a member is taken once, with the display that came with it", () => {
  const members = [{ value: "u1" }, { value: "u2", type: "User", $ref: null }, { value: "u1", display: "Ada" }];
  assert.deepEqual(parseGroup({ displayName: "G", members }).members, [
    { value: "u1", display: "Ada" },
    { value: "u2" },
  ]);
});

const memberRefusals: readonly [name: string, members: unknown, named: RegExp][] = [
  ["a group as a member", [{ value: "g2", type: "group" }], /"g2" is a group/],
  ["a member without value", [{ display: "Ada" }], /members\.value takes the id of a user, but got undefined/],
  ["a number as a member", [{ value: 1 }], /members\.value/],
  ["text as a member", ["u1"], /A member takes an object, but got "u1"/],
  ["text for members", "u1", /members takes a list/],
  ["a display that is a number", [{ value: "u1", display: 1 }], /members\.display takes text/],
  ["a NUL character in an id", [{ value: "u\0" }], /NUL/],
];

for (const [name, members, named] of memberRefusals) {
  test(`a group with ${name} is refused by name`, () => {
    assert.throws(() => parseGroup({ displayName: "G", members }), refused("invalidValue", named));
  });
}

test("a group without a name is refused", () => {
  assert.throws(() => parseGroup({ displayName: " " }), refused("invalidValue", /displayName is required/));
});

test("50,000 members are read in no time", () => {
  const members = Array.from({ length: 50_000 }, (_, n) => ({ value: `user-${n}`, display: `Person ${n}` }));
  const start = performance.now();
  assert.equal(parseGroup({ displayName: "G", members }).members?.length, 50_000);
  assert.ok(performance.now() - start < 5000, "0.03 s when the machine is idle");
});

test("a user is matched by the primary email, else the first, else a userName that is an address", () => {
  const email = (attributes: unknown, userName = "ada") =>
    primaryEmail(userName, parseUser({ userName, emails: attributes }).attributes);
  assert.equal(email([{ value: "a@b.test" }, { value: " c@d.test ", primary: true }]), "c@d.test");
  assert.equal(email([{ value: "" }, { value: "a@b.test" }, { value: "c@d.test" }]), "a@b.test");
  assert.equal(email([], " Ada@Example.test "), "Ada@Example.test");
  assert.equal(email([]), undefined);
  assert.equal(email([{ value: "nobody" }]), undefined);
});

test("an email address has one @, a local part and a domain", () => {
  for (const good of ["a@b", "ada.park+x@example.test", "o'neil@ex-ample.co.uk", "jürgen@exämple.de"]) {
    assert.equal(isEmailAddress(good), true, good);
  }
  const bad = [
    "",
    "a",
    "@b",
    "a@",
    "a@b@c",
    "a b@c",
    "a@b c",
    "a@.b",
    "a@b.",
    "a@-b",
    "a\n@b",
    "<a@b>",
    "a,b@c",
    "a@b\0",
  ];
  for (const text of [...bad, `${"x".repeat(65)}@b`, `a@${"b.".repeat(130)}c`])
    assert.equal(isEmailAddress(text), false, text);
});

test("a user is rendered with its location, version and groups, and no externalId when there is none", () => {
  const stored = {
    id: "u1",
    userName: "Ada",
    externalId: null,
    active: false,
    attributes: { title: "x" },
    version: 7,
    ...at,
  };
  const groups = [{ value: "g1", display: "Team" }];
  assert.deepEqual(renderUser({ ...stored, groups }, base), {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id: "u1",
    userName: "Ada",
    title: "x",
    active: false,
    groups: [{ value: "g1", $ref: `${base}/Groups/g1`, display: "Team", type: "direct" }],
    meta: {
      resourceType: "User",
      created: "2026-01-02T03:04:05.000Z",
      lastModified: "2026-01-03T00:00:00.500Z",
      location: `${base}/Users/u1`,
      version: versionTag(7, groups),
    },
  });
  assert.equal("groups" in renderUser({ ...stored, groups: [] }, base), false);
});

test("the enterprise URN stands in schemas only when the extension does", () => {
  const attributes = { [ENTERPRISE_URN]: { department: "Sales" } };
  const user = { id: "u1", userName: "a", externalId: "e", active: true, attributes, groups: [], version: 1, ...at };
  assert.deepEqual(renderUser(user, base)["schemas"], ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_URN]);
});

test("a group is rendered with its members, with an empty list, or without them when they were not asked for", () => {
  const group = { id: "g1", displayName: "Team", externalId: "e", version: 2, ...at };
  const members = [{ value: "u1", display: "Ada" }, { value: "u2" }];
  assert.deepEqual(renderGroup(group, members, base)["members"], [
    { value: "u1", $ref: `${base}/Users/u1`, display: "Ada", type: "User" },
    { value: "u2", $ref: `${base}/Users/u2`, type: "User" },
  ]);
  assert.deepEqual(renderGroup(group, [], base)["members"], []);
  assert.equal("members" in renderGroup(group, undefined, base), false);
});
