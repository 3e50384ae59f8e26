import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NEXT_CERTIFICATE, PROVIDER_CERTIFICATE } from "../../../src/protocols/saml/fixtures/certificates.ts";
import { oktaMetadata } from "../../../src/protocols/saml/fixtures/metadata.ts";
import { type ProviderServer, startProviderServer } from "../../outbound/provider-server.ts";
import { errorsOf, operatorOf } from "./conversation.ts";
import { connect, INTEGRATION } from "./directory.ts";

const operator = operatorOf({ METADATA_ALLOW: "localhost" });
let provider: ProviderServer;
before(async () => {
  provider = await startProviderServer();
});
after(() => provider.stop());

const { ssoUrl, issuer } = INTEGRATION;

async function start() {
  const slug = await operator.organization();
  const path = `/organizations/${slug}/okta-integration`;
  provider.answer = (_, response) =>
    response.end(oktaMetadata({ issuer, ssoUrl, certificates: [PROVIDER_CERTIFICATE, NEXT_CERTIFICATE] }));
  return { slug, path, put: (body: Record<string, unknown>) => operator.call("PUT", path, body) };
}

test("metadata is read from its address, which is asked once a day from then on", async () => {
  const { put, path } = await start();
  const made = await put({ metadataUrl: `${provider.url}/metadata`, provider: "entra", sessionDays: 3 });
  assert.equal(made.status, 201);
  const { scimToken, ...shown } = made.body;
  assert.ok(scimToken);
  assert.deepEqual([shown.ssoUrl, shown.issuer, shown.sessionDays, shown.provider], [ssoUrl, issuer, 3, "entra"]);
  assert.deepEqual(
    shown.certificates.map(({ origin }: { origin: string }) => origin),
    ["metadata", "metadata"],
  );
  assert.equal(shown.metadataUrl, `${provider.url}/metadata`);
  assert.equal(shown.metadataCheckedAt, operator.service.clock.now.toISOString());
  assert.deepEqual([shown.metadataFailedSince, shown.metadataError, shown.metadataDiffers], [null, null, null]);
  assert.deepEqual((await operator.call("GET", path)).body, shown);
});

test("a PUT without the address stops asking it", async () => {
  const { put } = await start();
  await put({ metadataUrl: provider.url });
  assert.equal((await put({ ...INTEGRATION, sessionDays: 5 })).body.metadataUrl, null);
  await put({ metadataUrl: provider.url });
  const metadataXml = oktaMetadata({ issuer, ssoUrl, certificates: [PROVIDER_CERTIFICATE] });
  assert.equal((await put({ metadataXml })).body.metadataUrl, null);
});

test("an address that is not fetched, or holds no metadata, is refused at its place, and nothing is changed", async () => {
  const { slug, put, path } = await start();
  await connect(operator, slug);
  const before = (await operator.call("GET", path)).body;
  for (const [metadataUrl, sentence] of [
    ["http://localhost/metadata", /https/],
    ["https://10.0.0.1/metadata", /not on the public internet/],
    ["https://user:secret@localhost/", /password/],
    ["nonsense", /URL/],
  ] as const) {
    const refused = await put({ metadataUrl });
    assert.equal(refused.status, 422);
    assert.deepEqual(errorsOf(refused), ["#/metadataUrl"]);
    assert.match(refused.body.detail, sentence);
  }
  provider.answer = (_, response) => response.end("<html/>");
  assert.match((await put({ metadataUrl: provider.url })).body.detail, /no SAML 2.0 identity provider/);
  assert.deepEqual((await operator.call("GET", path)).body, before);
});

test("metadata and the three values exclude each other, and so do its address and its text", async () => {
  const { put } = await start();
  const metadataUrl = provider.url;
  assert.deepEqual(errorsOf(await put({ metadataUrl, issuer })), ["#/issuer"]);
  assert.deepEqual(errorsOf(await put({ metadataUrl, metadataXml: "<a/>" })), ["#/metadataXml"]);
  assert.deepEqual(errorsOf(await put({})), ["#/ssoUrl", "#/issuer", "#/certificate"]);
});

test("an unknown organization is told before anything is fetched", async () => {
  provider.asked.length = 0;
  const refused = await operator.call("PUT", "/organizations/nobody/okta-integration", { metadataUrl: provider.url });
  assert.equal(refused.status, 404);
  assert.deepEqual(provider.asked, []);
});
