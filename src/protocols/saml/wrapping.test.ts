import { test } from "node:test";
import { assertRefused } from "./fixtures/expectation.ts";
import { OKTA, sent } from "./fixtures/providers.ts";
import { EMAIL } from "./fixtures/shapes.ts";

/**
 * Signature wrapping: what the provider signed stays in the document, and another assertion is put where a careless
 * reader looks. The eight forms are those of Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be" (2012),
 * as numbered by the tool SAML Raider.
 */
const signedAssertion = sent({ ...OKTA, signs: [{ element: "Assertion", inclusive: ["xs"] }] });
const signedResponse = sent({ ...OKTA, signs: [{ element: "Response", inclusive: ["xs"] }] });

const assertion = only(/<saml2:Assertion .*<\/saml2:Assertion>/, signedAssertion);
const signature = only(/<ds:Signature .*<\/ds:Signature>/, assertion);
const bare = assertion.replace(signature, "");
const evil = evilOf(bare);
const evilSigned = evilOf(assertion);

const response = only(/<saml2p:Response .*<\/saml2p:Response>/, signedResponse);
const outerSignature = only(/<ds:Signature .*<\/ds:Signature>/, response);
const bareResponse = response.replace(outerSignature, "");
const evilResponse = evilOf(bareResponse).replace(/ ID="id1[^"]*"/, ' ID="idEvilResponse"');

const STATUS = "<saml2p:Status ";
const END = "</saml2p:Response>";

const WRAPPINGS: readonly (readonly [name: string, xml: string, check: string])[] = [
  [
    "1: an evil response around the signature, which holds the signed response",
    evilResponse.replace(STATUS, outerSignature.replace("</ds:Signature>", `${bareResponse}</ds:Signature>`) + STATUS),
    "one-assertion",
  ],
  [
    "2: an evil response with the signed response before a detached signature",
    evilResponse.replace(STATUS, bareResponse + outerSignature + STATUS),
    "response",
  ],
  ["3: an evil assertion before the signed one", around(evil + assertion), "one-assertion"],
  ["3, turned: an evil assertion after the signed one", around(assertion + evil), "one-assertion"],
  [
    "4: an evil assertion around the signed one",
    around(inside(evil, "</saml2:Assertion>", assertion)),
    "one-assertion",
  ],
  ["5: an evil assertion with the signature, the signed one after it", around(evilSigned + bare), "one-assertion"],
  [
    "6: an evil assertion with the signature, which holds the signed one",
    around(inside(evilSigned, "</ds:Signature>", bare)),
    "one-assertion",
  ],
  [
    "7: an evil assertion in Extensions before the signed one",
    signedAssertion.replace(STATUS, `<saml2p:Extensions>${evil}</saml2p:Extensions>${STATUS}`),
    "response",
  ],
  [
    "8: an evil assertion whose signature holds the signed one in an Object",
    around(inside(evilSigned, "</ds:Signature>", `<ds:Object>${bare}</ds:Object>`)),
    "one-assertion",
  ],
  [
    "through Extensions: the signed assertion in there, an evil one in its place",
    around(evil).replace(STATUS, `<saml2p:Extensions>${assertion}</saml2p:Extensions>${STATUS}`),
    "response",
  ],
  [
    "through StatusDetail: the signed assertion in there, an evil one in its place",
    around(evil).replace("</saml2p:Status>", `<saml2p:StatusDetail>${assertion}</saml2p:StatusDetail></saml2p:Status>`),
    "one-assertion",
  ],
  [
    "through StatusDetail: the signed assertion in there, an evil one with the signature in its place",
    around(evilSigned).replace(
      "</saml2p:Status>",
      `<saml2p:StatusDetail>${bare}</saml2p:StatusDetail></saml2p:Status>`,
    ),
    "one-assertion",
  ],
  [
    "through SubjectConfirmationData",
    around(
      evilSigned.replace(/(<saml2:SubjectConfirmationData [^>]*)\/>/, `$1>${bare}</saml2:SubjectConfirmationData>`),
    ),
    "one-assertion",
  ],
  ["through KeyInfo", around(inside(evilSigned, "</ds:KeyInfo>", bare)), "one-assertion"],
  [
    "through Advice",
    around(evilSigned.replace("<saml2:AuthnStatement", `<saml2:Advice>${bare}</saml2:Advice>$&`)),
    "one-assertion",
  ],
  ["through an attribute value", around(inside(evilSigned, "</saml2:AttributeValue>", bare)), "one-assertion"],
  ["with the same ID on both assertions", around(sameId(evilSigned) + bare), "xml"],
  [
    "with the signed ID on the root",
    around(evilSigned).replace(/ ID="id1[^"]*"/, ' ID="id2222222222222222222222222"'),
    "signature-shape",
  ],
  [
    "by a look-alike Id beside ID",
    around(evilSigned.replace(' ID="idEvil"', ' ID="idEvil" Id="id2222222222222222222222222"')),
    "xml",
  ],
  [
    "by a look-alike id in another namespace",
    around(evilSigned.replace(' ID="idEvil"', ' ID="idEvil" xmlns:x="urn:x" x:ID="id2222222222222222222222222"')),
    "xml",
  ],
  ["by Id in place of ID", around(sameId(evilSigned).replace(" ID=", " Id=")), "assertion"],
  [
    "by Id on a wrapper of the signed content",
    around(evilSigned.replace("<saml2:Subject ", '$&Id="id2222222222222222222222222" ')),
    "signature-shape",
  ],
  [
    "with an encrypted assertion beside the signed one",
    around(`${assertion}<saml2:EncryptedAssertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"/>`),
    "one-assertion",
  ],
  [
    "with an assertion of another namespace beside the signed one",
    around(`${assertion}<x:Assertion xmlns:x="urn:x"/>`),
    "one-assertion",
  ],
  [
    "with an evil response inside the signed one's status",
    signedAssertion.replace("</saml2p:Status>", `${evilResponse}</saml2p:Status>`),
    "one-assertion",
  ],
];

for (const [name, xml, check] of WRAPPINGS) {
  test(`refuses signature wrapping ${name}`, () => {
    assertRefused(`<?xml version="1.0" encoding="UTF-8"?>${xml.replace(/^<\?xml.*?\?>/, "")}`, check);
  });
}

test("refuses two assertions that are both signed", () => {
  const other = sent(
    { ...OKTA, signs: [{ element: "Assertion" }] },
    { assertionId: "idOther", nameId: "bob@example.com" },
  );
  assertRefused(around(assertion + only(/<saml2:Assertion .*<\/saml2:Assertion>/, other)), "one-assertion");
});

test("refuses a response without assertion", () => {
  assertRefused(around(""), "one-assertion");
  assertRefused(
    sent({ ...OKTA, signs: [{ element: "Response" }] }, {}, (xml) => xml.replace(bare, "")),
    "one-assertion",
  );
});

function around(assertions: string): string {
  return signedAssertion.replace(assertion, () => assertions);
}

function inside(text: string, before: string, added: string): string {
  return text.replace(before, () => added + before);
}

function evilOf(text: string): string {
  return text.replaceAll(EMAIL, "admin@example.com").replace(/ ID="id2[^"]*"/, ' ID="idEvil"');
}

function sameId(text: string): string {
  return text.replace("idEvil", "id2222222222222222222222222");
}

function only(pattern: RegExp, text: string): string {
  const [found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`no ${pattern}`);
  return found;
}

// Without these lines a test could pass because the document lost the end of its root.
if (!around(evil).endsWith(END)) throw new Error("the response has no end");
