-- How people sign in through their identity provider: which one it is, what its answers look like, and what is kept of a
-- session for a logout that the provider asks for.

ALTER TABLE integrations
  -- The name and the guide that people are shown; never what is checked.
  ADD COLUMN provider text NOT NULL DEFAULT 'okta'
    CHECK (provider IN ('okta', 'jumpcloud', 'entra', 'onelogin', 'google', 'ping', 'other')),
  -- What becomes of a response that answers no request of ours: taken, dropped for a request of our own, refused.
  ADD COLUMN idp_initiated text NOT NULL DEFAULT 'allow' CHECK (idp_initiated IN ('allow', 'bounce', 'deny')),
  ADD COLUMN sign_requests boolean NOT NULL DEFAULT false,
  -- Attributes of the assertion. Null: names are found by the usual names, groups and roles are not read.
  ADD COLUMN given_name_attribute text,
  ADD COLUMN family_name_attribute text,
  ADD COLUMN groups_attribute text,
  ADD COLUMN role_attribute text,
  -- Where the provider publishes its metadata; asked once a day, at or after metadata_due_at.
  ADD COLUMN metadata_url text,
  ADD COLUMN metadata_due_at timestamptz,
  -- The last time that it could be read; since when it cannot, and why.
  ADD COLUMN metadata_checked_at timestamptz,
  ADD COLUMN metadata_failed_since timestamptz,
  ADD COLUMN metadata_error text,
  -- What it said the last time: where the settings say otherwise, it is told, and never taken by itself.
  ADD COLUMN metadata_issuer text,
  ADD COLUMN metadata_sso_url text,
  -- Fingerprints of certificates that somebody removed: metadata does not bring them back.
  ADD COLUMN metadata_ignored text[] NOT NULL DEFAULT '{}',
  -- A session ends after so many minutes without a request; null: never before its time.
  ADD COLUMN idle_minutes integer CHECK (idle_minutes BETWEEN 15 AND 43200),
  -- The last test sign-in that passed.
  ADD COLUMN tested_at timestamptz,
  ADD COLUMN tested_by text;
CREATE INDEX integrations_by_metadata_due ON integrations (metadata_due_at) WHERE metadata_url IS NOT NULL;

ALTER TABLE integration_certificates
  ADD COLUMN origin text NOT NULL DEFAULT 'manual' CHECK (origin IN ('manual', 'metadata')),
  -- The last sign-in whose signature it verified.
  ADD COLUMN last_used_at timestamptz,
  -- When the audit log was told that it expires soon: once.
  ADD COLUMN expiry_told_at timestamptz;
CREATE INDEX integration_certificates_to_tell ON integration_certificates (not_after) WHERE expiry_told_at IS NULL;

ALTER TABLE sessions
  DROP CONSTRAINT sessions_method_check,
  ADD CONSTRAINT sessions_method_check CHECK (method IN ('sso', 'link', 'setup', 'git', 'recovery')),
  ADD COLUMN name_id text,
  ADD COLUMN name_id_format text,
  ADD COLUMN session_index text;
