import { hash, type KeyObject, X509Certificate } from "node:crypto";
import { certificatesIn, refusedCertificate } from "./certificate-text.ts";
import { keyUsageOf } from "./der.ts";

/** A certificate as pages and the operator API show it. */
export interface CertificateDetails {
  readonly pem: string;
  /** Lower-case hexadecimal, without colons. */
  readonly fingerprintSha256: string;
  /** One line, in the certificate's own order: `C=US, O=Okta, CN=acme`. */
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate whose key may verify signatures, parsed once. Whether it has expired is not asked (it only warns). */
export interface TrustedCertificate {
  readonly fingerprintSha256: string;
  readonly keyType: "rsa" | "ec";
  readonly publicKey: KeyObject;
}

/**
 * The certificates in what an administrator pasted: one or several PEM blocks, or the bare base64 of one, with any line
 * breaks, each once, in the order given. Refuses (400 `certificate`) with a sentence that says what is wrong.
 */
export function parseCertificates(text: string): CertificateDetails[] {
  const found = new Map<string, CertificateDetails>();
  for (const der of certificatesIn(text)) {
    const { certificate } = signingCertificate(der);
    const fingerprintSha256 = hash("sha256", certificate.raw, "hex");
    found.set(fingerprintSha256, {
      pem: certificate.toString(),
      fingerprintSha256,
      subject: (certificate.subject ?? "").replaceAll("\n", ", "),
      notBefore: certificate.validFromDate,
      notAfter: certificate.validToDate,
    });
  }
  return [...found.values()];
}

/**
 * The key of one certificate, for `verifyResponse`. Parsing costs ten times a verification, so the last
 * `CACHED` are kept. Refuses (400 `certificate`) what `parseCertificates` refuses.
 */
export function trustedCertificate(pem: string): TrustedCertificate {
  const trusted = cache.get(pem) ?? parsed(pem);
  cache.delete(pem);
  cache.set(pem, trusted);
  for (const oldest of cache.keys()) {
    if (cache.size <= CACHED) break;
    cache.delete(oldest);
  }
  return trusted;
}

const CACHED = 1024;

/** By the PEM itself, least recently used first: the same text is the same key for every organization. */
const cache = new Map<string, TrustedCertificate>();

function parsed(pem: string): TrustedCertificate {
  const [der, second] = certificatesIn(pem);
  if (der === undefined || second !== undefined) throw refusedCertificate("Expected one certificate.");
  const { certificate, keyType } = signingCertificate(der);
  return {
    fingerprintSha256: hash("sha256", certificate.raw, "hex"),
    keyType,
    publicKey: certificate.publicKey,
  };
}

function signingCertificate(der: Buffer): { certificate: X509Certificate; keyType: "rsa" | "ec" } {
  const certificate = new X509Certificate(der);
  if (certificate.raw.length !== der.length)
    throw refusedCertificate("There is something after the end of the certificate.");
  const keyType = keyTypeOf(certificate);
  const usage = keyUsageOf(certificate.raw);
  // RFC 5280 §4.2.1.3. That it is its own authority says nothing: `openssl req -x509` marks every certificate so.
  if (usage !== undefined && !usage.digitalSignature && !usage.contentCommitment) {
    throw refusedCertificate(
      "This is not a signing certificate: its key usage does not allow digital signatures. " +
        "Paste the certificate that your identity provider signs its SAML responses with.",
    );
  }
  return { certificate, keyType };
}

const CURVES: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

function keyTypeOf(certificate: X509Certificate): "rsa" | "ec" {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type === "rsa") {
    const bits = details?.modulusLength ?? 0;
    if (bits >= 2048 && bits <= 8192) return "rsa";
    throw refusedCertificate(`This certificate has an RSA key of ${bits} bits. 2048 to 8192 bits are accepted.`);
  }
  if (type === "ec" && CURVES.has(details?.namedCurve ?? "")) return "ec";
  const kind =
    type === "ec" ? `an EC key on the curve ${details?.namedCurve}` : `a key of the type ${type ?? "unknown"}`;
  throw refusedCertificate(
    `This certificate has ${kind}. RSA keys and EC keys on P-256, P-384 and P-521 are accepted.`,
  );
}
