import { serviceProvider } from "../../domain/integration/service-provider.ts";
import { spMetadata } from "../../protocols/saml/own-metadata.ts";
import type { Context } from "../edge/context.ts";

/** `GET /okta/metadata`: what an identity provider needs to know of us (SAML Metadata §2.4.4). */
export async function serviceProviderMetadata(c: Context): Promise<Response> {
  const provider = await serviceProvider(c.var.scope, c.var.parts.sealer);
  return c.body(spMetadata(provider), 200, { "Content-Type": "application/samlmetadata+xml" });
}
