import assert from "node:assert/strict";
import { test } from "node:test";
import { NEXT_CERTIFICATE, PROVIDER_CERTIFICATE, WEAK_CERTIFICATE } from "./fixtures/certificates.ts";
import { refusalOf } from "./fixtures/expectation.ts";
import { ACS_URL, ISSUER, ORG_URL } from "./fixtures/shapes.ts";
import { parseIdpMetadata } from "./metadata.ts";
import { spMetadata } from "./own-metadata.ts";

const SSO = "https://acme.okta.com/app/acme/exk1/sso/saml";
const OWN = spMetadata({
  entityId: ORG_URL,
  acsUrl: ACS_URL,
  signsRequests: false,
  signingCertificates: [],
  encryptionCertificates: [],
});
const BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:";

test("reads Okta's metadata", () => {
  assert.deepEqual(parseIdpMetadata(okta()), { issuer: ISSUER, ssoUrl: SSO, certificates: [PROVIDER_CERTIFICATE] });
});

test("reads metadata with a byte order mark, comments, a signature and other roles, as Entra and ADFS send it", () => {
  const xml = okta()
    .replace('<?xml version="1.0" encoding="UTF-8"?>', '\uFEFF<?xml version="1.0" encoding="utf-8"?><!-- Contoso -->')
    .replace(
      "<md:IDPSSODescriptor",
      `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/><RoleDescriptor xmlns="urn:x" xml:lang="en"/><md:IDPSSODescriptor`,
    );
  assert.equal(parseIdpMetadata(xml).issuer, ISSUER);
});

test("takes every signing certificate once and none that is for encryption", () => {
  const keys =
    key(PROVIDER_CERTIFICATE) +
    key(NEXT_CERTIFICATE, "") +
    key(PROVIDER_CERTIFICATE) +
    key(WEAK_CERTIFICATE, ' use="encryption"');
  assert.deepEqual(parseIdpMetadata(okta({ keys })).certificates, [PROVIDER_CERTIFICATE, NEXT_CERTIFICATE]);
});

test("prefers the address for redirects, whatever their order", () => {
  const post = `<md:SingleSignOnService Binding="${BINDINGS}HTTP-POST" Location="https://post.test"/>`;
  const redirect = `<md:SingleSignOnService Binding="${BINDINGS}HTTP-Redirect" Location="https://redirect.test"/>`;
  assert.equal(parseIdpMetadata(okta({ services: post + redirect })).ssoUrl, "https://redirect.test");
  assert.equal(parseIdpMetadata(okta({ services: post })).ssoUrl, "https://post.test");
});

test("reads the one provider of a list and refuses several", () => {
  const one = okta().replace(/^<\?xml.*?\?>/, "");
  const list = (inside: string): string =>
    `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${inside}</md:EntitiesDescriptor>`;
  assert.equal(parseIdpMetadata(list(one + OWN.replace(/^<\?xml.*?\?>/, ""))).issuer, ISSUER);
  assert.match(refusalOf(() => parseIdpMetadata(list(one + one))).message, /several/);
});

for (const [what, xml, sentence] of [
  ["a DTD", okta().replace("?>", '?><!DOCTYPE x SYSTEM "http://evil.test">'), /cannot be read|can be read/],
  ["an entity", okta().replace(ISSUER, "&x;"), /can be read/],
  ["HTML", "<html><body>Sign in</body></html>", /no SAML 2.0 identity provider/],
  ["a web page with a doctype", "<!doctype html><html></html>", /can be read/],
  ["nothing", "", /can be read/],
  ["our own metadata", OWN, /no SAML 2.0 identity provider/],
  ["a SAML 1.1 provider", okta().replace("SAML:2.0:protocol", "SAML:1.1:protocol"), /no SAML 2.0 identity provider/],
  ["metadata without entity ID", okta().replace(/ entityID="[^"]*"/, ""), /entityID/],
  ["metadata without certificate", okta({ keys: "" }), /no signing certificate/],
  ["metadata without sign-on address", okta({ services: "" }), /SingleSignOnService/],
  ["a weak certificate in metadata", okta({ keys: key(WEAK_CERTIFICATE) }), /1024 bits/],
  ["more than a megabyte", okta().replace("</md:", `${" ".repeat(1024 * 1024)}</md:`), /can be read/],
] as const) {
  test(`refuses ${what} in place of a provider's metadata`, () => {
    const refusal = refusalOf(() => parseIdpMetadata(xml));
    assert.equal(refusal.status, 400);
    assert.match(refusal.message, sentence);
  });
}

function okta(parts: { keys?: string; services?: string } = {}): string {
  const services = ["HTTP-POST", "HTTP-Redirect"].map(
    (name) => `<md:SingleSignOnService Binding="${BINDINGS}${name}" Location="${SSO}"/>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="${ISSUER}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` +
    `<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
    `${parts.keys ?? key(PROVIDER_CERTIFICATE)}<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>` +
    `${parts.services ?? services.join("")}</md:IDPSSODescriptor></md:EntityDescriptor>`
  );
}

function key(pem: string, use = ' use="signing"'): string {
  const base64 = pem.replace(/-----[^-]*-----\n/g, "");
  return `<md:KeyDescriptor${use}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
}
