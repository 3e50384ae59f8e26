import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { after, describe, test } from "node:test";
import { listEvents } from "../../src/domain/audit/events.ts";
import { signingKey } from "../../src/domain/integration/service-provider-keys.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";

const service = await startTestService();
after(() => service.stop());

describe("GET /okta/metadata", () => {
  test("tells an identity provider the audience and where to post, in SAML's media type", async () => {
    const org = await newOrganization(service);
    const response = await org.page("/okta/metadata");
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^application\/samlmetadata\+xml/);
    const xml = await response.text();
    assert.equal(/entityID="([^"]+)"/.exec(xml)?.[1], org.url);
    const consumers = [...xml.matchAll(/<md:AssertionConsumerService [^>]*>/g)].map(([tag]) => tag);
    assert.equal(consumers.length, 1);
    assert.ok(consumers[0]?.includes(`Location="${org.url}/okta/auth"`));
    assert.ok(consumers[0]?.includes("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"));
    assert.match(xml, /WantAssertionsSigned="true"/);
  });

  test("is open to anybody, also before the integration is set up: Okta asks for these values first", async () => {
    const org = await newOrganization(service, { integration: "none" });
    assert.equal((await org.page("/okta/metadata")).status, 200);
  });

  test("takes its addresses from the configuration, whatever the request says", async () => {
    const org = await newOrganization(service);
    const headers = {
      host: `${org.organization.slug}.localhost:9999`,
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      forwarded: "host=evil.example;proto=https",
    };
    const xml = await (await service.fetch(`${org.url}/okta/metadata`, { headers })).text();
    assert.equal(/entityID="([^"]+)"/.exec(xml)?.[1], org.url);
    assert.ok(!xml.includes("evil") && !xml.includes("9999"));
  });

  test("follows BASE_URL, with its scheme and its port", async () => {
    const elsewhere = await startTestService({ BASE_URL: "https://id.example.com:8443" });
    try {
      const org = await newOrganization(elsewhere);
      const xml = await (await org.page("/okta/metadata")).text();
      const url = `https://${org.organization.slug}.id.example.com:8443`;
      assert.equal(/entityID="([^"]+)"/.exec(xml)?.[1], url);
      assert.ok(xml.includes(`Location="${url}/okta/auth"`));
    } finally {
      await elsewhere.stop();
    }
  });

  test("is 404 at an organization that is not there", async () => {
    assert.equal((await service.fetch("http://nobody-here.localhost:3000/okta/metadata")).status, 404);
  });
});

/** The certificates that the metadata shows for one use, in its order. */
async function certificates(org: TestOrganization, use: "signing" | "encryption"): Promise<X509Certificate[]> {
  const xml = await (await org.page("/okta/metadata")).text();
  const keys = [...xml.matchAll(/<md:KeyDescriptor use="(\w+)">[\s\S]*?<ds:X509Certificate>([^<]+)</g)];
  const found = keys.filter(([, each]) => each === use).map(([, , base64]) => base64 ?? "");
  return found.map((base64) => new X509Certificate(Buffer.from(base64, "base64")));
}

describe("our keys", () => {
  test("are in the metadata, one to sign and one to encrypt for, of each organization its own, and stay", async () => {
    const [here, there] = [await newOrganization(service), await newOrganization(service, { integration: "none" })];
    const [signing, second] = await certificates(here, "signing");
    const [encryption] = await certificates(here, "encryption");
    assert.ok(signing && encryption && !second);
    assert.equal(signing.subject, `CN=${here.organization.slug}`);
    for (const certificate of [signing, encryption]) {
      assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 3072);
      assert.ok(certificate.validFromDate < service.clock.now && certificate.validToDate > service.clock.now);
    }
    const all = [signing, encryption, ...(await certificates(there, "signing"))];
    assert.equal(new Set(all.map((certificate) => certificate.fingerprint256)).size, 3);
    assert.equal((await certificates(here, "signing"))[0]?.fingerprint256, signing.fingerprint256);
  });

  test("are made once, however many ask for the metadata at the same moment", async () => {
    const org = await newOrganization(service);
    const answers = await Promise.all(Array.from({ length: 10 }, () => org.page("/okta/metadata")));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    assert.equal(new Set(texts).size, 1);
  });

  test("are sealed in the database, each for its organization and its use", async () => {
    const org = await newOrganization(service);
    const [certificate] = await certificates(org, "encryption");
    const select = service.parts.db.selectFrom("service_provider_keys").selectAll();
    const row = await select.where("organization_id", "=", org.organization.id).executeTakeFirstOrThrow();
    const place = `service provider key ${org.organization.id} encryption`;
    const opened = service.parts.sealer.open(row.encryption_key, place);
    assert.ok(certificate?.checkPrivateKey(createPrivateKey(opened)));
    assert.ok(!row.encryption_key.includes("PRIVATE KEY"));
    assert.throws(() => service.parts.sealer.open(row.signing_key, place));
  });

  test("are rotated: the metadata shows the next besides those before, and the old are removed", async () => {
    const org = await newOrganization(service);
    const path = `/organizations/${org.organization.slug}/okta-integration/keys`;
    const [old] = await certificates(org, "encryption");
    const [oldSigning] = await certificates(org, "signing");
    const made = await service.operator("POST", path);
    assert.equal(made.status, 201);
    const next = (await made.json()) as { number: number; signingCertificate: string; encryptionCertificate: string };
    assert.equal(next.number, 2);
    // Most providers encrypt for the first certificate, and accept what any of them signed.
    assert.deepEqual(
      (await certificates(org, "encryption")).map(String),
      [new X509Certificate(next.encryptionCertificate), old].map(String),
    );
    assert.deepEqual(
      (await certificates(org, "signing")).map(String),
      [oldSigning, new X509Certificate(next.signingCertificate)].map(String),
    );
    const { items } = (await (await service.operator("GET", path)).json()) as { items: { number: number }[] };
    assert.deepEqual(
      items.map((pair) => pair.number),
      [1, 2],
    );
    assert.ok(oldSigning?.checkPrivateKey(await signingKey(org.scope, service.parts.sealer)));
    assert.equal((await service.operator("DELETE", `${path}/1`)).status, 204);
    assert.equal(String((await certificates(org, "signing"))[0]), next.signingCertificate);
    const nextSigning = new X509Certificate(next.signingCertificate);
    assert.ok(nextSigning.checkPrivateKey(await signingKey(org.scope, service.parts.sealer)));
    const events = await listEvents(org.scope, { action: "service_provider_keys", limit: 10 });
    assert.deepEqual(
      events.map((event) => [event.action, event.detail["number"]]),
      [
        ["service_provider_keys.removed", 1],
        ["service_provider_keys.added", 2],
      ],
    );
  });

  test("are never all removed, and are three pairs at most", async () => {
    const org = await newOrganization(service);
    const path = `/organizations/${org.organization.slug}/okta-integration/keys`;
    const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
    assert.equal(await codeOf(await service.operator("DELETE", `${path}/1`)), "service-provider-keys");
    assert.equal((await service.operator("POST", path)).status, 201);
    // Two at once, and room for one.
    const posts = await Promise.all([1, 2].map(() => service.operator("POST", path)));
    assert.deepEqual(posts.map((response) => response.status).sort(), [201, 409]);
    for (const number of [2, 3]) assert.equal((await service.operator("DELETE", `${path}/${number}`)).status, 204);
    assert.equal(await codeOf(await service.operator("DELETE", `${path}/1`)), "last-keys");
    assert.equal(await codeOf(await service.operator("DELETE", `${path}/one`)), "service-provider-keys");
  });
});
