import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ENCRYPTION_CERTIFICATE,
  NEXT_CERTIFICATE,
  PROVIDER_CERTIFICATE,
  WEAK_CERTIFICATE,
} from "./fixtures/certificates.ts";
import { refusalOf } from "./fixtures/expectation.ts";
import { adfsMetadata, entraMetadata, googleMetadata, type MetadataSays, oktaMetadata } from "./fixtures/metadata.ts";
import { metadataText, parseIdpMetadata } from "./metadata.ts";

const SAYS: MetadataSays = {
  issuer: "https://idp.example/entity",
  ssoUrl: "https://idp.example/sso?a=1&amp;b=2",
  certificates: [PROVIDER_CERTIFICATE, NEXT_CERTIFICATE],
};
const READ = {
  issuer: SAYS.issuer,
  ssoUrl: "https://idp.example/sso?a=1&b=2",
  certificates: [PROVIDER_CERTIFICATE, NEXT_CERTIFICATE],
};

for (const [provider, xml] of [
  ["Okta", oktaMetadata(SAYS)],
  ["Entra ID", entraMetadata(SAYS)],
  ["ADFS", adfsMetadata({ ...SAYS, encryption: ENCRYPTION_CERTIFICATE })],
] as const) {
  test(`reads metadata in the shape of ${provider}, with both of its signing certificates`, () => {
    assert.deepEqual(parseIdpMetadata(xml), READ);
    assert.deepEqual(parseIdpMetadata(metadataText(Buffer.from(xml))), READ);
  });
}

test("reads metadata in the shape of Google, and until when it is valid", () => {
  const validUntil = new Date("2031-05-01T10:00:00.000Z");
  assert.deepEqual(parseIdpMetadata(googleMetadata(SAYS)), { ...READ, validUntil });
});

test("of several ends of validity the first one counts", () => {
  const one = oktaMetadata({ ...SAYS, validUntil: "2030-01-01T00:00:00Z" }).replace(/^<\?xml.*?\?>/, "");
  const list = `<md:EntitiesDescriptor validUntil="2029-01-01T00:00:00Z" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${one}</md:EntitiesDescriptor>`;
  assert.deepEqual(parseIdpMetadata(list).validUntil, new Date("2029-01-01T00:00:00Z"));
  const local = oktaMetadata({ ...SAYS, validUntil: "tomorrow" });
  assert.match(refusalOf(() => parseIdpMetadata(local)).message, /until when it is valid/);
});

test("leaves out a certificate that would not be trusted, unless there is no other", () => {
  const both = oktaMetadata({ ...SAYS, certificates: [WEAK_CERTIFICATE, NEXT_CERTIFICATE] });
  assert.deepEqual(parseIdpMetadata(both).certificates, [NEXT_CERTIFICATE]);
  const weak = oktaMetadata({ ...SAYS, certificates: [WEAK_CERTIFICATE] });
  assert.match(refusalOf(() => parseIdpMetadata(weak)).message, /1024 bits/);
});

test("refuses metadata in another encoding than UTF-8", () => {
  const utf16 = Buffer.from(`\uFEFF${oktaMetadata(SAYS)}`, "utf16le");
  assert.match(refusalOf(() => metadataText(utf16)).message, /not UTF-8/);
});
