-- Accounts at GitHub, Bitbucket and GitLab that members connected, and the ways there and back that are under way.

CREATE TABLE git_connections (
  organization_id uuid NOT NULL,
  member_id uuid NOT NULL,
  provider text NOT NULL CHECK (provider IN ('github', 'bitbucket', 'gitlab')),
  -- Which installation it is at: ids mean nothing at another one.
  host text NOT NULL,
  -- What the host never gives to somebody else, unlike the login.
  identity_id text NOT NULL,
  login text NOT NULL,
  access text NOT NULL CHECK (access IN ('email', 'public', 'private')),
  scopes text[] NOT NULL,
  -- Sealed: the access token and, where there is one, the refresh token.
  tokens bytea NOT NULL,
  tokens_expire_at timestamptz,
  connected_at timestamptz NOT NULL,
  -- When the host said that the tokens are worth nothing any more.
  broken_at timestamptz,
  PRIMARY KEY (organization_id, member_id, provider),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE,
  CONSTRAINT git_connections_identity_unique UNIQUE (identity_id, provider, host, organization_id)
);

-- A browser that was sent to a git host. The host's answer arrives at the apex, which knows the row by the state; the
-- organization knows it by the code that the apex hands over, and by the browser that began.
CREATE TABLE git_flows (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  state_hash bytea NOT NULL,
  browser_hash bytea NOT NULL,
  provider text NOT NULL CHECK (provider IN ('github', 'bitbucket', 'gitlab')),
  -- Who connects; null: somebody who signs in.
  member_id uuid,
  access text NOT NULL CHECK (access IN ('email', 'public', 'private')),
  next text NOT NULL,
  -- Sealed: the PKCE verifier (RFC 7636 §4.1), where the host has it.
  verifier bytea,
  expires_at timestamptz NOT NULL,
  -- Set once, when the host has answered: the code of the hand-over, and the host's code (sealed) or its error.
  handover_hash bytea,
  code bytea,
  error text,
  PRIMARY KEY (organization_id, state_hash),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE,
  CONSTRAINT git_flows_handover_unique UNIQUE (handover_hash, organization_id)
);
CREATE INDEX git_flows_by_browser ON git_flows (browser_hash, organization_id, expires_at);
CREATE INDEX git_flows_by_age ON git_flows (organization_id, expires_at) WHERE member_id IS NULL;
CREATE INDEX git_flows_by_member ON git_flows (organization_id, member_id);
CREATE INDEX git_flows_by_expiry ON git_flows (expires_at);

ALTER TABLE sign_in_links
  DROP CONSTRAINT sign_in_links_method_check,
  ADD CONSTRAINT sign_in_links_method_check CHECK (method IN ('sso', 'link', 'git'));

-- Deactivated means out: the tokens go with the sessions, whoever deactivates.
CREATE FUNCTION drop_git_connections() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM git_connections WHERE organization_id = NEW.organization_id AND member_id = NEW.id;
  DELETE FROM git_flows WHERE organization_id = NEW.organization_id AND member_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER members_deactivated_git AFTER UPDATE OF state ON members FOR EACH ROW
  WHEN (NEW.state = 'deactivated' AND OLD.state <> 'deactivated') EXECUTE FUNCTION drop_git_connections();
