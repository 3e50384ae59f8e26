-- What an identity provider asked and what we answered: each SCIM request, kept for as long as the operator says, so that an
-- admin can read why somebody did or did not sync. A request that changed something is written in the transaction of the
-- change. No token and no password ever stands in it.

CREATE TABLE scim_requests (
  -- No reference: requests of many organizations are written by one statement, which must not wait for one that is deleted.
  organization_id uuid NOT NULL,
  -- Begins with the time, so the key is also the order of the page.
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  -- Until the answer was known, in milliseconds.
  duration_ms real NOT NULL,
  method text NOT NULL,
  -- Below the SCIM base URL, with the query.
  path text NOT NULL,
  status smallint NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('added', 'changed', 'removed', 'unchanged', 'read', 'refused')),
  -- What it meant, in words: "Added Ada Park to Engineering".
  summary text NOT NULL,
  -- Whom it named: ids of directory users, userNames and addresses, lowered. At most 200.
  people text[] NOT NULL,
  group_id uuid,
  token_id uuid,
  ip text,
  user_agent text,
  reference_id text NOT NULL,
  -- The bodies as JSON texts without passwords, where they have at most 16 KiB; else what was left of them.
  request text,
  response text,
  -- {"before": …, "after": …} of a user; {"added": n, "removed": n, …} of a group.
  change jsonb,
  -- {"code", "sentence", "check", "wanted", "got"} of a refusal.
  refusal jsonb,
  PRIMARY KEY (organization_id, id)
-- Rows of a few kilobytes are written as they are: to compress each would cost more than the rest of its insertion.
) WITH (toast_tuple_target = 8160);
CREATE INDEX scim_requests_by_outcome ON scim_requests (outcome, organization_id, id) WHERE outcome <> 'read';
CREATE INDEX scim_requests_by_group ON scim_requests (group_id, organization_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX scim_requests_by_person ON scim_requests USING gin (people);
CREATE INDEX scim_requests_by_reference ON scim_requests (reference_id, organization_id);

CREATE FUNCTION forget_requests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM scim_requests WHERE organization_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER organizations_requests AFTER DELETE ON organizations FOR EACH ROW EXECUTE FUNCTION forget_requests();
