import assert from "node:assert/strict";
import { verify, X509Certificate } from "node:crypto";
import { after, describe, test } from "node:test";
import fc from "fast-check";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { readPage } from "../support/page.ts";
import { roundTrips } from "../support/round-trips.ts";
import { startTestService } from "../support/service.ts";
import { type Asked, askedBy, newBrowser } from "./browser.ts";
import { push, setCookies } from "./people.ts";
import { clickTile } from "./provider.ts";

const service = await startTestService();
after(() => service.stop());

async function rowsOf(org: TestOrganization) {
  const select = service.parts.db.selectFrom("sign_in_requests").selectAll();
  return select.where("organization_id", "=", org.organization.id).orderBy("created_at").execute();
}

describe("GET /okta/login", () => {
  test("sends the browser to the identity provider with an AuthnRequest, and nobody keeps the answer", async () => {
    const org = await newOrganization(service);
    const response = await org.page("/okta/login?redirect_to=%2Fpeople");
    assert.equal(response.headers.get("cache-control"), "no-store");
    const { location, id, relayState, issuer, acsUrl, destination } = askedBy(response);
    assert.equal(location.origin + location.pathname, "https://example.okta.com/app/semaphore/exktest/sso/saml");
    assert.match(id, /^_[0-9a-f]{32}$/);
    assert.ok(Buffer.byteLength(relayState) <= 80);
    assert.deepEqual([issuer, acsUrl], [org.url, `${org.url}/okta/auth`]);
    assert.equal(destination, "https://example.okta.com/app/semaphore/exktest/sso/saml");
    assert.ok(!location.search.includes("people"), "the path stays with us");
  });

  test("costs three round trips, and its answer two more than a click on the tile", async () => {
    const org = await newOrganization(service);
    const { userName } = await push(org);
    await clickTile(service, org, userName);
    const browser = newBrowser(service, org);
    let asked: Asked | undefined;
    const begin = await roundTrips(async () => {
      asked = await browser.begin("/people");
    });
    assert.equal(begin.length, 3, begin.join("\n\n"));
    const answer = await roundTrips(() => browser.answer(asked ?? assert.fail(), userName));
    const tile = await roundTrips(() => newBrowser(service, org).postAnswer(userName, "/people"));
    assert.equal(answer.length - tile.length, 2, answer.join("\n\n"));
  });

  test("keeps a query that the Single Sign-On URL has already", async () => {
    const org = await newOrganization(service);
    const update = service.parts.db.updateTable("integrations").set({ sso_url: "https://idp.test/sso?idpid=C0&a=%2f" });
    await update.where("organization_id", "=", org.organization.id).execute();
    const location = (await org.page("/okta/login")).headers.get("location") ?? "";
    assert.ok(location.startsWith("https://idp.test/sso?idpid=C0&a=%2f&SAMLRequest="), location);
  });

  test("signs the request where the integration says so, with the key that the metadata shows", async () => {
    const org = await newOrganization(service);
    const unsigned = (await org.page("/okta/login")).headers.get("location") ?? "";
    assert.ok(!unsigned.includes("Signature="));
    const update = service.parts.db.updateTable("integrations").set({ sign_requests: true });
    await update.where("organization_id", "=", org.organization.id).execute();
    const location = new URL((await org.page("/okta/login")).headers.get("location") ?? "");
    const [signed = "", signature = ""] = location.search.slice(1).split("&Signature=");
    const metadata = await (await org.page("/okta/metadata")).text();
    assert.match(metadata, /AuthnRequestsSigned="true"/);
    const [, base64 = ""] = /use="signing">[\s\S]*?<ds:X509Certificate>([^<]+)</.exec(metadata) ?? [];
    const { publicKey } = new X509Certificate(Buffer.from(base64, "base64"));
    const bytes = Buffer.from(decodeURIComponent(signature), "base64");
    assert.ok(verify("sha256", Buffer.from(signed), publicKey, bytes));
    assert.ok(signed.includes("&RelayState=") && signed.includes("&SigAlg="));
  });

  test("binds the request to the browser, by a cookie that Okta's post carries and that opens nothing", async () => {
    const org = await newOrganization(service);
    const response = await org.page("/okta/login");
    const cookies = setCookies(response);
    assert.deepEqual(Object.keys(cookies), ["__Host-sign-in"]);
    const attributes = (cookies["__Host-sign-in"] ?? "").split("; ").slice(1);
    assert.deepEqual(attributes.sort(), ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=None", "Secure"]);
    const [row] = await rowsOf(org);
    const token = /=([^;]+)/.exec(cookies["__Host-sign-in"] ?? "")?.[1] ?? "";
    assert.ok(!JSON.stringify(row).includes(token), "only a hash is kept");
    assert.equal(row?.browser_hash.length, 32);
    assert.equal(row?.expires_at.getTime(), service.clock.now.getTime() + 600_000);
  });

  test("never makes the same request twice, and one browser has one cookie for all of its tabs", async () => {
    const org = await newOrganization(service);
    const browser = newBrowser(service, org);
    const first = await browser.begin("/people");
    const token = browser.cookies.get("__Host-sign-in");
    const second = await browser.begin("/account");
    assert.notEqual(first.id, second.id);
    assert.equal(browser.cookies.get("__Host-sign-in"), token);
    assert.deepEqual((await rowsOf(org)).map((row) => row.next).sort(), ["/account", "/people"]);
  });

  test("takes no token that it did not make itself", async () => {
    const org = await newOrganization(service);
    for (const token of ["x", "skb_short", `skb_${"A".repeat(44)}`, `skb_${"~".repeat(43)}`, `sks_${"A".repeat(43)}`]) {
      const response = await org.page("/okta/login", `__Host-sign-in=${token}`);
      assert.doesNotMatch(setCookies(response)["__Host-sign-in"] ?? "", new RegExp(`=${token};`));
    }
  });

  for (const elsewhere of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    "x",
  ]) {
    test(`leads home in the end where redirect_to is ${JSON.stringify(elsewhere)}`, async () => {
      const org = await newOrganization(service);
      await newBrowser(service, org).begin(elsewhere);
      assert.deepEqual(
        (await rowsOf(org)).map((row) => row.next),
        ["/"],
      );
    });
  }

  test("never fails, whatever comes as path and cookie, and never keeps a path that leads elsewhere", async () => {
    const org = await newOrganization(service);
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.webUrl(),
      fc.constantFrom("%", "%00", "//%2f"),
    );
    const path = fc.oneof(
      text,
      text.map((rest) => `/${rest}`),
      text.map(encodeURIComponent),
    );
    await fc.assert(
      fc.asyncProperty(path, fc.string(), async (redirectTo, token) => {
        const cookie = `__Host-sign-in=${encodeURIComponent(token)}`;
        const response = await service.fetch(`${org.url}/okta/login?redirect_to=${redirectTo}`, {
          headers: { cookie },
        });
        assert.equal(response.status, 303);
        assert.match(response.headers.get("location") ?? "", /^https:\/\/example\.okta\.com\//);
      }),
      { numRuns: 200 },
    );
    for (const { next } of await rowsOf(org)) {
      assert.equal(new URL(next, org.url).origin, org.url, next);
      assert.match(next, /^\/(?![/\\])/);
    }
  });

  test("leads home where the path is longer than any of ours", async () => {
    const org = await newOrganization(service);
    await newBrowser(service, org).begin(`/people?q=${"a".repeat(2_000)}`);
    assert.deepEqual(
      (await rowsOf(org)).map((row) => row.next),
      ["/"],
    );
  });

  test("is 404 without an integration and on a plan that lacks it: a page that says so, without a cookie", async () => {
    const bare = await newOrganization(service, { integration: "none" });
    const other = await newOrganization(service);
    const update = service.parts.db.updateTable("organizations").set({ plan: "startup" });
    await update.where("id", "=", other.organization.id).execute();
    for (const org of [bare, other]) {
      const response = await org.page("/okta/login?redirect_to=%2Fpeople");
      assert.deepEqual(response.headers.getSetCookie(), []);
      const page = await readPage(response);
      assert.equal(page.status, 404);
      assert.match(page.text, /Single Sign-On is not set up for this organization/);
      assert.match(page.html, /href="\/sign-in"/);
      assert.deepEqual(await rowsOf(org), []);
    }
  });

  const NO_VISITS: readonly Record<string, string>[] = [
    { "sec-purpose": "prefetch" },
    { "sec-purpose": "prefetch;prerender" },
    { purpose: "prefetch" },
    { "x-moz": "prefetch" },
    { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
    { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
  ];
  for (const headers of NO_VISITS) {
    test(`starts nothing where no person opens it: ${JSON.stringify(headers)}`, async () => {
      const org = await newOrganization(service);
      const response = await service.fetch(`${org.url}/okta/login`, { headers });
      // Not 2xx, which a browser would show later in place of the real answer.
      assert.equal(response.status, 403);
      assert.deepEqual([response.headers.get("location"), response.headers.getSetCookie()], [null, []]);
      assert.deepEqual(await rowsOf(org), []);
    });
  }

  test("starts nothing for HEAD, and takes nothing but GET", async () => {
    const org = await newOrganization(service);
    const head = await service.fetch(`${org.url}/okta/login`, { method: "HEAD" });
    assert.equal(head.status, 403);
    assert.deepEqual(head.headers.getSetCookie(), []);
    assert.equal((await service.fetch(`${org.url}/okta/login`, { method: "POST" })).status, 405);
    assert.deepEqual(await rowsOf(org), []);
  });

  test("a person who opens it in a browser is sent on", async () => {
    const org = await newOrganization(service);
    const headers = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site" };
    assert.equal((await service.fetch(`${org.url}/okta/login`, { headers })).status, 303);
  });
});

describe("a flood of requests", () => {
  test("of one browser keeps the twenty newest, and pushes out nobody else's", async () => {
    const org = await newOrganization(service);
    const [patient, hasty] = [newBrowser(service, org), newBrowser(service, org)];
    const first = await patient.begin("/people");
    const ids: string[] = [];
    for (let count = 0; count < 25; count++) {
      service.clock.advance(1);
      ids.push((await hasty.begin()).id);
    }
    const kept = (await rowsOf(org)).map((row) => row.id);
    assert.deepEqual(kept.sort(), [first.id, ...ids.slice(-20)].sort());
  });

  test("of one organization pushes out the oldest, and keeps nobody from starting", async () => {
    const org = await newOrganization(service);
    const { db } = service.parts;
    const at = service.clock.now.getTime();
    const rows = Array.from({ length: 10_050 }, (_, count) => ({
      organization_id: org.organization.id,
      id: `_${count.toString(16).padStart(32, "0")}`,
      browser_hash: Buffer.alloc(32, count % 251),
      purpose: "sign-in" as const,
      bounced: false,
      next: "/",
      created_at: new Date(at - 60_000 + count),
      expires_at: new Date(at + 540_000 + count),
    }));
    for (let from = 0; from < rows.length; from += 2_000) {
      await db
        .insertInto("sign_in_requests")
        .values(rows.slice(from, from + 2_000))
        .execute();
    }
    const { id } = await newBrowser(service, org).begin();
    const kept = (await rowsOf(org)).map((row) => row.id);
    assert.equal(kept.length, 10_000);
    assert.ok(kept.includes(id) && !kept.includes(rows[0]?.id ?? ""));
  });

  test("from one address is 429 after as many as there may be attempts to sign in", async () => {
    const own = await startTestService({ RATE_LIMIT_SIGN_IN: "5" });
    try {
      const org = await newOrganization(own);
      const statuses: number[] = [];
      for (let count = 0; count < 7; count++) statuses.push((await org.page("/okta/login")).status);
      assert.deepEqual(statuses, [303, 303, 303, 303, 303, 429, 429]);
      assert.equal((await clickTile(own, org, org.owner.email)).status, 303, "which leaves the answers their own");
    } finally {
      await own.stop();
    }
  });
});
