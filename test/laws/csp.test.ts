import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { Route } from "../../src/web/edge/doors.ts";
import { apexRoutes, organizationRoutes } from "../../src/web/routes.ts";
import { setupToken } from "../../src/web/setup-token.ts";
import { newOrganization, oktaUser, type TestOrganization } from "../support/organization.ts";
import { startTestService, type TestService } from "../support/service.ts";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const HSTS = "max-age=31536000; includeSubDomains";

/** A browser that is at home in one organization. */
interface Visit {
  readonly service: TestService;
  readonly org: TestOrganization;
  readonly cookie: string;
}

async function visit(environment: Record<string, string> = {}): Promise<Visit> {
  const service = await startTestService(environment);
  after(() => service.stop());
  const org = await newOrganization(service);
  await org.scim("POST", "/Users", oktaUser({ displayName: `<b onclick="x">&"'` }));
  return { service, org, cookie: await org.signIn(org.owner.email) };
}

/** Asks for a page as the owner, with the keys of every door. */
async function ask({ service, org, cookie }: Visit, place: "organization" | "apex", route: Route): Promise<Response> {
  const { config } = service.parts;
  const path = route.path.replace(":slug", org.organization.slug).replace(/:\w+|\*/g, "unknown");
  const query = path === "/setup" ? `?token=${setupToken(config.secretKey)}` : "";
  const authorization = `Bearer ${place === "apex" ? config.operatorToken : org.token}`;
  const at = place === "apex" ? config.baseUrl.origin : org.url;
  return service.fetch(`${at}${path}${query}`, { headers: { cookie, authorization } });
}

const ROUTES = [
  ...organizationRoutes.map((route) => ["organization", route] as const),
  ...apexRoutes.map((route) => ["apex", route] as const),
].filter(([, { method }]) => method === "GET" || method === "ALL");

function assertHeaders(response: Response, https: boolean): void {
  assert.equal(response.headers.get("content-security-policy"), POLICY);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.get("referrer-policy"), "same-origin");
  assert.equal(response.headers.get("strict-transport-security"), https ? HSTS : null);
  assert.notEqual(response.headers.get("cache-control"), null);
  assert.equal(response.headers.get("x-powered-by"), null);
}

/** What the policy would block, and what should not be there at all. */
function inlineParts(html: string): string[] {
  const tags = html.match(/<[a-z][^>]*>/gi) ?? [];
  return tags.filter(
    (tag) =>
      /\s(?:style|on[a-z]+)\s*=/i.test(tag.replace(/"[^"]*"/g, '""')) ||
      /^<style/i.test(tag) ||
      (/^<script/i.test(tag) && !/\ssrc="\/assets\/[\w.?=-]+"/.test(tag)) ||
      /\s(?:href|src|action|formaction)="\s*(?:javascript|data|vbscript):/i.test(tag) ||
      /^<(?:iframe|object|embed|base)\b/i.test(tag),
  );
}

/** Where a page loads from: scripts, styles and pictures of ours. */
function loads(html: string): string[] {
  return [...html.matchAll(/<(?:script|img|link)\b[^>]*?\s(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
}

describe("over http on localhost", async () => {
  const here = await visit();
  for (const [place, route] of ROUTES) {
    test(`${route.path} at the ${place} carries every header, no HSTS, and nothing inline`, async () => {
      const response = await ask(here, place, route);
      assert.notEqual(response.status, 500);
      assertHeaders(response, false);
      if (!response.headers.get("content-type")?.startsWith("text/html")) return;
      const html = await response.text();
      assert.deepEqual(inlineParts(html), []);
      assert.deepEqual(
        loads(html).filter((url) => !url.startsWith("/assets/")),
        [],
      );
      assert.match(html, /^<!DOCTYPE html>/i);
      assert.match(html, /<html lang="en"/);
      assert.equal(html.match(/<h1\b/g)?.length, 1);
      assert.match(html, /<title>[^<]+<\/title>/);
    });
  }

  test("what a page loads is there, in its type, and may be kept for ever", async () => {
    const html = await (await here.org.page("/", here.cookie)).text();
    const urls = new Set(loads(html));
    assert.ok(urls.size >= 2);
    for (const url of urls) {
      const response = await here.org.page(url);
      assert.equal(response.status, 200, url);
      assert.match(response.headers.get("content-type") ?? "", /^(?:text\/css|text\/javascript|image\/svg\+xml)/);
      assert.equal(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    }
  });

  test("a page that refuses carries them too, and so does an address that leads nowhere", async () => {
    const { org, service } = here;
    for (const url of [
      `${org.url}/nothing`,
      "http://localhost.example/",
      `${org.url}/assets/nothing.css`,
      `${org.url}/okta/auth`,
    ]) {
      const response = await service.fetch(url);
      assert.ok(response.status >= 400 && response.status < 500);
      assertHeaders(response, false);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.deepEqual(inlineParts(await response.text()), []);
    }
  });

  test("no page with somebody's data is kept by a cache", async () => {
    for (const [place, route] of ROUTES) {
      const response = await ask(here, place, route);
      if ("permission" in route.door || "operator" in route.door || "directory" in route.door) {
        assert.equal(response.headers.get("cache-control"), "no-store", route.path);
      }
    }
  });
});

describe("over https", async () => {
  const here = await visit({ BASE_URL: "https://id.example.com" });
  for (const [place, route] of ROUTES) {
    test(`${route.path} at the ${place} carries every header and HSTS`, async () => {
      assertHeaders(await ask(here, place, route), true);
    });
  }
});
