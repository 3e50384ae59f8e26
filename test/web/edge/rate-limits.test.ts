import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { createScimToken, revokeScimToken } from "../../../src/domain/integration/tokens.ts";
import { assertScimError } from "../../okta/scim/directory.ts";
import { newOrganization, OKTA_HEADERS, type ScimAnswer, type TestOrganization } from "../../support/organization.ts";
import { readPage } from "../../support/page.ts";
import { startTestService, type TestService } from "../../support/service.ts";

// Nobody is refused because the machine is busy.
const service = await startTestService({ RATE_LIMIT_SCIM: "20", RATE_LIMIT_SIGN_IN: "6" }, { wait: 60_000 });
after(() => service.stop());

/** A SCIM request from an address. */
async function ask(
  org: TestOrganization,
  { token = org.token, address = "192.0.2.1", path = "/Users?count=0" } = {},
): Promise<ScimAnswer> {
  const headers = { ...OKTA_HEADERS, authorization: `Bearer ${token}` };
  const response = await from(service, address, `${org.url}/okta/scim${path}`, { headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function from(where: TestService, address: string, url: string, init: RequestInit = {}): Promise<Response> {
  const bindings = { incoming: { socket: { remoteAddress: address } } };
  return Promise.resolve(where.app.fetch(new Request(url, init), bindings));
}

/** Asks so often and answers how often each status came. */
async function flood(count: number, each: () => Promise<{ status: number }>): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (let i = 0; i < count; i++) {
    const { status } = await each();
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

describe("a directory", () => {
  test("may send ten seconds' worth at once, and is then told in whole seconds when to go on", async () => {
    const org = await newOrganization(service);
    assert.deepEqual(await flood(205, () => ask(org)), { 200: 200, 429: 5 });
    const refused = await ask(org);
    assertScimError(refused, 429, undefined, /limit is 20 a second .*RATE_LIMIT_SCIM.* Try again in 1 second\./);
    assert.equal(refused.headers.get("retry-after"), "1");
    service.clock.advance(1_000);
    assert.deepEqual(await flood(25, () => ask(org)), { 200: 20, 429: 5 });
  });

  test("that floods slows no other organization", async () => {
    const [noisy, quiet] = [await newOrganization(service), await newOrganization(service)];
    const answers = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => {
        const org = i % 4 === 0 ? quiet : noisy;
        return { org, status: (await ask(org)).status };
      }),
    );
    const count = (org: TestOrganization, status: number) =>
      answers.filter((each) => each.org === org && each.status === status).length;
    assert.equal(count(quiet, 200), 100);
    assert.deepEqual([count(noisy, 200), count(noisy, 429)], [200, 100]);
  });

  test("that is refused so changes nothing, and its body is not read", async () => {
    const org = await newOrganization(service);
    await flood(200, () => ask(org));
    let read = false;
    const body = new ReadableStream(
      {
        pull(controller) {
          read = true;
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { ...OKTA_HEADERS, authorization: `Bearer ${org.token}` };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    assert.equal((await from(service, "192.0.2.1", `${org.url}/okta/scim/Users`, init)).status, 429);
    assert.equal(read, false);
  });
});

describe("somebody without a valid token", () => {
  test("is refused after a tenth of that, and uses up nothing of the organization's", async () => {
    const org = await newOrganization(service);
    const wrong = () => ask(org, { token: "skscim_wrong", address: "203.0.113.9" });
    assert.deepEqual(await flood(30, wrong), { 401: 20, 429: 10 });
    assertScimError(await wrong(), 429, undefined, /without a valid SCIM token/);
    assert.deepEqual(await flood(200, () => ask(org)), { 200: 200 });
    service.clock.advance(500);
    assert.deepEqual(await flood(2, wrong), { 401: 1, 429: 1 });
  });

  test("shuts out no directory that comes from the same address, also after something changed", async () => {
    const org = await newOrganization(service);
    assert.equal((await ask(org)).status, 200);
    await flood(30, () => ask(org, { token: "skscim_wrong" }));
    service.parts.gate.forget();
    assert.deepEqual(await flood(50, () => ask(org)), { 200: 50 });
  });

  test("has an allowance of each address, and a network of IPv6 has one", async () => {
    const org = await newOrganization(service);
    const wrong = (address: string) => ask(org, { token: "skscim_wrong", address });
    await flood(30, () => wrong("203.0.113.10"));
    assert.equal((await wrong("203.0.113.11")).status, 401);
    let last = 0;
    const next = () => wrong(`2001:db8:0:7::${(++last).toString(16)}`);
    assert.deepEqual(await flood(30, next), { 401: 20, 429: 10 });
    assert.equal((await wrong("2001:db8::7:1:2:3:4")).status, 429, "the same network, written otherwise");
    assert.equal((await wrong("2001:db8:0:8::1")).status, 401);
  });

  test("is whoever shows a token that was valid until now", async () => {
    const org = await newOrganization(service);
    const { id, token } = await createScimToken(org.scope, null);
    assert.equal((await ask(org, { token, address: "203.0.113.12" })).status, 200);
    await revokeScimToken(org.scope, id);
    service.parts.gate.forget();
    const statuses = await flood(40, () => ask(org, { token, address: "203.0.113.12" }));
    assert.ok((statuses[401] ?? 0) <= 21 && (statuses[429] ?? 0) >= 19, JSON.stringify(statuses));
  });

  test("may look at what is public as often, and a directory as often as at the rest", async () => {
    const org = await newOrganization(service);
    const path = "/ServiceProviderConfig";
    const open = () => ask(org, { token: "x", address: "203.0.113.13", path });
    assert.deepEqual(await flood(30, open), { 200: 20, 429: 10 });
    await ask(org);
    assert.deepEqual(await flood(100, () => ask(org, { path })), { 200: 100 });
  });
});

describe("attempts to sign in", () => {
  const attempt = (org: TestOrganization, path: string, address: string) => {
    const init = { method: "POST", headers: { origin: org.url }, body: new URLSearchParams({ token: "x" }) };
    return from(service, address, `${org.url}${path}`, init);
  };

  test("are so many a minute for each address, whether by Okta or by a link", async () => {
    const org = await newOrganization(service);
    for (let i = 0; i < 6; i++) {
      const path = i % 2 === 0 ? "/okta/auth" : "/sign-in/link";
      assert.notEqual((await attempt(org, path, "198.51.100.1")).status, 429);
    }
    for (const path of ["/okta/auth", "/sign-in/link"]) {
      const response = await attempt(org, path, "198.51.100.1");
      assert.equal(response.headers.get("retry-after"), "10");
      const page = await readPage(response);
      assert.equal(page.status, 429);
      assert.equal(page.heading, "Too many at once");
      assert.match(page.text, /limit is 6 a minute .*RATE_LIMIT_SIGN_IN.* Try again in 10 seconds/);
    }
    assert.notEqual((await attempt(org, "/okta/auth", "198.51.100.2")).status, 429);
    assert.notEqual((await attempt(await newOrganization(service), "/okta/auth", "198.51.100.1")).status, 429);
    service.clock.advance(10_000);
    assert.notEqual((await attempt(org, "/okta/auth", "198.51.100.1")).status, 429);
    assert.equal((await attempt(org, "/okta/auth", "198.51.100.1")).status, 429);
  });

  test("are counted where they are made: the page and the guide stay open", async () => {
    const org = await newOrganization(service);
    for (let i = 0; i < 8; i++) await attempt(org, "/okta/auth", "198.51.100.3");
    for (const path of ["/sign-in", "/okta/metadata"]) {
      assert.equal((await from(service, "198.51.100.3", `${org.url}${path}`)).status, 200);
    }
  });
});

test("0 turns a limit off", async () => {
  const open = await startTestService({ RATE_LIMIT_SCIM: "0", RATE_LIMIT_SIGN_IN: "0" });
  try {
    const org = await newOrganization(open);
    for (let i = 0; i < 50; i++) assert.equal((await org.scim("GET", "/Users?count=0")).status, 200);
    for (let i = 0; i < 70; i++) assert.notEqual((await org.page("/okta/auth", undefined, {})).status, 429);
  } finally {
    await open.stop();
  }
});
