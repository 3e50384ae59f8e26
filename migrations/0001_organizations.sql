-- Tenants, people and how they are signed in. Every row but the organization itself carries its organization,
-- in its primary key, so that a reference across tenants cannot be written. Other indexes begin with what tells rows apart
-- and end with the organization: before a table has statistics, the planner would else take any of them for "all rows of
-- this organization".

CREATE TABLE installation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- When the first organization was made: from then on the set-up link is dead, whatever is deleted later.
  set_up_at timestamptz
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE organizations (
  id uuid PRIMARY KEY,
  slug text NOT NULL,
  name text NOT NULL,
  plan text NOT NULL,
  sso_enforced boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  CONSTRAINT organizations_slug_unique UNIQUE (slug),
  CONSTRAINT organizations_slug_shape CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
);

CREATE TABLE members (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  email text NOT NULL,
  -- The C collation lowers ASCII letters only: addresses with look-alike characters stay other addresses.
  email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(btrim(email) COLLATE "C")) STORED,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  state text NOT NULL CHECK (state IN ('active', 'deactivated')),
  origin text NOT NULL CHECK (origin IN ('manual', 'scim', 'jit')),
  -- The externalId under which a directory last knew this member: a role given by hand comes back only to the same one.
  directory_external_id text,
  joined_at timestamptz NOT NULL,
  -- The first sign-in through SSO: it led to the welcome page.
  welcomed_at timestamptz,
  PRIMARY KEY (organization_id, id),
  CONSTRAINT members_email_unique UNIQUE (email_key, organization_id)
);
CREATE INDEX members_active_owners ON members (organization_id) WHERE role = 'owner' AND state = 'active';

-- The last owner is never removed, demoted or deactivated, by any way in. Holding the organization's row makes two such
-- changes at one moment wait for one another; each statement here sees what the other committed.
CREATE FUNCTION keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM organizations WHERE id = OLD.organization_id FOR NO KEY UPDATE;
  IF FOUND AND NOT EXISTS (
    SELECT FROM members WHERE organization_id = OLD.organization_id AND role = 'owner' AND state = 'active'
  ) THEN
    RAISE EXCEPTION 'the last owner stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'members_last_owner';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER members_owner_removed AFTER DELETE ON members FOR EACH ROW
  WHEN (OLD.role = 'owner' AND OLD.state = 'active') EXECUTE FUNCTION keep_an_owner();
CREATE TRIGGER members_owner_changed AFTER UPDATE OF role, state ON members FOR EACH ROW
  WHEN (OLD.role = 'owner' AND OLD.state = 'active' AND NOT (NEW.role = 'owner' AND NEW.state = 'active'))
  EXECUTE FUNCTION keep_an_owner();

CREATE TABLE sessions (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  member_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  method text NOT NULL CHECK (method IN ('sso', 'link', 'setup')),
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ip text,
  user_agent text,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE,
  CONSTRAINT sessions_token_unique UNIQUE (token_hash)
);
CREATE INDEX sessions_by_member ON sessions (organization_id, member_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- A way into a session that a person still has to press a button for: a link made by the operator, or a sign-in through
-- SSO in a browser where somebody else is signed in.
CREATE TABLE sign_in_links (
  organization_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  member_id uuid NOT NULL,
  method text NOT NULL CHECK (method IN ('sso', 'link')),
  next text NOT NULL,
  session_expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, token_hash),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX sign_in_links_by_member ON sign_in_links (organization_id, member_id);
CREATE INDEX sign_in_links_by_expiry ON sign_in_links (expires_at);

-- Deactivated means out, by whatever way somebody is deactivated. A trigger sees what was committed while the change waited
-- for a sign-in to end, which the changing statement itself, older than that, does not.
CREATE FUNCTION end_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sessions WHERE organization_id = NEW.organization_id AND member_id = NEW.id;
  DELETE FROM sign_in_links WHERE organization_id = NEW.organization_id AND member_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER members_deactivated AFTER UPDATE OF state ON members FOR EACH ROW
  WHEN (NEW.state = 'deactivated' AND OLD.state <> 'deactivated') EXECUTE FUNCTION end_access();

CREATE TABLE audit_events (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('member', 'directory', 'operator', 'system', 'visitor')),
  actor_id uuid,
  actor_name text NOT NULL,
  action text NOT NULL,
  target_kind text,
  target_id uuid,
  target_name text,
  ip text,
  reference_id text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX audit_events_by_reference ON audit_events (organization_id, reference_id);

CREATE TABLE jobs (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('disconnect')),
  state text NOT NULL CHECK (state IN ('queued', 'running', 'completed', 'failed')),
  done integer NOT NULL DEFAULT 0,
  total integer NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX jobs_unfinished ON jobs (created_at) WHERE state IN ('queued', 'running');
