import { statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import { trustedCertificate } from "../../protocols/saml/certificate.ts";
import type { ExpectedResponse } from "../../protocols/saml/response.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { endpoints } from "../integration/integration.ts";
import { decryptionKeys } from "../integration/service-provider-keys.ts";

interface Row {
  readonly issuer: string;
  readonly signaturePolicy: ExpectedResponse["signaturePolicy"];
  readonly emailAttribute: string | null;
  readonly givenNameAttribute: string | null;
  readonly familyNameAttribute: string | null;
  readonly groupsAttribute: string | null;
  readonly roleAttribute: string | null;
  readonly pems: readonly string[];
  readonly sealedKeys: readonly Buffer[];
}

const selectExpectations = statement<Row, [string]>(`
  SELECT i.issuer, i.signature_policy AS "signaturePolicy", i.email_attribute AS "emailAttribute",
    i.given_name_attribute AS "givenNameAttribute", i.family_name_attribute AS "familyNameAttribute",
    i.groups_attribute AS "groupsAttribute", i.role_attribute AS "roleAttribute",
    ARRAY(SELECT pem FROM integration_certificates c WHERE c.organization_id = i.organization_id) AS pems,
    ARRAY(SELECT encryption_key FROM service_provider_keys k WHERE k.organization_id = i.organization_id) AS "sealedKeys"
  FROM integrations i WHERE i.organization_id = $1`);

/**
 * What a response to this organization must say, all from our own settings. 404 `integration` where there is none, or where
 * the plan has none.
 */
export async function expectedResponse(scope: Scope, sealer: Sealer): Promise<ExpectedResponse> {
  const [row] = scope.organization.includesIntegration ? await selectExpectations(scope.db, scope.organization.id) : [];
  if (!row) throw notSetUp();
  const { acsUrl, audience } = endpoints(scope.organization);
  return {
    acsUrl,
    audience,
    issuer: row.issuer,
    certificates: row.pems.map(trustedCertificate),
    decryptionKeys: decryptionKeys(scope, sealer, row.sealedKeys),
    signaturePolicy: row.signaturePolicy,
    emailFrom: row.emailAttribute === null ? "NameID" : { attribute: row.emailAttribute },
    profileFrom: {
      givenName: row.givenNameAttribute ?? undefined,
      familyName: row.familyNameAttribute ?? undefined,
      groups: row.groupsAttribute ?? undefined,
      role: row.roleAttribute ?? undefined,
    },
    now: scope.now,
  };
}

/** There is no integration, or the plan has none. */
export function notSetUp(): Refusal {
  return new Refusal(404, "integration", "Single Sign-On is not set up for this organization. Ask one of its owners.");
}
