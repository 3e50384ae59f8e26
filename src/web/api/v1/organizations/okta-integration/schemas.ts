import { z } from "zod";
import { endpoints, type Integration } from "../../../../../domain/integration/integration.ts";
import type { SignInSettings } from "../../../../../domain/integration/sign-in-settings.ts";
import { integrationState } from "../../../../../domain/integration/state.ts";
import type { Organization } from "../../../../../domain/organizations/organization.ts";
import { id, text, time } from "../../contract/schemas.ts";

const provisioning = z
  .enum(["scim", "jit"])
  .meta({ description: "`scim`: the directory pushes people; `jit`: they are made as they first sign in." });

/** A certificate as it is listed. */
const certificate = z
  .strictObject({
    fingerprintSha256: z.string(),
    subject: z.string(),
    notBefore: time,
    notAfter: time,
    origin: z.enum(["manual", "metadata"]).meta({ description: "Sent by somebody, or found in the metadata." }),
    lastUsedAt: time.nullable().meta({ description: "The last sign-in that it verified, to the minute." }),
  })
  .meta({ id: "Certificate" });

const attribute = (what: string) =>
  z
    .string()
    .nullable()
    .meta({ description: `The attribute that carries ${what}` });

/** How people sign in, as it is sent and answered. */
const signIn = {
  provider: z
    .enum(["okta", "jumpcloud", "entra", "onelogin", "google", "ping", "other"])
    .meta({ description: "Chooses the name and the guide that people see; nothing is checked by it." }),
  idpInitiated: z.enum(["allow", "bounce", "deny"]).meta({
    description: "A response without a request of ours: taken, dropped for a request of our own, or refused.",
  }),
  signRequests: z.boolean().meta({ description: "Sign our AuthnRequests." }),
  signaturePolicy: z.enum(["any", "both", "response", "assertion"]).meta({
    description:
      "Which signatures a response must have. `any`: one that covers the assertion. All that are there must verify.",
  }),
  emailAttribute: attribute("the email; null: the NameID."),
  givenNameAttribute: attribute("the given name; null: its usual names."),
  familyNameAttribute: attribute("the family name; null: its usual names."),
  groupsAttribute: attribute("groups; null: none are read."),
  roleAttribute: attribute("roles; null: none are read."),
  sessionDays: z.int().min(1).max(30).meta({ description: "At first 14. For sessions that begin from then on." }),
  idleMinutes: z.int().min(15).max(43_200).nullable().meta({
    description: "A session ends after so many minutes without a request; null: never before its time.",
  }),
};

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
    ...signIn,
    metadataUrl: z.string().nullable().meta({ description: "The metadata that is asked once a day." }),
    metadataCheckedAt: time.nullable().meta({ description: "The last time that it could be read." }),
    metadataFailedSince: time.nullable(),
    metadataError: z.string().nullable().meta({ description: "Why it cannot be read." }),
    metadataDiffers: z
      .strictObject({ issuer: z.string().optional(), ssoUrl: z.string().optional() })
      .nullable()
      .meta({ description: "What it says otherwise than the settings: never taken by itself. null: nothing." }),
    acsUrl: z.url().meta({ description: "Okta calls it Single Sign-On URL." }),
    audience: z.url().meta({ description: "Okta calls it Audience URI (SP Entity ID)." }),
    scimBaseUrl: z.url(),
    connectedMembers: z.int(),
    scimTokens: z.array(listedToken),
    lastScimRequestAt: time.nullable(),
    lastSsoLoginAt: time.nullable(),
    state: z.enum(["saved", "tested", "enforced"]).meta({
      description:
        "`tested` once a test sign-in passed or somebody signed in since what is checked was last changed; `enforced` " +
        "while Single Sign-On is the only way in. Sign-in and SCIM work in each.",
    }),
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

const signInInput = z.strictObject(signIn).partial().shape;

/** Some of the settings: what is not sent stays as it is. */
export const signInChanges = z.strictObject(signInInput).meta({ id: "OktaIntegrationChanges" });

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
      .max(2048)
      .optional()
      .meta({
        description:
          "Where the identity provider publishes its metadata, in place of the three values: https, on the public internet " +
          "unless the operator allows it. It is asked once a day; without it, a PUT stops that.",
      }),
    provisioning: provisioning.optional(),
    ...signInInput,
  })
  .superRefine((body, context) => {
    const issue = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    const { metadataXml, metadataUrl } = body;
    if (metadataXml !== undefined && metadataUrl !== undefined) {
      issue("metadataXml", "Send this or metadataUrl, not both.");
    }
    const byMetadata = metadataXml !== undefined || metadataUrl !== undefined;
    for (const field of ["ssoUrl", "issuer", "certificate"] as const) {
      const given = body[field] !== undefined;
      if (given && byMetadata) issue(field, "Send this or metadata, not both.");
      if (!given && !byMetadata) issue(field, "This is required, unless metadataXml or metadataUrl is sent.");
    }
  })
  .meta({
    id: "OktaIntegrationInput",
    oneOf: [
      { required: ["ssoUrl", "issuer", "certificate"] },
      { required: ["metadataXml"] },
      { required: ["metadataUrl"] },
    ],
  });

/** The integration as GET answers it: everything but the certificates' texts and the tokens themselves. */
export function shown(organization: Organization, found: Integration): z.output<typeof integration> {
  const { ssoUrl, issuer, provisioning, connectedMembers } = found;
  return {
    ssoUrl,
    issuer,
    certificates: found.certificates.map(({ fingerprintSha256, subject, notBefore, notAfter, origin, lastUsedAt }) => ({
      fingerprintSha256,
      subject,
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
      origin,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    provisioning,
    ...shownSignIn(found),
    ...shownMetadata(found),
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
    state: integrationState(organization, found),
  };
}

function shownSignIn(found: SignInSettings): SignInSettings {
  return {
    provider: found.provider,
    idpInitiated: found.idpInitiated,
    signRequests: found.signRequests,
    signaturePolicy: found.signaturePolicy,
    emailAttribute: found.emailAttribute,
    givenNameAttribute: found.givenNameAttribute,
    familyNameAttribute: found.familyNameAttribute,
    groupsAttribute: found.groupsAttribute,
    roleAttribute: found.roleAttribute,
    sessionDays: found.sessionDays,
    idleMinutes: found.idleMinutes,
  };
}

function shownMetadata({ metadata }: Integration) {
  const differs = metadata?.differs ?? {};
  return {
    metadataUrl: metadata?.url ?? null,
    metadataCheckedAt: metadata?.checkedAt?.toISOString() ?? null,
    metadataFailedSince: metadata?.failedSince?.toISOString() ?? null,
    metadataError: metadata?.error ?? null,
    metadataDiffers: Object.keys(differs).length > 0 ? differs : null,
  };
}
