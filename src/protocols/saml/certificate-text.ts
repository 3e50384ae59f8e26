import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { Refusal } from "../../refusal.ts";
import { bytesOfBase64 } from "./base64.ts";

const MAX_LENGTH = 64 * 1024;
const MAX_CERTIFICATES = 10;

/**
 * The DER of each certificate in a text: PEM blocks (RFC 7468 §2) with anything around them, or the bare base64 of one
 * certificate. Line breaks may be anywhere, be missing, or be written as `\n`, as in a JSON string.
 * Refuses (400 `certificate`) with a sentence that names what was pasted instead.
 */
export function certificatesIn(text: string): Buffer[] {
  if (text.length > MAX_LENGTH) throw refusedCertificate("This is too long for a certificate.");
  const lines = text.replaceAll("\\r", "").replaceAll("\\n", "\n").trim();
  refuseOtherThings(lines);
  const found = lines.includes("-----BEGIN") ? blocksIn(lines) : [lines];
  if (found.length > MAX_CERTIFICATES)
    throw refusedCertificate(`At most ${MAX_CERTIFICATES} certificates can be given at once.`);
  return found.map(certificateBytes);
}

function refuseOtherThings(text: string): void {
  if (text === "") throw refusedCertificate("Paste the certificate of your identity provider.");
  if (text.startsWith("<"))
    throw refusedCertificate("This is XML, not a certificate. Paste what stands in X509Certificate.");
  if (text.includes("PRIVATE KEY-----")) throw refusedCertificate(PRIVATE_KEY);
}

const PRIVATE_KEY =
  "This is a private key, not a certificate. Paste the certificate, and replace that key: it should never leave its owner.";

/** What people paste instead, by the label of the block. */
const OTHER_LABELS: ReadonlyMap<string, string> = new Map([
  ["CERTIFICATE REQUEST", "This is a certificate signing request. Paste the certificate that was made from it."],
  ["NEW CERTIFICATE REQUEST", "This is a certificate signing request. Paste the certificate that was made from it."],
  ["PUBLIC KEY", "This is a public key. Paste the whole certificate."],
  ["RSA PUBLIC KEY", "This is a public key. Paste the whole certificate."],
  ["PKCS7", "This is a PKCS #7 bundle. Paste the certificate alone, in PEM form."],
]);

function blocksIn(text: string): string[] {
  const blocks: string[] = [];
  let from = text.indexOf("-----BEGIN");
  while (from !== -1) {
    const labelEnd = text.indexOf("-----", from + 10);
    const label = labelEnd === -1 ? "" : text.slice(from + 10, labelEnd).trim();
    if (label !== "CERTIFICATE") throw refusedCertificate(OTHER_LABELS.get(label) ?? "This is not a certificate.");
    const end = text.indexOf("-----END CERTIFICATE-----", labelEnd);
    if (end === -1) throw refusedCertificate("The certificate is cut off: its line END CERTIFICATE is missing.");
    blocks.push(text.slice(labelEnd + 5, end));
    from = text.indexOf("-----BEGIN", end);
  }
  return blocks;
}

function certificateBytes(base64: string): Buffer {
  const bytes = bytesOfBase64(base64.replace(/\s+/g, ""));
  if (bytes === undefined || bytes.length === 0) {
    throw refusedCertificate("This is not a certificate. Paste all of it, from BEGIN CERTIFICATE to END CERTIFICATE.");
  }
  if (parses(() => new X509Certificate(bytes))) return bytes;
  for (const type of ["pkcs8", "pkcs1", "sec1"] as const) {
    if (parses(() => createPrivateKey({ key: bytes, format: "der", type }))) throw refusedCertificate(PRIVATE_KEY);
  }
  if (parses(() => createPublicKey({ key: bytes, format: "der", type: "spki" }))) {
    throw refusedCertificate("This is a public key. Paste the whole certificate.");
  }
  throw refusedCertificate("This is not a certificate: it is base64, but of something else, or a part is missing.");
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

/** The one refusal of certificates: the sentence says what was given instead of one. */
export function refusedCertificate(sentence: string): Refusal {
  return new Refusal(400, "certificate", sentence, { check: "certificate", wanted: "a signing certificate" });
}
