import type { Organization } from "../organizations/organization.ts";

/** How far an integration has come. Sign-in and SCIM work from `saved` on; the states gate enforcement alone. */
export type IntegrationState = "saved" | "tested" | "enforced";

/**
 * The state of an organization's integration: `tested` once a test sign-in passed or somebody signed in through it, since
 * what is checked was last changed; `enforced` while Single Sign-On is the only way in.
 */
export function integrationState(
  organization: Pick<Organization, "ssoEnforced">,
  integration: { readonly testedAt: Date | null },
): IntegrationState {
  if (organization.ssoEnforced) return "enforced";
  return integration.testedAt ? "tested" : "saved";
}
