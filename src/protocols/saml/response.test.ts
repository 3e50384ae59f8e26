import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { EXPECTED, verified } from "./fixtures/expectation.ts";
import { NEEDS_XMLSEC1, nodeSamlReads, xmlsec1Verifies } from "./fixtures/oracles.ts";
import { OKTA, PROVIDERS, sent } from "./fixtures/providers.ts";
import { EMAIL, NOW, ORG_URL } from "./fixtures/shapes.ts";
import { verifyResponse } from "./response.ts";

for (const provider of PROVIDERS) {
  const xml = sent(provider);
  const { emailFrom } = provider;

  test(`accepts ${provider.name}`, () => {
    assert.equal(verified(xml, { emailFrom }).email, EMAIL);
  });

  test(`xmlsec1 accepts ${provider.name}`, NEEDS_XMLSEC1, () => {
    assert.ok(xmlsec1Verifies(xml));
  });

  test(`node-saml accepts ${provider.name}`, async () => {
    mock.timers.enable({ apis: ["Date"], now: NOW });
    const signs = provider.signs.map(({ element }) => element);
    const signed = { response: signs.includes("Response"), assertion: signs.includes("Assertion") };
    const profile = await nodeSamlReads(xml, signed);
    mock.timers.reset();
    assert.equal(profile?.nameID, verified(xml, { emailFrom }).nameId);
  });
}

test("says what the assertion says", () => {
  const sessionEnd = ` SessionNotOnOrAfter="2026-03-01T17:30:00.1234567Z"`;
  const xml = sent(OKTA, {
    inResponseTo: ` InResponseTo="_q1"`,
    envelopeInResponseTo: ` InResponseTo="_q1"`,
    sessionEnd,
  });
  assert.deepEqual(verified(xml), {
    email: EMAIL,
    nameId: EMAIL,
    nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    assertionId: "id2222222222222222222222222",
    issuer: EXPECTED.issuer,
    audience: ORG_URL,
    attributes: new Map([["groups", ["Everyone", "Engineering", "R&D", "Café", "Berlin"]]]),
    sessionIndex: "id1772357400000.99",
    sessionNotOnOrAfter: new Date("2026-03-01T17:30:00.123Z"),
    inResponseTo: "_q1",
    expiresAt: new Date("2026-03-01T09:37:00.000Z"),
    certificateFingerprint: EXPECTED.certificates[0]?.fingerprintSha256,
  });
});

test("accepts base64 that is wrapped", () => {
  const base64 = Buffer.from(sent(OKTA)).toString("base64");
  const wrapped = base64.replace(/.{76}/g, "$&\r\n");
  assert.equal(verifyResponse(wrapped, EXPECTED).email, EMAIL);
});
