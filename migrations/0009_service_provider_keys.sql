-- Our own keys, with which we sign requests and read encrypted assertions: each organization has its own.

-- A pair is made when it is first asked for. While it is rotated there are two: the metadata shows both, both decrypt, and
-- the older one signs until it is removed.
CREATE TABLE service_provider_keys (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  number integer NOT NULL CHECK (number > 0),
  -- PEM
  signing_certificate text NOT NULL,
  encryption_certificate text NOT NULL,
  -- PKCS #8, sealed for this organization and this use
  signing_key bytea NOT NULL,
  encryption_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, number)
);
