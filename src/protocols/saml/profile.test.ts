import assert from "node:assert/strict";
import { test } from "node:test";
import { verified } from "./fixtures/expectation.ts";
import { ENTRA, OKTA, replacing, sent } from "./fixtures/providers.ts";
import { EMAIL_CLAIM } from "./fixtures/shapes.ts";
import { type ProfileAttributes, readProfile } from "./profile.ts";

const NONE: ProfileAttributes = { givenName: undefined, familyName: undefined, groups: undefined, role: undefined };
const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

function profile(attributes: Record<string, string[]>, names: Partial<ProfileAttributes> = {}) {
  return readProfile(new Map(Object.entries(attributes)), { ...NONE, ...names });
}

test("finds the name under the names that Okta, Entra, OneLogin and X.500 use", () => {
  const ada = { givenName: "Ada", familyName: "Park" };
  assert.deepEqual(profile({ firstName: ["Ada"], lastName: ["Park"] }), ada);
  assert.deepEqual(profile({ [`${CLAIMS}/givenname`]: ["Ada"], [`${CLAIMS}/surname`]: ["Park"] }), ada);
  assert.deepEqual(profile({ "User.FirstName": ["Ada"], "User.LastName": ["Park"] }), ada);
  assert.deepEqual(profile({ "urn:oid:2.5.4.42": ["Ada"], "urn:oid:2.5.4.4": ["Park"] }), ada);
});

test("a name that was chosen is the only one that is read", () => {
  const sentAttributes = { firstName: ["Ada"], nick: ["Countess"] };
  assert.deepEqual(profile(sentAttributes, { givenName: "nick" }), { givenName: "Countess" });
  assert.deepEqual(profile(sentAttributes, { givenName: "absent" }), {});
});

test("groups and roles are read only under the name that was chosen", () => {
  const sentAttributes = { groups: ["Engineering"], role: ["admin"] };
  assert.deepEqual(profile(sentAttributes), {});
  assert.deepEqual(profile(sentAttributes, { groups: "groups", role: "role" }), {
    groups: ["Engineering"],
    roles: ["admin"],
  });
});

test("absent groups are not empty groups", () => {
  assert.equal(profile({}, { groups: "groups" }).groups, undefined);
  assert.deepEqual(profile({ groups: [] }, { groups: "groups" }).groups, []);
  assert.deepEqual(profile({ groups: ["", " "] }, { groups: "groups" }).groups, []);
});

test("values are trimmed, and each counts once", () => {
  assert.deepEqual(profile({ groups: [" Ops", "Ops ", "", "Dev"] }, { groups: "groups" }).groups, ["Ops", "Dev"]);
  assert.deepEqual(profile({ firstName: ["  "], givenName: [" Ada "] }), { givenName: "Ada" });
});

test("a verified assertion carries the profile that its signature covers", () => {
  const groups = verified(sent(OKTA), { profileFrom: { ...NONE, groups: "groups" } }).groups;
  assert.ok(groups && groups.length > 0);
  assert.equal(verified(sent(OKTA), { profileFrom: { ...NONE, groups: "memberOf" } }).groups, undefined);
  const named = replacing(
    /<AttributeStatement>/,
    `<AttributeStatement><Attribute Name="${CLAIMS}/givenname"><AttributeValue>Ann</AttributeValue></Attribute>`,
  );
  const emailFrom = { attribute: EMAIL_CLAIM };
  assert.equal(verified(sent(ENTRA, {}, named), { emailFrom }).givenName, "Ann");
});
