-- SCIM tokens have names, say who made them and when the directory began to use them; those that are gone or wrong are
-- recognized when a directory still shows them.

ALTER TABLE scim_tokens
  ADD COLUMN name text,
  -- The actor's name; null of those that were made before this was kept.
  ADD COLUMN created_by text,
  ADD COLUMN first_used_at timestamptz,
  -- When the audit log was told that it expires soon: once.
  ADD COLUMN expiry_told_at timestamptz;
UPDATE scim_tokens SET name = 'Okta, ' || to_char(created_at AT TIME ZONE 'UTC', 'FMDD FMMonth YYYY');
ALTER TABLE scim_tokens ALTER COLUMN name SET NOT NULL;
CREATE INDEX scim_tokens_to_tell ON scim_tokens (expires_at) WHERE expiry_told_at IS NULL;

-- Kept for 90 days, so that a request with one can be told from a request with any other.
CREATE TABLE revoked_scim_tokens (
  organization_id uuid NOT NULL REFERENCES integrations ON DELETE CASCADE,
  token_hash bytea NOT NULL,
  name text NOT NULL,
  revoked_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, token_hash)
);
CREATE INDEX revoked_scim_tokens_by_age ON revoked_scim_tokens (revoked_at);

-- Requests whose token was refused, by the address they came from: a few addresses of each organization, and one row with
-- an empty address for all others.
CREATE TABLE refused_scim_tokens (
  organization_id uuid NOT NULL REFERENCES integrations ON DELETE CASCADE,
  address text NOT NULL,
  unknown bigint NOT NULL,
  expired bigint NOT NULL,
  revoked bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  -- The token that was last recognized, by its name.
  token_name text,
  PRIMARY KEY (organization_id, address)
);
CREATE INDEX refused_scim_tokens_by_age ON refused_scim_tokens (last_at);
