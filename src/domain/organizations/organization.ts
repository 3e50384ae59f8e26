import type { Selectable } from "kysely";
import type { Tables } from "../../db/tables.ts";

/** A tenant, with what the configuration says of it. */
export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly plan: string;
  readonly ssoEnforced: boolean;
  readonly createdAt: Date;
  /** `ORG_URL`, without a trailing slash: its origin, its SAML entity ID and audience. */
  readonly url: string;
  /** Whether its plan has the Okta integration. */
  readonly includesIntegration: boolean;
}

/** What of the configuration organizations depend on. */
export interface OrganizationSettings {
  readonly baseUrl: URL;
  readonly integrationPlans: readonly string[];
}

/** `ORG_URL` of a slug: the configured apex with the slug before its host. Never taken from a request. */
export function organizationUrl(slug: string, baseUrl: URL): string {
  return `${baseUrl.protocol}//${slug}.${baseUrl.host}`;
}

/** A row, dressed with what the configuration says. */
export function toOrganization(row: Selectable<Tables["organizations"]>, settings: OrganizationSettings): Organization {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    plan: row.plan,
    ssoEnforced: row.sso_enforced,
    createdAt: row.created_at,
    url: organizationUrl(row.slug, settings.baseUrl),
    includesIntegration: settings.integrationPlans.includes(row.plan),
  };
}
