import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { demoKeys } from "../../../../dev/okta/saml/keys.ts";
import { listEvents } from "../../../../src/domain/audit/events.ts";
import { findIntegration } from "../../../../src/domain/integration/integration.ts";
import { refreshDue } from "../../../../src/domain/integration/metadata-refresh.ts";
import {
  NEXT_CERTIFICATE,
  NEXT_KEY,
  PROVIDER_CERTIFICATE,
} from "../../../../src/protocols/saml/fixtures/certificates.ts";
import {
  entraMetadata,
  googleMetadata,
  type MetadataSays,
  oktaMetadata,
} from "../../../../src/protocols/saml/fixtures/metadata.ts";
import { encoded, post, responseXml } from "../../../okta/provider.ts";
import { fingerprintOf, signingKeys } from "../../../okta/signing-keys.ts";
import { type ProviderServer, startProviderServer } from "../../../outbound/provider-server.ts";
import { CERTIFICATE, ISSUER, newOrganization, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
let provider: ProviderServer;
before(async () => {
  service = await startTestService({ METADATA_ALLOW: "localhost" });
  provider = await startProviderServer();
});
after(async () => {
  await service.stop();
  await provider.stop();
});
beforeEach(() => {
  provider.asked.length = 0;
});

const PATH = "/settings/okta/metadata";
const SETUP = "/settings/okta/setup";
const DAY = 86_400_000;
const SSO = "https://example.okta.com/app/semaphore/exktest/sso/saml";
const SAYS: MetadataSays = { issuer: ISSUER, ssoUrl: SSO, certificates: [CERTIFICATE] };

/** The path at which the provider publishes a document, another one for each test. */
let paths = 0;
const documents = new Map<string, string>();

async function start(integration: "scim" | "none" = "scim") {
  const org = await newOrganization(service, { integration });
  const cookie = await org.signIn(org.owner.email);
  const path = `/metadata/${++paths}`;
  const url = `${provider.url}${path}`;
  provider.answer = (request, response) => {
    const document = documents.get(request.url ?? "");
    if (document === undefined) response.writeHead(503).end();
    else response.end(document);
  };
  const publish = (says: Partial<MetadataSays> = {}) => documents.set(path, oktaMetadata({ ...SAYS, ...says }));
  publish();
  const page = (at: string, form?: Record<string, string>) => readPage(org.page(at, cookie, form));
  return {
    org,
    url,
    page,
    publish,
    unpublish: () => documents.delete(path),
    asked: () => provider.asked.filter((each) => each === path).length,
    save: (metadataUrl: string) => page(PATH, { metadataUrl }),
    upload: (at: string, fields: Record<string, string | File>) => upload(org, cookie, at, fields),
    fetchNow: () => page(`${PATH}/fetch`, {}),
    settings: () => page("/settings/okta"),
    read: async () => (await findIntegration(org.scope)) ?? assert.fail("there is no integration"),
    trusts: async () =>
      ((await findIntegration(org.scope))?.certificates ?? []).map(({ fingerprintSha256 }) => fingerprintSha256).sort(),
    events: (action: string) => listEvents(org.scope, { action, limit: 20 }),
  };
}

function upload(org: TestOrganization, cookie: string, at: string, fields: Record<string, string | File>) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return readPage(service.fetch(`${org.url}${at}`, { method: "POST", headers: { cookie, origin: org.url }, body }));
}

/** A day and a little passes, and two processes look at the same moment. */
async function nextDay(days = 1): Promise<void> {
  service.clock.advance(days * DAY + 60_000);
  await look();
}

async function look(): Promise<void> {
  const { db, metadata } = service.parts;
  const fetch = (url: string) => metadata.read(url);
  await Promise.all([1, 2].map(() => refreshDue(db, fetch, service.clock.now)));
}

function prints(...certificates: string[]): string[] {
  return certificates.map(fingerprintOf).sort();
}

describe("the set-up from metadata", () => {
  const REST = { from: "metadata", provider: "okta", provisioning: "scim", sessionDays: "14" };

  test("by its address fills the three values, and asks it every day from then on", async () => {
    const { org, page, url, read, trusts } = await start("none");
    assert.match((await page(SETUP)).html, /href="\/settings\/okta\/setup\?provider=okta&amp;from=metadata"/);
    const form = await page(`${SETUP}?from=metadata`);
    assert.match(form.html, /enctype="multipart\/form-data"/);
    assert.doesNotMatch(form.html, /name="ssoUrl"/);
    const saved = await page(SETUP, { ...REST, metadataUrl: url });
    assert.equal(saved.location, "/settings/okta/token");
    const { ssoUrl, issuer, metadata, certificates } = await read();
    assert.deepEqual([ssoUrl, issuer, metadata?.url], [SSO, ISSUER, url]);
    assert.deepEqual(await trusts(), prints(CERTIFICATE));
    assert.equal(certificates[0]?.origin, "metadata");
    assert.ok(org.organization.id);
  });

  test("by its file and by its text reads it once", async () => {
    const documentsOf = [
      entraMetadata({ ...SAYS, certificates: [CERTIFICATE, NEXT_CERTIFICATE] }),
      googleMetadata(SAYS),
    ];
    const byFile = await start("none");
    const file = new File([documentsOf[0] ?? ""], "federationmetadata.xml");
    assert.equal((await byFile.upload(SETUP, { ...REST, metadataFile: file })).location, "/settings/okta/token");
    assert.deepEqual(await byFile.trusts(), prints(CERTIFICATE, NEXT_CERTIFICATE));
    assert.equal((await byFile.read()).metadata, null);
    const byText = await start("none");
    const saved = await byText.upload(SETUP, { ...REST, metadataXml: documentsOf[1] ?? "" });
    assert.equal(saved.location, "/settings/okta/token");
    assert.deepEqual(await byText.trusts(), prints(CERTIFICATE));
  });

  test("says what is wrong beside the field that was used, keeps what was typed, and sets nothing up", async () => {
    const { org, page, url, upload, unpublish } = await start("none");
    const wrong = async (fields: Record<string, string | File>) => {
      const answer = await upload(SETUP, { ...REST, ...fields });
      assert.equal(answer.status, 422);
      return answer;
    };
    assert.match((await wrong({})).error("metadataUrl") ?? "", /Give the metadata/);
    assert.match((await wrong({ metadataUrl: url, metadataXml: "<a/>" })).error("metadataXml") ?? "", /once/);
    assert.match((await wrong({ metadataXml: "<a/>" })).error("metadataXml") ?? "", /no SAML 2.0 identity provider/);
    assert.match((await wrong({ metadataFile: new File(["x"], "a.xml") })).error("metadataFile") ?? "", /can be read/);
    const past = googleMetadata({ ...SAYS, validUntil: "2020-01-01T00:00:00.000Z" });
    assert.match((await wrong({ metadataXml: past })).error("metadataXml") ?? "", /was valid until 2020/);
    const insecure = oktaMetadata({ ...SAYS, ssoUrl: "http://example.okta.com/sso" });
    assert.match((await wrong({ metadataXml: insecure })).error("metadataXml") ?? "", /https/);
    const inside = await wrong({ metadataUrl: "https://169.254.169.254/latest/meta-data" });
    assert.match(inside.error("metadataUrl") ?? "", /not on the public internet/);
    assert.equal(inside.field("metadataUrl"), "https://169.254.169.254/latest/meta-data");
    unpublish();
    assert.match((await wrong({ metadataUrl: url })).error("metadataUrl") ?? "", /answered 503/);
    assert.equal(await findIntegration(org.scope), undefined);
    assert.ok(page);
  });
});

describe("taking metadata over later", () => {
  test("keeps the certificates that are there, tokens too, and is in the audit log", async () => {
    const { org, url, save, publish, read, trusts, events } = await start();
    publish({ issuer: "https://new.example", certificates: [NEXT_CERTIFICATE] });
    assert.equal((await save(url)).location, "/settings/okta?saved");
    assert.deepEqual(await trusts(), prints(CERTIFICATE, NEXT_CERTIFICATE));
    const { issuer, metadata } = await read();
    assert.deepEqual([issuer, metadata?.differs], ["https://new.example", {}]);
    const [event] = await events("integration.changed");
    assert.deepEqual(event?.detail["after"], { issuer: "https://new.example", ssoUrl: SSO, metadataUrl: url });
    assert.equal((await org.scim("GET", "/Users")).status, 200);
  });

  test("is fetched no more after Stop fetching; what came from it stays", async () => {
    const { page, url, save, asked, read, trusts } = await start();
    await save(url);
    assert.equal((await page(PATH, { act: "forget" })).location, "/settings/okta?saved");
    await nextDay();
    assert.deepEqual([asked(), (await read()).metadata], [1, null]);
    assert.deepEqual(await trusts(), prints(CERTIFICATE));
  });
});

describe("the daily fetch", () => {
  test("asks once a day, by one process of several, and takes new certificates", async () => {
    const { url, save, publish, asked, trusts, events, read } = await start();
    await save(url);
    await look();
    assert.equal(asked(), 1, "it was read as it was saved");
    publish({ certificates: [CERTIFICATE, NEXT_CERTIFICATE] });
    await nextDay();
    await look();
    assert.equal(asked(), 2);
    assert.deepEqual(await trusts(), prints(CERTIFICATE, NEXT_CERTIFICATE));
    const [event] = await events("metadata.refreshed");
    assert.deepEqual(event?.detail["added"], prints(NEXT_CERTIFICATE));
    assert.equal(event?.actor.kind, "system");
    await nextDay();
    assert.equal(asked(), 3);
    assert.equal((await events("metadata.refreshed")).length, 1, "what is as it was is no news");
    assert.deepEqual((await read()).metadata?.checkedAt, service.clock.now);
  });

  test("a provider that rotates by its metadata loses nobody", async () => {
    const { org, url, save, publish, trusts } = await start();
    const signIn = async (keys: ReturnType<typeof demoKeys>) =>
      (await post(service, org, encoded(responseXml(service, org, org.owner.email, {}, keys)))).status;
    await save(url);
    const next = { certificate: NEXT_CERTIFICATE, privateKey: NEXT_KEY };
    publish({ certificates: [CERTIFICATE, NEXT_CERTIFICATE] });
    await nextDay();
    assert.equal(await signIn(demoKeys()), 303);
    publish({ certificates: [NEXT_CERTIFICATE] });
    await nextDay();
    assert.deepEqual([await signIn(demoKeys()), await signIn(next)], [303, 303]);
    assert.deepEqual(await trusts(), prints(CERTIFICATE, NEXT_CERTIFICATE));
  });

  test("drops what the metadata lists no more a week after its last use, once another one is in use", async () => {
    const { org, url, page, publish, trusts, events } = await start("none");
    const old = signingKeys(service.clock.now, 365);
    publish({ certificates: [old.certificate] });
    const rest = { from: "metadata", provider: "okta", provisioning: "scim", sessionDays: "14" };
    await page(SETUP, { ...rest, metadataUrl: url });
    const signIn = async (keys: ReturnType<typeof demoKeys>) =>
      (await post(service, org, encoded(responseXml(service, org, org.owner.email, {}, keys)))).status;
    assert.equal(await signIn(old), 303);
    publish({ certificates: [CERTIFICATE] });
    await nextDay(8);
    assert.deepEqual(await trusts(), prints(old.certificate, CERTIFICATE), "the last working one stays");
    assert.equal(await signIn(demoKeys()), 303);
    await nextDay();
    assert.deepEqual(await trusts(), prints(CERTIFICATE));
    assert.deepEqual((await events("metadata.refreshed"))[0]?.detail["dropped"], prints(old.certificate));
    assert.equal(await signIn(old), 403);
  });

  test("never drops what somebody added by hand, nor brings back what somebody removed", async () => {
    const { url, page, save, publish, trusts } = await start();
    publish({ certificates: [CERTIFICATE, NEXT_CERTIFICATE] });
    await save(url);
    await page("/settings/okta/certificates", { certificate: PROVIDER_CERTIFICATE });
    await page("/settings/okta/certificates/remove", { fingerprint: fingerprintOf(NEXT_CERTIFICATE) });
    await nextDay(30);
    assert.deepEqual(await trusts(), prints(CERTIFICATE, PROVIDER_CERTIFICATE));
  });

  test("takes neither another issuer nor another address by itself, and tells the admin what differs", async () => {
    const { url, save, publish, read, trusts, settings, page, events } = await start();
    await save(url);
    publish({ issuer: "https://evil.example", ssoUrl: "https://evil.example/sso", certificates: [NEXT_CERTIFICATE] });
    await nextDay();
    const { issuer, ssoUrl } = await read();
    assert.deepEqual([issuer, ssoUrl, await trusts()], [ISSUER, SSO, prints(CERTIFICATE)]);
    const { text } = await settings();
    assert.match(text, /says something else .*: https:\/\/evil\.example , here http:\/\/www\.okta\.com\/exktest/);
    assert.match(text, /https:\/\/evil\.example\/sso , here https:\/\/example\.okta\.com/);
    const differs = { issuer: "https://evil.example", ssoUrl: "https://evil.example/sso" };
    assert.deepEqual((await events("metadata.refreshed"))[0]?.detail["differs"], differs);
    await page(PATH, { metadataUrl: url });
    assert.equal((await read()).issuer, "https://evil.example", "a person may");
    assert.doesNotMatch((await settings()).text, /says something else/);
  });

  test("that fails changes nothing, tells since when and why, and is tried again within the hour", async () => {
    const { org, url, save, publish, unpublish, read, settings, events } = await start();
    await save(url);
    unpublish();
    await nextDay();
    const failedAt = service.clock.now;
    service.clock.advance(61 * 60_000);
    await look();
    const { metadata, certificates } = await read();
    assert.deepEqual([metadata?.failedSince, certificates.length], [failedAt, 1]);
    assert.match((await settings()).text, /cannot be read Since .*: The server there answered 503, not 200\./);
    assert.equal((await events("metadata.failed")).length, 1, "one event, however often it is tried");
    const status = (await post(service, org, encoded(responseXml(service, org, org.owner.email)))).status;
    assert.equal(status, 303);
    publish();
    service.clock.advance(61 * 60_000);
    await look();
    assert.equal((await read()).metadata?.failedSince, null);
    assert.doesNotMatch((await settings()).text, /cannot be read/);
    assert.equal((await events("metadata.refreshed")).length, 1);
  });

  test("of an integration that is disconnected meanwhile ends quietly", async () => {
    const { org, url, save } = await start();
    await save(url);
    const { db } = service.parts;
    service.clock.advance(DAY + 60_000);
    await refreshDue(
      db,
      async (asked) => {
        await db.deleteFrom("integrations").where("organization_id", "=", org.organization.id).execute();
        return service.parts.metadata.read(asked);
      },
      service.clock.now,
    );
    assert.equal(await findIntegration(org.scope), undefined);
  });
});

describe("Fetch now", () => {
  test("asks at once, and says that it was read", async () => {
    const { url, page, save, publish, fetchNow, trusts, events, org } = await start();
    await save(url);
    publish({ certificates: [CERTIFICATE, NEXT_CERTIFICATE] });
    const answer = await fetchNow();
    assert.equal(answer.location, "/settings/okta?fetched");
    assert.match((await page("/settings/okta?fetched")).text, /The metadata was read/);
    assert.deepEqual(await trusts(), prints(CERTIFICATE, NEXT_CERTIFICATE));
    assert.equal((await events("metadata.refreshed"))[0]?.actor.name, org.owner.email);
  });

  test("says what went wrong", async () => {
    const { url, save, unpublish, fetchNow, settings } = await start();
    await save(url);
    unpublish();
    assert.equal((await fetchNow()).location, "/settings/okta");
    assert.match((await settings()).text, /answered 503/);
  });

  test("does nothing without metadata", async () => {
    const { fetchNow } = await start();
    assert.equal((await fetchNow()).location, "/settings/okta");
  });
});
