import type { Provisioning } from "../../../../../db/tables.ts";
import { checkIntegration, type IntegrationSettings } from "../../../../../domain/integration/integration.ts";
import type { SignInChanges } from "../../../../../domain/integration/sign-in-settings.ts";
import { parseIdpMetadata } from "../../../../../protocols/saml/metadata.ts";
import { Refusal } from "../../../../../refusal.ts";
import { InvalidValues } from "../../../../edge/invalid-values.ts";

/** The settings that an identity provider's metadata tells; 422 at `#/metadataXml` for whatever is wrong with it. */
export function checkMetadata(
  xml: string,
  chosen: { provisioning: Provisioning | undefined; signIn: SignInChanges },
): IntegrationSettings {
  try {
    const { ssoUrl, issuer, certificates } = parseIdpMetadata(xml);
    return checkIntegration({ ssoUrl, issuer, certificate: certificates.join("\n"), ...chosen });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new InvalidValues([{ pointer: "#/metadataXml", detail: error.message }], error.code);
  }
}
