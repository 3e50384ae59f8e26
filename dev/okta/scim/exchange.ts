import { request as httpRequest, type IncomingMessage, STATUS_CODES } from "node:http";
import { request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import type { Org } from "../org.ts";
import { lookupLocalhost } from "./loopback.ts";

/** One request and what came back, as the admin reads it in the log. The token is never in it. */
export interface Exchange {
  readonly number: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** What Okta was doing, for example `Assign Ada Park`. */
  readonly purpose: string;
  readonly method: string;
  /** What follows the SCIM base URL, exactly as sent. */
  readonly path: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string | undefined;
  /** 0 when no answer came. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
  readonly ms: number;
  /** The sentence that Okta would show the admin; undefined when all went well. */
  error: string | undefined;
}

/** What is asked: `body` is sent as JSON; a DELETE carries the content type and no body, as Okta's does. */
export interface Ask {
  readonly purpose: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

/** Sends one request in Okta's manner and logs it. Never throws: without an answer the status is 0 and `error` says why. */
export async function exchange(org: Org, ask: Ask): Promise<Exchange> {
  const url = new URL((org.app?.scimBaseUrl ?? "").replace(/\/+$/, "") + ask.path);
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const headers = requestHeaders(url, ask.method, org.app?.scimToken ?? "", body);
  const started = performance.now();
  const at = new Date().toISOString();
  const answer = await send(org, url, ask.method, headers, body).catch((error: unknown) => ({
    status: 0,
    responseHeaders: {},
    responseBody: "",
    error: transportError(error),
  }));
  const entry: Exchange = {
    number: ++org.exchanges,
    at,
    purpose: ask.purpose,
    method: ask.method,
    path: ask.path,
    url: url.href,
    requestHeaders: { ...headers, Authorization: "Bearer (hidden)" },
    requestBody: body,
    ms: Math.round(performance.now() - started),
    error: undefined,
    ...answer,
  };
  org.log.push(entry);
  if (org.log.length > 10_000) org.log.shift();
  return entry;
}

/** Okta's header fields, in its order and spelling. */
function requestHeaders(url: URL, method: string, token: string, body: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {
    Host: url.host,
    Accept: "application/scim+json",
    "Accept-Charset": "utf-8",
    "User-Agent": "Okta SCIM Client 1.0.0",
    Authorization: `Bearer ${token}`,
    Connection: "Keep-Alive",
    "Accept-Encoding": "gzip,deflate",
  };
  if (method !== "GET") headers["Content-Type"] = "application/scim+json; charset=utf-8";
  if (body !== undefined) headers["Content-Length"] = String(Buffer.byteLength(body));
  return headers;
}

type Answer = Pick<Exchange, "status" | "responseHeaders" | "responseBody">;

function send(
  org: Org,
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Answer> {
  const secure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const options = { method, headers, lookup: lookupLocalhost, signal: org.stopping.signal };
    const answered = (message: IncomingMessage): void => {
      read(message).then(resolve, reject);
    };
    const outgoing = secure
      ? httpsRequest(url, { ...options, agent: org.https }, answered)
      : httpRequest(url, { ...options, agent: org.http }, answered);
    outgoing.setTimeout(org.pace.timeoutMs, () => outgoing.destroy(new Error("Read timed out")));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function read(message: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const bytes = await unpack(Buffer.concat(chunks), message.headers["content-encoding"]);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  return { status: message.statusCode ?? 0, responseHeaders: headers, responseBody: bytes.toString("utf8") };
}

async function unpack(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (bytes.length === 0) return bytes;
  if (encoding === "gzip") return promisify(gunzip)(bytes);
  if (encoding === "deflate") return promisify(inflate)(bytes);
  return bytes;
}

/** Okta is a Java program: its admins read the names of Java's exceptions. */
function transportError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const message = error instanceof Error ? error.message : String(error);
  if (message === "Read timed out") return "java.net.SocketTimeoutException: Read timed out";
  if (code === "ECONNREFUSED") return "java.net.ConnectException: Connection refused";
  if (code === "ENOTFOUND") return `java.net.UnknownHostException: ${message}`;
  return `java.io.IOException: ${message || code}`;
}

/** `409` → `Conflict`. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? String(status);
}
