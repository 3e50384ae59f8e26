import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused, verified } from "./fixtures/expectation.ts";
import { ENTRA, GOOGLE, OKTA, replacing, sent } from "./fixtures/providers.ts";
import { EMAIL, EMAIL_CLAIM } from "./fixtures/shapes.ts";

test("an address with look-alike letters stays another address", () => {
  assert.equal(verified(sent(OKTA, { nameId: "аnn.lee@example.com" })).email, "аnn.lee@example.com");
});

test("takes the email from the attribute that the integration names, never from the NameID instead", () => {
  const emailFrom = { attribute: EMAIL_CLAIM };
  assert.equal(verified(sent(ENTRA), { emailFrom }).email, EMAIL);
  assertRefused(sent(OKTA), "email", { emailFrom });
  assertRefused(sent(ENTRA), "name-id");
});

test("refuses an email attribute with two values", () => {
  const twice = replacing(
    `<AttributeValue>${EMAIL}`,
    `<AttributeValue>bob@example.com</AttributeValue><AttributeValue>${EMAIL}`,
  );
  assertRefused(sent(ENTRA, {}, twice), "email", { emailFrom: { attribute: EMAIL_CLAIM } });
  const again = replacing(
    "<AttributeStatement>",
    `<AttributeStatement><Attribute Name="${EMAIL_CLAIM}"><AttributeValue>bob@example.com</AttributeValue></Attribute>`,
  );
  assertRefused(sent(ENTRA, {}, again), "email", { emailFrom: { attribute: EMAIL_CLAIM } });
});

test("an attribute value that is XML is left out", () => {
  const nested = replacing(
    '<saml:AttributeValue xsi:type="xs:string">Berlin',
    "<saml:AttributeValue><saml:NameID>x</saml:NameID>",
  );
  assert.deepEqual(verified(sent(GOOGLE, {}, nested)).attributes.get("groups")?.length, 4);
});
