import assert from "node:assert/strict";
import { test } from "node:test";
import { NEXT_CERTIFICATE, PROVIDER_CERTIFICATE } from "./fixtures/certificates.ts";
import { ACS_URL, ORG_URL } from "./fixtures/shapes.ts";
import { type ServiceProvider, spMetadata } from "./own-metadata.ts";
import { attributeOf, textOf, type XmlElement } from "./tree.ts";
import { MESSAGE, parseXml } from "./xml.ts";

const PROVIDER: ServiceProvider = {
  entityId: ORG_URL,
  acsUrl: ACS_URL,
  signsRequests: true,
  signingCertificates: [PROVIDER_CERTIFICATE],
  encryptionCertificates: [NEXT_CERTIFICATE, PROVIDER_CERTIFICATE],
};

test("our metadata names the organization, wants signed assertions and takes them by POST", () => {
  const acsUrl = `${ACS_URL}?a="&b=<`;
  const { root, role } = read({ ...PROVIDER, acsUrl });
  const service = childrenOf(role).at(-1) ?? assert.fail();
  assert.equal(root.local, "EntityDescriptor");
  assert.equal(attributeOf(root, "entityID"), ORG_URL);
  assert.equal(attributeOf(role, "WantAssertionsSigned"), "true");
  assert.equal(attributeOf(service, "Binding"), "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST");
  assert.equal(attributeOf(service, "Location"), acsUrl);
});

test("our metadata shows every certificate with its use, those for encryption in the order given", () => {
  const keys = childrenOf(read(PROVIDER).role).filter((child) => child.local === "KeyDescriptor");
  const shown = keys.map((key) => [attributeOf(key, "use"), certificateIn(key)]);
  const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, "");
  assert.deepEqual(shown, [
    ["signing", bare(PROVIDER_CERTIFICATE)],
    ["encryption", bare(NEXT_CERTIFICATE)],
    ["encryption", bare(PROVIDER_CERTIFICATE)],
  ]);
});

test("our metadata asks for RSA-OAEP with AES-GCM, and for nothing weaker", () => {
  const keys = childrenOf(read(PROVIDER).role).filter((child) => attributeOf(child, "use") === "encryption");
  for (const key of keys) {
    const methods = childrenOf(key).filter((child) => child.local === "EncryptionMethod");
    assert.deepEqual(
      methods.map((method) => attributeOf(method, "Algorithm")),
      [
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        "http://www.w3.org/2009/xmlenc11#aes128-gcm",
        "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
      ],
    );
  }
});

test("our metadata says whether we sign our requests", () => {
  for (const signsRequests of [true, false]) {
    const { role } = read({ ...PROVIDER, signsRequests });
    assert.equal(attributeOf(role, "AuthnRequestsSigned"), String(signsRequests));
  }
});

function read(provider: ServiceProvider): { root: XmlElement; role: XmlElement } {
  const root = parseXml(spMetadata(provider).trim(), MESSAGE);
  return { root, role: childrenOf(root)[0] ?? assert.fail() };
}

function childrenOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== "string");
}

function certificateIn(key: XmlElement): string {
  const path = ["KeyInfo", "X509Data", "X509Certificate"];
  const found = path.reduce((at, local) => childrenOf(at).find((child) => child.local === local) ?? assert.fail(), key);
  return textOf(found) ?? "";
}
