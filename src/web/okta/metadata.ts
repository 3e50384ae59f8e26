import { endpoints } from "../../domain/integration/integration.ts";
import { spMetadata } from "../../protocols/saml/metadata.ts";
import type { Context } from "../edge/context.ts";

/** `GET /okta/metadata`: what an identity provider needs to know of us (SAML Metadata §2.4.4). */
export function serviceProviderMetadata(c: Context): Response {
  const { acsUrl, audience } = endpoints(c.var.organization);
  return c.body(spMetadata({ entityId: audience, acsUrl }), 200, { "Content-Type": "application/samlmetadata+xml" });
}
