import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../refusal.ts";
import { printFilter } from "./filter.ts";
import { parsePath } from "./path.ts";
import { ENTERPRISE_URN, GROUP_URN, type ResourceType, USER_URN } from "./schema.ts";

/** What a path resolved to, as short text: `attribute | filter | sub`, or the schema. */
function shown(text: string, type: ResourceType = "User"): string {
  const target = parsePath(text, type);
  if ("schema" in target) return target.schema.name;
  const { path, filter, sub } = target;
  const name = path.urn === undefined ? path.attribute : `enterprise ${path.attribute}`;
  return [name, filter && printFilter({ op: "not", filter }), sub?.name]
    .filter((part) => part !== undefined)
    .join(" | ");
}

const paths: readonly [path: string, shown: string, type?: ResourceType][] = [
  ["userName", "userName"],
  ["USERNAME", "userName"],
  [" userName ", "userName"],
  ["name.familyName", "name | familyName"],
  ["NAME.FAMILYNAME", "name | familyName"],
  [`${USER_URN}:name.familyName`, "name | familyName"],
  [`${USER_URN.toUpperCase()}:userName`, "userName"],
  ["emails", "emails"],
  ["email", "emails"],
  ["emails.value", "emails | value"],
  ['emails[type eq "work"]', 'emails | not (emails.type eq "work")'],
  ['emails[type eq "work"].value', 'emails | not (emails.type eq "work") | value'],
  ['emails[type eq "work" and value co "@x"]', 'emails | not (emails.type eq "work" and emails.value co "@x")'],
  ['addresses[type eq "a]b"].streetAddress', 'addresses | not (addresses.type eq "a]b") | streetAddress'],
  ['roles[primary eq "True"].value', "roles | not (roles.primary eq true) | value"],
  ["department", "enterprise department"],
  ["manager", "enterprise manager"],
  ["manager.value", "enterprise manager | value"],
  [`${ENTERPRISE_URN}:department`, "enterprise department"],
  [`${ENTERPRISE_URN.toLowerCase()}:DEPARTMENT`, "enterprise department"],
  [`${ENTERPRISE_URN}:manager.value`, "enterprise manager | value"],
  ["urn:scim:schemas:extension:enterprise:1.0:department", "enterprise department"],
  [ENTERPRISE_URN, "EnterpriseUser"],
  [USER_URN, "User"],
  ["members", "members", "Group"],
  ['members[value eq "u2"]', 'members | not (members.value eq "u2")', "Group"],
  [`${GROUP_URN}:members`, "members", "Group"],
];

for (const [path, expected, type = "User"] of paths) {
  test(`the path ${path} of a ${type} is ${expected}`, () => {
    assert.equal(shown(path, type), expected);
  });
}

const refusals: readonly [path: string, code: string, named: RegExp, type?: ResourceType][] = [
  ["", "invalidPath", /"" is no attribute of a User/],
  ["shoeSize", "invalidPath", /"shoeSize" is no attribute of a User/],
  ["members", "invalidPath", /"members" is no attribute of a User/],
  ["userName", "invalidPath", /"userName" is no attribute of a Group/, "Group"],
  ["urn:example:Shoes:size", "invalidPath", /is no attribute/],
  ["name.shoe", "invalidPath", /is no attribute/],
  ["userName x", "invalidPath", /path is wrong at character 10: expected the end/],
  ['name[givenName eq "a"]', "invalidPath", /character 5: expected the end/],
  ['emails[type eq "work"].shoe', "invalidPath", /character 24: expected a sub-attribute of emails/],
  ['emails[type eq "work"] .value', "invalidPath", /expected the end/],
  ['emails[type eq "work"', "invalidFilter", /expected "and", "or" or "\]"/],
  ["emails[type is work]", "invalidFilter", /expected an operator/],
  ['emails[shoe eq "43"]', "invalidFilter", /"shoe" is not in emails/],
  ["__proto__", "invalidPath", /is no attribute/],
  ["x".repeat(9000), "invalidPath", /9000 characters/],
];

for (const [path, code, named, type = "User"] of refusals) {
  test(`the path ${path.slice(0, 40) || "of nothing"} of a ${type} is refused with ${code}`, () => {
    assert.throws(
      () => parsePath(path, type),
      (error) => error instanceof Refusal && error.status === 400 && error.code === code && named.test(error.message),
    );
  });
}
