import { hash, verify } from "node:crypto";
import type { SignatureAlgorithm } from "./algorithms.ts";
import { canonicalize } from "./canonical.ts";
import type { TrustedCertificate } from "./certificate.ts";
import { refusal } from "./refusals.ts";
import { DSIG, readSignature, type SignatureShape } from "./signature-shape.ts";
import type { Trace } from "./trace.ts";
import { isNamed, textOf, type XmlElement } from "./tree.ts";

/**
 * Verifies the enveloped signature that covers `signed`, with one of the given certificates and no other key
 * (SAML Core §5.4, XML Signature 1.1 §3.2). Returns the certificate that verified it.
 * Refuses with `signature-shape`, `signature-algorithm`, `signature` or `digest`.
 */
export function verifySignature(
  signed: XmlElement,
  signedId: string,
  signature: XmlElement,
  certificates: readonly TrustedCertificate[],
  trace: Trace,
): TrustedCertificate {
  const shape = readSignature(signature, signedId, trace);
  const signer = signerOf(shape, certificates);
  if (signer === undefined) throw refusal("signature", wantedCertificates(certificates), claimedCertificate(shape));
  trace.pass(
    "signature",
    () => wantedCertificates(certificates),
    () => `a signature of certificate ${signer.fingerprintSha256}`,
  );
  const computed = hash(shape.digest, canonicalize(signed, shape.contentPrefixes, signature), "base64");
  if (computed !== shape.digestValue) {
    throw refusal("digest", `the ${signed.local} as it was signed`, `a ${signed.local} with another digest`);
  }
  trace.pass("digest", `the ${signed.local} as it was signed`, "the same digest");
  return signer;
}

function signerOf(shape: SignatureShape, certificates: readonly TrustedCertificate[]): TrustedCertificate | undefined {
  const content = Buffer.from(canonicalize(shape.signedInfo, shape.signedInfoPrefixes), "utf8");
  return certificates.find((certificate) => verifies(shape.algorithm, content, certificate, shape.value));
}

function verifies(
  { keyType, hash: name }: SignatureAlgorithm,
  content: Buffer,
  certificate: TrustedCertificate,
  value: Buffer,
): boolean {
  if (certificate.keyType !== keyType) return false;
  if (keyType === "rsa") return verify(name, content, certificate.publicKey, value);
  // XML Signature 1.1 §6.4.3: an ECDSA signature is r and s side by side, not the DER of OpenSSL.
  return verify(name, content, { key: certificate.publicKey, dsaEncoding: "ieee-p1363" }, value);
}

function wantedCertificates(certificates: readonly TrustedCertificate[]): string {
  const fingerprints = certificates.map((certificate) => certificate.fingerprintSha256);
  return fingerprints.length === 0 ? "a certificate of the integration" : `certificate ${fingerprints.join(" or ")}`;
}

/** What the sender says it signed with: unverified, but it tells the administrator which certificate is missing. */
function claimedCertificate({ keyInfo }: SignatureShape): string {
  const fingerprint = keyInfo && firstCertificate(keyInfo);
  return fingerprint
    ? `a signature that names certificate ${fingerprint}`
    : "a signature that no such certificate verifies";
}

function firstCertificate(keyInfo: XmlElement): string | undefined {
  for (const x509Data of keyInfo.children) {
    if (typeof x509Data === "string" || !isNamed(x509Data, DSIG, "X509Data")) continue;
    for (const certificate of x509Data.children) {
      if (typeof certificate !== "string" && isNamed(certificate, DSIG, "X509Certificate")) {
        return hash("sha256", Buffer.from(textOf(certificate) ?? "", "base64"), "hex");
      }
    }
  }
  return undefined;
}
