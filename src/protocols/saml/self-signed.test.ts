import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { parseCertificates } from "./certificate.ts";
import { keyUsageOf } from "./der.ts";
import { type CertificateSubject, selfSignedCertificate } from "./self-signed.ts";

const PAIR = generateKeyPairSync("rsa", { modulusLength: 2048 });
const SUBJECT: CertificateSubject = {
  name: "acme",
  use: "signing",
  notBefore: new Date("2026-11-26T09:30:00Z"),
  notAfter: new Date("2036-11-27T09:30:00Z"),
};

test("a certificate of ours carries its key, its name and its time, and is signed with its own key", () => {
  const certificate = new X509Certificate(selfSignedCertificate(PAIR, SUBJECT));
  assert.ok(certificate.checkPrivateKey(PAIR.privateKey));
  assert.ok(certificate.verify(PAIR.publicKey));
  assert.equal(certificate.subject, "CN=acme");
  assert.equal(certificate.issuer, "CN=acme");
  assert.deepEqual(certificate.validFromDate, SUBJECT.notBefore);
  assert.deepEqual(certificate.validToDate, SUBJECT.notAfter);
  assert.match(certificate.serialNumber, /^[4-7][0-9A-F]{31}$/);
});

test("a certificate of ours says what its key may be used for", () => {
  const usage = (use: CertificateSubject["use"]) =>
    keyUsageOf(new X509Certificate(selfSignedCertificate(PAIR, { ...SUBJECT, use })).raw);
  assert.deepEqual(usage("signing"), { digitalSignature: true, contentCommitment: false });
  assert.deepEqual(usage("encryption"), { digitalSignature: false, contentCommitment: false });
  assert.equal(parseCertificates(selfSignedCertificate(PAIR, SUBJECT)).length, 1);
});

test("a certificate of ours has a number of its own each time", () => {
  const numbers = [1, 2, 3].map(() => new X509Certificate(selfSignedCertificate(PAIR, SUBJECT)).serialNumber);
  assert.equal(new Set(numbers).size, 3);
});

test("a certificate of ours may outlive the two-digit years, and have a long name in any script", () => {
  const notAfter = new Date("2051-01-02T03:04:05Z");
  const name = "ü".repeat(32);
  const certificate = new X509Certificate(selfSignedCertificate(PAIR, { ...SUBJECT, name, notAfter }));
  assert.deepEqual(certificate.validToDate, notAfter);
  assert.equal(certificate.toLegacyObject().subject.CN, name);
});

test("OpenSSL reads a certificate of ours as we mean it", { skip: withoutOpenssl() }, () => {
  const print = (use: CertificateSubject["use"]) =>
    execFileSync("openssl", ["x509", "-noout", "-text"], {
      input: selfSignedCertificate(PAIR, { ...SUBJECT, use }),
      encoding: "utf8",
      stdio: ["pipe", "pipe", "inherit"],
    });
  const signing = print("signing");
  assert.match(signing, /Version: 3/);
  assert.match(signing, /Signature Algorithm: sha256WithRSAEncryption/);
  assert.match(signing, /X509v3 Key Usage: critical\s+Digital Signature\n/);
  assert.match(print("encryption"), /X509v3 Key Usage: critical\s+Key Encipherment\n/);
});

function withoutOpenssl(): string | false {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return false;
  } catch {
    return "install openssl";
  }
}
