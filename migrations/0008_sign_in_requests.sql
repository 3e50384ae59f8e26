-- Sign-ins that we sent to the identity provider: each is good for one answer, in the browser that asked, for ten minutes.

CREATE TABLE sign_in_requests (
  organization_id uuid NOT NULL REFERENCES integrations ON DELETE CASCADE,
  -- The ID of the AuthnRequest, which is its RelayState too.
  id text COLLATE "C" NOT NULL CHECK (id ~ '^_[0-9a-f]{32}$'),
  -- SHA-256 of the token in the browser's cookie.
  browser_hash bytea NOT NULL,
  -- 'test': its answer is examined and signs nobody in.
  purpose text NOT NULL CHECK (purpose IN ('sign-in', 'test')),
  -- Sent in place of an answer that nobody had asked for.
  bounced boolean NOT NULL,
  -- The path to go to afterwards.
  next text NOT NULL,
  -- The member who was signed in and asked for it, where one was.
  started_by uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- Kept until it expires, so that a second answer is told from one that nobody asked for.
  answered_at timestamptz,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, started_by) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX sign_in_requests_by_browser ON sign_in_requests (browser_hash, organization_id, created_at);
CREATE INDEX sign_in_requests_by_age ON sign_in_requests (organization_id, created_at);
CREATE INDEX sign_in_requests_by_member ON sign_in_requests (organization_id, started_by) WHERE started_by IS NOT NULL;
CREATE INDEX sign_in_requests_by_expiry ON sign_in_requests (expires_at);
