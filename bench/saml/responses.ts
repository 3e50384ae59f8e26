import { demoKeys } from "../../dev/okta/saml/keys.ts";
import { buildResponse, windowAround } from "../../dev/okta/saml/response.ts";
import { trustedCertificate } from "../../src/protocols/saml/certificate.ts";
import type { ExpectedResponse } from "../../src/protocols/saml/response.ts";

export const ORG = { url: "https://acme.semaphore.test", acsUrl: "https://acme.semaphore.test/okta/auth" };
export const ISSUER = "http://www.okta.com/exkbench";
export const KEYS = demoKeys();

/** A response in Okta's shape for this organization and person, as XML. */
export function oktaResponse(org = ORG, email = "ada.park@example.test"): string {
  return buildResponse(
    {
      destination: org.acsUrl,
      recipient: org.acsUrl,
      issuer: ISSUER,
      audience: org.url,
      nameId: email,
      nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
      ...windowAround(new Date()),
      inResponseTo: undefined,
      sessionNotOnOrAfter: undefined,
      attributes: new Map([
        ["firstName", ["Ada"]],
        ["lastName", ["Park"]],
        ["email", [email]],
        ["groups", ["Everyone", "Engineering", "Platform Team", "On Call", "Admins"]],
      ]),
      statusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
      signed: "both",
    },
    KEYS,
  );
}

/** What the organization expects of it. */
export function expected(): ExpectedResponse {
  return {
    acsUrl: ORG.acsUrl,
    audience: ORG.url,
    issuer: ISSUER,
    certificates: [trustedCertificate(KEYS.certificate)],
    decryptionKeys: [],
    signaturePolicy: "both",
    emailFrom: "NameID",
    profileFrom: { givenName: "firstName", familyName: "lastName", groups: "groups", role: undefined },
    now: new Date(),
  };
}
