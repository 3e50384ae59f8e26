import assert from "node:assert/strict";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import type { Env } from "../../../src/web/edge/context.ts";
import {
  newOrganization,
  OKTA_HEADERS,
  oktaUser,
  type ScimAnswer,
  type TestOrganization,
} from "../../support/organization.ts";
import { startTestService } from "../../support/service.ts";
import { assertScimError, pushGroup, pushUser } from "./directory.ts";

const service = await startTestService();
after(() => service.stop());

const MEBIBYTE = 1024 * 1024;

test("a body that is no JSON object is 400 invalidSyntax", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  for (const body of ["", "{", "[]", "null", "7", '"text"', "<xml/>", '{"userName":}', "\u0000"]) {
    for (const [method, path] of [
      ["POST", "/Users"],
      ["PUT", `/Users/${id}`],
      ["PATCH", `/Users/${id}`],
      ["POST", "/Groups"],
      ["POST", "/Users/.search"],
    ] as const) {
      assertScimError(await org.scim(method, path, body), 400, "invalidSyntax");
    }
  }
});

test("a body that is nested a hundred thousand deep is read or refused, and no error of ours", async () => {
  const org = await newOrganization(service);
  const deep = `${'{"a":'.repeat(100_000)}[]${"}".repeat(100_000)}`;
  const user = JSON.stringify({ ...oktaUser(), x: 0 }).replace('"x":0', `"x":${deep}`);
  assert.equal((await org.scim("POST", "/Users", user)).status, 201);
  assertScimError(await org.scim("POST", "/Users", deep), 400, "invalidValue");
  const operation = `{"method":"POST","path":"/Users","bulkId":"a","data":${user}}`;
  const { body } = await org.scim("POST", "/Bulk", `{"Operations":[${operation}]}`);
  assert.equal(body.Operations[0].status, "409");
  assertScimError(await org.scim("POST", "/Bulk", deep), 400, "invalidSyntax");
});

test("a body that is not UTF-8 is 400 as a SCIM error", async () => {
  const org = await newOrganization(service);
  const response = await raw(org, "POST", "/Users", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]));
  assertScimError(response, 400);
});

test("a body is read whatever content type it comes with, for providers differ", async () => {
  const org = await newOrganization(service);
  for (const type of ["application/scim+json", "application/json; charset=utf-8", "text/plain", ""]) {
    const { status } = await org.scim("POST", "/Users", oktaUser(), { "content-type": type });
    assert.equal(status, 201, type);
  }
});

test("a user of more than 1 MiB is 413, announced or chunked, and nothing is stored", async () => {
  const org = await newOrganization(service);
  const { id } = await pushUser(org);
  const large = JSON.stringify({ ...oktaUser(), title: "x".repeat(MEBIBYTE) });
  for (const [method, path] of [
    ["POST", "/Users"],
    ["PUT", `/Users/${id}`],
    ["PATCH", `/Users/${id}`],
    ["POST", "/Users/.search"],
  ] as const) {
    assertScimError(await raw(org, method, path, large), 413, undefined, /1 MiB/);
    assertScimError(await raw(org, method, path, large, true), 413, undefined, /1 MiB/);
  }
  assert.equal((await org.scim("GET", "/Users")).body.totalResults, 1);
});

test("a group of more than 16 MiB is 413, announced or chunked; up to there it is read", async () => {
  const org = await newOrganization(service);
  const { id } = await pushGroup(org, "Platform");
  const group = (size: number) => JSON.stringify({ displayName: "Large", members: [], more: "x".repeat(size) });
  const large = group(16 * MEBIBYTE);
  for (const [method, path] of [
    ["POST", "/Groups"],
    ["PUT", `/Groups/${id}`],
    ["PATCH", `/Groups/${id}`],
  ] as const) {
    assertScimError(await raw(org, method, path, large), 413, undefined, /16 MiB/);
    assertScimError(await raw(org, method, path, large, true), 413, undefined, /16 MiB/);
  }
  assert.equal((await raw(org, "PUT", `/Groups/${id}`, group(15 * MEBIBYTE), true)).status, 200);
});

test("a body larger than it may be is refused before it is read where its length is announced", async () => {
  const org = await newOrganization(service);
  const answer = await raw(org, "POST", "/Users", "{", false, { "content-length": String(100 * MEBIBYTE) });
  assertScimError(answer, 413);
});

/** The same over a real socket, where lengths are announced or bodies chunked. */
async function raw(
  org: TestOrganization,
  method: string,
  path: string,
  body: string | Buffer,
  chunked = false,
  more: Record<string, string> = {},
): Promise<ScimAnswer> {
  const server = createServer(
    getRequestListener((incoming, bindings) => service.app.fetch(incoming, bindings as Env["Bindings"])),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const length = chunked ? { "transfer-encoding": "chunked" } : { "content-length": String(Buffer.byteLength(body)) };
  const headers = {
    ...OKTA_HEADERS,
    host: new URL(org.url).host,
    authorization: `Bearer ${org.token}`,
    ...length,
    ...more,
  };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({ port, method, path: `/okta/scim${path}`, headers }, resolve);
      sent.on("error", reject);
      if (more["content-length"]) sent.write(body);
      else sent.end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const answered = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
    return { status: response.statusCode ?? 0, headers: answered, body: JSON.parse(Buffer.concat(chunks).toString()) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
