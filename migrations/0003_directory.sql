-- What an identity provider pushed: its users and groups, as it sees them.

CREATE TABLE directory_users (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  -- Null where the member was removed by hand while the directory still says active.
  member_id uuid,
  user_name text NOT NULL,
  user_name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(user_name COLLATE "C")) STORED,
  external_id text,
  -- The address that matches this user to a member: primary email, else the first, else userName.
  email text NOT NULL,
  email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(btrim(email) COLLATE "C")) STORED,
  -- All other addresses, lowered; null for nearly everybody.
  other_email_keys text[],
  active boolean NOT NULL,
  origin text NOT NULL CHECK (origin IN ('scim', 'jit')),
  attributes jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE SET NULL (member_id),
  CONSTRAINT directory_users_user_name_unique UNIQUE (user_name_key, organization_id),
  CONSTRAINT directory_users_email_unique UNIQUE (email_key, organization_id),
  CONSTRAINT directory_users_member_unique UNIQUE (member_id, organization_id)
);
CREATE INDEX directory_users_by_external_id ON directory_users (external_id, organization_id);
CREATE INDEX directory_users_by_other_email ON directory_users USING gin (other_email_keys)
  WHERE other_email_keys IS NOT NULL;

CREATE TABLE directory_groups (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  display_name text NOT NULL,
  display_name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(display_name COLLATE "C")) STORED,
  external_id text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  CONSTRAINT directory_groups_display_name_unique UNIQUE (display_name_key, organization_id)
);
CREATE INDEX directory_groups_by_external_id ON directory_groups (external_id, organization_id);

CREATE TABLE group_memberships (
  organization_id uuid NOT NULL,
  group_id uuid NOT NULL,
  directory_user_id uuid NOT NULL,
  -- Kept here: joining for it is most of the cost of reading a large group.
  display text,
  PRIMARY KEY (organization_id, group_id, directory_user_id),
  FOREIGN KEY (organization_id, group_id) REFERENCES directory_groups ON DELETE CASCADE,
  CONSTRAINT group_memberships_user_known
    FOREIGN KEY (organization_id, directory_user_id) REFERENCES directory_users ON DELETE CASCADE
);
CREATE INDEX group_memberships_by_user ON group_memberships (directory_user_id, organization_id);
