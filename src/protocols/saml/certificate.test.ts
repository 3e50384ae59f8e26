import assert from "node:assert/strict";
import { createPublicKey, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { parseCertificates, trustedCertificate } from "./certificate.ts";
import {
  AUTHORITY_CERTIFICATE,
  CERTIFICATE_REQUEST,
  EDWARDS_CERTIFICATE,
  ELLIPTIC_CERTIFICATE,
  ENCRYPTION_CERTIFICATE,
  EXPIRED_CERTIFICATE,
  KOBLITZ_CERTIFICATE,
  NEXT_CERTIFICATE,
  PROVIDER_CERTIFICATE,
  PROVIDER_KEY,
  PUBLIC_KEY,
  SIGNING_CERTIFICATE,
  WEAK_CERTIFICATE,
} from "./fixtures/certificates.ts";
import { refusalOf } from "./fixtures/expectation.ts";

const BARE = PROVIDER_CERTIFICATE.replace(/-----[^-]*-----/g, "");
const ONE_LINE = BARE.replaceAll("\n", "");

test("says who a certificate is for, its fingerprint and until when it is valid", () => {
  const reference = new X509Certificate(PROVIDER_CERTIFICATE);
  assert.deepEqual(parseCertificates(PROVIDER_CERTIFICATE), [
    {
      pem: PROVIDER_CERTIFICATE,
      fingerprintSha256: reference.fingerprint256.replaceAll(":", "").toLowerCase(),
      subject: "C=US, O=Example Provider, CN=idp.example.com",
      notBefore: new Date(reference.validFrom),
      notAfter: new Date(reference.validTo),
    },
  ]);
});

for (const [how, text] of [
  ["with Windows line ends", PROVIDER_CERTIFICATE.replaceAll("\n", "\r\n")],
  ["with old Mac line ends", PROVIDER_CERTIFICATE.replaceAll("\n", "\r")],
  ["with spaces in place of line breaks", PROVIDER_CERTIFICATE.replaceAll("\n", " ")],
  ["as a JSON string writes it", PROVIDER_CERTIFICATE.replaceAll("\n", "\\n")],
  ["as a JSON string on Windows writes it", PROVIDER_CERTIFICATE.replaceAll("\n", "\\r\\n")],
  ["without header", BARE],
  ["without header, on one line", ONE_LINE],
  ["with its header, on one line", `-----BEGIN CERTIFICATE-----${ONE_LINE}-----END CERTIFICATE-----`],
  ["without header, indented", BARE.replaceAll("\n", "\n\t   ")],
  ["with blank lines and text around it", `Bag Attributes\n  name: x\n\n${PROVIDER_CERTIFICATE}\n\nend`],
  ["twice", PROVIDER_CERTIFICATE + PROVIDER_CERTIFICATE],
] as const) {
  test(`takes a certificate ${how}`, () => {
    assert.deepEqual(parseCertificates(text), parseCertificates(PROVIDER_CERTIFICATE));
  });
}

test("takes several certificates at once, in their order", () => {
  const pems = [NEXT_CERTIFICATE, PROVIDER_CERTIFICATE, ELLIPTIC_CERTIFICATE];
  assert.deepEqual(
    parseCertificates(pems.join("")).map(({ pem }) => pem),
    pems,
  );
});

test("takes an expired certificate, one for signatures, and one that is its own authority", () => {
  for (const pem of [EXPIRED_CERTIFICATE, SIGNING_CERTIFICATE, PROVIDER_CERTIFICATE]) {
    assert.equal(parseCertificates(pem).length, 1);
  }
  assert.equal(new X509Certificate(PROVIDER_CERTIFICATE).ca, true);
});

for (const [what, text, sentence] of [
  ["nothing", " \n", /Paste the certificate/],
  ["words", "my certificate", /Paste all of it/],
  ["base64 of something else", Buffer.from("my certificate").toString("base64"), /not a certificate/],
  ["half a certificate", PROVIDER_CERTIFICATE.slice(0, 600), /cut off/],
  ["half of the base64", ONE_LINE.slice(0, 400), /not a certificate/],
  ["a certificate with a line left out", PROVIDER_CERTIFICATE.replace(/\n.{64}\n/, "\n"), /not a certificate/],
  ["a private key", PROVIDER_KEY, /private key/],
  ["a private key beside its certificate", PROVIDER_CERTIFICATE + PROVIDER_KEY, /private key/],
  ["a private key without header", PROVIDER_KEY.replace(/-----[^-]*-----/g, ""), /private key/],
  ["a signing request", CERTIFICATE_REQUEST, /signing request/],
  ["a public key", PUBLIC_KEY, /public key/],
  ["a public key without header", PUBLIC_KEY.replace(/-----[^-]*-----/g, ""), /public key/],
  ["a PKCS #7 bundle", PROVIDER_CERTIFICATE.replaceAll("CERTIFICATE", "PKCS7"), /PKCS #7/],
  ["another PEM block", PROVIDER_CERTIFICATE.replaceAll("CERTIFICATE", "X509 CRL"), /not a certificate/],
  ["metadata", "<md:EntityDescriptor/>", /XML/],
  ["a weak RSA key", WEAK_CERTIFICATE, /1024 bits/],
  ["an Edwards key", EDWARDS_CERTIFICATE, /ed25519/],
  ["a key on another curve", KOBLITZ_CERTIFICATE, /secp256k1/],
  ["the certificate of an authority", AUTHORITY_CERTIFICATE, /not a signing certificate/],
  ["a certificate for encryption", ENCRYPTION_CERTIFICATE, /not a signing certificate/],
  ["a good certificate and a bad one", PROVIDER_CERTIFICATE + WEAK_CERTIFICATE, /1024 bits/],
  ["too many", PROVIDER_CERTIFICATE.repeat(11), /At most 10/],
  ["too much", "A".repeat(100_000), /too long/],
] as const) {
  test(`refuses ${what} in place of a certificate and says so`, () => {
    const refusal = refusalOf(() => parseCertificates(text));
    assert.equal(refusal.status, 400);
    assert.equal(refusal.code, "certificate");
    assert.match(refusal.message, sentence);
    assert.doesNotMatch(JSON.stringify([refusal.message, refusal.cause]), /MII/);
  });
}

test("refuses bytes after the end of a certificate", () => {
  const der = Buffer.concat([new X509Certificate(PROVIDER_CERTIFICATE).raw, Buffer.from([0, 0])]);
  assert.equal(refusalOf(() => parseCertificates(der.toString("base64"))).code, "certificate");
});

test("a certificate to verify with is parsed once and kept", () => {
  const first = trustedCertificate(PROVIDER_CERTIFICATE);
  assert.equal(trustedCertificate(PROVIDER_CERTIFICATE), first);
  assert.ok(first.publicKey.equals(createPublicKey(PROVIDER_CERTIFICATE)));
  for (let at = 0; at < 1100; at += 1) trustedCertificate(NEXT_CERTIFICATE + " ".repeat(at));
  assert.notEqual(trustedCertificate(PROVIDER_CERTIFICATE), first, "the cache has a bound");
});

test("no certificate verifies that could not be saved", () => {
  for (const pem of [
    WEAK_CERTIFICATE,
    AUTHORITY_CERTIFICATE,
    EDWARDS_CERTIFICATE,
    PROVIDER_CERTIFICATE + NEXT_CERTIFICATE,
  ]) {
    assert.equal(refusalOf(() => trustedCertificate(pem)).code, "certificate");
  }
});
