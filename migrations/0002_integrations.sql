-- The Okta integration of an organization: how its people sign in, and with what its directory writes.

CREATE TABLE integrations (
  organization_id uuid PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
  sso_url text NOT NULL,
  issuer text NOT NULL,
  provisioning text NOT NULL CHECK (provisioning IN ('scim', 'jit')),
  session_days integer NOT NULL CHECK (session_days BETWEEN 1 AND 30),
  -- Which signatures a response must carry; stored, never inferred from the issuer.
  signature_policy text NOT NULL DEFAULT 'any' CHECK (signature_policy IN ('any', 'both', 'response', 'assertion')),
  -- The attribute that carries the email; null: the NameID.
  email_attribute text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  last_scim_request_at timestamptz,
  last_sso_login_at timestamptz,
  -- Who last changed which certificates are trusted: owners are told, for such a person could sign in as anybody.
  certificates_changed_at timestamptz,
  certificates_changed_by text
);

CREATE TABLE integration_certificates (
  organization_id uuid NOT NULL REFERENCES integrations ON DELETE CASCADE,
  fingerprint_sha256 text NOT NULL,
  pem text NOT NULL,
  subject text NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, fingerprint_sha256)
);

CREATE TABLE scim_tokens (
  organization_id uuid NOT NULL REFERENCES integrations ON DELETE CASCADE,
  id uuid NOT NULL,
  token_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  PRIMARY KEY (organization_id, id),
  CONSTRAINT scim_tokens_hash_unique UNIQUE (token_hash)
);

-- Assertions that opened a session: each is good for one, until it has expired by itself.
CREATE TABLE used_assertions (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  issuer text NOT NULL,
  assertion_hash bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, issuer, assertion_hash)
);
CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at);

-- Processes keep the answer to "which organization, does this token open it" in memory. Whatever changes that answer
-- says so to all of them as it commits.
CREATE FUNCTION tell_gates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('gates', '');
  RETURN NULL;
END $$;
CREATE TRIGGER organizations_tell AFTER DELETE OR UPDATE OF slug, plan, name ON organizations
  FOR EACH STATEMENT EXECUTE FUNCTION tell_gates();
CREATE TRIGGER integrations_tell AFTER INSERT OR DELETE OR UPDATE OF provisioning ON integrations
  FOR EACH STATEMENT EXECUTE FUNCTION tell_gates();
CREATE TRIGGER scim_tokens_tell AFTER INSERT OR DELETE OR UPDATE OF token_hash, expires_at ON scim_tokens
  FOR EACH STATEMENT EXECUTE FUNCTION tell_gates();
