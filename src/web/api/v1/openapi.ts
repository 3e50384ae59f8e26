import type { Context } from "../../edge/context.ts";
import { describe, type OpenApiDocument } from "./contract/document.ts";
import { api } from "./operations.ts";

/** `GET /api/v1/openapi.json`: the operator API described for machines. It holds no secret, so anybody may read it. */
export function answerOpenApi(c: Context): Response {
  return c.json(openApiOf(c));
}

/** The description of this service's operator API. */
export function openApiOf(c: Context): OpenApiDocument {
  const { baseUrl, productName } = c.var.parts.config;
  return describe(api, baseUrl.origin, productName);
}
