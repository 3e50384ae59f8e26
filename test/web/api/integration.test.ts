import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import {
  ELLIPTIC_CERTIFICATE,
  ENCRYPTION_CERTIFICATE,
  NEXT_CERTIFICATE,
  PROVIDER_CERTIFICATE,
  PROVIDER_KEY,
} from "../../../src/protocols/saml/fixtures/certificates.ts";
import { BASE_URL } from "../../support/service.ts";
import { errorsOf, operatorOf } from "./conversation.ts";
import { connect, INTEGRATION, passOften, push, scim } from "./directory.ts";

const operator = operatorOf();

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
}

test("the first PUT sets the integration up and shows the SCIM token this once", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/okta-integration`;
  assert.equal((await operator.call("GET", path)).status, 404);
  const made = await operator.call("PUT", path, INTEGRATION);
  assert.equal(made.status, 201);
  assert.equal(made.headers.get("location"), `${BASE_URL}/api/v1${path}`);
  const { scimToken, ...shown } = made.body;
  assert.match(scimToken, /^skscim_[\w-]{43}$/);
  const url = `http://${slug}.localhost:3000`;
  const { notBefore, notAfter } = shown.certificates[0];
  assert.ok(notBefore < notAfter);
  const [token] = shown.scimTokens;
  assert.deepEqual(shown, {
    ssoUrl: INTEGRATION.ssoUrl,
    issuer: INTEGRATION.issuer,
    certificates: [
      {
        fingerprintSha256: fingerprint(PROVIDER_CERTIFICATE),
        subject: "C=US, O=Example Provider, CN=idp.example.com",
        notBefore,
        notAfter,
        origin: "manual",
        lastUsedAt: null,
      },
    ],
    provisioning: "scim",
    provider: "okta",
    idpInitiated: "allow",
    signRequests: false,
    signaturePolicy: "any",
    emailAttribute: null,
    givenNameAttribute: null,
    familyNameAttribute: null,
    groupsAttribute: "groups",
    roleAttribute: null,
    sessionDays: 14,
    idleMinutes: null,
    metadataUrl: null,
    metadataCheckedAt: null,
    metadataFailedSince: null,
    metadataError: null,
    metadataDiffers: null,
    acsUrl: `${url}/okta/auth`,
    audience: url,
    scimBaseUrl: `${url}/okta/scim`,
    connectedMembers: 0,
    scimTokens: [
      {
        id: token.id,
        name: token.name,
        createdAt: token.createdAt,
        createdBy: "operator",
        firstUsedAt: null,
        lastUsedAt: null,
        expiresAt: null,
      },
    ],
    lastScimRequestAt: null,
    lastSsoLoginAt: null,
    state: "saved",
  });
  assert.deepEqual((await operator.call("GET", path)).body, shown);
  const again = await operator.call("PUT", path, INTEGRATION);
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, shown);
});

test("changing SAML values keeps the SCIM tokens, the provisioning and the session days", async () => {
  const slug = await operator.organization();
  const token = await connect(operator, slug, { sessionDays: 7 });
  const change = {
    ssoUrl: "https://other.example/sso",
    issuer: "https://other.example",
    certificate: NEXT_CERTIFICATE,
  };
  const changed = await operator.call("PUT", `/organizations/${slug}/okta-integration`, change);
  assert.equal(changed.status, 200);
  assert.equal(changed.body.sessionDays, 7);
  assert.equal(changed.body.scimToken, undefined);
  assert.deepEqual(
    changed.body.certificates.map((each: { fingerprintSha256: string }) => each.fingerprintSha256),
    [fingerprint(NEXT_CERTIFICATE)],
  );
  assert.equal((await scim(operator, slug, token)).status, 200);
});

test("several certificates in one text are all taken", async () => {
  const slug = await operator.organization();
  const certificate = `${PROVIDER_CERTIFICATE}\n${ELLIPTIC_CERTIFICATE}`;
  const made = await operator.call("PUT", `/organizations/${slug}/okta-integration`, { ...INTEGRATION, certificate });
  assert.equal(made.body.certificates.length, 2);
});

test("the identity provider's metadata stands for the three values", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/okta-integration`;
  const made = await operator.call("PUT", path, { metadataXml: metadata(INTEGRATION.ssoUrl), sessionDays: 3 });
  assert.equal(made.status, 201);
  const { ssoUrl, issuer, certificates, sessionDays } = made.body;
  assert.deepEqual([ssoUrl, issuer, sessionDays], [INTEGRATION.ssoUrl, INTEGRATION.issuer, 3]);
  assert.equal(certificates[0].fingerprintSha256, fingerprint(PROVIDER_CERTIFICATE));
  for (const metadataXml of ["<a/>", "not XML", "", metadata("http://plain.example/sso")]) {
    const refused = await operator.call("PUT", path, { metadataXml });
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), ["#/metadataXml"]);
  }
});

test("each wrong value of an integration is named, and nothing is saved", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/okta-integration`;
  const wrong: Record<string, readonly unknown[]> = {
    ssoUrl: ["", "http://example.com/sso", "example", "javascript:alert(1)", "https://a.example/\u0000", 7],
    issuer: ["", "two words", "a\u0000b"],
    certificate: ["", "not a certificate", PROVIDER_KEY, ENCRYPTION_CERTIFICATE, "-----BEGIN CERTIFICATE-----"],
    provisioning: ["ldap", null],
    sessionDays: [0, 31, 1.5, "7"],
    colour: ["red"],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const refused = await operator.call("PUT", path, { ...INTEGRATION, [field]: value });
      assert.equal(refused.status, 422, `${field} ${JSON.stringify(value)}`);
      assert.deepEqual(errorsOf(refused), [`#/${field}`]);
    }
  }
  const { ssoUrl } = INTEGRATION;
  assert.deepEqual(errorsOf(await operator.call("PUT", path, { ssoUrl })).sort(), ["#/certificate", "#/issuer"]);
  const both = { ssoUrl, metadataXml: metadata(ssoUrl) };
  assert.deepEqual(errorsOf(await operator.call("PUT", path, both)), ["#/ssoUrl"]);
  assert.equal((await operator.call("GET", path)).status, 404);
});

test("an integration is refused on a plan without it, and a plan taken away shuts SCIM at once", async () => {
  const without = await operator.organization("startup");
  const refused = await operator.call("PUT", `/organizations/${without}/okta-integration`, INTEGRATION);
  assert.deepEqual([refused.status, refused.body.code], [409, "plan"]);
  const slug = await operator.organization();
  const token = await connect(operator, slug);
  await passOften(operator, slug, token);
  await operator.call("PATCH", `/organizations/${slug}`, { plan: "startup" });
  assert.equal((await scim(operator, slug, token)).status, 404);
  await operator.call("PATCH", `/organizations/${slug}`, { plan: "scaleup" });
  assert.equal((await scim(operator, slug, token)).status, 200);
});

test("just-in-time provisioning has no SCIM token and no SCIM; going over to SCIM shows a token", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/okta-integration`;
  const made = await operator.call("PUT", path, { ...INTEGRATION, provisioning: "jit" });
  assert.deepEqual([made.status, made.body.provisioning, made.body.scimToken], [201, "jit", undefined]);
  assert.equal((await scim(operator, slug, "skscim_none")).status, 404);
  const refused = await operator.call("POST", `${path}/scim-tokens`, {});
  assert.deepEqual([refused.status, refused.body.code], [409, "provisioning"]);
  const changed = await operator.call("PUT", path, { ...INTEGRATION, provisioning: "scim" });
  assert.equal(changed.status, 200);
  assert.equal((await scim(operator, slug, changed.body.scimToken)).status, 200);
});

test("going over to just-in-time provisioning shuts SCIM at once, and keeps the tokens for the way back", async () => {
  const slug = await operator.organization();
  const token = await connect(operator, slug);
  const path = `/organizations/${slug}/okta-integration`;
  for (let round = 0; round < 5; round++) {
    await passOften(operator, slug, token);
    await operator.call("PUT", path, { ...INTEGRATION, provisioning: "jit" });
    assert.equal((await scim(operator, slug, token)).status, 404);
    const back = await operator.call("PUT", path, { ...INTEGRATION, provisioning: "scim" });
    assert.equal(back.body.scimToken, undefined);
  }
});

test("a second SCIM token works beside the first; a revoked one stops at once, and the other goes on", async () => {
  const slug = await operator.organization();
  const first = await connect(operator, slug);
  const path = `/organizations/${slug}/okta-integration`;
  const second = await operator.call("POST", `${path}/scim-tokens`, { name: "Entra ID" });
  assert.equal(second.status, 201);
  assert.equal(second.headers.get("location"), `${BASE_URL}/api/v1${path}/scim-tokens/${second.body.id}`);
  for (const token of [first, second.body.token]) await passOften(operator, slug, token);
  const { body } = await operator.call("GET", path);
  const now = operator.service.clock.now.toISOString();
  assert.deepEqual(body.scimTokens[1], {
    id: second.body.id,
    name: "Entra ID",
    createdAt: now,
    createdBy: "operator",
    firstUsedAt: now,
    lastUsedAt: now,
    expiresAt: null,
  });
  assert.equal(body.lastScimRequestAt, now);
  assert.equal((await operator.call("DELETE", `${path}/scim-tokens/${second.body.id}`)).status, 204);
  assert.equal((await scim(operator, slug, second.body.token)).status, 401);
  assert.equal((await scim(operator, slug, first)).status, 200);
  assert.equal((await operator.call("DELETE", `${path}/scim-tokens/${second.body.id}`)).status, 404);
});

test("no request passes with a SCIM token after its revocation was answered", async () => {
  const slug = await operator.organization();
  await connect(operator, slug);
  const path = `/organizations/${slug}/okta-integration/scim-tokens`;
  for (let round = 0; round < 5; round++) {
    const { body } = await operator.call("POST", path);
    await passOften(operator, slug, body.token);
    await operator.call("DELETE", `${path}/${body.id}`);
    assert.equal((await scim(operator, slug, body.token)).status, 401);
  }
});

test("a SCIM token ends at its expiry, which must lie ahead", async () => {
  const slug = await operator.organization();
  await connect(operator, slug);
  const path = `/organizations/${slug}/okta-integration/scim-tokens`;
  const { clock } = operator.service;
  const expiresAt = new Date(clock.now.getTime() + 60_000).toISOString();
  const { body } = await operator.call("POST", path, { expiresAt: expiresAt.replace("Z", "+00:00") });
  const listed = (await operator.call("GET", `/organizations/${slug}/okta-integration`)).body.scimTokens[1];
  assert.equal(listed.expiresAt, expiresAt);
  assert.equal((await scim(operator, slug, body.token)).status, 200);
  clock.advance(60_001);
  assert.equal((await scim(operator, slug, body.token)).status, 401);
  for (const wrong of [expiresAt, "tomorrow", "2030-01-01", 7]) {
    const refused = await operator.call("POST", path, { expiresAt: wrong });
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), ["#/expiresAt"]);
  }
});

test("the next certificate is added beside the old, the old one dropped, and the last one kept", async () => {
  const slug = await operator.organization();
  await connect(operator, slug);
  const path = `/organizations/${slug}/okta-integration/certificates`;
  const added = await operator.call("POST", path, { certificate: NEXT_CERTIFICATE });
  assert.equal(added.status, 201);
  assert.equal(added.headers.get("location"), `${BASE_URL}/api/v1${path}/${fingerprint(NEXT_CERTIFICATE)}`);
  assert.equal(added.body.certificates.length, 2);
  assert.equal((await operator.call("POST", path, { certificate: NEXT_CERTIFICATE })).status, 200);
  assert.equal((await operator.call("DELETE", `${path}/${fingerprint(PROVIDER_CERTIFICATE)}`)).status, 204);
  assert.equal((await operator.call("DELETE", `${path}/${fingerprint(PROVIDER_CERTIFICATE)}`)).status, 404);
  const refused = await operator.call("DELETE", `${path}/${fingerprint(NEXT_CERTIFICATE)}`);
  assert.deepEqual([refused.status, refused.body.code], [409, "last-certificate"]);
  const wrong = await operator.call("POST", path, { certificate: PROVIDER_KEY });
  assert.deepEqual([wrong.status, ...errorsOf(wrong)], [422, "#/certificate"]);
});

test("where there is no integration, nothing of it can be read, added or taken away", async () => {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/okta-integration`;
  const answers = [
    await operator.call("GET", path),
    await operator.call("DELETE", path),
    await operator.call("GET", `${path}/disconnect-preview`),
    await operator.call("POST", `${path}/certificates`, { certificate: NEXT_CERTIFICATE }),
    await operator.call("POST", `${path}/scim-tokens`, {}),
  ];
  for (const { status, body } of answers) assert.deepEqual([status, body.code], [404, "integration"]);
});

test("one organization's tokens and certificates are not to be touched through another", async () => {
  const [mine, theirs] = [await operator.organization(), await operator.organization()];
  await connect(operator, mine);
  const token = await connect(operator, theirs, { certificate: `${PROVIDER_CERTIFICATE}${NEXT_CERTIFICATE}` });
  const { body } = await operator.call("GET", `/organizations/${theirs}/okta-integration`);
  const through = `/organizations/${mine}/okta-integration`;
  assert.equal((await operator.call("DELETE", `${through}/scim-tokens/${body.scimTokens[0].id}`)).status, 404);
  assert.equal((await operator.call("DELETE", `${through}/certificates/${fingerprint(NEXT_CERTIFICATE)}`)).status, 404);
  assert.equal((await scim(operator, theirs, token)).status, 200);
  assert.equal((await scim(operator, mine, token)).status, 401);
  assert.deepEqual((await operator.call("GET", `/organizations/${mine}/groups`)).body.items, []);
});

test("groups that the directory pushed are listed with how many are in them", async () => {
  const slug = await operator.organization();
  const token = await connect(operator, slug);
  const ann = await push(operator, slug, token, "ann@example.com");
  for (const [displayName, members] of [
    ["Engineering", [{ value: ann }]],
    ["Sales", []],
  ] as const) {
    const made = await scim(operator, slug, token, "POST", "/Groups", { displayName, members });
    assert.equal(made.status, 201);
  }
  const path = `/organizations/${slug}/groups`;
  const first = await operator.call("GET", `${path}?limit=1`);
  const second = await operator.call("GET", `${path}?limit=1&cursor=${first.body.nextCursor}`);
  const shown = [...first.body.items, ...second.body.items].map(({ id: _, ...group }) => group);
  assert.deepEqual(shown, [
    { name: "Engineering", source: "scim", memberCount: 1 },
    { name: "Sales", source: "scim", memberCount: 0 },
  ]);
  assert.equal(second.body.nextCursor, null);
});

function metadata(ssoUrl: string): string {
  const key = PROVIDER_CERTIFICATE.replace(/-----[A-Z ]+-----/g, "");
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${INTEGRATION.issuer}">
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
        <ds:X509Certificate>${key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${ssoUrl}"/>
    </md:IDPSSODescriptor></md:EntityDescriptor>`;
}
