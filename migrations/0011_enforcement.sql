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
  WHEN ((OLD.sso_url, OLD.issuer, OLD.signature_policy, OLD.email_attribute)
    IS DISTINCT FROM (NEW.sso_url, NEW.issuer, NEW.signature_policy, NEW.email_attribute))
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
