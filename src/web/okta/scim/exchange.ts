import type { ContentfulStatusCode } from "hono/utils/http-status";
import { isNamedTag, namedVersions, type Precondition } from "../../../protocols/scim/etag.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { keptText } from "../../../protocols/scim/kept.ts";
import { type Projection, parseListQuery } from "../../../protocols/scim/list.ts";
import { Refusal } from "../../../refusal.ts";
import type { Scope } from "../../../scope.ts";
import type { Context } from "../../edge/context.ts";
import { scimHeaders } from "../../edge/headers.ts";
import { readText } from "../../edge/size.ts";

/** The JSON body of a SCIM request; 400 `invalidSyntax` for anything else. */
export async function readJson(c: Context, limit: number): Promise<unknown> {
  const text = await readText(c, limit);
  const body = parse(text);
  const { exchange } = c.get("scope");
  if (exchange) Object.assign(exchange, { body, request: keptText(text, body) });
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "invalidSyntax", "The body is not JSON.");
  }
}

/** A SCIM answer (RFC 7644 §3.1). `whole` is the resource of which the body may show only a part: the headers are of it. */
export function answer(c: Context, body: JsonObject, status: ContentfulStatusCode = 200, whole = body): Response {
  const text = JSON.stringify(body);
  const exchange = c.get("scope")?.exchange;
  if (exchange && !exchange.recorded) exchange.response = keptText(text, body);
  return c.body(text, status, headersOf(c, status, whole));
}

/** The same, with a body that is still being made. */
export function answerStream(
  c: Context,
  body: ReadableStream<Uint8Array>,
  status: ContentfulStatusCode,
  whole: JsonObject,
): Response {
  return c.body(body, status, headersOf(c, status, whole));
}

/** An answer without a body, with the tag of what it is about. */
export function answerEmpty(c: Context, status: 204 | 304, tag?: string): Response {
  return c.body(null, status, { ...scimHeaders(c), ...(tag !== undefined && { ETag: tag }) });
}

function headersOf(c: Context, status: ContentfulStatusCode, { meta }: JsonObject): Record<string, string> {
  const headers: Record<string, string> = { ...scimHeaders(c) };
  if (meta && typeof meta === "object" && !Array.isArray(meta)) {
    if (status === 201) headers["Location"] = String(meta["location"]);
    if (typeof meta["version"] === "string") headers["ETag"] = meta["version"];
  }
  return headers;
}

/** The SCIM base URL of the organization, which every `location` begins with. */
export function baseUrl(c: Context): string {
  return `${c.get("organization").url}/okta/scim`;
}

/** The query parameters by their names. */
export function queryOf(c: Context): { get(name: string): string | undefined } {
  return { get: (name) => c.req.query(name) };
}

/** Which attributes a request for one resource wants (RFC 7644 §3.9). */
export function projectionOf(c: Context): Projection {
  return c.req.url.includes("?") ? parseListQuery(queryOf(c)) : {};
}

/** What a request for one resource says, whether it comes alone or within a bulk request. */
export interface Asked {
  /** "" for POST. */
  readonly id: string;
  /** Unread JSON; undefined for DELETE. */
  readonly body: unknown;
  readonly precondition: Precondition | undefined;
}

/** What came of it: the status of the answer and the resource as it is stored now. */
export type Outcome<Stored> =
  | { readonly status: 200 | 201; readonly stored: Stored }
  | { readonly status: 204; readonly stored?: Stored };

/** How one kind of resource is written. What is wrong is refused, and then nothing has changed. */
export type Operations<Stored> = Readonly<
  Record<"POST" | "PUT" | "PATCH" | "DELETE", (scope: Scope, asked: Asked) => Promise<Outcome<Stored>>>
>;

/** What a single request asks; the body of at most `limit` bytes is read unless it is a DELETE. */
export async function askedBy(c: Context, limit: number): Promise<Asked> {
  const body = c.req.method === "DELETE" ? undefined : await readJson(c, limit);
  return { id: idOf(c), body, precondition: preconditionOf(c) };
}

/** The version that a request for a resource is meant for. It says nothing about what a POST makes. */
export function preconditionOf(c: Context): Precondition | undefined {
  if (c.req.method === "POST") return undefined;
  const match = namedVersions(c.req.header("if-match"));
  // Reading with If-None-Match asks for another answer, not for a refusal (RFC 9110 §13.1.2).
  const noneMatch = isRead(c) ? undefined : namedVersions(c.req.header("if-none-match"));
  return match === undefined && noneMatch === undefined ? undefined : { match, noneMatch };
}

/** Whether the one who reads has what this tag names already. */
export function isKnown(c: Context, tag: string): boolean {
  return isRead(c) && isNamedTag(c.req.header("if-none-match"), tag);
}

function isRead(c: Context): boolean {
  return c.req.method === "GET" || c.req.method === "HEAD";
}

/** The id in the path. */
export function idOf(c: Context): string {
  return c.req.param("id") ?? "";
}
