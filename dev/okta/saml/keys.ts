import { readFileSync } from "node:fs";
import { sourceFile } from "../source.ts";

/** An RSA private key and the self-signed certificate of its public half, both PEM. */
export interface KeyPair {
  readonly privateKey: string;
  readonly certificate: string;
}

/** The fixed key pair of the demo: Node cannot make an X.509 certificate by itself. It is public and protects nothing. */
export function demoKeys(): KeyPair {
  return { privateKey: readPem("saml/demo-key.pem"), certificate: readPem("saml/demo-certificate.pem") };
}

/** The pair that the demo goes over to when its admin activates the next certificate. */
export function nextKeys(): KeyPair {
  return { privateKey: readPem("saml/next-key.pem"), certificate: readPem("saml/next-certificate.pem") };
}

/** The PEM block alone, without the sentence above it that says what the file is. */
function readPem(name: string): string {
  const text = readFileSync(sourceFile(name), "utf8");
  return text.slice(text.indexOf("-----BEGIN"));
}
