import { generateKeyPairSync, X509Certificate } from "node:crypto";
import type { KeyPair } from "../../dev/okta/saml/keys.ts";
import { selfSignedCertificate } from "../../src/protocols/saml/self-signed.ts";

const DAY = 86_400_000;
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A pair that a provider signs with, whose certificate is good for so many days from a moment; each is another one. */
export function signingKeys(now: Date, days: number, name = "idp.example"): KeyPair {
  const [notBefore, notAfter] = [new Date(now.getTime() - 30 * DAY), new Date(now.getTime() + (days + 0.5) * DAY)];
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: selfSignedCertificate({ publicKey, privateKey }, { name, use: "signing", notBefore, notAfter }),
  };
}

/** As the pages and the operator API show it. */
export function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(":", "").toLowerCase();
}
