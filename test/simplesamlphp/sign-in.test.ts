import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { demoKeys } from "../../dev/okta/saml/keys.ts";
import { checkIntegration, saveIntegration } from "../../src/domain/integration/integration.ts";
import { parseIdpMetadata } from "../../src/protocols/saml/metadata.ts";
import { newBrowser } from "../okta/browser.ts";
import { countSessions, eventsUnder, post, referenceOn } from "../okta/provider.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import {
  type Answers,
  type IdentityProvider,
  NEEDS_SIMPLESAMLPHP,
  startIdentityProvider,
} from "./identity-provider.ts";
import { newPerson } from "./person.ts";

const ADA = "ada@example.test";

/** Each way in which it can answer, and what we must make of it. */
const SHAPES: readonly [what: string, answers: Answers, refused?: string][] = [
  ["only the assertion signed", { "saml20.sign.response": false, "saml20.sign.assertion": true }],
  ["only the response signed", { "saml20.sign.response": true, "saml20.sign.assertion": false }],
  ["both signed", { "saml20.sign.response": true, "saml20.sign.assertion": true }],
  ["the assertion encrypted, both signed", { "saml20.sign.response": true, "assertion.encryption": true }],
  [
    "the assertion encrypted and only the response signed",
    { "saml20.sign.response": true, "saml20.sign.assertion": false, "assertion.encryption": true },
  ],
  // It encrypts with AES-CBC, which nothing protects here but the signature of the response.
  [
    "the assertion encrypted, the response not signed",
    { "saml20.sign.response": false, "assertion.encryption": true },
    "encryption-algorithm",
  ],
  ["nothing signed", { "saml20.sign.response": false, "saml20.sign.assertion": false }, "signature-policy"],
];

describe("SimpleSAMLphp as the identity provider", NEEDS_SIMPLESAMLPHP, async () => {
  const service = await startTestService();
  let provider: IdentityProvider;
  before(async () => {
    provider = await startIdentityProvider(demoKeys());
  });
  after(async () => {
    await provider.stop();
    await service.stop();
  });

  /** An organization that is set up from the provider's metadata, and that the provider knows by ours. */
  async function connected(answers: Answers, signRequests = false): Promise<TestOrganization> {
    const org = await newOrganization(service, { integration: "none" });
    await org.addMember(ADA, "admin", "Ada Park");
    const { issuer, ssoUrl, certificates } = parseIdpMetadata(await provider.metadata());
    const certificate = certificates.join("\n");
    await saveIntegration(org.scope, checkIntegration({ issuer, ssoUrl, certificate, provisioning: "jit" }));
    const update = service.parts.db.updateTable("integrations").set({ sign_requests: signRequests });
    await update.where("organization_id", "=", org.organization.id).execute();
    await provider.trust(await (await org.page("/okta/metadata")).text(), answers);
    return org;
  }

  for (const [what, answers, refused] of SHAPES) {
    test(`${what}: ${refused ? "nobody is" : "Ada is"} signed in, from there and from here`, async () => {
      const org = await connected(answers);
      const ada = newPerson("ada");
      const from = `${provider.ssoUrl}?${new URLSearchParams({ spentityid: org.url, RelayState: "/people" })}`;
      const there = await ada.arrive(from);
      assert.equal(there.action, `${org.url}/okta/auth`);
      const first = await post(service, org, there.samlResponse, { relayState: there.relayState });
      const browser = newBrowser(service, org);
      const asked = await browser.begin("/account");
      const here = await ada.arrive(asked.location.href);
      assert.equal(here.relayState, asked.relayState);
      const cookie = `__Host-sign-in=${browser.cookies.get("__Host-sign-in")}`;
      const second = await post(service, org, here.samlResponse, { relayState: here.relayState, cookie });
      if (refused) return assertRefused(org, [first, second], refused);
      assert.equal(first.status, 303, await first.text());
      assert.equal(first.headers.get("location"), "/welcome?next=%2Fpeople");
      assert.equal(second.status, 303, await second.text());
      assert.equal(second.headers.get("location"), "/account");
      assert.equal(await countSessions(service, org), 2);
    });
  }

  test("it takes our signed requests, and none that somebody changed or stripped", async () => {
    const org = await connected({}, true);
    const ada = newPerson("ada");
    const browser = newBrowser(service, org);
    const { location } = await browser.begin("/account");
    const { samlResponse, relayState } = await ada.arrive(location.href);
    const cookie = `__Host-sign-in=${browser.cookies.get("__Host-sign-in")}`;
    assert.equal((await post(service, org, samlResponse, { relayState, cookie })).status, 303);
    for (const changed of [
      location.href.replace(/&SigAlg=.*/, ""),
      location.href.replace("&RelayState=_", "&RelayState=_f"),
      location.href.replace(/Signature=.{8}/, "Signature=AAAAAAAA"),
    ]) {
      assert.notEqual(changed, location.href);
      const { page } = await ada.visit(changed);
      assert.ok(!page.includes("SAMLResponse"), "it answered a request that is not ours");
    }
  });

  test("a person whom nobody knows yet comes in with just-in-time provisioning, under the provider's name", async () => {
    const org = await connected({});
    const answer = await newPerson("mallory").arrive(`${provider.ssoUrl}?spentityid=${encodeURIComponent(org.url)}`);
    assert.equal((await post(service, org, answer.samlResponse)).status, 303);
    const members = service.parts.db.selectFrom("members").select(["email", "origin"]);
    const mine = await members.where("organization_id", "=", org.organization.id).where("origin", "=", "jit").execute();
    assert.deepEqual(mine, [{ email: "mallory@example.test", origin: "jit" }]);
  });

  async function assertRefused(org: TestOrganization, responses: readonly Response[], check: string) {
    for (const response of responses) {
      const page = await response.text();
      assert.equal(response.status, 403, page);
      const [event] = await eventsUnder(org, referenceOn(page));
      assert.equal(event?.detail["check"], check);
    }
    assert.equal(await countSessions(service, org), 0);
  }
});
