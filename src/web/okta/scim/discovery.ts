import { CURSOR_SECONDS } from "../../../protocols/scim/cursor.ts";
import { type Features, resourceTypes, schemas, serviceProviderConfig } from "../../../protocols/scim/discovery.ts";
import type { JsonObject } from "../../../protocols/scim/json.ts";
import { listResponse, MAX_COUNT } from "../../../protocols/scim/list.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { BULK_LIMITS } from "./bulk.ts";
import { answer } from "./exchange.ts";

/** What is true of us now: clients choose their requests by it. */
const FEATURES: Features = {
  patch: true,
  bulk: BULK_LIMITS,
  filter: { maxResults: MAX_COUNT },
  sort: true,
  etag: true,
  cursor: { timeoutSeconds: CURSOR_SECONDS },
};

/** `GET /ServiceProviderConfig` (RFC 7644 §4). Discovery is public where SCIM is on: it says nothing about anybody. */
export async function getServiceProviderConfig(c: Context): Promise<Response> {
  return answer(c, serviceProviderConfig(await publicBaseUrl(c), FEATURES));
}

/** `GET /ResourceTypes`. */
export async function getResourceTypes(c: Context): Promise<Response> {
  return answerAll(c, resourceTypes(await publicBaseUrl(c)));
}

/** `GET /ResourceTypes/:id`. */
export async function getResourceType(c: Context): Promise<Response> {
  return answerOne(c, resourceTypes(await publicBaseUrl(c)));
}

/** `GET /Schemas`. */
export async function getSchemas(c: Context): Promise<Response> {
  return answerAll(c, schemas(await publicBaseUrl(c)));
}

/** `GET /Schemas/:id`. */
export async function getSchema(c: Context): Promise<Response> {
  return answerOne(c, schemas(await publicBaseUrl(c)));
}

/** `/Me`: a token is a directory's, not a person's (RFC 7644 §3.11). */
export function refuseMe(): never {
  throw new Refusal(
    501,
    "notImplemented",
    "There is no /Me here: a SCIM token belongs to a directory, not to a person.",
  );
}

/** Whatever else is asked below the base URL. */
export function refuseUnknownEndpoint(): never {
  throw new Refusal(404, "notFound", "There is no such endpoint. The resources are /Users and /Groups.");
}

/** `/okta/scrim`: a misprint that stands in many guides. */
export function correctMisprint(c: Context): never {
  const right = `${c.get("organization").url}/okta/scim`;
  throw new Refusal(
    404,
    "notFound",
    `The SCIM base URL is ${right}: "scrim" is a misprint. Correct it in your identity provider.`,
  );
}

/** All of them, whatever page is asked for; a filter would be ignored too, and so is refused (RFC 7644 §4). */
function answerAll(c: Context, resources: readonly JsonObject[]): Response {
  if (c.req.query("filter") !== undefined) {
    throw new Refusal(
      403,
      "filter",
      "This address takes no filter: it lists what this service is made of, and all of it.",
    );
  }
  return answer(c, { ...listResponse(resources, resources.length, 1) } as unknown as JsonObject);
}

function answerOne(c: Context, resources: readonly JsonObject[]): Response {
  const id = c.req.param("id");
  const found = resources.find((resource) => resource["id"] === id);
  if (!found)
    throw new Refusal(404, "notFound", `There is nothing here with the id ${JSON.stringify(id?.slice(0, 100))}.`);
  return answer(c, found);
}

/** The SCIM base URL, where there is one: a directory without SCIM is answered as its other endpoints are. */
async function publicBaseUrl(c: Context): Promise<string> {
  await c.var.parts.gate.seek(c.var.organization.slug);
  return `${c.get("organization").url}/okta/scim`;
}
