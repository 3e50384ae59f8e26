import { statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import type { ServiceProvider } from "../../protocols/saml/own-metadata.ts";
import type { Scope } from "../../scope.ts";
import { endpoints } from "./integration.ts";
import { serviceProviderKeys } from "./service-provider-keys.ts";

const selectSigns = statement<{ signs: boolean }, [string]>(
  "SELECT sign_requests AS signs FROM integrations WHERE organization_id = $1",
);

/** The organization as an identity provider sees it: also before there is an integration, for Okta asks for this first. */
export async function serviceProvider(
  scope: Pick<Scope, "db" | "organization" | "now">,
  sealer: Sealer,
): Promise<ServiceProvider> {
  const keys = await serviceProviderKeys(scope, sealer);
  const [integration] = await selectSigns(scope.db, scope.organization.id);
  const { acsUrl, audience } = endpoints(scope.organization);
  return {
    entityId: audience,
    acsUrl,
    signsRequests: integration?.signs ?? false,
    signingCertificates: keys.map((pair) => pair.signingCertificate),
    encryptionCertificates: keys.map((pair) => pair.encryptionCertificate).reverse(),
  };
}
