import assert from "node:assert/strict";
import { test } from "node:test";
import { NEXT_CERTIFICATE } from "../../../src/protocols/saml/fixtures/certificates.ts";
import { apiRoutes } from "../../../src/web/api-routes.ts";
import { BASE_URL } from "../../support/service.ts";
import { authorization, operatorOf } from "./conversation.ts";
import { INTEGRATION } from "./directory.ts";

const operator = operatorOf({ PRODUCT_NAME: "Example" });

/** The routes behind the operator's door below `/api/v1`, as the document would name them. */
const routes = apiRoutes
  .filter(({ method, path, door }) => "operator" in door && method !== "ALL" && path.startsWith("/api/v1/"))
  .map(({ method, path }) => ({ method, path: path.replace(/:(\w+)/g, "{$1}") }));

async function readDocument() {
  const response = await operator.service.fetch(`${BASE_URL}/api/v1/openapi.json`);
  assert.equal(response.status, 200);
  return (await response.json()) as {
    openapi: string;
    info: { title: string };
    servers: { url: string }[];
    paths: Record<
      string,
      Record<string, { operationId: string; responses: Record<string, object>; parameters: object[] }>
    >;
    components: { schemas: Record<string, object> };
  };
}

test("the document describes every route of the operator API, and no other", async () => {
  const { openapi, info, servers, paths } = await readDocument();
  assert.equal(openapi, "3.1.0");
  assert.equal(info.title, "Example operator API");
  assert.deepEqual(servers, [{ url: BASE_URL }]);
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(described.sort(), routes.map(({ method, path }) => `${method} ${path}`).sort());
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  assert.equal(new Set(ids).size, ids.length);
});

test("whatever the document refers to is in it", async () => {
  const document = await readDocument();
  const text = JSON.stringify(document);
  const names = Object.keys(document.components.schemas);
  for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) assert.ok(names.includes(name), name);
  assert.ok(!text.includes("$defs"));
});

test("every operation refuses a stranger, with a problem document", async () => {
  for (const { method, path } of routes) {
    const address = path.replace("/api/v1", "").replace(/\{\w+\}/g, "x");
    for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: "Basic eDp4" }] as Record<
      string,
      string
    >[]) {
      const { status, headers: answered, body } = await operator.send(address, { method, headers });
      assert.deepEqual([status, body.code], [401, "unauthorized"], `${method} ${path}`);
      assert.match(answered.get("www-authenticate") ?? "", /^Bearer/);
    }
  }
});

test("a SCIM token or a session does not open the operator API", async () => {
  const slug = await operator.organization();
  const { body } = await operator.call("PUT", `/organizations/${slug}/okta-integration`, INTEGRATION);
  const headers = { authorization: `Bearer ${body.scimToken}` };
  assert.equal((await operator.send("/organizations", { headers })).status, 401);
});

test("the operator API is at the apex only", async () => {
  const slug = await operator.organization();
  const headers = authorization(operator.service);
  for (const path of ["/api/v1/organizations", "/api/v1/openapi.json", "/api/v1/docs", "/metrics"]) {
    assert.equal((await operator.service.fetch(`http://${slug}.localhost:3000${path}`, { headers })).status, 404, path);
  }
});

test("an address or a method that the API does not have is refused with a problem document", async () => {
  const { status, body, headers } = await operator.call("GET", "/nothing");
  assert.deepEqual([status, body.code], [404, "address"]);
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(typeof body.reference, "string");
  const wrong = await operator.call("PUT", "/organizations/acme", {});
  assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "GET, PATCH, DELETE"]);
  assert.equal((await operator.send("/nothing", {})).status, 401);
});

test("the answers of every operation are as the document says", async () => {
  const { paths } = await readDocument();
  const { call, seen } = operator;
  const slug = await operator.organization();
  const at = `/organizations/${slug}`;
  await call("GET", "/organizations");
  await call("GET", at);
  await call("PATCH", at, { name: "Renamed" });
  const { body: member } = await call("POST", `${at}/members`, { email: "a@example.com", name: "A", role: "member" });
  await call("GET", `${at}/members`);
  await call("GET", `${at}/members/${member.id}`);
  await call("PATCH", `${at}/members/${member.id}`, { role: "admin" });
  await call("POST", `${at}/sign-in-links`, { email: member.email });
  await call("DELETE", `${at}/members/${member.id}`);
  await call("GET", `${at}/groups`);
  await call("POST", `${at}/groups`, { name: "Deployers" });
  const okta = `${at}/okta-integration`;
  await call("PUT", okta, INTEGRATION);
  await call("PUT", okta, INTEGRATION);
  await call("PATCH", okta, { idleMinutes: 60 });
  const { body: integration } = await call("GET", okta);
  await call("POST", `${okta}/certificates`, { certificate: NEXT_CERTIFICATE });
  await call("POST", `${okta}/certificates`, { certificate: NEXT_CERTIFICATE });
  await call("DELETE", `${okta}/certificates/${integration.certificates[0].fingerprintSha256}`);
  const { body: token } = await call("POST", `${okta}/scim-tokens`, { expiresAt: null });
  await call("DELETE", `${okta}/scim-tokens/${token.id}`);
  await call("GET", `${okta}/keys`);
  await call("POST", `${okta}/keys`);
  await call("DELETE", `${okta}/keys/1`);
  const { body: mapping } = await call("GET", `${okta}/mapping`);
  await call("PUT", `${okta}/mapping`, mapping);
  await call("GET", `${okta}/disconnect-preview`);
  const { body: job } = await call("DELETE", okta);
  await call("GET", `/jobs/${job.id}`);
  await call("GET", `${at}/audit-events`);
  await call("DELETE", at);
  const successes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.keys(responses)
        .filter((status) => Number(status) < 300)
        .map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
  );
  assert.deepEqual(
    successes.filter((answer) => !seen.has(answer)),
    [],
  );
});

test("the readable description shows every operation to anybody, and no token", async () => {
  const response = await operator.service.fetch(`${BASE_URL}/api/v1/docs`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  const html = await response.text();
  for (const { method, path } of routes) assert.ok(html.includes(`${method} ${path}`), `${method} ${path}`);
  for (const [, name] of html.matchAll(/href="#(\w+)"/g)) {
    if (name !== "main") assert.ok(html.includes(`id="${name}"`), name);
  }
  assert.equal(html.match(/<h1/g)?.length, 1);
  assert.ok(!html.includes("undefined") && !html.includes("[object"));
  assert.ok(!html.includes(operator.service.parts.config.operatorToken));
});

test("metrics are for the operator", async () => {
  const url = `${BASE_URL}/metrics`;
  const refused = await operator.service.fetch(url);
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("content-type"), "application/problem+json");
  const answer = await operator.service.fetch(url, { headers: authorization(operator.service) });
  assert.equal(answer.status, 200);
  const text = await answer.text();
  assert.match(text, /^http_request_seconds_count\{door="problem",status="401"\} \d+$/m);
  assert.match(text, /^refusals_total\{code="unauthorized"\} \d+$/m);
});
