import { z } from "zod";
import { endpoints, type Integration } from "../../../../../domain/integration/integration.ts";
import type { Organization } from "../../../../../domain/organizations/organization.ts";
import { id, text, time } from "../../contract/schemas.ts";

const provisioning = z
  .enum(["scim", "jit"])
  .meta({ description: "`scim`: the directory pushes people; `jit`: they are made as they first sign in." });

/** A certificate as it is listed. */
const certificate = z
  .strictObject({ fingerprintSha256: z.string(), subject: z.string(), notBefore: time, notAfter: time })
  .meta({ id: "Certificate" });

const listedToken = z
  .strictObject({
    id,
    name: z.string(),
    createdAt: time,
    createdBy: z.string().nullable().meta({ description: "Who made it; null where that was not kept." }),
    firstUsedAt: time.nullable(),
    lastUsedAt: time.nullable().meta({ description: "To the minute." }),
    expiresAt: time.nullable(),
  })
  .meta({ id: "ScimToken" });

/** The integration as it is answered. */
export const integration = z
  .strictObject({
    ssoUrl: z.string(),
    issuer: z.string(),
    certificates: z.array(certificate),
    provisioning,
    sessionDays: z.int(),
    acsUrl: z.url().meta({ description: "Okta calls it Single Sign-On URL." }),
    audience: z.url().meta({ description: "Okta calls it Audience URI (SP Entity ID)." }),
    scimBaseUrl: z.url(),
    connectedMembers: z.int(),
    scimTokens: z.array(listedToken),
    lastScimRequestAt: time.nullable(),
    lastSsoLoginAt: time.nullable(),
  })
  .meta({ id: "OktaIntegration" });

/** The same with the token that was just made. */
export const savedIntegration = integration
  .extend({
    scimToken: z.string().optional().meta({ description: "The SCIM token that was just made: shown this once." }),
  })
  .meta({ id: "SavedOktaIntegration" });

/** What a disconnect would do. */
export const disconnectPreview = z
  .strictObject({ membersDeleted: z.int(), membersKept: z.int() })
  .meta({ id: "DisconnectPreview" });

/** How long metadata and certificates may be; what reads them decides on the rest. */
const DOCUMENT = 1_000_000;

/** The three values, or metadata that holds them. */
export const integrationInput = z
  .strictObject({
    ssoUrl: text(2000).optional().meta({ description: "https; http only for localhost." }),
    issuer: text(2000).optional(),
    certificate: z
      .string()
      .max(DOCUMENT)
      .optional()
      .meta({ description: "One or several certificates, PEM or bare base64. They replace the set." }),
    metadataXml: z
      .string()
      .max(DOCUMENT)
      .optional()
      .meta({ description: "The identity provider's metadata, in place of the three values." }),
    metadataUrl: z
      .string()
      .refine(() => false, { error: "Metadata cannot be read from an address yet: send the document as metadataXml." })
      .optional()
      .meta({ description: "Not taken yet: send the document as `metadataXml`." }),
    provisioning: provisioning.optional(),
    sessionDays: z.int().min(1).max(30).optional().meta({ description: "At first 14." }),
  })
  .superRefine((body, context) => {
    if (body.metadataUrl !== undefined) return;
    const values = ["ssoUrl", "issuer", "certificate"] as const;
    for (const field of values) {
      const given = body[field] !== undefined;
      if (given === (body.metadataXml === undefined)) continue;
      const message = given ? "Send this or metadataXml, not both." : "This is required, unless metadataXml is sent.";
      context.addIssue({ code: "custom", path: [field], message });
    }
  })
  .meta({
    id: "OktaIntegrationInput",
    oneOf: [{ required: ["ssoUrl", "issuer", "certificate"] }, { required: ["metadataXml"] }],
  });

/** The integration as GET answers it: everything but the certificates' texts and the tokens themselves. */
export function shown(organization: Organization, found: Integration): z.output<typeof integration> {
  const { ssoUrl, issuer, provisioning, sessionDays, connectedMembers } = found;
  return {
    ssoUrl,
    issuer,
    certificates: found.certificates.map(({ fingerprintSha256, subject, notBefore, notAfter }) => ({
      fingerprintSha256,
      subject,
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
    })),
    provisioning,
    sessionDays,
    ...endpoints(organization),
    connectedMembers,
    scimTokens: found.scimTokens.map((token) => ({
      id: token.id,
      name: token.name,
      createdAt: token.createdAt.toISOString(),
      createdBy: token.createdBy,
      firstUsedAt: token.firstUsedAt?.toISOString() ?? null,
      lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
      expiresAt: token.expiresAt?.toISOString() ?? null,
    })),
    lastScimRequestAt: found.lastScimRequestAt?.toISOString() ?? null,
    lastSsoLoginAt: found.lastSsoLoginAt?.toISOString() ?? null,
  };
}
