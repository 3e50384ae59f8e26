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
      .refine(() => false, { error: "Metadata cannot be read from an address yet: send the document as metadataXml." })
      .optional()
      .meta({ description: "Not taken yet: send the document as `metadataXml`." }),
    provisioning: provisioning.optional(),
    ...signInInput,
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
