-- Our own groups, and which groups and roles of the identity provider lead to which of ours. What a person granted by hand
-- and what a mapping gives are kept apart: taking one away leaves the other.

-- A member's role is the higher of the two. Whoever writes `role` alone grants it by hand.
ALTER TABLE members
  ADD COLUMN granted_role text CHECK (granted_role IN ('owner', 'admin', 'member')),
  ADD COLUMN mapped_role text CHECK (mapped_role IN ('owner', 'admin', 'member'));
UPDATE members SET granted_role = role;
ALTER TABLE members ALTER COLUMN granted_role SET NOT NULL;

CREATE FUNCTION higher_role(one text, other text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN 'owner' IN (one, other) THEN 'owner' WHEN 'admin' IN (one, other) THEN 'admin' ELSE 'member' END
$$;

CREATE FUNCTION keep_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.granted_role := coalesce(NEW.granted_role, NEW.role);
  ELSIF NEW.role <> OLD.role AND NEW.granted_role = OLD.granted_role
    AND NEW.mapped_role IS NOT DISTINCT FROM OLD.mapped_role THEN
    NEW.granted_role := NEW.role;
  END IF;
  NEW.role := higher_role(NEW.granted_role, NEW.mapped_role);
  RETURN NEW;
END $$;
CREATE TRIGGER members_role BEFORE INSERT OR UPDATE OF role, granted_role, mapped_role ON members
  FOR EACH ROW EXECUTE FUNCTION keep_role();

-- The last owner stays, whichever of the columns is written.
DROP TRIGGER members_owner_changed ON members;
CREATE TRIGGER members_owner_changed AFTER UPDATE OF role, granted_role, mapped_role, state ON members FOR EACH ROW
  WHEN (OLD.role = 'owner' AND OLD.state = 'active' AND NOT (NEW.role = 'owner' AND NEW.state = 'active'))
  EXECUTE FUNCTION keep_an_owner();

CREATE TABLE groups (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name COLLATE "C")) STORED,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  CONSTRAINT groups_name_unique UNIQUE (name_key, organization_id)
);

-- Somebody may be in a group twice: by hand, and because a mapping says so.
CREATE TABLE group_members (
  organization_id uuid NOT NULL,
  group_id uuid NOT NULL,
  member_id uuid NOT NULL,
  origin text NOT NULL CHECK (origin IN ('manual', 'mapping')),
  since timestamptz NOT NULL,
  PRIMARY KEY (organization_id, group_id, member_id, origin),
  FOREIGN KEY (organization_id, group_id) REFERENCES groups ON DELETE CASCADE,
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX group_members_by_member ON group_members (member_id, organization_id);

ALTER TABLE integrations
  -- What whoever comes through the identity provider is at least, where no mapping gives them a role.
  ADD COLUMN default_role text NOT NULL DEFAULT 'member' CHECK (default_role IN ('admin', 'member')),
  -- What an assertion without the groups or the role attribute means. Okta leaves out an attribute that has no value.
  ADD COLUMN absent_attribute text NOT NULL DEFAULT 'unchanged' CHECK (absent_attribute IN ('unchanged', 'empty'));

-- One line of the mapping: who is in this group, or has this role, at the identity provider gets this of ours.
CREATE TABLE mappings (
  organization_id uuid NOT NULL REFERENCES integrations ON DELETE CASCADE,
  id uuid NOT NULL,
  source_kind text NOT NULL CHECK (source_kind IN ('group', 'role')),
  -- Compared without regard to ASCII case. That of a pushed group follows the group's name.
  source_name text NOT NULL,
  -- The pushed group that is meant. No reference: a mapping outlives its group, and takes up the next one of its name.
  directory_group_id uuid,
  target_role text CHECK (target_role IN ('owner', 'admin', 'member')),
  target_group_id uuid,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, target_group_id) REFERENCES groups ON DELETE CASCADE,
  CHECK (num_nonnulls(target_role, target_group_id) = 1)
);

-- What the last sign-in said of somebody; null: it never said.
ALTER TABLE directory_users
  ADD COLUMN asserted_groups text[],
  ADD COLUMN asserted_roles text[],
  ADD COLUMN asserted_at timestamptz;

-- What these rules give to these members, once for each way in which it comes to them. The rules are an argument, so that a
-- preview asks the same question as the evaluation. Everything is looked up person by person (LIMIT keeps the planner from
-- joining in another way): what somebody costs depends neither on how large their groups are nor on how many are asked for.
CREATE FUNCTION mapping_matches(org uuid, rules jsonb, people uuid[])
RETURNS TABLE (member_id uuid, rule_id uuid, via text, source_name text, target_role text, target_group_id uuid)
LANGUAGE sql STABLE AS $$
  WITH rule AS MATERIALIZED (
    SELECT id, source_kind, r.source_name, lower(btrim(r.source_name) COLLATE "C") AS key, directory_group_id,
      r.target_role, r.target_group_id
    FROM jsonb_populate_recordset(NULL::mappings, rules) r
  )
  SELECT person.id, given.* FROM unnest(people) AS person (id)
  CROSS JOIN LATERAL (
    SELECT * FROM directory_users d WHERE d.organization_id = org AND d.member_id = person.id LIMIT 1
  ) u
  CROSS JOIN LATERAL (
    SELECT r.id, 'pushed-group', r.source_name, r.target_role, r.target_group_id
    FROM group_memberships gm JOIN rule r ON r.source_kind = 'group' AND r.directory_group_id = gm.group_id
    WHERE gm.organization_id = org AND gm.directory_user_id = u.id
    UNION ALL
    SELECT r.id, 'groups-attribute', r.source_name, r.target_role, r.target_group_id
    FROM unnest(u.asserted_groups) AS said JOIN rule r ON r.source_kind = 'group' AND r.key = lower(btrim(said) COLLATE "C")
    UNION ALL
    SELECT r.id, 'role-attribute', r.source_name, r.target_role, r.target_group_id
    FROM unnest(u.asserted_roles) AS said JOIN rule r ON r.source_kind = 'role' AND r.key = lower(btrim(said) COLLATE "C")
    UNION ALL
    SELECT r.id, 'pushed-role', r.source_name, r.target_role, r.target_group_id
    FROM jsonb_array_elements(CASE jsonb_typeof(u.attributes -> 'roles') WHEN 'array' THEN u.attributes -> 'roles' END) said
    JOIN rule r ON r.source_kind = 'role' AND r.key = lower(btrim(said ->> 'value') COLLATE "C")
  ) given
$$;

-- What somebody gets by the mapping: the highest role and what gives it, and groups of ours.
CREATE TYPE mapping_want AS (member_id uuid, role text, because jsonb, group_ids uuid[]);

-- What each of these members gets. Whom the integration knows gets `fallback` where no rule gives a role; whom it does not
-- know gets nothing. One pass over all, without a join.
CREATE FUNCTION mapping_wanted(org uuid, rules jsonb, fallback text, people uuid[]) RETURNS SETOF mapping_want
LANGUAGE sql STABLE AS $$
  SELECT x.member_id,
    CASE WHEN bool_or(x.known) THEN coalesce((ARRAY['member', 'admin', 'owner'])[max(x.rank)], fallback) END,
    coalesce(jsonb_agg(DISTINCT jsonb_build_object('via', x.via, 'name', x.source_name))
      FILTER (WHERE x.rank = x.highest), '[]'),
    coalesce(array_agg(DISTINCT x.target_group_id) FILTER (WHERE x.target_group_id IS NOT NULL), '{}')
  FROM (
    SELECT y.*, max(y.rank) OVER (PARTITION BY y.member_id) AS highest FROM (
      SELECT person.id AS member_id, u.id IS NOT NULL AS known, NULL AS via, NULL AS source_name, NULL::int AS rank,
        NULL::uuid AS target_group_id
      FROM unnest(people) AS person (id)
      LEFT JOIN LATERAL (
        SELECT d.id FROM directory_users d WHERE d.organization_id = org AND d.member_id = person.id LIMIT 1
      ) u ON true
      UNION ALL
      SELECT m.member_id, true, m.via, m.source_name,
        array_position(ARRAY['member', 'admin', 'owner'], m.target_role), m.target_group_id
      FROM mapping_matches(org, rules, people) m
    ) y
  ) x GROUP BY x.member_id
$$;

-- As `newId` in src/db/id.ts: UUID version 7, the time first.
CREATE FUNCTION id_at(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

-- The event that the database's own events belong to: what the transaction says will be its event, else the last one that it
-- has written. Asked only where the mapping changes something, so that no other event costs more for it.
CREATE FUNCTION current_event(org uuid) RETURNS audit_events LANGUAGE plpgsql AS $$
DECLARE
  found_event audit_events;
  told text := nullif(current_setting('semaphore.event', true), '');
BEGIN
  IF told IS NOT NULL THEN RETURN jsonb_populate_record(NULL::audit_events, told::jsonb); END IF;
  SELECT * INTO found_event FROM audit_events
  WHERE organization_id = org AND id > id_at(now() - interval '10 minutes') AND xmin = pg_current_xact_id()::xid
  ORDER BY id DESC LIMIT 1;
  IF FOUND THEN RETURN found_event; END IF;
  found_event.organization_id := org;
  found_event.at := now();
  found_event.actor_kind := 'system';
  found_event.actor_name := 'mapping';
  found_event.reference_id := 'mapping';
  RETURN found_event;
END $$;

-- An event of the database's own, beside the one that it belongs to.
CREATE FUNCTION event_beside(event audit_events, what text, kind text, target uuid, named text, said jsonb)
RETURNS audit_events LANGUAGE sql VOLATILE AS $$
  SELECT jsonb_populate_record(event, jsonb_build_object('id', id_at(event.at), 'action', what, 'target_kind', kind,
    'target_id', target, 'target_name', named, 'detail', said))
$$;

-- Gives members the roles that they are to have by the mapping, and takes what they are not to have any more. Those of whom
-- the same is to be said are written together, and each is told of.
CREATE FUNCTION write_mapped_roles(org uuid, wanted mapping_want[], event audit_events) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  batch record;
BEGIN
  FOR batch IN
    SELECT each.before, each.role, each.because, array_agg(each.member_id ORDER BY each.member_id) AS ids FROM (
      SELECT w.*, (SELECT m.mapped_role FROM members m WHERE m.organization_id = org AND m.id = w.member_id) AS before
      FROM unnest(wanted) AS w
    ) each WHERE each.before IS DISTINCT FROM each.role GROUP BY each.before, each.role, each.because
  LOOP
    WITH turned AS (
      UPDATE members SET mapped_role = batch.role WHERE organization_id = org AND id = ANY (batch.ids)
      RETURNING id, email, higher_role(granted_role, batch.before) AS before, role AS after, granted_role
    )
    INSERT INTO audit_events SELECT e.* FROM turned t CROSS JOIN LATERAL event_beside(event, 'member.role_changed',
      'member', t.id, t.email, jsonb_build_object('by', 'mapping', 'before', t.before, 'after', t.after,
        'granted', t.granted_role, 'mapped', batch.role, 'because', batch.because)) e
    WHERE t.before <> t.after;
  END LOOP;
END $$;

-- The same for groups of ours, group by group; each group is told of once.
CREATE FUNCTION write_mapped_groups(org uuid, wanted mapping_want[], people uuid[], event audit_events) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  own record;
  before uuid[];
  came uuid[];
  gone uuid[];
BEGIN
  FOR own IN
    SELECT g.id, g.name FROM groups g WHERE g.organization_id = org AND g.id IN (
      SELECT unnest(w.group_ids) FROM unnest(wanted) AS w
      UNION SELECT gm.group_id FROM group_members gm
      WHERE gm.organization_id = org AND gm.member_id = ANY (people) AND gm.origin = 'mapping') ORDER BY g.id
  LOOP
    before := ARRAY(SELECT member_id FROM group_members
      WHERE organization_id = org AND group_id = own.id AND member_id = ANY (people) AND origin = 'mapping');
    came := ARRAY(SELECT w.member_id FROM unnest(wanted) AS w WHERE own.id = ANY (w.group_ids) EXCEPT SELECT unnest(before));
    gone := ARRAY(SELECT unnest(before) EXCEPT SELECT w.member_id FROM unnest(wanted) AS w WHERE own.id = ANY (w.group_ids));
    CONTINUE WHEN cardinality(came) + cardinality(gone) = 0;
    DELETE FROM group_members
    WHERE organization_id = org AND group_id = own.id AND member_id = ANY (gone) AND origin = 'mapping';
    INSERT INTO group_members (organization_id, group_id, member_id, origin, since)
    SELECT org, own.id, id, 'mapping', event.at FROM unnest(came) AS id;
    INSERT INTO audit_events SELECT e.* FROM event_beside(event, 'group.members_mapped', 'group', own.id, own.name,
      jsonb_build_object('added', cardinality(came), 'removed', cardinality(gone), 'came', to_jsonb(came[:20]),
        'went', to_jsonb(gone[:20]))) e;
  END LOOP;
END $$;

-- Gives these members what the mapping says now, takes from them what it says no more, and writes what changed into the
-- audit log: as many statements for one as for a hundred thousand. What was granted by hand stays.
CREATE FUNCTION apply_mapping(org uuid, people uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rules jsonb;
  fallback text;
  wanted mapping_want[];
  event audit_events;
BEGIN
  -- An organization that is being deleted takes everything with it.
  PERFORM FROM organizations WHERE id = org;
  IF NOT FOUND OR coalesce(cardinality(people), 0) = 0 THEN RETURN; END IF;
  SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') INTO rules FROM mappings m WHERE m.organization_id = org;
  SELECT nullif(default_role, 'member') INTO fallback FROM integrations WHERE organization_id = org;
  wanted := ARRAY(SELECT w FROM mapping_wanted(org, rules, fallback, people) w);
  event := current_event(org);
  PERFORM write_mapped_roles(org, wanted, event);
  PERFORM write_mapped_groups(org, wanted, people, event);
END $$;

-- What the directory and the sign-ins say changes in a hundred ways, and each of them ends in these tables: so here, and in the
-- transaction of the change, is where the mapping is evaluated anew. Evaluations share the lock that saving a mapping
-- takes for itself, so that no rule misses a person nor a person a rule. An organization without a mapping pays for one
-- look into an index.
CREATE FUNCTION hold_mapping(org uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(org::text, 1));
  RETURN EXISTS (SELECT FROM mappings WHERE organization_id = org)
    OR EXISTS (SELECT FROM integrations WHERE organization_id = org AND default_role <> 'member');
END $$;

-- Two changes of one person at one moment go one after another: the later one sees what the earlier one left.
CREATE FUNCTION remap(org uuid, people uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM members WHERE organization_id = org AND id = ANY (people) ORDER BY id FOR NO KEY UPDATE;
  PERFORM apply_mapping(org, people);
END $$;

CREATE FUNCTION remap_memberships() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  org uuid;
BEGIN
  FOR org IN SELECT DISTINCT organization_id FROM moved LOOP
    CONTINUE WHEN NOT hold_mapping(org);
    PERFORM remap(org, array_remove(ARRAY(
      SELECT DISTINCT (
        SELECT u.member_id FROM directory_users u WHERE u.organization_id = org AND u.id = m.directory_user_id)
      FROM moved m WHERE m.organization_id = org
        AND m.group_id IN (SELECT directory_group_id FROM mappings WHERE organization_id = org)), NULL));
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER group_memberships_came AFTER INSERT ON group_memberships
  REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION remap_memberships();
CREATE TRIGGER group_memberships_went AFTER DELETE ON group_memberships
  REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION remap_memberships();

CREATE FUNCTION remap_users() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  org uuid;
BEGIN
  FOR org IN SELECT DISTINCT organization_id FROM moved LOOP
    CONTINUE WHEN NOT hold_mapping(org);
    PERFORM remap(org, ARRAY(SELECT member_id FROM moved WHERE organization_id = org AND member_id IS NOT NULL));
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER directory_users_unmapped AFTER DELETE ON directory_users
  REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION remap_users();

-- Users come one by one.
CREATE FUNCTION map_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF hold_mapping(NEW.organization_id) THEN PERFORM remap(NEW.organization_id, ARRAY[NEW.member_id]); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER directory_users_mapped AFTER INSERT ON directory_users FOR EACH ROW
  WHEN (NEW.member_id IS NOT NULL) EXECUTE FUNCTION map_user();

CREATE FUNCTION remap_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF hold_mapping(NEW.organization_id) THEN
    PERFORM remap(NEW.organization_id,
      ARRAY(SELECT DISTINCT id FROM unnest(ARRAY[OLD.member_id, NEW.member_id]) AS id WHERE id IS NOT NULL));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER directory_users_said AFTER UPDATE ON directory_users FOR EACH ROW
  WHEN (OLD.member_id IS DISTINCT FROM NEW.member_id OR OLD.attributes -> 'roles' IS DISTINCT FROM NEW.attributes -> 'roles'
    OR OLD.asserted_groups IS DISTINCT FROM NEW.asserted_groups OR OLD.asserted_roles IS DISTINCT FROM NEW.asserted_roles)
  EXECUTE FUNCTION remap_user();

-- A mapping follows the name of its pushed group. One whose group is gone, or was never pushed, takes up the group that has
-- the name now.
CREATE FUNCTION follow_group_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  follows boolean;
BEGIN
  IF NOT hold_mapping(NEW.organization_id) THEN RETURN NULL; END IF;
  UPDATE mappings SET source_name = NEW.display_name
  WHERE organization_id = NEW.organization_id AND source_kind = 'group' AND directory_group_id = NEW.id;
  follows := FOUND;
  UPDATE mappings m SET directory_group_id = NEW.id
  WHERE m.organization_id = NEW.organization_id AND m.source_kind = 'group'
    AND lower(btrim(m.source_name) COLLATE "C") = lower(btrim(NEW.display_name) COLLATE "C")
    AND NOT EXISTS (
      SELECT FROM directory_groups g WHERE g.organization_id = m.organization_id AND g.id = m.directory_group_id);
  IF TG_OP = 'UPDATE' AND (follows OR FOUND) THEN
    PERFORM remap(NEW.organization_id, ARRAY(SELECT member_id FROM directory_users
      WHERE organization_id = NEW.organization_id AND member_id IS NOT NULL));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER directory_groups_named AFTER INSERT ON directory_groups
  FOR EACH ROW EXECUTE FUNCTION follow_group_name();
CREATE TRIGGER directory_groups_renamed AFTER UPDATE OF display_name ON directory_groups FOR EACH ROW
  WHEN (OLD.display_name <> NEW.display_name) EXECUTE FUNCTION follow_group_name();

-- Remembers what a sign-in said of somebody, and what the mapping makes of it. False where that would take the last owner
-- away, or the last who can come in while Single Sign-On is enforced: then nothing is remembered, and they stay what they are.
CREATE FUNCTION hear_assertion(org uuid, user_id uuid, said_groups text[], said_roles text[], event jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  violated text;
BEGIN
  PERFORM set_config('semaphore.event', event::text, true);
  UPDATE directory_users
  SET asserted_groups = said_groups, asserted_roles = said_roles, asserted_at = (event ->> 'at')::timestamptz
  WHERE organization_id = org AND id = user_id;
  RETURN true;
EXCEPTION WHEN check_violation THEN
  GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
  IF violated NOT IN ('members_last_owner', 'members_way_in') THEN RAISE; END IF;
  RETURN false;
END $$;
