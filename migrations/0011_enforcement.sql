-- Single Sign-On as the only way in, and the ways back.

-- Whom the provider named, where the person still has to press a button: kept until the session is opened.
ALTER TABLE sign_in_links
  ADD COLUMN name_id text,
  ADD COLUMN name_id_format text,
  ADD COLUMN session_index text;

-- What an identity provider was seen to do with older versions counts as tried.
UPDATE integrations SET tested_at = last_sso_login_at WHERE last_sso_login_at IS NOT NULL;

-- A test holds for what was tested: once something else is checked, or none of the certificates has been seen in use, the
-- settings are untested again, whoever changed them.
CREATE FUNCTION forget_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.tested_at := NULL;
  NEW.tested_by := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER integrations_untested BEFORE UPDATE ON integrations FOR EACH ROW
  WHEN ((OLD.sso_url, OLD.issuer, OLD.signature_policy, OLD.email_attribute, OLD.idp_initiated, OLD.sign_requests)
    IS DISTINCT FROM
    (NEW.sso_url, NEW.issuer, NEW.signature_policy, NEW.email_attribute, NEW.idp_initiated, NEW.sign_requests))
  EXECUTE FUNCTION forget_test();

CREATE FUNCTION forget_test_of_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE integrations SET tested_at = NULL, tested_by = NULL
  WHERE organization_id = OLD.organization_id AND tested_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM integration_certificates WHERE organization_id = OLD.organization_id AND last_used_at IS NOT NULL
  );
  RETURN NULL;
END $$;
CREATE TRIGGER certificates_untested AFTER DELETE ON integration_certificates
  FOR EACH ROW EXECUTE FUNCTION forget_test_of_certificate();

-- A provider that encrypts may still do so with the pair of ours that is gone.
CREATE FUNCTION forget_test_of_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE integrations SET tested_at = NULL, tested_by = NULL
  WHERE organization_id = OLD.organization_id AND tested_at IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER service_provider_keys_untested AFTER DELETE ON service_provider_keys
  FOR EACH ROW EXECUTE FUNCTION forget_test_of_keys();

-- Codes with which an owner comes in when the identity provider does not let them.
CREATE TABLE recovery_codes (
  organization_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  member_id uuid NOT NULL,
  -- The ten that were made together.
  set_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  -- When the owner said that they keep them; before that a code opens nothing, and those of the set before still do.
  kept_at timestamptz,
  PRIMARY KEY (organization_id, code_hash),
  FOREIGN KEY (organization_id, member_id) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX recovery_codes_by_member ON recovery_codes (member_id, organization_id);

-- A used code is gone; that it was used all owners are told.
CREATE TABLE recovery_uses (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  -- The owner's address at that time.
  used_by text NOT NULL,
  -- It was the last one of all, so that enforcement was switched off with it.
  lifted boolean NOT NULL,
  PRIMARY KEY (organization_id, id)
);

-- Up to when an owner knows of used codes.
ALTER TABLE members ADD COLUMN recovery_seen_at timestamptz;

-- While Single Sign-On is enforced, some active owner can come in: with a code that they keep, or through settings that
-- were seen to work and a directory user of theirs. As with the last owner, the organization's row makes two changes at one
-- moment wait for one another, and each statement here sees what the other committed.
CREATE FUNCTION require_way_in(tenant uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM organizations WHERE id = tenant FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM organizations WHERE id = tenant AND sso_enforced) AND NOT EXISTS (
    SELECT FROM members m
    WHERE m.organization_id = tenant AND m.role = 'owner' AND m.state = 'active' AND (
      EXISTS (SELECT FROM recovery_codes c
        WHERE c.organization_id = tenant AND c.member_id = m.id AND c.kept_at IS NOT NULL)
      OR EXISTS (SELECT FROM directory_users u JOIN integrations i ON i.organization_id = u.organization_id
        WHERE u.organization_id = tenant AND u.member_id = m.id AND u.active AND i.tested_at IS NOT NULL))
  ) THEN
    RAISE EXCEPTION 'an owner can sign in' USING ERRCODE = 'check_violation', CONSTRAINT = 'members_way_in';
  END IF;
END $$;

CREATE FUNCTION keep_a_way_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM require_way_in(OLD.organization_id);
  RETURN NULL;
END $$;

CREATE FUNCTION begin_with_a_way_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM require_way_in(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER organizations_way_in AFTER UPDATE ON organizations FOR EACH ROW
  WHEN (NEW.sso_enforced AND NOT OLD.sso_enforced) EXECUTE FUNCTION begin_with_a_way_in();

-- Who is no active owner any more has no codes, and where Single Sign-On is enforced no session but through it.
CREATE FUNCTION end_ownership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM recovery_codes WHERE organization_id = NEW.organization_id AND member_id = NEW.id;
  DELETE FROM sessions s USING organizations o
  WHERE s.organization_id = NEW.organization_id AND s.member_id = NEW.id AND s.method <> 'sso'
    AND o.id = s.organization_id AND o.sso_enforced;
  PERFORM require_way_in(NEW.organization_id);
  RETURN NULL;
END $$;
CREATE TRIGGER members_ownership_ended AFTER UPDATE ON members FOR EACH ROW
  WHEN (OLD.role = 'owner' AND OLD.state = 'active' AND NOT (NEW.role = 'owner' AND NEW.state = 'active'))
  EXECUTE FUNCTION end_ownership();
CREATE TRIGGER members_way_in_removed AFTER DELETE ON members FOR EACH ROW
  WHEN (OLD.role = 'owner' AND OLD.state = 'active') EXECUTE FUNCTION keep_a_way_in();
CREATE TRIGGER recovery_codes_way_in AFTER DELETE ON recovery_codes FOR EACH ROW
  WHEN (OLD.kept_at IS NOT NULL) EXECUTE FUNCTION keep_a_way_in();
CREATE TRIGGER integrations_way_in AFTER UPDATE ON integrations FOR EACH ROW
  WHEN (OLD.tested_at IS NOT NULL AND NEW.tested_at IS NULL) EXECUTE FUNCTION keep_a_way_in();

-- Few directory users are an owner's; for all others nothing is held.
CREATE FUNCTION keep_a_way_in_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM members WHERE organization_id = OLD.organization_id AND id = OLD.member_id
      AND role = 'owner' AND state = 'active'
  ) THEN
    PERFORM require_way_in(OLD.organization_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER directory_users_way_in_removed AFTER DELETE ON directory_users FOR EACH ROW
  WHEN (OLD.active AND OLD.member_id IS NOT NULL) EXECUTE FUNCTION keep_a_way_in_of_user();
CREATE TRIGGER directory_users_way_in_changed AFTER UPDATE ON directory_users FOR EACH ROW
  WHEN (OLD.active AND OLD.member_id IS NOT NULL AND NOT (NEW.active AND NEW.member_id IS NOT DISTINCT FROM OLD.member_id))
  EXECUTE FUNCTION keep_a_way_in_of_user();

-- Without an integration nobody comes in through it, so that nothing is enforced.
CREATE FUNCTION lift_enforcement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE organizations SET sso_enforced = false WHERE id = OLD.organization_id AND sso_enforced;
  RETURN NULL;
END $$;
CREATE TRIGGER integrations_lift AFTER DELETE ON integrations FOR EACH ROW EXECUTE FUNCTION lift_enforcement();
