import { getIntegration } from "../../../../domain/integration/integration.ts";
import { refreshMetadata } from "../../../../domain/integration/metadata-refresh.ts";
import type { Context } from "../../../edge/context.ts";

/** `POST /settings/okta/metadata/fetch`: asks the metadata now; the settings page says what came of it. */
export async function fetchMetadata(c: Context): Promise<Response> {
  const { metadata } = await getIntegration(c.var.scope);
  if (!metadata) return c.redirect("/settings/okta", 303);
  const read = await refreshMetadata(c.var.scope, metadata.url, (url) => c.var.parts.metadata.read(url));
  return c.redirect(read ? "/settings/okta?fetched" : "/settings/okta", 303);
}
