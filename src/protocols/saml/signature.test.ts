import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { test } from "node:test";
import { trustedCertificate } from "./certificate.ts";
import {
  ATTACKER_CERTIFICATE,
  ATTACKER_KEY,
  ELLIPTIC_CERTIFICATE,
  ELLIPTIC_KEY,
  EXPIRED_CERTIFICATE,
  NEXT_CERTIFICATE,
  NEXT_KEY,
  PROVIDER_CERTIFICATE,
} from "./fixtures/certificates.ts";
import { assertRefused, EXPECTED, verified } from "./fixtures/expectation.ts";
import { EMAIL, OKTA, type Provider, replacing, sent } from "./fixtures/providers.ts";
import { C14N, ENVELOPED, type Signing } from "./fixtures/signer.ts";

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const OLD = "http://www.w3.org/2000/09/xmldsig#";
const XMLENC = "http://www.w3.org/2001/04/xmlenc#";
const SPKI = createPublicKey(PROVIDER_CERTIFICATE).export({ type: "spki", format: "pem" }).toString();

const UNSIGNED: Provider = { ...OKTA, signs: [] };
const GENUINE = sent(OKTA);

/** Okta's shape with only the assertion signed, in some other way. */
function signedWith(signing: Partial<Signing>): string {
  return sent({ ...OKTA, signs: [{ element: "Assertion", inclusive: ["xs"], ...signing }] });
}

/** A signature by the provider's own key over a SignedInfo that is not as it should be. */
function signedInfo(from: string | RegExp, to: string): string {
  return signedWith({ edit: replacing(from, to) });
}

test("refuses a response that nobody signed", () => {
  const refusal = assertRefused(sent(UNSIGNED), "signature-policy");
  assert.equal(refusal.status, 403);
  assert.equal(refusal.cause.got, "no signature");
});

test("refuses a response whose signatures were stripped", () => {
  assertRefused(GENUINE.replace(/<ds:Signature .*?<\/ds:Signature>/g, ""), "signature-policy");
});

test("refuses an empty Signature", () => {
  const empty = `</saml2:Issuer><ds:Signature xmlns:ds="${OLD}"/><saml2:Subject`;
  assertRefused(sent(UNSIGNED, {}, replacing("</saml2:Issuer><saml2:Subject", empty)), "signature-shape");
  assertRefused(replacing(/<ds:SignatureValue>[^<]*/, "<ds:SignatureValue>")(GENUINE), "signature-shape");
});

test("refuses an assertion that was tampered with after signing", () => {
  const refusal = assertRefused(GENUINE.replaceAll(EMAIL, "bob@example.com"), "digest");
  assert.equal(refusal.status, 403);
  assertRefused(signedWith({}).replace("Everyone", "Admins"), "digest");
});

test("refuses an envelope that was tampered with after signing", () => {
  assertRefused(GENUINE.replace("Format=", 'SPProvidedID="x" Format='), "digest");
});

test("refuses a SignatureValue that was changed", () => {
  assertRefused(GENUINE.replace(/<ds:SignatureValue>..../, "<ds:SignatureValue>AAAA"), "signature");
});

test("refuses a DigestValue that was fitted to other content", () => {
  assertRefused(GENUINE.replace(/<ds:DigestValue>..../, "<ds:DigestValue>AAAA"), "signature");
});

test("refuses an attacker's key with the attacker's certificate in KeyInfo, and says which certificate it names", () => {
  const refusal = assertRefused(signedWith({ key: ATTACKER_KEY, certificate: ATTACKER_CERTIFICATE }), "signature");
  assert.match(refusal.cause.got ?? "", new RegExp(trustedCertificate(ATTACKER_CERTIFICATE).fingerprintSha256));
});

test("refuses an attacker's key with the genuine certificate in KeyInfo", () => {
  assertRefused(signedWith({ key: ATTACKER_KEY }), "signature");
});

test("refuses an attacker's key without KeyInfo", () => {
  assertRefused(signedWith({ key: ATTACKER_KEY }).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, ""), "signature");
});

test("needs no KeyInfo", () => {
  assert.equal(verified(signedWith({}).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, "")).email, EMAIL);
});

test("refuses an HMAC whose secret is the public key", () => {
  for (const key of [SPKI, PROVIDER_CERTIFICATE]) {
    assertRefused(signedWith({ algorithm: `${MORE}hmac-sha256`, key }), "signature-algorithm");
  }
});

test("refuses an HMAC that is called RSA", () => {
  const edit = replacing("hmac-sha256", "rsa-sha256");
  assertRefused(signedWith({ algorithm: `${MORE}hmac-sha256`, key: SPKI, edit }), "signature");
});

test("refuses the algorithm none", () => {
  assertRefused(signedWith({ algorithm: `${OLD}none` }), "signature-algorithm");
  assertRefused(signedInfo(/(?<=SignatureMethod) Algorithm="[^"]*"/, ""), "signature-algorithm");
});

test("refuses a signature by SHA-1", () => {
  assertRefused(signedWith({ algorithm: `${OLD}rsa-sha1` }), "signature-algorithm");
});

test("refuses a digest by SHA-1", () => {
  assertRefused(signedWith({ digest: `${OLD}sha1` }), "signature-algorithm");
});

for (const size of ["256", "384", "512"]) {
  test(`accepts RSA and ECDSA with SHA-${size}`, () => {
    const digest = size === "384" ? `${MORE}sha384` : `${XMLENC}sha${size}`;
    assert.equal(verified(signedWith({ algorithm: `${MORE}rsa-sha${size}`, digest })).email, EMAIL);
    const elliptic = { algorithm: `${MORE}ecdsa-sha${size}`, key: ELLIPTIC_KEY, certificate: ELLIPTIC_CERTIFICATE };
    const certificates = [trustedCertificate(PROVIDER_CERTIFICATE), trustedCertificate(ELLIPTIC_CERTIFICATE)];
    assert.equal(verified(signedWith(elliptic), { certificates }).email, EMAIL);
    assertRefused(signedWith(elliptic), "signature");
  });
}

test("refuses an RSA signature that is called ECDSA", () => {
  const certificates = [trustedCertificate(ELLIPTIC_CERTIFICATE)];
  assertRefused(signedInfo("rsa-sha256", "ecdsa-sha256"), "signature", { certificates });
  assertRefused(signedInfo("rsa-sha256", "ecdsa-sha256"), "signature");
});

test("verifies with each certificate of the integration, and says which one it was", () => {
  const certificates = [trustedCertificate(PROVIDER_CERTIFICATE), trustedCertificate(NEXT_CERTIFICATE)];
  const next = signedWith({ key: NEXT_KEY, certificate: NEXT_CERTIFICATE });
  assert.equal(verified(next, { certificates }).certificateFingerprint, certificates[1]?.fingerprintSha256);
  assertRefused(next, "signature");
  assertRefused(next, "signature", { certificates: [] });
});

test("an expired certificate still verifies", () => {
  const certificates = [trustedCertificate(EXPIRED_CERTIFICATE)];
  assert.equal(verified(GENUINE, { certificates }).email, EMAIL);
});

test("every signature that is present must verify", () => {
  const inner = { element: "Assertion", key: ATTACKER_KEY } as const;
  const outer = { element: "Response" } as const;
  assertRefused(sent({ ...OKTA, signs: [inner, outer] }), "signature");
  assertRefused(sent({ ...OKTA, signs: [{ element: "Assertion" }, { ...outer, key: ATTACKER_KEY }] }), "signature");
});

test("keeps to the signature policy of the integration", () => {
  const response = sent({ ...OKTA, signs: [{ element: "Response" }] });
  for (const [xml, accepting] of [
    [GENUINE, ["any", "both", "response", "assertion"]],
    [response, ["any", "response"]],
    [signedWith({}), ["any", "assertion"]],
  ] as const) {
    for (const signaturePolicy of ["any", "both", "response", "assertion"] as const) {
      if (accepting.some((policy) => policy === signaturePolicy)) verified(xml, { signaturePolicy });
      else assertRefused(xml, "signature-policy", { signaturePolicy });
    }
  }
});

const REFERENCE = /<ds:Reference .*<\/ds:Reference>/;
const TRANSFORM = `<ds:Transform Algorithm="${C14N}">`;

/** Each is signed by the provider's key, so that nothing but the shape can refuse it. */
const SHAPES: readonly (readonly [title: string, xml: string])[] = [
  ["an empty reference", signedInfo(/URI="[^"]*"/, 'URI=""')],
  ["a reference without URI", signedInfo(/ URI="[^"]*"/, "")],
  ["an external reference", signedInfo(/URI="[^"]*"/, 'URI="http://evil.test/x"')],
  ["a reference to a file", signedInfo(/URI="[^"]*"/, 'URI="file:///etc/passwd"')],
  ["a reference to another element", signedInfo(/URI="[^"]*"/, 'URI="#id1111111111111111111111111"')],
  ["a reference by XPointer", signedInfo(/URI="#([^"]*)"/, `URI="#xpointer(id('id2222222222222222222222222'))"`)],
  ["no reference", signedInfo(REFERENCE, "")],
  ["two references", signedWith({ edit: (info) => info.replace(REFERENCE, "$&$&") })],
  ["a manifest instead of a reference", signedInfo(REFERENCE, "<ds:Manifest></ds:Manifest>")],
  [
    "an XSLT transform",
    signedInfo(
      TRANSFORM,
      `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"></x:stylesheet></ds:Transform>${TRANSFORM}`,
    ),
  ],
  [
    "XSLT in place of the enveloped-signature transform",
    signedInfo(ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"),
  ],
  [
    "an XPath transform",
    signedInfo(
      TRANSFORM,
      `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor::x)</ds:XPath></ds:Transform>${TRANSFORM}`,
    ),
  ],
  [
    "an XPath inside the enveloped-signature transform",
    signedInfo(`${ENVELOPED}">`, `${ENVELOPED}"><ds:XPath>x</ds:XPath>`),
  ],
  ["a base64 transform", signedInfo(ENVELOPED, `${OLD}base64`)],
  [
    "no enveloped-signature transform",
    signedInfo(/<ds:Transform Algorithm="[^"]*enveloped-signature"><\/ds:Transform>/, ""),
  ],
  ["no transform", signedInfo(/<ds:Transforms>.*<\/ds:Transforms>/, "")],
  ["no canonicalization", signedInfo(/<ds:Transform Algorithm="[^"]*exc-c14n#">.*<\/ds:Transform>/, "")],
  ["canonicalization that keeps comments", signedInfo(`${C14N}"></ds:Canon`, `${C14N}WithComments"></ds:Canon`)],
  [
    "inclusive canonicalization",
    signedInfo(`${C14N}"></ds:Canon`, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:Canon'),
  ],
  ["several SignedInfo", signedWith({ edit: (info) => `${info}${info}` })],
  ["several DigestValue", signedWith({ edit: (info) => info.replace(/<ds:DigestValue>.*<\/ds:DigestValue>/, "$&$&") })],
  ["a DigestValue with an element in it", signedInfo("</ds:DigestValue>", "<ds:X></ds:X></ds:DigestValue>")],
  ["a DigestValue that is no base64", signedInfo("</ds:DigestValue>", "!</ds:DigestValue>")],
  [
    "a truncated HMAC parameter",
    signedInfo("</ds:SignatureMethod>", "<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>"),
  ],
  ["text between the parts of SignedInfo", signedInfo("<ds:SignatureMethod", "x<ds:SignatureMethod")],
  [
    "a SignatureMethod of another namespace",
    signedInfo("<ds:SignatureMethod ", '<ds:SignatureMethod xmlns:ds="urn:x" '),
  ],
  ["several SignatureValue", signedWith({}).replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, "$&$&")],
  ["several KeyInfo", signedWith({}).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, "$&$&")],
  ["an Object", signedWith({}).replace("</ds:Signature>", "<ds:Object/></ds:Signature>")],
];

for (const [title, xml] of SHAPES) {
  test(`refuses ${title} in a signature`, () => {
    assertRefused(xml, "signature-shape");
  });
}

for (const element of ["DigestValue", "SignatureValue", "SignedInfo", "KeyInfo"]) {
  test(`refuses a comment inside ${element}`, () => {
    assertRefused(replacing(`</ds:${element}>`, `<!----></ds:${element}>`)(GENUINE), "xml");
  });
}

test("refuses a signature that was moved from its element to another place", () => {
  const [signature = ""] = /<ds:Signature .*?<\/ds:Signature>/.exec(signedWith({})) ?? [];
  const without = signedWith({}).replace(signature, "");
  for (const place of [
    "</saml2:Assertion>",
    "<saml2:Conditions",
    "</saml2:Subject>",
    "</saml2p:Status>",
    "<saml2p:Status ",
  ]) {
    assertRefused(replacing(place, signature + place)(without), "signature-shape");
  }
  assertRefused(replacing("</saml2p:Response>", `${signature}</saml2p:Response>`)(without), "one-assertion");
});

test("refuses two signatures of one element", () => {
  assertRefused(signedWith({}).replace(/<ds:Signature .*?<\/ds:Signature>/, "$&$&"), "signature-shape");
});

test("the administrator never reads a signature or a digest", () => {
  const refusal = assertRefused(GENUINE.replaceAll(EMAIL, "bob@example.com"), "digest", EXPECTED);
  assert.doesNotMatch(JSON.stringify(refusal.cause), /bob|[A-Za-z0-9+/]{43}=/);
});
