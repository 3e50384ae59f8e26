import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused } from "./fixtures/expectation.ts";
import { OKTA, replacing, sent } from "./fixtures/providers.ts";
import { EMAIL, ORG_URL } from "./fixtures/shapes.ts";

const GENUINE = sent(OKTA);
const CONFIRMATION = /(<saml2:SubjectConfirmationData [^>]*)\/>/;
const RESPONSE_ONLY = { ...OKTA, signs: [{ element: "Response" }] } as const;

/** A response in the right grammar that is no response of the right form. */
const LAYOUTS: readonly (readonly [what: string, xml: string, check: string])[] = [
  ["another root", GENUINE.replaceAll("saml2p:Response", "saml2p:LogoutResponse"), "response"],
  ["a root of another namespace", GENUINE.replaceAll('"urn:oasis:names:tc:SAML:2.0:protocol"', '"urn:x"'), "response"],
  ["SAML 1.1", GENUINE.replace('Version="2.0" xmlns:saml2p', 'Version="1.1" xmlns:saml2p'), "response"],
  ["a response without version", GENUINE.replace(' Version="2.0" xmlns:saml2p', " xmlns:saml2p"), "response"],
  ["a response without ID", GENUINE.replace(/ ID="id1[^"]*"/, ""), "response"],
  ["a response without status", GENUINE.replace(/<saml2p:Status .*?<\/saml2p:Status>/, ""), "response"],
  ["text in the response", GENUINE.replace("<saml2p:Status", "text<saml2p:Status"), "response"],
  ["Extensions", sent(OKTA, {}, replacing("<saml2p:Status ", "<saml2p:Extensions/><saml2p:Status ")), "response"],
  ["an assertion without ID", sent(RESPONSE_ONLY, {}, replacing(/ ID="id2[^"]*"/, "")), "assertion"],
  [
    "an assertion of version 1.1",
    sent(OKTA, {}, replacing('Version="2.0" xmlns:saml2=', 'Version="1.1" xmlns:saml2=')),
    "assertion",
  ],
  ["an assertion without subject", sent(OKTA, {}, replacing(/<saml2:Subject .*<\/saml2:Subject>/, "")), "assertion"],
  [
    "an assertion without conditions",
    sent(OKTA, {}, replacing(/<saml2:Conditions .*<\/saml2:Conditions>/, "")),
    "assertion",
  ],
  [
    "an assertion in another order",
    sent(OKTA, {}, (xml) =>
      xml.replace(/(<saml2:Subject .*<\/saml2:Subject>)(<saml2:Conditions .*<\/saml2:Conditions>)/, "$2$1"),
    ),
    "assertion",
  ],
  ["a subject without NameID", sent(OKTA, {}, replacing(/<saml2:NameID .*<\/saml2:NameID>/, "")), "assertion"],
  ["two NameIDs", sent(OKTA, {}, (xml) => xml.replace(/<saml2:NameID .*<\/saml2:NameID>/, "$&$&")), "assertion"],
  ["an encrypted NameID", sent(OKTA, {}, (xml) => xml.replaceAll("saml2:NameID", "saml2:EncryptedID")), "assertion"],
  ["an element in NameID", sent(OKTA, { nameId: `${EMAIL}<saml2:b/>.evil.test` }), "assertion"],
  ["an element in Audience", sent(OKTA, { audience: `${ORG_URL}<saml2:b/>.evil.test` }), "assertion"],
  ["an element in the confirmation", sent(OKTA, {}, confirmedWith("<saml2:b/>")), "assertion"],
  ["text in the confirmation", sent(OKTA, {}, confirmedWith("text")), "assertion"],
  ["two SubjectConfirmationData", sent(OKTA, {}, (xml) => xml.replace(CONFIRMATION, "$&$&")), "assertion"],
  ["text in the assertion", sent(RESPONSE_ONLY, {}, replacing("<saml2:Subject ", "text<saml2:Subject ")), "assertion"],
  [
    "an unknown statement",
    sent(OKTA, {}, replacing("<saml2:AttributeStatement ", "<saml2:Statement/><saml2:AttributeStatement ")),
    "assertion",
  ],
  ["an attribute without name", sent(OKTA, {}, replacing(' Name="groups"', "")), "assertion"],
  ["a time with a zone", sent(OKTA, { sessionEnd: ` SessionNotOnOrAfter="2026-03-01T12:00:00+01:00"` }), "assertion"],
  [
    "a time that does not exist",
    sent(OKTA, { sessionEnd: ` SessionNotOnOrAfter="2027-02-30T12:00:00Z"` }),
    "assertion",
  ],
  ["a time in words", sent(OKTA, { sessionEnd: ` SessionNotOnOrAfter="tomorrow"` }), "assertion"],
];

for (const [what, xml, check] of LAYOUTS) {
  test(`refuses ${what} (${check})`, () => {
    assert.equal(assertRefused(xml, check).status, 400);
  });
}

function confirmedWith(content: string): (xml: string) => string {
  return (xml) => xml.replace(CONFIRMATION, `$1>${content}</saml2:SubjectConfirmationData>`);
}
