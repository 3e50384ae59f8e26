import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { newOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";
import { assertRefused, eventsOf, push } from "./people.ts";
import { clickTile, encoded, eventsUnder, post, referenceOn, responseXml } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

describe("a refusal", () => {
  test("names the failed check with what it wanted and got, and never keeps the assertion or a signature", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    const xml = responseXml(service, org, userName, { audience: "https://other.example" });
    const response = await post(service, org, encoded(xml));
    const { detail } = await assertRefused(org, response, 403, "audience");
    assert.equal(detail["wanted"], org.url);
    assert.equal(detail["got"], "https://other.example");
    const row = JSON.stringify(await eventsOf(service, org, "session.refused"));
    const signatures = [...xml.matchAll(/<ds:(?:SignatureValue|DigestValue|X509Certificate)>([^<]+)</g)].map(
      (found) => found[1],
    );
    assert.equal(signatures.length, 6);
    for (const secret of [...signatures, encoded(xml).slice(0, 60), "<saml", "Assertion ID"]) {
      assert.ok(secret && !row.includes(secret), secret);
    }
  });

  test("does not keep a response that is not one either", async () => {
    const org = await newOrganization(service);
    for (const junk of ["not base64, but a secret-word", encoded("<secret-word"), encoded("secret-word")]) {
      const response = await post(service, org, junk);
      assert.equal(response.status, 400);
    }
    assert.ok(!JSON.stringify(await eventsOf(service, org, "session.refused")).includes("secret-word"));
  });

  test("of a long value that is cut in the middle of a character is still recorded", async () => {
    const org = await newOrganization(service);
    for (const before of ["", "a"]) {
      const statusCode = before + "\u{1F511}".repeat(300);
      const response = await clickTile(service, org, "ada@example.test", { changes: { statusCode } });
      const page = await response.text();
      assert.equal(response.status, 403, page);
      assert.equal((await eventsUnder(org, referenceOn(page))).length, 1);
    }
  });

  test("repeats what the identity provider said", async () => {
    const org = await newOrganization(service);
    const statusCode = "urn:oasis:names:tc:SAML:2.0:status:Responder";
    await assertRefused(
      org,
      await clickTile(service, org, "ada@example.test", { changes: { statusCode } }),
      403,
      "status",
    );
  });

  test("of a form without a response is 400", async () => {
    const org = await newOrganization(service);
    await assertRefused(org, await org.page("/okta/auth", undefined, {}), 400, "request");
    await assertRefused(org, await org.page("/okta/auth", undefined, { SAMLResponse: "" }), 400, "request");
  });

  test("escapes what it repeats", async () => {
    const org = await newOrganization(service);
    const response = await clickTile(service, org, "<script>alert(1)</script>@example.test");
    const page = await response.text();
    assert.equal(response.status, 403);
    assert.ok(!page.includes("<script>alert"));
  });
});

describe("the address /okta/auth", () => {
  test("takes nothing but POST", async () => {
    const org = await newOrganization(service);
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await service.fetch(`${org.url}/okta/auth`, { method });
      assert.equal(response.status, 405, method);
      assert.equal(response.headers.get("allow"), "POST");
      assert.deepEqual(response.headers.getSetCookie(), []);
    }
  });

  for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", "text/xml"]) {
    test(`refuses ${type} with 415`, async () => {
      const org = await newOrganization(service);
      const url = `${org.url}/okta/auth`;
      const response = await service.fetch(url, { method: "POST", headers: { "content-type": type }, body: "x" });
      assert.equal(response.status, 415);
      assert.deepEqual(response.headers.getSetCookie(), []);
    });
  }

  test("refuses a form over 1 MiB and a response over 256 KiB with 413", async () => {
    const org = await newOrganization(service);
    assert.equal((await post(service, org, "A".repeat(1_100_000))).status, 413);
    assert.equal((await post(service, org, encoded(`<a>${"b".repeat(263_000)}</a>`))).status, 413);
  });

  test("stops reading a body of unknown length at the limit", async () => {
    const org = await newOrganization(service);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(65));
        if (sent > 64 * 1_048_576) controller.close();
      },
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    assert.equal((await service.fetch(`${org.url}/okta/auth`, init)).status, 413);
    assert.ok(sent < 2 * 1_048_576, `${sent} bytes were read`);
  });

  test("is 404 where there is no integration, and the audit log is not filled", async () => {
    const org = await newOrganization(service, { integration: "none" });
    const response = await clickTile(service, org, org.owner.email);
    assert.equal(response.status, 404);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal((await eventsOf(service, org, "session.refused")).length, 0);
  });

  test("is 404 where the plan does not include the integration any more", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await service.parts.db
      .updateTable("organizations")
      .set({ plan: "free" })
      .where("id", "=", org.organization.id)
      .execute();
    assert.equal((await clickTile(service, org, userName)).status, 404);
  });

  test("is 404 at a host that is no organization's", async () => {
    const nowhere = { url: "http://nobody-here.localhost:3000" };
    const response = await clickTile(service, nowhere, "ada@example.test");
    assert.equal(response.status, 404);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal((await clickTile(service, { url: "http://localhost:3000" }, "ada@example.test")).status, 404);
    assert.equal((await clickTile(service, { url: "http://example.org" }, "ada@example.test")).status, 404);
  });
});
