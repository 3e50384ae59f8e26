import type { Operation } from "./contract/operation.ts";
import { jobOperations } from "./jobs.ts";
import { auditEventOperations } from "./organizations/audit-events.ts";
import { groupOperations } from "./organizations/groups.ts";
import { memberOperations } from "./organizations/members.ts";
import { certificateOperations } from "./organizations/okta-integration/certificates.ts";
import { keyOperations } from "./organizations/okta-integration/keys.ts";
import { mappingOperations } from "./organizations/okta-integration/mapping.ts";
import { scimTokenOperations } from "./organizations/okta-integration/scim-tokens.ts";
import { integrationOperations } from "./organizations/okta-integration.ts";
import { signInLinkOperations } from "./organizations/sign-in-links.ts";
import { organizationOperations } from "./organizations.ts";

/** A part of the API: the heading under which its operations are described. */
export interface ApiPart {
  readonly title: string;
  readonly operations: readonly Operation[];
}

/** The whole operator API: its routes and its description are made from this. */
export const api: readonly ApiPart[] = [
  { title: "Organizations", operations: organizationOperations },
  { title: "Members", operations: memberOperations },
  { title: "Groups", operations: groupOperations },
  { title: "Sign-in links", operations: signInLinkOperations },
  {
    title: "Okta integration",
    operations: [
      ...integrationOperations,
      ...certificateOperations,
      ...keyOperations,
      ...scimTokenOperations,
      ...mappingOperations,
    ],
  },
  { title: "Audit log", operations: auditEventOperations },
  { title: "Jobs", operations: jobOperations },
];
