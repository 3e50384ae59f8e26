import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type Projection, parseListQuery } from "../../../protocols/scim/list.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { scimHeaders } from "../../edge/headers.ts";
import { readText } from "../../edge/size.ts";

/** The JSON body of a SCIM request; 400 `invalidSyntax` for anything else. */
export async function readJson(c: Context, limit: number): Promise<unknown> {
  const text = await readText(c, limit);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "invalidSyntax", "The body is not JSON.");
  }
}

/** A SCIM answer (RFC 7644 §3.1). `whole` is the resource of which the body may show only a part: the headers are of it. */
export function answer(c: Context, body: JsonObject, status: ContentfulStatusCode = 200, whole = body): Response {
  return c.body(JSON.stringify(body), status, headersOf(c, status, whole));
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
