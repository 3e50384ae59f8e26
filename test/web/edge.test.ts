import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { eventsUnder, referenceOn } from "../okta/provider.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { BASE_URL, startTestService, type TestService } from "../support/service.ts";

const service = await startTestService();
after(() => service.stop());
const proxied = await startTestService({ TRUST_PROXY: "10.0.0.0/8", BASE_URL: "https://id.example.com" });
after(() => proxied.stop());

/** A request that came from this address over TCP. */
function from(where: TestService, peer: string, url: string, init: RequestInit = {}): Promise<Response> {
  const bindings = { incoming: { socket: { remoteAddress: peer } } };
  return Promise.resolve(where.app.fetch(new Request(url, init), bindings));
}

function form(url: string, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", headers: { origin: url, ...headers }, body: new URLSearchParams({ SAMLResponse: "!" }) };
}

/** The address that the audit log keeps of a refused sign-in. */
async function recordedAddress(org: TestOrganization, response: Response): Promise<string | null | undefined> {
  const [event] = await eventsUnder(org, referenceOn(await response.text()));
  return event?.ip;
}

describe("the host", () => {
  test("chooses the organization, without regard to case, to the port and to a final dot", async () => {
    const org = await newOrganization(service);
    const { slug } = org.organization;
    for (const host of [
      `${slug}.localhost:3000`,
      `${slug}.localhost`,
      `${slug.toUpperCase()}.LocalHost:1`,
      `${slug}.localhost.`,
    ]) {
      const response = await service.fetch(`${org.url}/sign-in`, { headers: { host } });
      assert.equal(response.status, 200, host);
    }
  });

  test("of nobody is 404: another domain, two labels, an address, nothing that we serve", async () => {
    const { slug } = (await newOrganization(service)).organization;
    const hosts = [
      `${slug}.localhost.evil.example`,
      `a.${slug}.localhost`,
      "127.0.0.1:3000",
      "[::1]:3000",
      `${slug}localhost`,
    ];
    for (const host of [
      ...hosts,
      `${slug}_.localhost`,
      `${slug}.localhost:3000:3000`,
      "..localhost",
      "-",
      "xlocalhost",
    ]) {
      const response = await service.fetch(`${BASE_URL}/sign-in`, { headers: { host } });
      assert.equal(response.status, 404, host);
    }
  });

  test("in X-Forwarded-Host counts from a trusted proxy, and from nobody else", async () => {
    const org = await newOrganization(proxied);
    const headers = { host: "internal:8080", "x-forwarded-host": new URL(org.url).host };
    assert.equal((await from(proxied, "10.1.2.3", "http://internal:8080/sign-in", { headers })).status, 200);
    assert.equal((await from(proxied, "::ffff:10.1.2.3", "http://internal:8080/sign-in", { headers })).status, 200);
    for (const peer of ["192.0.2.1", "127.0.0.1", "::1"]) {
      assert.equal((await from(proxied, peer, "http://internal:8080/sign-in", { headers })).status, 404, peer);
    }
  });

  test("is never repeated in a redirect: it goes to a path", async () => {
    const org = await newOrganization(proxied);
    const headers = { host: "internal:8080", "x-forwarded-host": new URL(org.url).host };
    const response = await from(proxied, "10.1.2.3", "http://internal:8080/people?q=a", { headers });
    assert.equal(response.headers.get("location"), "/sign-in?next=%2Fpeople%3Fq%3Da");
  });
});

describe("the address of a visitor", () => {
  test("is the connection's, whatever a header says, where no proxy is trusted", async () => {
    const org = await newOrganization(service);
    const init = form(org.url, { "x-forwarded-for": "203.0.113.9" });
    assert.equal(
      await recordedAddress(org, await from(service, "192.0.2.1", `${org.url}/okta/auth`, init)),
      "192.0.2.1",
    );
    assert.equal(
      await recordedAddress(org, await from(service, "::ffff:192.0.2.1", `${org.url}/okta/auth`, init)),
      "192.0.2.1",
    );
  });

  test("is the last one that no trusted proxy wrote about itself", async () => {
    const org = await newOrganization(proxied);
    const seen = async (peer: string, hops: string) => {
      const response = await from(proxied, peer, `${org.url}/okta/auth`, form(org.url, { "x-forwarded-for": hops }));
      return recordedAddress(org, response);
    };
    assert.equal(await seen("10.0.0.1", "203.0.113.9"), "203.0.113.9");
    assert.equal(await seen("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
    assert.equal(await seen("10.0.0.1", ""), "10.0.0.1");
    assert.equal(await seen("10.0.0.1", "10.0.0.5"), "10.0.0.1");
    assert.equal(await seen("192.0.2.1", "203.0.113.9"), "192.0.2.1");
  });
});

describe("a refusal", () => {
  test("has another reference number each time, of letters and digits that are not mistaken for one another", async () => {
    const org = await newOrganization(service);
    const references = new Set<string>();
    for (let count = 0; count < 50; count++) {
      const page = await (await service.fetch(`${org.url}/nothing`)).text();
      references.add(referenceOn(page));
    }
    assert.equal(references.size, 50);
    for (const reference of references) assert.match(reference, /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  });

  test("is a page for a browser, a SCIM error for a directory, a problem document for the operator", async () => {
    const org = await newOrganization(service);
    const page = await service.fetch(`${org.url}/nothing`);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    const scim = await org.scim("GET", "/nothing");
    assert.equal(scim.headers.get("content-type"), "application/scim+json");
    assert.deepEqual(scim.body.schemas, ["urn:ietf:params:scim:api:messages:2.0:Error"]);
    const problem = await service.operator("GET", "/nothing");
    assert.equal(problem.headers.get("content-type"), "application/problem+json");
    assert.equal(((await problem.json()) as { status: number }).status, 404);
  });

  test("offers the support address where there is one", async () => {
    const helped = await startTestService({ SUPPORT_EMAIL: "help@example.com" });
    try {
      const page = await (await helped.fetch(`${BASE_URL}/nothing`)).text();
      assert.match(page, /<a href="mailto:help@example\.com\?subject=Reference%20[0-9A-Z-]{11}"/);
    } finally {
      await helped.stop();
    }
  });

  test("of a stranger leads to the sign-in page and back to the page that was asked for", async () => {
    const org = await newOrganization(service);
    assert.equal((await org.page("/people?q=a%26b")).headers.get("location"), "/sign-in?next=%2Fpeople%3Fq%3Da%2526b");
    assert.equal((await org.page("/")).headers.get("location"), "/sign-in");
  });
});

describe("an error that nobody foresaw", () => {
  test("is 500, says nothing of its cause, and shows the number to look for", async () => {
    const broken = await startTestService();
    try {
      const org = await newOrganization(broken);
      const cookie = await org.signIn(org.owner.email);
      await broken.parts.db.schema.alterTable("sessions").renameTo("gone").execute();
      const page = await org.page("/", cookie);
      const text = await page.text();
      assert.equal(page.status, 500);
      assert.notEqual(referenceOn(text), "");
      assert.ok(!/relation|sessions|SELECT|select|at \w+ \(/.test(text), text);
      assert.equal(page.headers.get("cache-control"), "no-store");
      await broken.parts.db.schema.alterTable("directory_users").renameTo("gone_too").execute();
      const scim = await org.scim("GET", "/Users");
      assert.equal(scim.status, 500);
      assert.ok(!JSON.stringify(scim.body).includes("directory_users"));
    } finally {
      await broken.stop();
    }
  });

  test("leaves no session and no cookie where it happens in the middle of a sign-in", async () => {
    const broken = await startTestService();
    try {
      const org = await newOrganization(broken);
      await broken.parts.db.schema.alterTable("audit_events").renameTo("gone").execute();
      const response = await from(broken, "192.0.2.1", `${org.url}/okta/auth`, form(org.url));
      assert.equal(response.status, 500);
      assert.deepEqual(response.headers.getSetCookie(), []);
    } finally {
      await broken.stop();
    }
  });
});

describe("health", () => {
  test("is told on any host, without a word about the service", async () => {
    for (const url of [BASE_URL, "http://192.0.2.1", "http://nobody.localhost:3000"]) {
      const [alive, ready] = [await service.fetch(`${url}/healthz`), await service.fetch(`${url}/readyz`)];
      assert.deepEqual([alive.status, ready.status], [200, 200]);
      assert.ok((await alive.text()).length < 40);
    }
  });

  test("is not ready while the database is away, and says so within the time that a probe waits", async () => {
    const away = await startTestService();
    await away.parts.db.destroy();
    const response = await away.fetch(`${BASE_URL}/readyz`);
    assert.equal(response.status, 503);
    assert.equal((await away.fetch(`${BASE_URL}/healthz`)).status, 200);
    await away.stop().catch(() => {});
  });
});

describe("a form", () => {
  test("that is not UTF-8 is 400, one that is too large 413, and one of another type 415", async () => {
    const org = await newOrganization(service);
    const cookie = await org.signIn(org.owner.email);
    const send = (body: string | Uint8Array<ArrayBuffer>, type = "application/x-www-form-urlencoded") =>
      service.fetch(`${org.url}/settings`, {
        method: "POST",
        headers: { cookie, origin: org.url, "content-type": type },
        body,
      });
    assert.equal((await send(new Uint8Array([0x6e, 0x3d, 0xff, 0xfe]))).status, 400);
    assert.equal((await send(`name=${"a".repeat(600_000)}`)).status, 413);
    assert.equal((await send("{}", "application/json")).status, 415);
    assert.equal((await org.page("/", cookie)).status, 200);
  });

  test("that announces more than the limit is refused before it is read", async () => {
    const org = await newOrganization(service);
    let read = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          read = true;
          controller.error(new Error("read"));
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": "9999999999" };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    assert.equal((await service.fetch(`${org.url}/okta/auth`, init)).status, 413);
    assert.equal(read, false);
  });

  test("that is sent after the session ended is 401, and changes nothing", async () => {
    const org = await newOrganization(service);
    const cookie = await org.signIn(org.owner.email);
    assert.equal((await org.page("/sign-out", cookie, {})).status, 303);
    assert.equal((await org.page("/settings", cookie, { name: "Changed" })).status, 401);
    const found = await service.operator("GET", `/organizations/${org.organization.slug}`);
    assert.notEqual(((await found.json()) as { name: string }).name, "Changed");
  });
});

describe("HEAD", () => {
  test("is answered as GET is, without a body", async () => {
    const org = await newOrganization(service);
    const response = await service.fetch(`${org.url}/sign-in`, { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
    assert.equal((await service.fetch(`${org.url}/people`, { method: "HEAD" })).status, 303);
  });
});
