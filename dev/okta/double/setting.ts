import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import type { AppSettings } from "../org.ts";
import { type OktaOptions, type OktaOrg, startOkta } from "../server.ts";
import { sourceFile } from "../source.ts";
import { type Received, type ScimDouble, startScimDouble } from "./scim-server.ts";

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** Okta's own requests, as they were recorded: `${userId}`, `${token}` and the like stand for what differs. */
const recorded = JSON.parse(readFileSync(sourceFile("okta-requests.json"), "utf8")) as {
  readonly headers: Readonly<Record<string, string>>;
  readonly contentTypeUnlessGet: string;
  readonly requests: Readonly<Record<string, Recorded>>;
};

/** An Okta connected to a double of the service; both end with the test. What connecting sent is forgotten. */
export async function connected(
  t: TestContext,
  app: Partial<AppSettings> = {},
  options: OktaOptions = {},
): Promise<{ okta: OktaOrg; service: ScimDouble }> {
  const service = await startScimDouble();
  const okta = await startOkta(options);
  t.after(async () => {
    await okta.stop();
    await service.stop();
  });
  const origin = new URL(service.baseUrl).origin;
  const settings = { acsUrl: `${origin}/okta/auth`, audience: origin, scimBaseUrl: service.baseUrl };
  await okta.connect({ ...settings, scimToken: "secret-token", generation: "wizard", ...app });
  service.received.length = 0;
  return { okta, service };
}

/** Fails unless these are exactly the recorded requests, in this order, byte for byte but for the values given. */
export function assertSent(received: readonly Received[], names: readonly string[], values: Record<string, string>) {
  assert.deepEqual(
    received.map(({ method, path, headers, body }) => ({ method, path, headers, body })),
    names.map((name) => expected(name, { ...values, token: "secret-token" })),
  );
}

function expected(name: string, values: Record<string, string>) {
  const request = recorded.requests[name];
  assert.ok(request, `there is no recorded request ${name}`);
  const filled = (text: string): string =>
    Object.entries(values).reduce((so, [from, to]) => so.replaceAll(PLACEHOLDERS[from] ?? `\${${from}}`, to), text);
  const headers = Object.entries(recorded.headers).map(([field, value]) => [field, filled(value)]);
  if (request.method !== "GET") headers.push(["Content-Type", recorded.contentTypeUnlessGet]);
  const body = request.body === undefined ? "" : filled(JSON.stringify(request.body));
  return { method: request.method, path: filled(request.path), headers, body };
}

/** Where the recording has a value in place of a name. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  externalId: "00u0000000000000ada1",
  password: "x7Placehold",
};
