-- People who are here twice, addresses that an admin foresees, and how a disconnect goes on.

ALTER TABLE jobs
  -- What becomes of the members that the integration created.
  ADD COLUMN created_members text NOT NULL DEFAULT 'delete' CHECK (created_members IN ('delete', 'keep')),
  ADD COLUMN started_by text,
  ADD COLUMN reference_id text;

-- Two members whom an admin said to be two people: the earlier id first.
CREATE TABLE distinct_people (
  organization_id uuid NOT NULL,
  member_id uuid NOT NULL,
  other_member_id uuid NOT NULL,
  decided_at timestamptz NOT NULL,
  decided_by text NOT NULL,
  PRIMARY KEY (organization_id, member_id, other_member_id),
  CHECK (member_id < other_member_id),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE,
  FOREIGN KEY (organization_id, other_member_id) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX distinct_people_by_other ON distinct_people (other_member_id, organization_id);

-- The address under which a directory will push a member who is here under another: it counts once the member says that it
-- is theirs. From then on a git provider does not move it.
CREATE TABLE foreseen_emails (
  organization_id uuid NOT NULL,
  member_id uuid NOT NULL,
  email text NOT NULL,
  email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(btrim(email) COLLATE "C")) STORED,
  foreseen_by text NOT NULL,
  foreseen_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, member_id),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE,
  CONSTRAINT foreseen_emails_unique UNIQUE (email_key, organization_id)
);

ALTER TABLE members ADD COLUMN email_confirmed_at timestamptz;
