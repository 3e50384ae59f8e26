import type { Selectable } from "kysely";
import { type Db, inTransaction } from "../../db/database.ts";
import type { Provisioning, Tables } from "../../db/tables.ts";
import { type CertificateDetails, parseCertificates } from "../../protocols/saml/certificate.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { latestJob } from "../jobs/jobs.ts";
import type { Organization } from "../organizations/organization.ts";
import { holdOrganization } from "../organizations/organizations.ts";
import { type Certificate, listCertificates, noteTrustChange, replaceCertificates } from "./certificates.ts";
import { checkedIssuer, checkedSessionDays, checkedSsoUrl } from "./checks.ts";
import { type MetadataState, metadataStateOf, NO_METADATA, trustedMetadata } from "./metadata.ts";
import { usualSettings } from "./providers.ts";
import {
  checkSignInChanges,
  type SignInChanges,
  type SignInSettings,
  signInColumns,
  signInSettingsOf,
} from "./sign-in-settings.ts";
import { createScimToken, type ListedToken, listScimTokens } from "./tokens.ts";

/** An organization's Okta integration with all that its pages and the operator API show. */
export interface Integration extends SignInSettings {
  readonly ssoUrl: string;
  readonly issuer: string;
  readonly certificates: readonly Certificate[];
  readonly provisioning: Provisioning;
  readonly connectedMembers: number;
  readonly scimTokens: readonly ListedToken[];
  /** The metadata that is asked every day; null where none is. */
  readonly metadata: MetadataState | null;
  readonly lastScimRequestAt: Date | null;
  readonly lastSsoLoginAt: Date | null;
  /** When a test sign-in passed or somebody signed in, the first time since what is checked was last changed. */
  readonly testedAt: Date | null;
  /** The address of whoever tested it, or signed in first. */
  readonly testedBy: string | null;
  readonly createdAt: Date;
}

/** What the identity provider asks for. */
export function endpoints(organization: Organization) {
  return {
    acsUrl: `${organization.url}/okta/auth`,
    audience: organization.url,
    scimBaseUrl: `${organization.url}/okta/scim`,
  };
}

type Reader = Pick<Scope, "db" | "organization">;

/** The integration, or undefined where there is none. */
export async function findIntegration(scope: Reader): Promise<Integration | undefined> {
  const row = await scope.db
    .selectFrom("integrations")
    .selectAll()
    .where("organization_id", "=", scope.organization.id)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    ...signInSettingsOf(row),
    metadata: metadataStateOf(row),
    ssoUrl: row.sso_url,
    issuer: row.issuer,
    certificates: await listCertificates(scope),
    provisioning: row.provisioning,
    connectedMembers: await countConnected(scope),
    scimTokens: await listScimTokens(scope),
    lastScimRequestAt: row.last_scim_request_at,
    lastSsoLoginAt: row.last_sso_login_at,
    testedAt: row.tested_at,
    testedBy: row.tested_by,
    createdAt: row.created_at,
  };
}

/** The integration; 404 `integration` where there is none. */
export async function getIntegration(scope: Reader): Promise<Integration> {
  const integration = await findIntegration(scope);
  if (!integration) throw new Refusal(404, "integration", "This organization has no Okta integration.");
  return integration;
}

/** The settings of an integration as somebody sends them, unchecked. */
export interface IntegrationInput {
  readonly ssoUrl: string;
  readonly issuer: string;
  /** One or several certificates, as PEM or bare base64: they replace the set. */
  readonly certificate: string;
  readonly provisioning?: Provisioning | undefined;
  readonly sessionDays?: number | undefined;
  readonly signIn?: SignInChanges | undefined;
}

/** The same, checked. */
export interface IntegrationSettings {
  readonly ssoUrl: string;
  readonly issuer: string;
  readonly certificates: readonly CertificateDetails[];
  readonly provisioning: Provisioning | undefined;
  readonly sessionDays: number | undefined;
  /** At first what is usual with the provider, where nothing else is chosen. */
  readonly signIn?: SignInChanges | undefined;
  /** Where the three values were read from, where they were; with an address, it is asked every day from then on. */
  readonly metadata?: { readonly url: string | null } | undefined;
  /** Whether metadata that was asked every day until now is asked no more. */
  readonly forgetsMetadata?: boolean | undefined;
}

/** Checks each value by itself; throws the first refusal, whose code is the name of the field. */
export function checkIntegration(input: IntegrationInput): IntegrationSettings {
  return {
    ssoUrl: checkedSsoUrl(input.ssoUrl),
    issuer: checkedIssuer(input.issuer),
    certificates: parseCertificates(input.certificate),
    provisioning: input.provisioning,
    sessionDays: input.sessionDays === undefined ? undefined : checkedSessionDays(input.sessionDays),
    signIn: checkSignInChanges(input.signIn ?? {}),
  };
}

/**
 * Sets the integration up, or changes it. The first time, and whenever SCIM is on without a token, a SCIM token is made and
 * answered, this once. Changing SAML values touches no token. Refuses a plan that lacks the integration (409 `plan`)
 * and an organization that is still being disconnected (409 `disconnecting`).
 */
export function saveIntegration(
  scope: Scope,
  settings: IntegrationSettings,
): Promise<{ created: boolean; scimToken: string | undefined }> {
  if (!scope.organization.includesIntegration) {
    throw new Refusal(409, "plan", `The plan "${scope.organization.plan}" does not include the Okta integration.`);
  }
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdOrganization(db, scope.organization.id);
    await refuseWhileDisconnecting(inside);
    const { row, before } = await writeSettings(inside, settings);
    await replaceCertificates(inside, settings.certificates, settings.metadata ? "metadata" : "manual");
    const { length } = settings.certificates;
    const detail = { before: before && shown(before), after: shown(row), certificates: length };
    if (before && (before.email_attribute !== row.email_attribute || before.metadata_url !== row.metadata_url))
      await noteTrustChange(inside);
    const action = before ? "integration.changed" : "integration.created";
    const target = { kind: "integration", name: scope.organization.slug };
    await recordEvent(inside, { action, target, detail });
    const wantsToken = row.provisioning === "scim" && (await listScimTokens(inside)).length === 0;
    const token = wantsToken ? await createScimToken(inside, null) : undefined;
    return { created: !before, scimToken: token?.token };
  });
}

async function refuseWhileDisconnecting(scope: Scope): Promise<void> {
  const job = await latestJob(scope, "disconnect");
  if (job?.state !== "queued" && job?.state !== "running") return;
  const sentence = "The disconnect is still under way: set the integration up again when it has ended.";
  throw new Refusal(409, "disconnecting", sentence);
}

async function writeSettings(scope: Scope, settings: IntegrationSettings) {
  const before = await scope.db
    .selectFrom("integrations")
    .selectAll()
    .where("organization_id", "=", scope.organization.id)
    .forUpdate()
    .executeTakeFirst();
  const chosen = settings.signIn ?? {};
  const values = {
    ...signInColumns(before ? chosen : { ...usualSettings(chosen.provider ?? "okta"), ...defined(chosen) }),
    sso_url: settings.ssoUrl,
    issuer: settings.issuer,
    provisioning: settings.provisioning ?? before?.provisioning ?? "scim",
    session_days: settings.sessionDays ?? chosen.sessionDays ?? before?.session_days ?? 14,
    ...metadataColumns(scope, settings),
    updated_at: scope.now,
  };
  const row = await scope.db
    .insertInto("integrations")
    .values({ organization_id: scope.organization.id, created_at: scope.now, ...values })
    .onConflict((conflict) => conflict.column("organization_id").doUpdateSet(values))
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, before };
}

function metadataColumns({ now }: Scope, { metadata, forgetsMetadata, issuer, ssoUrl }: IntegrationSettings) {
  if (metadata?.url) return trustedMetadata(metadata.url, { issuer, ssoUrl }, now);
  return metadata || forgetsMetadata ? NO_METADATA : {};
}

function shown(row: Selectable<Tables["integrations"]>) {
  return {
    ssoUrl: row.sso_url,
    issuer: row.issuer,
    provisioning: row.provisioning,
    ...signInSettingsOf(row),
    metadataUrl: row.metadata_url,
  };
}

function defined(changes: SignInChanges): SignInChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

async function countConnected(scope: Reader): Promise<number> {
  const { count } = await connectedCount(scope.db, scope.organization.id);
  return Number(count);
}

function connectedCount(db: Db, organizationId: string) {
  return db
    .selectFrom("directory_users")
    .innerJoin("members", (join) =>
      join
        .onRef("members.organization_id", "=", "directory_users.organization_id")
        .onRef("members.id", "=", "directory_users.member_id"),
    )
    .select((all) => all.fn.countAll<string>().as("count"))
    .where("directory_users.organization_id", "=", organizationId)
    .where("directory_users.active", "=", true)
    .where("members.state", "=", "active")
    .executeTakeFirstOrThrow();
}
