import assert from "node:assert/strict";
import { after, test } from "node:test";
import { addCertificates } from "../../src/domain/integration/certificates.ts";
import { parseCertificates } from "../../src/protocols/saml/certificate.ts";
import { ATTACKER_CERTIFICATE } from "../../src/protocols/saml/fixtures/certificates.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";

const service = await startTestService();
after(() => service.stop());

const BANNER = "changed what SAML sign-in trusts";

async function changeCertificates(org: TestOrganization, email: string): Promise<void> {
  const actor = { kind: "member", id: org.owner.id, name: email, role: "admin" } as const;
  await addCertificates({ ...org.scope, now: service.clock.now, actor }, parseCertificates(ATTACKER_CERTIFICATE));
}

async function home(org: TestOrganization, email: string): Promise<string> {
  return (await org.page("/", await org.signIn(email))).text();
}

test("owners are told on every page for a week when somebody else changed the certificates", async () => {
  const org = await newOrganization(service);
  const admin = await org.addMember("admin@acme.test", "admin", "Andy Admin");
  await org.addMember("member@acme.test");
  await changeCertificates(org, admin.email);
  const page = await home(org, org.owner.email);
  assert.ok(page.includes(`${admin.email} ${BANNER}`), page);
  assert.ok(!(await home(org, "member@acme.test")).includes(BANNER), "a member is not told");
  assert.ok(!(await home(org, admin.email)).includes(BANNER), "an admin is not told");
  service.clock.advance(8 * 86_400_000);
  assert.ok(!(await home(org, org.owner.email)).includes(BANNER), "a week later it is over");
});

test("an owner who changed the certificates is not told of it", async () => {
  const org = await newOrganization(service);
  await changeCertificates(org, org.owner.email);
  assert.ok(!(await home(org, org.owner.email)).includes(BANNER));
});
