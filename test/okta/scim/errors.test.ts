import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newOrganization, oktaUser, type ScimAnswer } from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, patch, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

test("without a token, or with one that is none of ours, the answer is 401 as a SCIM error", async () => {
  const org = await newOrganization(service);
  for (const authorization of [
    "",
    "non-token",
    "Bearer",
    "Bearer ",
    "Bearer wrong",
    `Basic ${org.token}`,
    `bearer ${org.token}x`,
    org.token,
  ]) {
    for (const path of ["/Users", "/Groups/x", "/Me", "/Nothing", ""]) {
      const answer = await org.scim("GET", path, undefined, { authorization });
      assertScimError(answer, 401, undefined, /SCIM token is missing or not valid/);
      assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer/);
    }
  }
});

test("the token is taken whatever the case of the word Bearer", async () => {
  const org = await newOrganization(service);
  for (const word of ["bearer", "BEARER", "Bearer "]) {
    const { status } = await org.scim("GET", "/Users", undefined, { authorization: `${word} ${org.token}` });
    assert.equal(status, 200);
  }
});

test("an unknown user, group or endpoint is 404 as a SCIM error", async () => {
  const org = await newOrganization(service);
  const id = "01a20ab5-bdf5-7095-912c-0be8c891a949";
  for (const path of [`/Users/${id}`, "/Users/1", "/Users/..%2f", "/Users/%00", `/Groups/${id}`, "/Groups/%22"]) {
    for (const method of ["GET", "DELETE"]) assertScimError(await org.scim(method, path), 404);
  }
  for (const path of ["/", "/Nothing", "/Users/1/2", "/users", "/Devices/1", "/v2/Users"]) {
    assertScimError(await org.scim("GET", path), 404, undefined, /no such endpoint/);
  }
  assertScimError(await org.scim("PUT", `/Users/${id}`, oktaUser()), 404, undefined, new RegExp(id));
  assertScimError(await patch(org, `/Groups/${id}`, { op: "add", path: "displayName", value: "X" }), 404);
});

test("a known address asked in another way is 405 as a SCIM error that names the ways", async () => {
  const org = await newOrganization(service);
  for (const [method, path, allowed] of [
    ["PUT", "/Users", "GET, POST"],
    ["DELETE", "/Groups", "GET, POST"],
    ["POST", "/Users/1", "GET, PUT, PATCH, DELETE"],
    ["PATCH", "/ServiceProviderConfig", "GET"],
    ["DELETE", "/Schemas/x", "GET"],
    ["PATCH", "/Bulk", "POST"],
    ["PUT", "", "GET"],
    ["PUT", "/.search", "POST"],
  ] as const) {
    const answer = await org.scim(method, path, {});
    assertScimError(answer, 405);
    assert.equal(answer.headers.get("allow"), allowed);
  }
});

test("/Me is 501 as a SCIM error", async () => {
  const org = await newOrganization(service);
  for (const method of ["GET", "POST", "PATCH"]) assertScimError(await org.scim(method, "/Me"), 501);
});

test("the misprint /okta/scrim is answered with the right URL, whatever is asked and with or without a token", async () => {
  const org = await newOrganization(service);
  for (const path of ["", "/", "/Users", "/Users?startIndex=1&count=2", "/Groups/1/2"]) {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      for (const headers of [{}, { authorization: `Bearer ${org.token}`, "content-type": "application/scim+json" }]) {
        const response = await service.fetch(`${org.url}/okta/scrim${path}`, { method, headers });
        const answer: ScimAnswer = {
          status: response.status,
          headers: response.headers,
          body: await response.json(),
        };
        assertScimError(answer, 404, undefined, /misprint/);
        assert.ok(answer.body.detail.includes(`${org.url}/okta/scim:`), answer.body.detail);
      }
    }
  }
});

test("a filter that does not parse, or names what is not there, is 400 invalidFilter and never the whole list", async () => {
  const org = await newOrganization(service);
  await pushUser(org);
  for (const filter of [
    "userName",
    "userName eq",
    'userName xx "a"',
    "nothing eq 1",
    'userName eq "a',
    '(userName eq "a"',
    "and",
    'emails[type eq "work"',
    "userName eq a",
  ]) {
    for (const path of ["/Users", "/Groups"]) {
      assertScimError(await org.scim("GET", `${path}?filter=${encodeURIComponent(filter)}`), 400, "invalidFilter");
    }
  }
});

test("a write whose query is wrong is refused before anything is written", async () => {
  const org = await newOrganization(service);
  const user = await pushUser(org);
  const { body: group } = await org.scim("POST", "/Groups", { displayName: "Platform" });
  const title = { Operations: [{ op: "replace", path: "title", value: "Lead" }] };
  const name = { Operations: [{ op: "replace", path: "displayName", value: "Security" }] };
  const query = "?startIndex=x";
  assertScimError(await org.scim("POST", `/Users${query}`, oktaUser()), 400, "invalidValue");
  assertScimError(await org.scim("PUT", `/Users/${user.id}${query}`, { ...user, title: "Lead" }), 400, "invalidValue");
  assertScimError(await org.scim("PATCH", `/Users/${user.id}${query}`, title), 400, "invalidValue");
  assertScimError(await org.scim("POST", `/Groups${query}`, { displayName: "Other" }), 400, "invalidValue");
  assertScimError(await org.scim("PATCH", `/Groups/${group.id}${query}`, name), 400, "invalidValue");
  assert.deepEqual((await org.scim("GET", "/Users")).body.Resources, [user]);
  assert.deepEqual((await org.scim("GET", "/Groups")).body.Resources, [group]);
});

test("text that no database takes is 400 in a body and finds nobody in a filter", async () => {
  const org = await newOrganization(service);
  await pushUser(org);
  assertScimError(await org.scim("POST", "/Users", oktaUser({ title: "a\u0000b" })), 400, "invalidValue", /NUL/);
  assertScimError(await org.scim("POST", "/Users", oktaUser({ title: "\ud800" })), 400, "invalidValue");
  assertScimError(await org.scim("POST", "/Users", oktaUser({ title: "x".repeat(1025) })), 400, "invalidValue", /1024/);
  for (const filter of [
    'userName eq "a\\u0000b"',
    'title co "\\u0000"',
    'title eq "\\ud800"',
    'emails.value sw "\\u0000"',
  ]) {
    const { status, body } = await org.scim("GET", `/Users?filter=${encodeURIComponent(filter)}`);
    assert.ok(status === 400 || body.totalResults === 0, `${filter}: ${status} ${JSON.stringify(body)}`);
    assert.notEqual(status, 500);
  }
});

test("a mistake of ours is a SCIM error that does not show its cause", async () => {
  const org = await newOrganization(service);
  const { parts } = service;
  const broken = { ...parts, gate: { ...parts.gate, open: () => Promise.reject(new Error("secret cause")) } };
  const { createApp } = await import("../../../src/app.ts");
  const response = await createApp(broken).fetch(new Request(`${org.url}/okta/scim/Users`));
  const answer: ScimAnswer = {
    status: response.status,
    headers: response.headers,
    body: await response.json(),
  };
  assertScimError(answer, 500);
  assert.doesNotMatch(JSON.stringify(answer.body), /secret/);
});

test("discovery tells anybody what we can do, and nobody whom we know", async () => {
  const org = await newOrganization(service);
  for (const path of [
    "/ServiceProviderConfig",
    "/ResourceTypes",
    "/Schemas",
    "/ResourceTypes/User",
    "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
  ]) {
    for (const authorization of ["", `Bearer ${org.token}`]) {
      const { status, body } = await org.scim("GET", path, undefined, { authorization });
      assert.equal(status, 200, JSON.stringify(body));
      assert.doesNotMatch(JSON.stringify(body), /undefined/);
    }
  }
  const { body } = await org.scim("GET", "/ServiceProviderConfig");
  assert.equal(body.patch.supported, true);
  assert.equal(body.meta.location, `${org.url}/okta/scim/ServiceProviderConfig`);
  for (const path of ["/ResourceTypes/Device", "/Schemas/urn:nothing"])
    assertScimError(await org.scim("GET", path), 404);
});
