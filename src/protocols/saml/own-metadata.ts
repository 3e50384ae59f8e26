import { SAMLP } from "./message.ts";
import { BINDINGS, MD } from "./metadata.ts";
import type { KeyUse } from "./self-signed.ts";
import { DSIG } from "./signature-shape.ts";

/** What an identity provider is told of us. */
export interface ServiceProvider {
  readonly entityId: string;
  readonly acsUrl: string;
  /** Whether our AuthnRequests are signed. */
  readonly signsRequests: boolean;
  /** PEM. Every one may have signed a request. */
  readonly signingCertificates: readonly string[];
  /** PEM. Most providers encrypt for the first, so the newest comes first. */
  readonly encryptionCertificates: readonly string[];
}

/**
 * Our metadata (SAML Metadata §2.4.4): the keys that we sign and decrypt with, signed assertions wanted, HTTP-POST to
 * `acsUrl`, the NameID an email.
 */
export function spMetadata(provider: ServiceProvider): string {
  const keys = [
    ...provider.signingCertificates.map((pem) => keyDescriptor("signing", pem)),
    ...provider.encryptionCertificates.map((pem) => keyDescriptor("encryption", pem)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${MD}" entityID="${escaped(provider.entityId)}">
  <md:SPSSODescriptor AuthnRequestsSigned="${provider.signsRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="${SAMLP}">
${keys.join("")}    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>
    <md:AssertionConsumerService Binding="${BINDINGS}HTTP-POST" Location="${escaped(provider.acsUrl)}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`;
}

/** What we would like assertions to be encrypted with, the best first (XML Encryption 1.1 §5.2.4, §5.5.2). */
const ENCRYPTION_METHODS = [
  "http://www.w3.org/2009/xmlenc11#aes256-gcm",
  "http://www.w3.org/2009/xmlenc11#aes128-gcm",
  "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
];

/** SAML Metadata §2.4.1.1 */
function keyDescriptor(use: KeyUse, pem: string): string {
  const certificate = pem.replace(/-----[^-]+-----|\s/g, "");
  const methods = use === "signing" ? [] : ENCRYPTION_METHODS;
  return `    <md:KeyDescriptor use="${use}">
      <ds:KeyInfo xmlns:ds="${DSIG}"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
${methods.map((method) => `      <md:EncryptionMethod Algorithm="${method}"/>\n`).join("")}    </md:KeyDescriptor>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
