-- What pages, sorting and filters of a large directory are read by.

-- How many users stand in each stretch of an organization's ids, so that a page is found, and the total known, without walking
-- over everybody before it. A stretch begins after the one before it, and the first at the first id; behind the last one
-- are the newest users, whom nobody has counted yet. See `src/domain/directory/stretches.ts`.
CREATE TABLE directory_stretches (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  last_id uuid NOT NULL,
  users integer NOT NULL,
  PRIMARY KEY (organization_id, last_id)
);

-- Who comes or goes within a counted stretch is counted with it, in the same transaction. New ids are behind all stretches, so
-- that creates find nothing to update, and do not wait for one another. The lock keeps a stretch from being counted
-- while somebody in it is not committed yet; a trigger's statements see what was counted before the lock was got.
CREATE FUNCTION recount_stretch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved directory_users := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(moved.organization_id::text, 0));
  UPDATE directory_stretches SET users = users + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
  WHERE organization_id = moved.organization_id AND last_id = (
    SELECT last_id FROM directory_stretches
    WHERE organization_id = moved.organization_id AND last_id >= moved.id ORDER BY last_id LIMIT 1
  );
  RETURN NULL;
END $$;
CREATE TRIGGER directory_users_came AFTER INSERT ON directory_users
  FOR EACH ROW EXECUTE FUNCTION recount_stretch();
CREATE TRIGGER directory_users_went AFTER DELETE ON directory_users
  FOR EACH ROW EXECUTE FUNCTION recount_stretch();

-- `meta.lastModified gt "…"`: what a directory asks that imports only what is new.
CREATE INDEX directory_users_by_change ON directory_users (updated_at, organization_id);
-- `active eq false`: few, but for an organization that everybody has left.
CREATE INDEX directory_users_inactive ON directory_users (organization_id, id) WHERE NOT active;
