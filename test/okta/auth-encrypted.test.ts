import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { createSealer } from "../../src/db/sealed.ts";
import { serviceProviderKeys, signingKey } from "../../src/domain/integration/service-provider-keys.ts";
import { withEncryptedAssertion, XENC } from "../../src/protocols/saml/fixtures/encrypter.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { countSessions, encoded, eventsUnder, post, referenceOn, responseXml } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

const ADA = "ada@example.test";

async function withAda() {
  const org = await newOrganization(service);
  await org.addMember(ADA, "admin", "Ada Park");
  return { org, certificates: await certificatesOf(org) };
}

/** What an identity provider would encrypt for, as the metadata shows it. */
async function certificatesOf(org: TestOrganization): Promise<string[]> {
  const keys = await serviceProviderKeys(org.scope, service.parts.sealer);
  return keys.map((pair) => pair.encryptionCertificate);
}

/** Okta's response with only the assertion signed, encrypted for the certificate. */
async function encryptedFor(org: TestOrganization, certificate = "", cipher?: string): Promise<string> {
  const xml = responseXml(service, org, ADA, { signed: "assertion" });
  return encoded(await withEncryptedAssertion(xml, { certificate, ...(cipher && { cipher }) }));
}

async function assertRefused(org: TestOrganization, samlResponse: string, check: string) {
  const sessions = await countSessions(service, org);
  const response = await post(service, org, samlResponse);
  const page = await response.text();
  assert.equal(response.status, 403, page);
  const [event] = await eventsUnder(org, referenceOn(page));
  assert.equal(event?.detail["check"], check, JSON.stringify(event?.detail));
  assert.equal(await countSessions(service, org), sessions);
}

test("an assertion that is encrypted for the certificate in the metadata signs in, and only once", async () => {
  const { org, certificates } = await withAda();
  const xml = responseXml(service, org, ADA, { signed: "assertion" });
  const encrypt = async () => encoded(await withEncryptedAssertion(xml, { certificate: certificates[0] ?? "" }));
  const samlResponse = await encrypt();
  assert.equal((await post(service, org, samlResponse)).status, 303);
  await assertRefused(org, samlResponse, "replay");
  // The same assertion in another ciphertext is the same assertion.
  await assertRefused(org, await encrypt(), "replay");
  assert.equal(await countSessions(service, org), 1);
});

test("an assertion that is encrypted for another organization is refused, and so is one for an organization without keys", async () => {
  const [{ org, certificates }, { org: other }] = [await withAda(), await withAda()];
  await assertRefused(other, await encryptedFor(other, certificates[0]), "decryption");
  const keyless = await newOrganization(service);
  await keyless.addMember(ADA);
  await assertRefused(keyless, await encryptedFor(keyless, certificates[0]), "decryption");
  assert.equal((await post(service, org, await encryptedFor(org, certificates[0]))).status, 303);
});

test("AES-CBC in a response that is not signed itself is refused, and the audit log says what would do", async () => {
  const { org, certificates } = await withAda();
  await assertRefused(org, await encryptedFor(org, certificates[0], `${XENC}aes256-cbc`), "encryption-algorithm");
});

test("while our keys are rotated both pairs decrypt, and the old one no more once it is removed", async () => {
  const { org, certificates } = await withAda();
  const path = `/organizations/${org.organization.slug}/okta-integration/keys`;
  assert.equal((await service.operator("POST", path)).status, 201);
  const [old, next] = await certificatesOf(org);
  assert.equal(old, certificates[0]);
  for (const certificate of [old, next, old]) {
    assert.equal((await post(service, org, await encryptedFor(org, certificate))).status, 303);
  }
  assert.equal((await service.operator("DELETE", `${path}/1`)).status, 204);
  await assertRefused(org, await encryptedFor(org, old), "decryption");
  assert.equal((await post(service, org, await encryptedFor(org, next))).status, 303);
});

test("keys of a lost SECRET_KEY keep nobody out whose assertion is not encrypted for them", async () => {
  const { org, certificates } = await withAda();
  const path = `/organizations/${org.organization.slug}/okta-integration/keys`;
  const lost = createSealer(randomBytes(32)).seal("a key", "somewhere");
  const mine = service.parts.db.updateTable("service_provider_keys").where("organization_id", "=", org.organization.id);
  await mine.set({ signing_key: lost, encryption_key: lost }).execute();
  assert.equal((await post(service, org, encoded(responseXml(service, org, ADA)))).status, 303);
  await assertRefused(org, await encryptedFor(org, certificates[0]), "decryption");
  await assert.rejects(signingKey(org.scope, service.parts.sealer), { code: "own-keys" });
  assert.equal((await service.operator("POST", path)).status, 201);
  const [, next] = await certificatesOf(org);
  assert.equal((await post(service, org, await encryptedFor(org, next))).status, 303);
  assert.ok(await signingKey(org.scope, service.parts.sealer));
});
