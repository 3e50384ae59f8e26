import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused, verified } from "./fixtures/expectation.ts";
import { NEEDS_XMLSEC1, xmlsec1Verifies } from "./fixtures/oracles.ts";
import { assertionSigned, assertionSignedOver, replacing } from "./fixtures/providers.ts";
import { EMAIL } from "./fixtures/shapes.ts";
import { C14N, ENVELOPED } from "./fixtures/signer.ts";

const OLD = "http://www.w3.org/2000/09/xmldsig#";

const REFERENCE = /<ds:Reference .*<\/ds:Reference>/;
const TRANSFORM = `<ds:Transform Algorithm="${C14N}">`;

/** Each is signed by the provider's key, so that nothing but the shape can refuse it. */
const SHAPES: readonly (readonly [title: string, xml: string])[] = [
  ["an empty reference", assertionSignedOver(/URI="[^"]*"/, 'URI=""')],
  ["a reference without URI", assertionSignedOver(/ URI="[^"]*"/, "")],
  ["an external reference", assertionSignedOver(/URI="[^"]*"/, 'URI="http://evil.test/x"')],
  ["a reference to a file", assertionSignedOver(/URI="[^"]*"/, 'URI="file:///etc/passwd"')],
  ["a reference to another element", assertionSignedOver(/URI="[^"]*"/, 'URI="#id1111111111111111111111111"')],
  [
    "a reference by XPointer",
    assertionSignedOver(/URI="#([^"]*)"/, `URI="#xpointer(id('id2222222222222222222222222'))"`),
  ],
  ["no reference", assertionSignedOver(REFERENCE, "")],
  ["two references", assertionSigned({ edit: (info) => info.replace(REFERENCE, "$&$&") })],
  ["a manifest instead of a reference", assertionSignedOver(REFERENCE, "<ds:Manifest></ds:Manifest>")],
  [
    "an XSLT transform",
    assertionSignedOver(
      TRANSFORM,
      `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"></x:stylesheet></ds:Transform>${TRANSFORM}`,
    ),
  ],
  [
    "XSLT in place of the enveloped-signature transform",
    assertionSignedOver(ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"),
  ],
  [
    "an XPath transform",
    assertionSignedOver(
      TRANSFORM,
      `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor::x)</ds:XPath></ds:Transform>${TRANSFORM}`,
    ),
  ],
  [
    "an XPath inside the enveloped-signature transform",
    assertionSignedOver(`${ENVELOPED}">`, `${ENVELOPED}"><ds:XPath>x</ds:XPath>`),
  ],
  ["a base64 transform", assertionSignedOver(ENVELOPED, `${OLD}base64`)],
  [
    "no enveloped-signature transform",
    assertionSignedOver(/<ds:Transform Algorithm="[^"]*enveloped-signature"><\/ds:Transform>/, ""),
  ],
  ["no transform", assertionSignedOver(/<ds:Transforms>.*<\/ds:Transforms>/, "")],
  ["no canonicalization", assertionSignedOver(/<ds:Transform Algorithm="[^"]*exc-c14n#">.*<\/ds:Transform>/, "")],
  [
    "canonicalization that keeps comments",
    assertionSignedOver(`${C14N}"></ds:Canon`, `${C14N}WithComments"></ds:Canon`),
  ],
  [
    "inclusive canonicalization",
    assertionSignedOver(`${C14N}"></ds:Canon`, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:Canon'),
  ],
  ["several SignedInfo", assertionSigned({ edit: (info) => `${info}${info}` })],
  [
    "several DigestValue",
    assertionSigned({ edit: (info) => info.replace(/<ds:DigestValue>.*<\/ds:DigestValue>/, "$&$&") }),
  ],
  ["a DigestValue with an element in it", assertionSignedOver("</ds:DigestValue>", "<ds:X></ds:X></ds:DigestValue>")],
  ["a DigestValue that is no base64", assertionSignedOver("</ds:DigestValue>", "!</ds:DigestValue>")],
  [
    "a truncated HMAC parameter",
    assertionSignedOver("</ds:SignatureMethod>", "<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>"),
  ],
  ["text between the parts of SignedInfo", assertionSignedOver("<ds:SignatureMethod", "x<ds:SignatureMethod")],
  [
    "a SignatureMethod of another namespace",
    assertionSignedOver("<ds:SignatureMethod ", '<ds:SignatureMethod xmlns:ds="urn:x" '),
  ],
  ["several SignatureValue", assertionSigned({}).replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, "$&$&")],
  ["several KeyInfo", assertionSigned({}).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, "$&$&")],
  ["an Object", assertionSigned({}).replace("</ds:Signature>", "<ds:Object/></ds:Signature>")],
];

for (const [title, xml] of SHAPES) {
  test(`refuses ${title} in a signature`, () => {
    assertRefused(xml, "signature-shape");
  });
}

/** The namespace of a prefix that only the PrefixList makes part of what is signed. */
const XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"';

/** Declared further out, it is a part of the canonical form all the same. */
function withPrefixList(): readonly string[] {
  const list = `<ec:InclusiveNamespaces xmlns:ec="${C14N}" PrefixList="xs"></ec:InclusiveNamespaces>`;
  const xml = assertionSigned({
    edit: (info) => info.replace(`xmlns:ds="${OLD}"`, `$& ${XS}`).replace("</ds:Canon", `${list}$&`),
  });
  return [xml, xml.replace(`"${OLD}" ${XS}`, `"${OLD}"`)];
}

test("canonicalizes SignedInfo with the PrefixList that it names", () => {
  for (const xml of withPrefixList()) assert.equal(verified(xml).email, EMAIL);
});

test("canonicalizes SignedInfo with its PrefixList as xmlsec1 does", NEEDS_XMLSEC1, () => {
  for (const xml of withPrefixList()) assert.ok(xmlsec1Verifies(xml));
});

test("refuses what describes no key in KeyInfo", () => {
  for (const added of ["<ds:RetrievalMethod/>", "<ds:Transforms/>", "<x:y xmlns:x='urn:x'/>"]) {
    assertRefused(replacing("</ds:X509Data>", `</ds:X509Data>${added}`)(assertionSigned({})), "signature-shape");
    assertRefused(
      replacing("</ds:X509Certificate>", `${added}</ds:X509Certificate>`)(assertionSigned({})),
      "signature-shape",
    );
  }
});

test("accepts the prefix list where xml-crypto writes it a second time, and nothing else there", () => {
  const twice = (inside: string): string => assertionSignedOver(`${ENVELOPED}">`, `${ENVELOPED}">${inside}`);
  const list = `<InclusiveNamespaces xmlns="${ENVELOPED}" PrefixList="xs"></InclusiveNamespaces>`;
  assert.equal(verified(twice(list)).email, EMAIL);
  assertRefused(twice(list + list), "signature-shape");
  assertRefused(twice(list.replace("></", "><x></x></")), "signature-shape");
});

test("refuses parameters of canonicalization that it does not know", () => {
  const inside = (parameter: string): string => assertionSignedOver("</ds:Canon", `${parameter}</ds:Canon`);
  const list = `<e:InclusiveNamespaces xmlns:e="${C14N}" PrefixList=""></e:InclusiveNamespaces>`;
  assert.equal(verified(inside(list)).email, EMAIL);
  assertRefused(inside(list + list), "signature-shape");
  assertRefused(inside("<e:Other></e:Other>".replaceAll("e:", "ds:")), "signature-shape");
  assertRefused(inside(list.replace("></", "><x></x></")), "signature-shape");
  assertRefused(inside("text"), "signature-shape");
});
