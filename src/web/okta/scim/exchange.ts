import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { type Projection, parseListQuery } from "../../../protocols/scim/list.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
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

/** A SCIM answer (RFC 7644 §3.1). */
export function answer(c: Context, body: JsonObject, status: ContentfulStatusCode = 200): Response {
  const headers: Record<string, string> = { "Content-Type": "application/scim+json" };
  const { meta } = body;
  if (meta && typeof meta === "object" && !Array.isArray(meta)) {
    if (status === 201) headers["Location"] = String(meta["location"]);
    if (typeof meta["version"] === "string") headers["ETag"] = meta["version"];
  }
  return c.body(JSON.stringify(body), status, headers);
}

/** The SCIM base URL of the organization, which every `location` begins with. */
export function baseUrl(c: Context): string {
  return `${c.var.organization.url}/okta/scim`;
}

/** Which attributes a request for one resource wants (RFC 7644 §3.9). */
export function projectionOf(c: Context): Projection {
  const { search, searchParams } = new URL(c.req.url);
  return search === "" ? {} : parseListQuery(searchParams);
}
