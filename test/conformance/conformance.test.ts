import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import { projectRoot } from "../../src/root.ts";
import type { Env } from "../../src/web/edge/context.ts";
import { newOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";

const server = createServer();
const port = await listen(server);
const service = await startTestService({ BASE_URL: `http://localhost:${port}` });
server.on(
  "request",
  getRequestListener((request, bindings) => service.app.fetch(request, bindings as Env["Bindings"])),
);
after(async () => {
  server.closeAllConnections();
  server.close();
  await service.stop();
});

/** Runs the tester as a person runs it. */
async function run(...args: readonly string[]) {
  const file = join(projectRoot, "dist/test/conformance/main.js");
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, lines: output.trim().split("\n"), errors };
}

const org = await newOrganization(service);
const outcome = await run(`${org.url}/okta/scim`, org.token);

test("the service passes every check of the conformance tester, and keeps nothing of what that made", async () => {
  const { code, lines, errors } = outcome;
  assert.deepEqual(
    lines.filter((line) => line.startsWith("FAIL") || line.startsWith("left")),
    [],
  );
  assert.deepEqual([code, errors], [0, ""]);
  assert.match(lines.at(-1) ?? "", /^\d\d\d ok, 0 failed, 1 noted, \d+ skipped$/);
  for (const path of ["/Users", "/Groups"]) assert.equal((await org.scim("GET", path)).body.totalResults, 0);
});

test("each check is a line with the paragraph that it is about, and one that is skipped says why", async () => {
  const { lines } = outcome;
  for (const line of lines.slice(0, -1)) assert.match(line, /^(?:ok|skip|note) +\w+: .+ \(RFC \d{4} §.+\)/);
  const { body } = await org.scim("GET", "/ServiceProviderConfig");
  const skipped = lines.filter((line) => line.startsWith("skip"));
  assert.equal(
    skipped.some((line) => line.endsWith("the server says that it has no sort")),
    !body.sort.supported,
  );
  assert.equal(
    skipped.some((line) => line.endsWith("the server says that it has no cursor")),
    !body.pagination.cursor,
  );
});

test("a server that is not as the standard says fails by name, with what was wanted and what came", async (t) => {
  const wrong = createServer((request, response) => {
    const status = request.url?.includes("ServiceProviderConfig") ? 200 : 418;
    response.writeHead(status, { "content-type": "text/html" }).end('{"etag":{"supported":true}}');
  });
  t.after(() => wrong.close());
  const { code, lines } = await run(`http://localhost:${await listen(wrong)}/scim`, "token");
  assert.equal(code, 1);
  const media = "FAIL Discovery: answers have the media type of SCIM (RFC 7644 §3.1, §8.1): ";
  assert.ok(lines.includes(`${media}Content-Type: wanted application/scim+json, got text/html`), lines.join("\n"));
  assert.ok(lines.some((line) => line.startsWith("FAIL ETags: ")));
  assert.ok(lines.some((line) => line.startsWith("skip Bulk: ")));
  assert.match(lines.at(-1) ?? "", /^0 ok, \d+ failed, 0 noted, \d+ skipped$/);
});

test("without a URL and a token, or where nobody answers, it says so and ends with 2", async () => {
  for (const args of [[], ["http://localhost/okta/scim"], ["nonsense", "token"]]) {
    const { code, errors } = await run(...args);
    assert.equal(code, 2);
    assert.match(errors, /^Usage: npm run conformance -- URL TOKEN/);
  }
  const closed = createServer();
  const nobody = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  const { code, errors } = await run(`http://localhost:${nobody}/scim`, "token");
  assert.deepEqual([code, /could not be examined/.test(errors)], [2, true]);
});

async function listen(one: Server): Promise<number> {
  await new Promise<void>((resolve) => one.listen(0, "localhost", resolve));
  return (one.address() as AddressInfo).port;
}
