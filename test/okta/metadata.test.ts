import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { newOrganization } from "../support/organization.ts";
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
