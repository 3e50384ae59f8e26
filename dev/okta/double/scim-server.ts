import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;

/** One request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** What follows the base URL. */
  readonly path: string;
  /** In the order and spelling of the wire, without those that the transport adds (Host, Content-Length). */
  readonly headers: readonly (readonly [string, string])[];
  readonly host: string;
  readonly body: string;
}

/** What the next request gets in place of the usual answer. `false` lets it hang. */
export type Scripted = { status: number; body?: string; headers?: Record<string, string> } | false;

/** A tiny service for the tests of the simulated Okta: it stores what it is sent, and answers as it is told to. */
export interface ScimDouble {
  readonly baseUrl: string;
  readonly received: Received[];
  readonly resources: Map<string, Json>;
  /** Answers for the requests to come, first in, first out; `undefined` stands for the usual answer. */
  readonly script: (Scripted | undefined)[];
  stop(): Promise<void>;
}

/** Starts the double at `http://acme.localhost:…/okta/scim`, a host that Node's own resolver need not know. */
export async function startScimDouble(): Promise<ScimDouble> {
  const resources = new Map<string, Json>();
  const received: Received[] = [];
  const script: (Scripted | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const seen = await receive(request);
    received.push(seen);
    const scripted = script.shift();
    if (scripted === false) return;
    if (scripted !== undefined) {
      response.writeHead(scripted.status, scripted.headers).end(scripted.body);
      return;
    }
    const [status, body] = usual(resources, seen);
    response.writeHead(status, { "content-type": "application/scim+json" }).end(body ? JSON.stringify(body) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://acme.localhost:${port}/okta/scim`,
    received,
    resources,
    script,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers: [string, string][] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    headers.push([request.rawHeaders[at] ?? "", request.rawHeaders[at + 1] ?? ""]);
  }
  return {
    method: request.method ?? "",
    path: (request.url ?? "").replace("/okta/scim", ""),
    headers: headers.filter(([name]) => name !== "Host" && name !== "Content-Length"),
    host: request.headers.host ?? "",
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

/** The status and the body of the usual answer. */
function usual(resources: Map<string, Json>, seen: Received): [number, Json?] {
  const url = new URL(seen.path, "http://double");
  const [, kind = "", id] = url.pathname.split("/");
  if (seen.method === "GET" && id === undefined) return [200, list(resources, kind, url.searchParams)];
  if (seen.method === "GET") return [resources.has(id ?? "") ? 200 : 404, resources.get(id ?? "") ?? {}];
  if (seen.method === "DELETE" || seen.method === "PATCH") return [204];
  const stored = rendered(kind, id ?? `id-${resources.size + 1}`, JSON.parse(seen.body) as Json);
  resources.set(String(stored["id"]), stored);
  return [seen.method === "POST" ? 201 : 200, stored];
}

function list(resources: Map<string, Json>, kind: string, query: URLSearchParams): Json {
  const named = /"(.*)"/.exec(query.get("filter") ?? "")?.[1];
  const all = [...resources.values()]
    .filter((one) => (one["userName"] === undefined) === (kind === "Groups"))
    .filter((one) => named === undefined || [one["userName"], one["displayName"]].includes(named));
  const from = Number(query.get("startIndex")) - 1;
  const page = all.slice(from, from + Number(query.get("count")));
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];
  return { schemas, totalResults: all.length, startIndex: from + 1, itemsPerPage: page.length, Resources: page };
}

/** In the order of attributes that the recorded answers have, and with a `name.formatted` that goes stale. */
function rendered(kind: string, id: string, body: Json): Json {
  if (kind === "Groups") return { ...body, id };
  const { schemas, externalId, userName, displayName, locale, active, emails, name } = body;
  const { formatted, familyName, givenName } = name as Json;
  return {
    id,
    externalId,
    meta: body["meta"] ?? { resourceType: "User" },
    schemas,
    userName,
    displayName,
    locale,
    active,
    emails: (emails as Json[]).map(({ value, type, primary }) => ({ value, type, primary })),
    name: { formatted: formatted ?? displayName, familyName, givenName },
    groups: [],
  };
}
