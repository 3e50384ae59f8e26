import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { demoKeys, type KeyPair } from "../../../../dev/okta/saml/keys.ts";
import { listEvents } from "../../../../src/domain/audit/events.ts";
import { sweep } from "../../../../src/domain/sso/sweep.ts";
import {
  ENCRYPTION_CERTIFICATE,
  NEXT_CERTIFICATE,
  NEXT_KEY,
  PROVIDER_CERTIFICATE,
} from "../../../../src/protocols/saml/fixtures/certificates.ts";
import { clickTile, encoded, post, responseXml } from "../../../okta/provider.ts";
import { fingerprintOf, signingKeys } from "../../../okta/signing-keys.ts";
import { CERTIFICATE, newOrganization, type TestOrganization } from "../../../support/organization.ts";
import { readPage } from "../../../support/page.ts";
import { startTestService, type TestService } from "../../../support/service.ts";

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.stop());

const LIST = "/settings/okta";
const ADD = "/settings/okta/certificates";
const REMOVE = "/settings/okta/certificates/remove";
const DAY = 86_400_000;
const NEXT: KeyPair = { certificate: NEXT_CERTIFICATE, privateKey: NEXT_KEY };

async function start() {
  const org = await newOrganization(service);
  const cookie = await org.signIn(org.owner.email);
  return {
    org,
    list: () => readPage(org.page(LIST, cookie)),
    add: (form: Record<string, string>) => readPage(org.page(ADD, cookie, form)),
    upload: (parts: FormData, headers: Record<string, string> = {}) => readPage(upload(org, cookie, parts, headers)),
    askToRemove: (certificate: string) =>
      readPage(org.page(`${REMOVE}?fingerprint=${fingerprintOf(certificate)}`, cookie)),
    remove: (certificate: string) => readPage(org.page(REMOVE, cookie, { fingerprint: fingerprintOf(certificate) })),
    signIn: (keys: KeyPair) =>
      post(service, org, encoded(responseXml(service, org, org.owner.email, {}, keys))).then(({ status }) => status),
    events: (action: string) => listEvents(org.scope, { action, limit: 50 }),
  };
}

function upload(org: TestOrganization, cookie: string, body: FormData, headers: Record<string, string>) {
  return service.fetch(`${org.url}${ADD}`, { method: "POST", headers: { cookie, origin: org.url, ...headers }, body });
}

function form(file: string | Buffer, typed = ""): FormData {
  const parts = new FormData();
  parts.set("certificate", typed);
  parts.set("file", new File([file], "okta.cert"));
  return parts;
}

/** The row of a certificate in the list, as text. */
function rowOf(html: string, certificate: string): string {
  const row = html.split("<tr").find((each) => each.includes(fingerprintOf(certificate))) ?? "";
  return row.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

describe("the list of certificates", () => {
  test("shows subject, validity, origin and a fingerprint to copy", async () => {
    const { list } = await start();
    const { html } = await list();
    const row = rowOf(html, CERTIFICATE);
    assert.match(row, /CN=demo, O=Okta/);
    assert.match(row, /1 Jan 2020 to 31 Dec 2055/);
    assert.match(row, /Added \d+ \w+ \d{4}/);
    assert.match(row, /Not used yet/);
    assert.ok(
      html.includes(`<code class="copy-value">${fingerprintOf(CERTIFICATE)}</code><button class="copy-button"`),
    );
  });

  test("says which one verified the last sign-in, and when", async () => {
    const { add, list, signIn } = await start();
    await add({ certificate: NEXT_CERTIFICATE });
    assert.equal(await signIn(demoKeys()), 303);
    let { html } = await list();
    assert.match(rowOf(html, CERTIFICATE), /just now In use/);
    assert.match(rowOf(html, NEXT_CERTIFICATE), /Not used yet/);
    service.clock.advance(5 * 60_000);
    assert.equal(await signIn(NEXT), 303);
    ({ html } = await list());
    assert.match(rowOf(html, NEXT_CERTIFICATE), /just now In use/);
    assert.match(rowOf(html, CERTIFICATE), /5 minutes ago(?! In use)/);
  });

  test("the last use is written at most once a second", async () => {
    const { org, signIn } = await start();
    const used = async () =>
      (
        await org.scope.db
          .selectFrom("integration_certificates")
          .selectAll()
          .where("organization_id", "=", org.organization.id)
          .executeTakeFirstOrThrow()
      ).last_used_at;
    await signIn(demoKeys());
    const first = await used();
    service.clock.advance(900);
    await signIn(demoKeys());
    assert.deepEqual(await used(), first);
    service.clock.advance(100);
    await signIn(demoKeys());
    assert.deepEqual(await used(), service.clock.now);
  });

  test("a refused response is no use of a certificate", async () => {
    const { org, list } = await start();
    assert.equal((await clickTile(service, org, "nobody@example.test")).status, 403);
    assert.match(rowOf((await list()).html, CERTIFICATE), /Not used yet/);
  });
});

describe("adding a certificate", () => {
  test("by paste keeps those before, and a response that is signed with any of them signs in", async () => {
    const { add, signIn, events } = await start();
    assert.deepEqual([(await add({ certificate: NEXT_CERTIFICATE })).location], ["/settings/okta?saved"]);
    assert.deepEqual([await signIn(demoKeys()), await signIn(NEXT)], [303, 303]);
    const [event] = await events("certificate.added");
    assert.deepEqual(event?.detail, { fingerprints: [fingerprintOf(NEXT_CERTIFICATE)] });
  });

  test("by file takes base64 and bytes, as providers download them", async () => {
    const { upload, list } = await start();
    const bytes = new X509Certificate(PROVIDER_CERTIFICATE).raw;
    assert.equal((await upload(form(NEXT_CERTIFICATE))).location, "/settings/okta?saved");
    assert.equal((await upload(form(bytes))).location, "/settings/okta?saved");
    const { html } = await list();
    assert.match(rowOf(html, NEXT_CERTIFICATE), /Added/);
    assert.match(rowOf(html, PROVIDER_CERTIFICATE), /Added/);
  });

  test("by both at once takes both", async () => {
    const { upload, list } = await start();
    assert.equal((await upload(form(NEXT_CERTIFICATE, PROVIDER_CERTIFICATE))).status, 303);
    const { html } = await list();
    for (const each of [NEXT_CERTIFICATE, PROVIDER_CERTIFICATE, CERTIFICATE]) assert.match(rowOf(html, each), /Added/);
  });

  test("what is none is refused beside its field, what was typed is kept, and nothing is added", async () => {
    const { add, upload, events } = await start();
    const typed = await add({ certificate: ENCRYPTION_CERTIFICATE });
    assert.equal(typed.status, 422);
    assert.match(typed.error("certificate") ?? "", /not a signing certificate/);
    assert.equal(typed.field("certificate")?.replace(/\s/g, ""), ENCRYPTION_CERTIFICATE.replace(/\s/g, ""));
    assert.match((await add({ certificate: "" })).error("certificate") ?? "", /Paste/);
    const file = await upload(form("<xml/>", NEXT_CERTIFICATE));
    assert.equal(file.status, 422);
    assert.match(file.error("file") ?? "", /XML/);
    assert.deepEqual(await events("certificate.added"), []);
  });

  test("a form that is too large or broken is refused", async () => {
    const { org, upload } = await start();
    assert.equal((await upload(form(Buffer.alloc(3 * 1024 * 1024)))).status, 413);
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const cookie = await org.signIn(org.owner.email);
    const broken = await service.fetch(`${org.url}${ADD}`, {
      method: "POST",
      headers: { ...headers, cookie, origin: org.url },
      body: "--x\r\nnothing",
    });
    assert.equal(broken.status, 400);
    const many = form(NEXT_CERTIFICATE);
    for (let index = 0; index < 60; index++) many.append("more", "x");
    assert.equal((await upload(many)).status, 400);
    const foreign = { cookie, origin: "https://evil.example" };
    const crossSite = await service.fetch(`${org.url}${ADD}`, { method: "POST", headers: foreign, body: form("x") });
    assert.equal(crossSite.status, 403);
  });

  test("at most twenty are trusted at once", async () => {
    const { add } = await start();
    const many = Array.from({ length: 19 }, () => signingKeys(service.clock.now, 365).certificate);
    await add({ certificate: many.slice(0, 10).join("\n") });
    assert.equal((await add({ certificate: many.slice(10).join("\n") })).status, 303);
    assert.equal((await add({ certificate: NEXT_CERTIFICATE })).status, 409);
  });
});

describe("removing a certificate", () => {
  test("asks first and says what it means; then it signs nobody in, and SCIM goes on", async () => {
    const { org, add, askToRemove, remove, signIn, events } = await start();
    await add({ certificate: NEXT_CERTIFICATE });
    await signIn(demoKeys());
    const page = await askToRemove(CERTIFICATE);
    assert.match(page.text, /It verified the last sign-in, and no other one has been used since/);
    assert.equal((await remove(CERTIFICATE)).location, "/settings/okta?saved");
    assert.deepEqual([await signIn(demoKeys()), await signIn(NEXT)], [403, 303]);
    assert.equal((await org.scim("GET", "/Users")).status, 200);
    assert.equal((await events("certificate.dropped"))[0]?.detail["fingerprint"], fingerprintOf(CERTIFICATE));
  });

  test("does not warn where another one is in use", async () => {
    const { add, askToRemove, signIn } = await start();
    await add({ certificate: NEXT_CERTIFICATE });
    assert.match((await askToRemove(CERTIFICATE)).text, /Nobody has signed in yet/);
    await signIn(NEXT);
    assert.doesNotMatch((await askToRemove(CERTIFICATE)).html, /banner-warning/);
  });

  test("is refused for the last one, on the page and by post", async () => {
    const { askToRemove, remove, signIn } = await start();
    const page = await askToRemove(CERTIFICATE);
    assert.match(page.text, /It is the only one/);
    assert.doesNotMatch(page.html, /button-danger/);
    assert.equal((await remove(CERTIFICATE)).status, 409);
    assert.equal(await signIn(demoKeys()), 303);
  });

  test("one that is gone leads back to the list, and its post is 404", async () => {
    const { askToRemove, remove } = await start();
    assert.equal((await askToRemove(NEXT_CERTIFICATE)).location, "/settings/okta");
    assert.equal((await remove(NEXT_CERTIFICATE)).status, 404);
  });
});

describe("a certificate that expires", () => {
  test("is warned of from 60 days before, on the page and on every page of owners and admins", async () => {
    const { org, add, remove, list } = await start();
    const ending = signingKeys(service.clock.now, 61).certificate;
    await add({ certificate: ending });
    await remove(CERTIFICATE);
    await org.addMember("admin@acme.test", "admin");
    await org.addMember("member@acme.test");
    const home = async (email: string) => (await org.page("/", await org.signIn(email))).text();
    assert.doesNotMatch((await list()).html, /banner-warning/);
    service.clock.advance(2 * DAY);
    const page = await list();
    assert.match(rowOf(page.html, ending), /59 days left/);
    assert.match(page.text, /expires on .*, in 59 days/);
    for (const email of [org.owner.email, "admin@acme.test"])
      assert.match(await home(email), /there is no next one yet/);
    assert.doesNotMatch(await home("member@acme.test"), /next one/);
    await add({ certificate: NEXT_CERTIFICATE });
    assert.doesNotMatch(await home(org.owner.email), /next one/, "once there is a next one, only the page says so");
    assert.match((await list()).text, /expires on/);
  });

  test("is warned of no more once the provider has gone over to one that is good for longer", async () => {
    const { add, list, signIn } = await start();
    const ending = signingKeys(service.clock.now, 20);
    await add({ certificate: ending.certificate });
    assert.match((await list()).text, /in 20 days/);
    await signIn(demoKeys());
    assert.doesNotMatch((await list()).html, /banner-warning/);
  });

  test("still signs people in once it has expired, and the page says so", async () => {
    const { add, remove, list, signIn } = await start();
    const expired = signingKeys(service.clock.now, -2);
    await add({ certificate: expired.certificate });
    await remove(CERTIFICATE);
    assert.equal(await signIn(expired), 303);
    const page = await list();
    assert.match(rowOf(page.html, expired.certificate), /In use .* Expired/);
    assert.match(page.text, /certificate in use .* expired on .* People still sign in with it/);
  });

  test("is told to the audit log once", async () => {
    const { add, events } = await start();
    const ending = signingKeys(service.clock.now, 59).certificate;
    await add({ certificate: `${ending}\n${NEXT_CERTIFICATE}` });
    await sweep(service.parts.db, service.clock.now);
    await sweep(service.parts.db, service.clock.now);
    const told = await events("certificate.expires_soon");
    assert.deepEqual(
      told.map(({ detail }) => detail["fingerprint"]),
      [fingerprintOf(ending)],
    );
    assert.equal(told[0]?.actor.kind, "system");
  });
});
