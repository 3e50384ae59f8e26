import type { ColumnType, Generated, GeneratedAlways } from "kysely";

/** The columns of each table, as Kysely sees them; `migrations/` is the truth. */
export interface Tables {
  installation: { only_row: Generated<boolean>; set_up_at: Date | null };
  organizations: {
    id: string;
    slug: string;
    name: string;
    plan: string;
    sso_enforced: Generated<boolean>;
    created_at: Date;
  };
  members: {
    organization_id: string;
    id: string;
    email: string;
    email_key: GeneratedAlways<string>;
    name: string;
    /** The higher of the two that follow, kept by a trigger; writing it alone grants it by hand. */
    role: Role;
    granted_role: Generated<Role>;
    mapped_role: Role | null;
    state: MemberState;
    origin: MemberOrigin;
    directory_external_id: string | null;
    joined_at: Date;
    welcomed_at: Date | null;
    recovery_seen_at: Date | null;
    email_confirmed_at: Date | null;
  };
  sessions: {
    organization_id: string;
    id: string;
    member_id: string;
    token_hash: Buffer;
    method: SignInMethod;
    created_at: Date;
    last_seen_at: Date;
    expires_at: Date;
    ip: string | null;
    user_agent: string | null;
    name_id: string | null;
    name_id_format: string | null;
    session_index: string | null;
  };
  sign_in_links: {
    organization_id: string;
    token_hash: Buffer;
    member_id: string;
    method: "sso" | "link" | "git";
    next: string;
    session_expires_at: Date;
    created_at: Date;
    expires_at: Date;
    name_id: string | null;
    name_id_format: string | null;
    session_index: string | null;
  };
  git_connections: {
    organization_id: string;
    member_id: string;
    provider: GitProvider;
    host: string;
    identity_id: string;
    login: string;
    access: GitAccess;
    scopes: string[];
    tokens: Buffer;
    tokens_expire_at: Date | null;
    connected_at: Date;
    broken_at: Date | null;
  };
  git_flows: {
    organization_id: string;
    state_hash: Buffer;
    browser_hash: Buffer;
    provider: GitProvider;
    member_id: string | null;
    access: GitAccess;
    next: string;
    verifier: Buffer | null;
    expires_at: Date;
    handover_hash: Buffer | null;
    code: Buffer | null;
    error: string | null;
  };
  recovery_codes: {
    organization_id: string;
    code_hash: Buffer;
    member_id: string;
    set_id: string;
    created_at: Date;
    kept_at: Date | null;
  };
  recovery_uses: { organization_id: string; id: string; at: Date; used_by: string; lifted: boolean };
  audit_events: {
    organization_id: string;
    id: string;
    at: Date;
    actor_kind: "member" | "directory" | "operator" | "system" | "visitor";
    actor_id: string | null;
    actor_name: string;
    action: string;
    target_kind: string | null;
    target_id: string | null;
    target_name: string | null;
    ip: string | null;
    reference_id: string;
    detail: Json;
  };
  jobs: {
    organization_id: string;
    id: string;
    kind: "disconnect";
    state: "queued" | "running" | "completed" | "failed";
    done: Generated<number>;
    total: number;
    created_at: Date;
    finished_at: Date | null;
    created_members: Generated<CreatedMembers>;
    started_by: string | null;
    reference_id: string | null;
  };
  distinct_people: {
    organization_id: string;
    member_id: string;
    other_member_id: string;
    decided_at: Date;
    decided_by: string;
  };
  foreseen_emails: {
    organization_id: string;
    member_id: string;
    email: string;
    email_key: GeneratedAlways<string>;
    foreseen_by: string;
    foreseen_at: Date;
  };
  integrations: {
    organization_id: string;
    sso_url: string;
    issuer: string;
    provisioning: Provisioning;
    session_days: number;
    signature_policy: Generated<"any" | "both" | "response" | "assertion">;
    email_attribute: string | null;
    created_at: Date;
    updated_at: Date;
    last_scim_request_at: Date | null;
    last_sso_login_at: Date | null;
    certificates_changed_at: Date | null;
    certificates_changed_by: string | null;
    provider: Generated<Provider>;
    idp_initiated: Generated<"allow" | "bounce" | "deny">;
    sign_requests: Generated<boolean>;
    given_name_attribute: string | null;
    family_name_attribute: string | null;
    groups_attribute: string | null;
    role_attribute: string | null;
    metadata_url: string | null;
    metadata_due_at: Date | null;
    metadata_checked_at: Date | null;
    metadata_failed_since: Date | null;
    metadata_error: string | null;
    metadata_issuer: string | null;
    metadata_sso_url: string | null;
    metadata_ignored: Generated<string[]>;
    idle_minutes: number | null;
    tested_at: Date | null;
    tested_by: string | null;
    default_role: Generated<DefaultRole>;
    absent_attribute: Generated<AbsentAttribute>;
  };
  integration_certificates: {
    organization_id: string;
    fingerprint_sha256: string;
    pem: string;
    subject: string;
    not_before: Date;
    not_after: Date;
    added_at: Date;
    origin: Generated<"manual" | "metadata">;
    last_used_at: Date | null;
    expiry_told_at: Date | null;
  };
  service_provider_keys: {
    organization_id: string;
    number: number;
    signing_certificate: string;
    encryption_certificate: string;
    signing_key: Buffer;
    encryption_key: Buffer;
    created_at: Date;
    expires_at: Date;
  };
  scim_tokens: {
    organization_id: string;
    id: string;
    name: string;
    token_hash: Buffer;
    created_at: Date;
    created_by: string | null;
    expires_at: Date | null;
    first_used_at: Date | null;
    last_used_at: Date | null;
    expiry_told_at: Date | null;
  };
  revoked_scim_tokens: { organization_id: string; token_hash: Buffer; name: string; revoked_at: Date };
  refused_scim_tokens: {
    organization_id: string;
    address: string;
    unknown: Count;
    expired: Count;
    revoked: Count;
    first_at: Date;
    last_at: Date;
    token_name: string | null;
  };
  used_assertions: { organization_id: string; issuer: string; assertion_hash: Buffer; expires_at: Date };
  sign_in_requests: {
    organization_id: string;
    id: string;
    browser_hash: Buffer;
    purpose: "sign-in" | "test";
    bounced: boolean;
    next: string;
    started_by: string | null;
    created_at: Date;
    expires_at: Date;
    answered_at: Date | null;
  };
  sign_in_attempts: {
    organization_id: string;
    id: string;
    at: Date;
    purpose: "sign-in" | "test";
    outcome: AttemptOutcome;
    code: string | null;
    sentence: string | null;
    signed: Generated<boolean>;
    email: string | null;
    email_key: GeneratedAlways<string | null>;
    member_id: string | null;
    started_by: string | null;
    ip: string | null;
    user_agent: string | null;
    reference_id: string;
    checks: ColumnType<readonly CheckRecord[], string, string>;
    assertion: ColumnType<Record<string, unknown> | null, string | null, string | null>;
  };
  directory_users: {
    organization_id: string;
    id: string;
    member_id: string | null;
    user_name: string;
    user_name_key: GeneratedAlways<string>;
    external_id: string | null;
    email: string;
    email_key: GeneratedAlways<string>;
    other_email_keys: string[] | null;
    active: boolean;
    origin: "scim" | "jit";
    attributes: Json;
    version: Generated<number>;
    created_at: Date;
    updated_at: Date;
    asserted_groups: string[] | null;
    asserted_roles: string[] | null;
    asserted_at: Date | null;
  };
  directory_stretches: { organization_id: string; last_id: string; users: number };
  directory_groups: {
    organization_id: string;
    id: string;
    display_name: string;
    display_name_key: GeneratedAlways<string>;
    external_id: string | null;
    version: Generated<number>;
    created_at: Date;
    updated_at: Date;
  };
  scim_requests: {
    organization_id: string;
    id: string;
    at: Date;
    duration_ms: number;
    method: string;
    path: string;
    status: number;
    outcome: RequestOutcome;
    summary: string;
    people: string[];
    group_id: string | null;
    token_id: string | null;
    ip: string | null;
    user_agent: string | null;
    reference_id: string;
    request: string | null;
    response: string | null;
    change: ColumnType<Record<string, unknown> | null, string | null, string | null>;
    refusal: ColumnType<RefusalRecord | null, string | null, string | null>;
  };
  group_memberships: { organization_id: string; group_id: string; directory_user_id: string; display: string | null };
  groups: { organization_id: string; id: string; name: string; name_key: GeneratedAlways<string>; created_at: Date };
  group_members: {
    organization_id: string;
    group_id: string;
    member_id: string;
    origin: "manual" | "mapping";
    since: Date;
  };
  mappings: {
    organization_id: string;
    id: string;
    source_kind: MappingSource;
    source_name: string;
    directory_group_id: string | null;
    target_role: Role | null;
    target_group_id: string | null;
    created_at: Date;
  };
}

export type Role = "owner" | "admin" | "member";
/** What people are whom no mapping gives a role. */
export type DefaultRole = Exclude<Role, "owner">;
/** What an assertion without the attribute means. */
export type AbsentAttribute = "unchanged" | "empty";
/** What a mapping is from: a group of the identity provider, pushed or asserted, or a role. */
export type MappingSource = "group" | "role";
export type MemberState = "active" | "deactivated";
export type MemberOrigin = "manual" | "scim" | "jit";
export type Provisioning = "scim" | "jit";
export type SignInMethod = "sso" | "link" | "setup" | "git" | "recovery";
/** What a disconnect does with the members that the integration created. */
export type CreatedMembers = "delete" | "keep";
/** Where people keep their repositories. */
export type GitProvider = "github" | "bitbucket" | "gitlab";
/** How much of a git account a connection opens: who it is, the public repositories, or the private ones as well. */
export type GitAccess = "email" | "public" | "private";
/** The identity provider, as far as its name, icon and guide go. */
export type Provider = "okta" | "jumpcloud" | "entra" | "onelogin" | "google" | "ping" | "other";

/** What became of a SCIM request; `unchanged`: a write that found everything as it said. */
export type RequestOutcome = "added" | "changed" | "removed" | "unchanged" | "read" | "refused";

/** What became of an attempt to sign in through the identity provider; `passed` is a test. */
export type AttemptOutcome = "signed-in" | "passed" | "refused";

/** One check of a sign-in, as it is kept and shown to the administrator. */
export interface CheckRecord {
  readonly check: string;
  readonly wanted: string;
  readonly got: string;
  readonly passed: boolean;
}

/** Why a SCIM request was refused: for the administrator alone. */
export interface RefusalRecord {
  readonly code: string;
  readonly sentence: string;
  readonly check?: string;
  readonly wanted?: string;
  readonly got?: string;
}

/** A jsonb column: read as an object, written as JSON text. */
type Json = ColumnType<Record<string, unknown>, string | undefined, string>;

/** A bigint column: the driver reads it as text. */
type Count = ColumnType<string, number, number>;
