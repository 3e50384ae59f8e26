import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused } from "./fixtures/expectation.ts";
import { OKTA, replacing, sent } from "./fixtures/providers.ts";

const STATUS = "urn:oasis:names:tc:SAML:2.0:status:";

function withStatus(status: string): string {
  return sent(OKTA, {}, replacing(/<saml2p:StatusCode [^>]*>/, status));
}

test("a refusal of the identity provider is told to the member in words and to the administrator in codes", () => {
  const refusal = assertRefused(
    withStatus(
      `<saml2p:StatusCode Value="${STATUS}Responder"><saml2p:StatusCode Value="${STATUS}RequestDenied"/></saml2p:StatusCode>` +
        "<saml2p:StatusMessage>User is not assigned</saml2p:StatusMessage>",
    ),
    "status",
  );
  assert.equal(refusal.status, 403);
  assert.equal(
    refusal.message,
    "Your identity provider did not sign you in: you are not allowed to use this application.",
  );
  assert.equal(refusal.cause.got, `${STATUS}Responder · ${STATUS}RequestDenied · User is not assigned`);
});

test("refuses every status but success, even on a signed assertion", () => {
  for (const value of [`${STATUS}Requester`, `${STATUS}success`, "Success", "urn:x", ""]) {
    assertRefused(withStatus(`<saml2p:StatusCode Value="${value}"/>`), "status");
  }
  assertRefused(withStatus("<saml2p:StatusCode/>"), "status");
  assertRefused(withStatus(""), "status");
});

test("refuses a success that has a reason for failing", () => {
  const nested = `<saml2p:StatusCode Value="${STATUS}AuthnFailed"/>`;
  assertRefused(withStatus(`<saml2p:StatusCode Value="${STATUS}Success">${nested}</saml2p:StatusCode>`), "status");
});

test("a status that nobody knows says nothing but that there is no sign-in", () => {
  const refusal = assertRefused(withStatus('<saml2p:StatusCode Value="urn:evil:&lt;b&gt;"/>'), "status");
  assert.equal(refusal.message, "Your identity provider did not sign you in.");
});
