-- Each attempt to sign in through the identity provider, with every check that was made: the answer to "why?".

CREATE TABLE sign_in_attempts (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- Begins with the time, so the key is also the order of the page.
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('sign-in', 'test')),
  -- 'passed': a test, which signs nobody in.
  outcome text NOT NULL CHECK (outcome IN ('signed-in', 'passed', 'refused')),
  -- The refusal, and the sentence that the person read.
  code text,
  sentence text,
  -- Whether a trusted signature covers what it says: else anybody on earth may have sent it.
  signed boolean NOT NULL DEFAULT false,
  -- Whom a signed response named.
  email text,
  email_key text COLLATE "C" GENERATED ALWAYS AS (lower(btrim(email) COLLATE "C")) STORED,
  member_id uuid,
  -- Of a test: the member who started it.
  started_by uuid,
  ip text,
  user_agent text,
  reference_id text NOT NULL,
  -- In the order in which they were made: [{check, wanted, got, passed}].
  checks jsonb NOT NULL,
  -- The response as a tree, without signatures, keys and encrypted values.
  assertion jsonb,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX sign_in_attempts_by_email ON sign_in_attempts (email_key, organization_id, id) WHERE email_key IS NOT NULL;
CREATE INDEX sign_in_attempts_by_member ON sign_in_attempts (member_id, organization_id, id) WHERE member_id IS NOT NULL;
CREATE INDEX sign_in_attempts_by_outcome ON sign_in_attempts (outcome, organization_id, id);
CREATE INDEX sign_in_attempts_by_reference ON sign_in_attempts (reference_id, organization_id);
CREATE INDEX sign_in_attempts_unsigned ON sign_in_attempts (organization_id, id) WHERE NOT signed;
