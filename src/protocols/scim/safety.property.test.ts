import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal } from "../../refusal.ts";
import { parseBulk } from "./bulk.ts";
import { namedVersions } from "./etag.ts";
import { matches, parseFilter, printFilter } from "./filter.ts";
import { isObject, type JsonObject } from "./json.ts";
import { parseSearch, project, wantsAttribute } from "./list.ts";
import { groupChanges, type PatchedUser, parsePatch, patchUser } from "./patch.ts";
import { targetsOf } from "./patch-target.ts";
import { parsePath } from "./path.ts";
import { isEmailAddress, parseGroup, parseUser, primaryEmail } from "./resource.ts";
import { ENTERPRISE_URN, GROUP_URN, SCHEMAS_OF, USER_URN } from "./schema.ts";
import { isPrimary } from "./value.ts";

/** Nothing but a refusal of the client's request may come out of a function: anything else would be a 500. */
function refusalOrResult<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    assert.ok(error.status >= 400 && error.status < 500 && error.message.length < 400);
    return undefined;
  }
}

const attributes = [...SCHEMAS_OF.User, ...SCHEMAS_OF.Group].flatMap((one) => one.attributes);
const names = attributes.flatMap((one) => [one.name, ...one.subAttributes.map((sub) => sub.label)]);
const parts = ["value", "type", "primary", "display", "$ref", "givenName", "familyName", "locality", "formatted"];
const name = fc.constantFrom(
  ...names,
  ...parts,
  ...[USER_URN, GROUP_URN, ENTERPRISE_URN, `${ENTERPRISE_URN}:manager`, "urn:scim:schemas:core:2.0"],
  ...["id", "meta", "schemas", "externalId", "__proto__", "constructor", "toString", "", "Operations", "op", "path"],
);
const scalar = fc.oneof(
  fc.constantFrom(
    "work",
    "home",
    "a@b.test",
    "True",
    "false",
    "",
    "\0",
    "\ud800",
    "x".repeat(1025),
    null,
    true,
    false,
    1,
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
);

const anything: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** Bodies and values that are nearly right, so that the cases come further than the first check. */
const near = fc.constantFrom(
  "work",
  "home",
  "a@b.test",
  "A@B.test",
  "c@d.test",
  "True",
  "false",
  "",
  "m1",
  true,
  false,
  null,
);
const element = fc
  .array(fc.tuple(fc.constantFrom("value", "type", "primary", "display", "locality", "givenName"), near), {
    maxLength: 3,
  })
  .map((entries) => Object.fromEntries(entries));
const plausible = fc.oneof(near, element, fc.array(fc.oneof(element, near), { maxLength: 3 }));
const attributeName = fc.constantFrom(
  ...["emails", "roles", "addresses", "photos", "name", "title", "active", "manager"],
);
const plausibleBody = fc
  .array(fc.tuple(fc.oneof({ weight: 5, arbitrary: attributeName }, name), plausible), { maxLength: 4 })
  .map((entries) => ({ userName: "x", displayName: "y", ...Object.fromEntries(entries) }));
const plausiblePath = fc.constantFrom(
  ...["emails", 'emails[type eq "work"]', 'emails[type eq "work"].value', 'emails[type eq "work"].primary'],
  ...[
    'emails[value co "a"].type',
    'emails[not (type eq "work")]',
    'emails[value eq "a@b.test"]',
    "emails[primary eq true]",
  ],
  ...[
    'roles[primary eq "True"].value',
    'addresses[type eq "home" and primary eq true].locality',
    "emails.value",
    "roles",
  ],
  ...[
    "emails.primary",
    "emails.type",
    "name",
    "name.givenName",
    "manager",
    "manager.value",
    "title",
    "active",
    "userName",
  ],
  ...[
    "externalId",
    ENTERPRISE_URN,
    USER_URN,
    "photos",
    "addresses",
    'members[value eq "u1"]',
    "members",
    "displayName",
  ],
);

const fragments = fc.constantFrom(
  ...[
    ...names,
    ...parts,
    ENTERPRISE_URN,
    "eq",
    "ne",
    "co",
    "pr",
    "gt",
    "and",
    "or",
    "not",
    "(",
    ")",
    "[",
    "]",
    ".",
    ":",
  ],
  ...['"work"', '"a\\"b"', '"', "true", "null", "1", '"2026-01-01T00:00:00Z"', '"\\u0000"', "\0", "&", "?", "\\"],
);
const term = fc
  .tuple(
    fc.constantFrom(...names, "emails[type", "not (active", "(userName", "email", "MANAGER"),
    fc.constantFrom("eq", "Ne", "co", "sw", "pr", "gt", "LE"),
    fc.constantFrom(
      '"work"',
      '"true"',
      "true",
      "null",
      '"2026-01-01T00:00:00Z"',
      '"work"]',
      '"x")',
      '"x"].value eq "y"',
      "",
    ),
  )
  .map((words) => words.join(" "));
const expression = fc.oneof(
  term,
  fc.tuple(term, fc.constantFrom(" and ", " OR "), term).map((words) => words.join("")),
  plausiblePath,
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.array(fragments, { maxLength: 12 }).map((words) => words.join(" ")),
  fc.array(fragments, { maxLength: 6 }).map((words) => words.join("")),
  fc
    .tuple(name, fc.constantFrom("type", "value", "primary"), fc.constantFrom("eq", "ne", "co"), name)
    .map(([attribute, part, op, sub]) => `${attribute}[${part} ${op} "true"].${sub}`),
);

test("no body makes anything but a user, a group or a refusal", () => {
  fc.assert(
    fc.property(fc.oneof(anything, plausibleBody), (body) => {
      const user = refusalOrResult(() => parseUser(body));
      if (user !== undefined) {
        assertStorable({ ...user, externalId: user.externalId ?? null, active: user.active ?? true });
        primaryEmail(user.userName, user.attributes);
      }
      refusalOrResult(() => parseGroup(body));
      refusalOrResult(() => parseGroup({ displayName: "x", members: body }));
      refusalOrResult(() => parseUser(isObject(body) ? { userName: "x", ...body } : body));
      refusalOrResult(() => parseSearch(body));
      refusalOrResult(() => parseBulk(body, 10));
      refusalOrResult(() => parseBulk({ Operations: [body] }, 10));
    }),
    { numRuns: 4000 },
  );
});

test("no text makes anything but a filter, a path or a refusal", () => {
  fc.assert(
    fc.property(expression, anything, (text, resource) => {
      for (const type of ["User", "Group"] as const) {
        const filter = refusalOrResult(() => parseFilter(text, type));
        if (filter !== undefined) {
          assert.deepEqual(parseFilter(printFilter(filter), type), filter);
          matches(filter, (isObject(resource) ? resource : {}) as JsonObject);
        }
        refusalOrResult(() => parsePath(text, type));
        project({ id: "1", emails: [{ value: "x" }] }, { attributes: [text], excludedAttributes: [text] }, type);
      }
      wantsAttribute({ attributes: [text] }, "members");
      namedVersions(text);
      isEmailAddress(text);
    }),
    { numRuns: 6000 },
  );
});

const operation = fc
  .tuple(
    fc.constantFrom("add", "Add", "replace", "Replace", "remove"),
    fc.option(fc.oneof({ weight: 6, arbitrary: plausiblePath }, name, expression), { nil: undefined }),
    fc.option(fc.oneof({ weight: 6, arbitrary: plausible }, plausibleBody, anything), { nil: undefined, freq: 9 }),
  )
  .map(([op, path, value]) => ({
    op,
    ...(path === undefined ? {} : { path }),
    ...(value === undefined ? {} : { value }),
  }));

const ada: PatchedUser = {
  userName: "ada",
  externalId: "e1",
  active: true,
  attributes: {
    name: { givenName: "Ada" },
    emails: [
      { value: "a@b.test", type: "work", primary: true },
      { value: "c@d.test", type: "home" },
    ],
    [ENTERPRISE_URN]: { department: "Sales", manager: { value: "m1" } },
  },
};

test("no PATCH makes anything but a user that could have been posted, or a refusal", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 4 }), (Operations) => {
      const operations = refusalOrResult(() => parsePatch({ Operations }));
      if (operations === undefined) return;
      const before = structuredClone(ada);
      const after = refusalOrResult(() => patchUser(ada, operations));
      assert.deepEqual(ada, before);
      if (after !== undefined) assertStorable(after);
      refusalOrResult(() => groupChanges(operations));
    }),
    { numRuns: 6000 },
  );
});

test("an operation that is done twice does no more than once, or has no target left", () => {
  fc.assert(
    fc.property(operation, (one) => {
      const operations = refusalOrResult(() => parsePatch({ Operations: [one] }));
      const once = operations && refusalOrResult(() => patchUser(ada, operations));
      if (operations === undefined || once === undefined) return;
      // An object may have an attribute twice, as `emails` and `emails.value`; then it is two operations.
      const attributes = operations
        .flatMap((each) => targetsOf(each, "User"))
        .map(({ target }) => target.path.attribute);
      fc.pre(new Set(attributes).size === attributes.length);
      try {
        assert.deepEqual(patchUser(once, operations), once);
      } catch (error) {
        assert.ok(error instanceof Refusal && error.code === "noTarget", String(error));
      }
    }),
    { numRuns: 6000 },
  );
});

/** What is kept must be what a POST of it would keep, without two primary values and without a password. */
function assertStorable(user: PatchedUser): void {
  assert.equal(typeof user.active, "boolean");
  assert.equal("password" in user.attributes, false);
  assert.deepEqual(parseUser({ ...user.attributes, ...user, attributes: undefined }), user);
  for (const values of Object.values(user.attributes)) {
    if (Array.isArray(values)) assert.ok(values.filter(isPrimary).length < 2);
  }
  assert.equal(JSON.stringify(user).includes("\\u0000"), false);
}

test("JavaScript's own objects are as they were", () => {
  assert.deepEqual(Object.keys(Object.prototype), []);
});
