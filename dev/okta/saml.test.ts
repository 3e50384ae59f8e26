import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SAML } from "@node-saml/node-saml";
import { connected } from "./double/setting.ts";
import type { OktaOrg } from "./server.ts";

const ADA = { firstName: "Ada", lastName: 'O\'Park & "Sons" <Ltd>', email: "ada.park@example.test" };
const XMLSEC1 = spawnSync("xmlsec1", ["--version"]).error === undefined;

test("node-saml accepts the response and reads the person from it", async (t) => {
  const { okta } = await connected(t, { acsUrl: "http://acme.localhost/okta/auth", audience: "http://acme.localhost" });
  const ada = okta.addPerson(ADA);
  okta.addGroup({ name: "Engineering", memberIds: [ada.id] });
  okta.addGroup({ name: "Platform Team", memberIds: [ada.id] });
  const saml = new SAML({
    callbackUrl: "http://acme.localhost/okta/auth",
    audience: "http://acme.localhost",
    issuer: "http://acme.localhost",
    idpIssuer: okta.issuer,
    idpCert: okta.certificate,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
  });
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: okta.signedResponse(ada.id) });
  assert.equal(profile?.nameID, "ada.park@example.test");
  assert.equal(profile?.nameIDFormat, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified");
  assert.equal(profile?.["firstName"], "Ada");
  assert.equal(profile?.["lastName"], ADA.lastName);
  assert.deepEqual(profile?.["groups"], ["Engineering", "Platform Team"]);
});

test("xmlsec1 accepts both signatures, and neither after a change", {
  skip: !XMLSEC1 && "install xmlsec1",
}, async (t) => {
  const { okta } = await connected(t);
  const xml = decoded(okta, okta.addPerson(ADA).id);
  assert.equal(xmlsec1(t, okta, xml, "Response"), 0);
  assert.equal(xmlsec1(t, okta, xml, "Assertion"), 0);
  const changed = xml.replace(">ada.park@", ">eve.park@");
  assert.notEqual(xmlsec1(t, okta, changed, "Response"), 0);
  assert.notEqual(xmlsec1(t, okta, changed, "Assertion"), 0);
});

test("the response has Okta's shape", async (t) => {
  const { okta } = await connected(t);
  const now = new Date("2026-03-01T12:00:00Z");
  const xml = Buffer.from(okta.signedResponse(okta.addPerson(ADA).id, { now }), "base64").toString();
  const acs = `${new URL(okta.log[0]?.url ?? "").origin}/okta/auth`;
  assert.match(xml, /^<\?xml version="1\.0" encoding="UTF-8"\?><saml2p:Response Destination="[^"]+" ID="id\d+" /);
  assert.ok(xml.includes(`Destination="${acs}"`) && xml.includes(`Recipient="${acs}"`));
  assert.ok(xml.includes('NotBefore="2026-03-01T11:55:00.000Z" NotOnOrAfter="2026-03-01T12:05:00.000Z"'));
  assert.equal(xml.match(/<ec:InclusiveNamespaces PrefixList="xs"/g)?.length, 2);
  assert.equal(xml.match(/<ds:SignatureMethod Algorithm="[^"]*#rsa-sha256"/g)?.length, 2);
  assert.equal(xml.match(/enveloped-signature"\/>/g)?.length, 2);
  assert.ok(!xml.includes("groups"), "a group statement without groups is left out");
  assert.ok(!xml.includes("InResponseTo"));
});

test("a test can say what Okta would not", async (t) => {
  const { okta } = await connected(t);
  const { id } = okta.addPerson(ADA);
  const xml = decoded(okta, id, { audience: "http://other", signed: "assertion", inResponseTo: "_7", nameId: "x" });
  assert.ok(xml.includes("<saml2:Audience>http://other<"));
  assert.equal(xml.match(/<ds:Signature /g)?.length, 1);
  assert.equal(xml.match(/InResponseTo="_7"/g)?.length, 2);
});

function decoded(okta: OktaOrg, personId: string, overrides: Parameters<OktaOrg["signedResponse"]>[1] = {}): string {
  return Buffer.from(okta.signedResponse(personId, overrides), "base64").toString("utf8");
}

/** The exit status of xmlsec1 for the signature of one element, with Okta's certificate as the only trust. */
function xmlsec1(t: TestContext, okta: OktaOrg, xml: string, element: "Response" | "Assertion"): number | null {
  const folder = mkdtempSync(join(tmpdir(), "okta-saml-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "response.xml"), xml);
  writeFileSync(join(folder, "certificate.pem"), okta.certificate);
  const ids = ["protocol:Response", "assertion:Assertion"].flatMap((name) => [
    "--id-attr:ID",
    `urn:oasis:names:tc:SAML:2.0:${name}`,
  ]);
  const signature = `//*[local-name()='${element}']/*[local-name()='Signature']`;
  const key = ["--enabled-key-data", "rsa", "--pubkey-cert-pem", join(folder, "certificate.pem")];
  const args = ["--verify", ...key, ...ids, "--node-xpath", signature, join(folder, "response.xml")];
  return spawnSync("xmlsec1", args).status;
}
