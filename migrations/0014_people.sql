-- What the pages about people and the audit log read quickly, and what keeps the audit log as it was written.

-- All that happened to one person, and all that they did.
CREATE INDEX audit_events_by_target ON audit_events (target_id, organization_id, id) WHERE target_id IS NOT NULL;
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, organization_id, id) WHERE actor_kind = 'member';
-- Who came into a group by hand, or went.
CREATE INDEX audit_events_by_group_member ON audit_events ((detail -> 'member' ->> 'id'), organization_id, id)
  WHERE action IN ('group.member_added', 'group.member_removed');
-- Whom a name or an address meant at the time, also of those who are gone or are called otherwise since.
CREATE INDEX audit_events_by_target_name ON audit_events (lower(target_name COLLATE "C"), organization_id, id)
  WHERE target_id IS NOT NULL;
-- Acts are seldom but for these two, of which any stretch of the log has many: they are found without an index.
CREATE INDEX audit_events_by_action ON audit_events (action, organization_id, id)
  WHERE action NOT IN ('directory_user.created', 'directory_user.changed');

-- An event stays as it was written until its time is over: nobody changes it, and it goes only with its organization, or to
-- whoever prunes, who says in the same transaction from when on events are kept. What is younger than 30 days stays even
-- then, by the clock of the database.
CREATE FUNCTION keep_audit_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.at < nullif(current_setting('semaphore.audit_kept_from', true), '')::timestamptz
      AND OLD.at < now() - interval '30 days' THEN
      RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT FROM organizations WHERE id = OLD.organization_id) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'an event of the audit log stays as it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_events_kept';
END $$;
CREATE TRIGGER audit_events_kept BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION keep_audit_events();
CREATE TRIGGER audit_events_kept_whole BEFORE TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();

-- People by what they are, where few are so.
CREATE INDEX members_by_role ON members (role, organization_id, id) WHERE role <> 'member';
CREATE INDEX members_by_origin ON members (origin, organization_id, id) WHERE origin <> 'scim';
CREATE INDEX members_deactivated ON members (organization_id, id) WHERE state = 'deactivated';
-- People whom the directory has, and who are no members.
CREATE INDEX directory_users_alone ON directory_users (organization_id, id) WHERE member_id IS NULL;
