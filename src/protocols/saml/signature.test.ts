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
import { assertionSigned, assertionSignedOver, OKTA, type Provider, replacing, sent } from "./fixtures/providers.ts";
import { EMAIL } from "./fixtures/shapes.ts";

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const OLD = "http://www.w3.org/2000/09/xmldsig#";
const XMLENC = "http://www.w3.org/2001/04/xmlenc#";
const SPKI = createPublicKey(PROVIDER_CERTIFICATE).export({ type: "spki", format: "pem" }).toString();

const UNSIGNED: Provider = { ...OKTA, signs: [] };
const GENUINE = sent(OKTA);

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
  assertRefused(assertionSigned({}).replace("Everyone", "Admins"), "digest");
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
  const refusal = assertRefused(assertionSigned({ key: ATTACKER_KEY, certificate: ATTACKER_CERTIFICATE }), "signature");
  assert.match(refusal.cause.got ?? "", new RegExp(trustedCertificate(ATTACKER_CERTIFICATE).fingerprintSha256));
});

test("refuses an attacker's key with the genuine certificate in KeyInfo", () => {
  assertRefused(assertionSigned({ key: ATTACKER_KEY }), "signature");
});

test("refuses an attacker's key without KeyInfo", () => {
  assertRefused(assertionSigned({ key: ATTACKER_KEY }).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, ""), "signature");
});

test("needs no KeyInfo", () => {
  assert.equal(verified(assertionSigned({}).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, "")).email, EMAIL);
});

test("refuses an HMAC whose secret is the public key", () => {
  for (const key of [SPKI, PROVIDER_CERTIFICATE]) {
    assertRefused(assertionSigned({ algorithm: `${MORE}hmac-sha256`, key }), "signature-algorithm");
  }
});

test("refuses an HMAC that is called RSA", () => {
  const edit = replacing("hmac-sha256", "rsa-sha256");
  assertRefused(assertionSigned({ algorithm: `${MORE}hmac-sha256`, key: SPKI, edit }), "signature");
});

test("refuses the algorithm none", () => {
  assertRefused(assertionSigned({ algorithm: `${OLD}none` }), "signature-algorithm");
  assertRefused(assertionSignedOver(/(?<=SignatureMethod) Algorithm="[^"]*"/, ""), "signature-algorithm");
});

test("refuses a signature by SHA-1", () => {
  assertRefused(assertionSigned({ algorithm: `${OLD}rsa-sha1` }), "signature-algorithm");
});

test("refuses a digest by SHA-1", () => {
  assertRefused(assertionSigned({ digest: `${OLD}sha1` }), "signature-algorithm");
});

for (const size of ["256", "384", "512"]) {
  test(`accepts RSA and ECDSA with SHA-${size}`, () => {
    const digest = size === "384" ? `${MORE}sha384` : `${XMLENC}sha${size}`;
    assert.equal(verified(assertionSigned({ algorithm: `${MORE}rsa-sha${size}`, digest })).email, EMAIL);
    const elliptic = { algorithm: `${MORE}ecdsa-sha${size}`, key: ELLIPTIC_KEY, certificate: ELLIPTIC_CERTIFICATE };
    const certificates = [trustedCertificate(PROVIDER_CERTIFICATE), trustedCertificate(ELLIPTIC_CERTIFICATE)];
    assert.equal(verified(assertionSigned(elliptic), { certificates }).email, EMAIL);
    assertRefused(assertionSigned(elliptic), "signature");
  });
}

test("refuses an RSA signature that is called ECDSA", () => {
  const certificates = [trustedCertificate(ELLIPTIC_CERTIFICATE)];
  assertRefused(assertionSignedOver("rsa-sha256", "ecdsa-sha256"), "signature", { certificates });
  assertRefused(assertionSignedOver("rsa-sha256", "ecdsa-sha256"), "signature");
});

test("verifies with each certificate of the integration, and says which one it was", () => {
  const certificates = [trustedCertificate(PROVIDER_CERTIFICATE), trustedCertificate(NEXT_CERTIFICATE)];
  const next = assertionSigned({ key: NEXT_KEY, certificate: NEXT_CERTIFICATE });
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
    [assertionSigned({}), ["any", "assertion"]],
  ] as const) {
    for (const signaturePolicy of ["any", "both", "response", "assertion"] as const) {
      if (accepting.some((policy) => policy === signaturePolicy)) verified(xml, { signaturePolicy });
      else assertRefused(xml, "signature-policy", { signaturePolicy });
    }
  }
});

for (const element of ["DigestValue", "SignatureValue", "SignedInfo", "KeyInfo"]) {
  test(`refuses a comment inside ${element}`, () => {
    assertRefused(replacing(`</ds:${element}>`, `<!----></ds:${element}>`)(GENUINE), "xml");
  });
}

test("refuses a signature that was moved from its element to another place", () => {
  const [signature = ""] = /<ds:Signature .*?<\/ds:Signature>/.exec(assertionSigned({})) ?? [];
  const without = assertionSigned({}).replace(signature, "");
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
  assertRefused(assertionSigned({}).replace(/<ds:Signature .*?<\/ds:Signature>/, "$&$&"), "signature-shape");
});

test("the administrator never reads a signature or a digest", () => {
  const refusal = assertRefused(GENUINE.replaceAll(EMAIL, "bob@example.com"), "digest", EXPECTED);
  assert.doesNotMatch(JSON.stringify(refusal.cause), /bob|[A-Za-z0-9+/]{43}=/);
});
