import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefused, verified } from "./fixtures/expectation.ts";
import { OKTA, replacing, sent } from "./fixtures/providers.ts";
import { ACS_URL, EMAIL, NOW, ORG_URL } from "./fixtures/shapes.ts";

const ASSERTION_ONLY = { ...OKTA, signs: [{ element: "Assertion" }] } as const;
const PERSISTENT = ` Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"`;

/** Responses that the provider signed and that are still not for us, not now, or not understood. */
const REFUSED: readonly (readonly [title: string, xml: string, check: string])[] = [
  ["a response for another address", sent(OKTA, { destination: ` Destination="${ACS_URL}/x"` }), "destination"],
  ["a signed response that names no address", sent(OKTA, { destination: "" }), "destination"],
  [
    "another address on an unsigned envelope",
    sent(ASSERTION_ONLY, { destination: ` Destination="${ORG_URL}"` }),
    "destination",
  ],
  ["an empty address", sent(ASSERTION_ONLY, { destination: ` Destination=""` }), "destination"],
  ["a response by another issuer", sent(OKTA, { responseIssuer: "http://www.okta.com/exkEvil" }), "issuer"],
  ["another issuer on an unsigned envelope", sent(ASSERTION_ONLY, { responseIssuer: "http://evil.test" }), "issuer"],
  ["an assertion by another issuer", sent(OKTA, { issuer: "http://www.okta.com/exkEvil" }), "issuer"],
  ["a signed response without issuer", signedWithoutIssuer(), "issuer"],
  ["an assertion for another audience", sent(OKTA, { audience: "https://beta.example.com" }), "audience"],
  ["an audience that only begins with ours", sent(OKTA, { audience: `${ORG_URL}.evil.test` }), "audience"],
  ["an audience that ours only begins with", sent(OKTA, { audience: "https://acme" }), "audience"],
  ["an audience in another case", sent(OKTA, { audience: "https://ACME.example.com" }), "audience"],
  [
    "no audience at all",
    sent(OKTA, {}, replacing(/<saml2:AudienceRestriction>.*?<\/saml2:AudienceRestriction>/, "")),
    "audience",
  ],
  [
    "a restriction without audience",
    sent(OKTA, {}, replacing(/<saml2:Audience>.*?<\/saml2:Audience>/, "")),
    "audience",
  ],
  ["a second restriction that does not name us", sent(OKTA, {}, restrictedAgain("https://other.test")), "audience"],
  ["an assertion of later", sent(OKTA, { window: [3, 10, 10] }), "not-yet-valid"],
  ["an assertion whose conditions have ended", sent(OKTA, { window: [-20, -2, 5] }), "expired"],
  ["an assertion whose confirmation has ended", sent(OKTA, { window: [-20, 5, -2] }), "confirmation-expired"],
  [
    "a confirmation without end",
    sent(OKTA, {}, replacing(/(?<=ConfirmationData) NotOnOrAfter="[^"]*"/, "")),
    "confirmation-expired",
  ],
  ["a confirmation for another recipient", sent(OKTA, { recipient: ` Recipient="${ACS_URL}/"` }), "recipient"],
  ["a confirmation without recipient", sent(OKTA, { recipient: "" }), "recipient"],
  ["a holder-of-key confirmation", sent(OKTA, {}, replacing("cm:bearer", "cm:holder-of-key")), "confirmation"],
  ["a sender-vouches confirmation", sent(OKTA, {}, replacing("cm:bearer", "cm:sender-vouches")), "confirmation"],
  [
    "no confirmation",
    sent(OKTA, {}, replacing(/<saml2:SubjectConfirmation .*?<\/saml2:SubjectConfirmation>/, "")),
    "confirmation",
  ],
  [
    "a confirmation that says nothing",
    sent(OKTA, {}, replacing(/<saml2:SubjectConfirmationData [^>]*>/, "")),
    "recipient",
  ],
  ["two bearer confirmations", sent(OKTA, {}, confirmedTwice), "confirmation"],
  [
    "a confirmation with a start",
    sent(OKTA, { recipient: ` Recipient="${ACS_URL}" NotBefore="2026-03-01T09:00:00Z"` }),
    "confirmation",
  ],
  [
    "a request named on the envelope only",
    sent(OKTA, { envelopeInResponseTo: ` InResponseTo="_q"` }),
    "in-response-to",
  ],
  ["an empty request on the envelope only", sent(OKTA, { envelopeInResponseTo: ` InResponseTo=""` }), "in-response-to"],
  ["a request that is named but empty", sent(OKTA, { inResponseTo: ` InResponseTo=""` }), "in-response-to"],
  [
    "another request on the envelope than in the signed part",
    sent(OKTA, { envelopeInResponseTo: ` InResponseTo="_q"`, inResponseTo: ` InResponseTo="_p"` }),
    "in-response-to",
  ],
  ["a condition of another standard", sent(OKTA, {}, withCondition(`<x:Delegate xmlns:x="urn:x"/>`)), "conditions"],
  ["a condition that SAML does not name", sent(OKTA, {}, withCondition("<saml2:Condition/>")), "conditions"],
  [
    "a session that is over",
    sent(OKTA, { sessionEnd: ` SessionNotOnOrAfter="2026-03-01T09:28:00Z"` }),
    "session-expired",
  ],
  ["a persistent NameID", sent(OKTA, { format: PERSISTENT }), "name-id"],
  ["a NameID that is no address", sent(OKTA, { nameId: "ann.lee" }), "email"],
  ["an address with something after it", sent(OKTA, { nameId: `${EMAIL} (Ann)` }), "email"],
  ["two addresses in one NameID", sent(OKTA, { nameId: `${EMAIL},bob@example.com` }), "email"],
  ["an address with a zero-width space", sent(OKTA, { nameId: "ann​@example.com" }), "email"],
  ["an address with a line break", sent(OKTA, { nameId: "ann@example.com\nbob@example.com" }), "email"],
  ["an address of 255 bytes", sent(OKTA, { nameId: `${"a".repeat(243)}@example.com` }), "email"],
  ["an empty NameID", sent(OKTA, { nameId: "" }), "email"],
];

for (const [title, xml, check] of REFUSED) {
  test(`refuses ${title} (${check})`, () => {
    assert.equal(assertRefused(xml, check).status, 403);
  });
}

/** Responses near those above that are to be accepted. */
const ACCEPTED: readonly (readonly [title: string, xml: string])[] = [
  ["an unsigned envelope without destination", sent(ASSERTION_ONLY, { destination: "" })],
  ["an unsigned envelope without issuer", sent(ASSERTION_ONLY, {}, replacing(/<saml2:Issuer .*?<\/saml2:Issuer>/, ""))],
  [
    "a second audience beside ours",
    sent(OKTA, { audience: `https://x.test</saml2:Audience><saml2:Audience>${ORG_URL}` }),
  ],
  ["two restrictions that both name us", sent(OKTA, {}, restrictedAgain(ORG_URL))],
  ["a clock that is two minutes ahead", sent(OKTA, { window: [2, 10, 10] })],
  ["a clock that is just under two minutes behind", sent(OKTA, { window: [-9, -1.999, -1.999] })],
  ["OneTimeUse", sent(OKTA, {}, withCondition("<saml2:OneTimeUse/>"))],
  ["a request in the signed part only", sent(OKTA, { inResponseTo: ` InResponseTo="_q"` })],
  ["a holder-of-key confirmation beside the bearer's", sent(OKTA, {}, confirmedByKeyToo)],
  ["white space around the address", sent(OKTA, { nameId: `\n ${EMAIL} ` })],
  ["a NameID without format", sent(OKTA, { format: "" })],
  ["the email format", sent(OKTA, { format: ` Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"` })],
];

for (const [title, xml] of ACCEPTED) {
  test(`accepts ${title}`, () => {
    assert.equal(verified(xml).email, EMAIL);
  });
}

test("a response for one organization is worth nothing at another that has the same identity provider", () => {
  const beta = { acsUrl: "https://beta.example.com/okta/auth", audience: "https://beta.example.com" };
  const { acsUrl, audience } = beta;
  assertRefused(sent(OKTA), "destination", beta);
  assertRefused(sent(OKTA, { destination: ` Destination="${acsUrl}"` }), "audience", beta);
  assertRefused(sent(OKTA, { destination: ` Destination="${acsUrl}"`, audience }), "recipient", beta);
});

test("the earlier end decides until when an assertion must be remembered", () => {
  const minutes = (xml: string): number => (verified(xml).expiresAt.getTime() - NOW.getTime()) / 60_000;
  assert.equal(minutes(sent(OKTA, { window: [-5, 60, 3] })), 5);
  assert.equal(minutes(sent(OKTA, { window: [-5, 3, 60] })), 5);
});

test("conditions without an end leave it to the confirmation", () => {
  const endless = replacing(/(?<=Conditions NotBefore="[^"]*") NotOnOrAfter="[^"]*"/, "");
  assert.equal(verified(sent(OKTA, {}, endless)).email, EMAIL);
});

test("the earliest end of several sessions is taken", () => {
  const statement = `<saml2:AuthnStatement AuthnInstant="2026-03-01T09:25:00Z" SessionNotOnOrAfter="2026-03-01T12:00:00Z" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"/>`;
  const sessionEnd = ` SessionNotOnOrAfter="2026-03-01T17:30:00Z"`;
  const both = sent(
    OKTA,
    { sessionEnd },
    replacing("<saml2:AttributeStatement", `${statement}<saml2:AttributeStatement`),
  );
  assert.equal(verified(both).sessionNotOnOrAfter?.toISOString(), "2026-03-01T12:00:00.000Z");
});

test("what the administrator reads never ends in half a character", () => {
  const { cause } = assertRefused(sent(OKTA, { audience: "😀".repeat(200) }), "audience");
  assert.ok(cause.got?.isWellFormed());
  assert.ok(assertRefused(sent(OKTA, { audience: `x${"😀".repeat(200)}` }), "audience").cause.got?.isWellFormed());
});

test("what the administrator reads is short, whatever was sent", () => {
  const refusal = assertRefused(sent(OKTA, { audience: `https://${"x".repeat(5000)}` }), "audience");
  assert.equal(refusal.cause.wanted, ORG_URL);
  assert.equal(refusal.cause.got?.length, 200);
  assert.doesNotMatch(refusal.message, /xxx/);
});

function signedWithoutIssuer(): string {
  const none = replacing(/<saml2:Issuer .*?<\/saml2:Issuer>/, "");
  return sent({ ...OKTA, signs: [{ element: "Response", before: "Status" }] }, {}, none);
}

function restrictedAgain(audience: string): (xml: string) => string {
  const restriction = `<saml2:AudienceRestriction><saml2:Audience>${audience}</saml2:Audience></saml2:AudienceRestriction>`;
  return withCondition(restriction);
}

function withCondition(condition: string): (xml: string) => string {
  return replacing("</saml2:Conditions>", `${condition}</saml2:Conditions>`);
}

function confirmedTwice(xml: string): string {
  return xml.replace(/<saml2:SubjectConfirmation .*?<\/saml2:SubjectConfirmation>/, "$&$&");
}

function confirmedByKeyToo(xml: string): string {
  return xml.replace(
    "</saml2:Subject>",
    `<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"/></saml2:Subject>`,
  );
}
