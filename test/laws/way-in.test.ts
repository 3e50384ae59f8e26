import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Client } from "pg";
import { freshDatabase } from "../support/database.ts";

const database = await freshDatabase();
after(() => database.drop());

const ORGANIZATION = "0190a5e0-0000-7000-8000-000000000001";
const [FIRST, SECOND] = ["0190a5e0-0000-7000-8000-000000000101", "0190a5e0-0000-7000-8000-000000000102"];
const NOW = "2026-01-01T00:00:00Z";

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
}

/** Two owners, of whom the first has come in through SSO and the second keeps one code; enforced. */
async function enforced(client: Client): Promise<void> {
  await client.query("DELETE FROM organizations");
  await client.query(
    `INSERT INTO organizations (id, slug, name, plan, created_at) VALUES ('${ORGANIZATION}', 'acme', 'Acme', 'p', '${NOW}')`,
  );
  for (const id of [FIRST, SECOND]) {
    await client.query(
      `INSERT INTO members (organization_id, id, email, name, role, state, origin, joined_at)
       VALUES ('${ORGANIZATION}', '${id}', '${id}@acme.test', 'Olive', 'owner', 'active', 'manual', '${NOW}')`,
    );
  }
  await client.query(
    `INSERT INTO integrations (organization_id, sso_url, issuer, provisioning, session_days, created_at, updated_at, tested_at)
     VALUES ('${ORGANIZATION}', 'https://idp.example', 'idp', 'scim', 14, '${NOW}', '${NOW}', '${NOW}')`,
  );
  await client.query(
    `INSERT INTO integration_certificates
      (organization_id, fingerprint_sha256, pem, subject, not_before, not_after, added_at, last_used_at)
     VALUES ('${ORGANIZATION}', 'f', 'pem', 'CN=idp', '${NOW}', '${NOW}', '${NOW}', '${NOW}')`,
  );
  await client.query(
    `INSERT INTO service_provider_keys (organization_id, number, signing_certificate, encryption_certificate, signing_key,
      encryption_key, created_at, expires_at)
     VALUES ('${ORGANIZATION}', 1, 'pem', 'pem', 'x', 'x', '${NOW}', '${NOW}')`,
  );
  await client.query(
    `INSERT INTO directory_users (organization_id, id, member_id, user_name, email, active, origin, attributes, created_at,
      updated_at)
     VALUES ('${ORGANIZATION}', '${FIRST}', '${FIRST}', 'first', 'first@acme.test', true, 'scim', '{}', '${NOW}', '${NOW}')`,
  );
  await client.query(
    `INSERT INTO recovery_codes (organization_id, code_hash, member_id, set_id, created_at, kept_at)
     VALUES ('${ORGANIZATION}', 'x', '${SECOND}', '${SECOND}', '${NOW}', '${NOW}')`,
  );
  await client.query("UPDATE organizations SET sso_enforced = true");
}

/** What takes away the way of the first owner, and what that of the second. */
const FIRST_WAY = {
  "the owner is demoted": `UPDATE members SET role = 'admin' WHERE id = '${FIRST}'`,
  "the owner is deactivated": `UPDATE members SET state = 'deactivated' WHERE id = '${FIRST}'`,
  "the owner is deleted": `DELETE FROM members WHERE id = '${FIRST}'`,
  "the directory user is deactivated": "UPDATE directory_users SET active = false",
  "the directory user is deleted": "DELETE FROM directory_users",
  "the directory user is nobody's": "UPDATE directory_users SET member_id = NULL",
  "the issuer is changed": "UPDATE integrations SET issuer = 'other'",
  "the sign-on address is changed": "UPDATE integrations SET sso_url = 'https://other.example'",
  "the signature policy is changed": "UPDATE integrations SET signature_policy = 'both'",
  "the attribute of the email is changed": "UPDATE integrations SET email_attribute = 'mail'",
  "a pair of our keys is removed": "DELETE FROM service_provider_keys",
  "the certificate that was in use is removed": "DELETE FROM integration_certificates",
  "only asked sign-ins are taken": "UPDATE integrations SET idp_initiated = 'deny'",
} as const;
const SECOND_WAY = {
  "the code is gone": "DELETE FROM recovery_codes",
  "the other owner is demoted": `UPDATE members SET role = 'member' WHERE id = '${SECOND}'`,
  "the other owner is deleted": `DELETE FROM members WHERE id = '${SECOND}'`,
} as const;

const lastWay = { code: "23514", constraint: "members_way_in" };

describe("while Single Sign-On is enforced the last way in stays, by the database itself", async () => {
  const client = await connect();
  after(() => client.end());
  for (const [one, takeFirst] of Object.entries(FIRST_WAY)) {
    for (const [other, takeSecond] of Object.entries(SECOND_WAY)) {
      test(`${one}, and then ${other}; or the other way round: the second is refused`, async () => {
        for (const [first, second] of [
          [takeFirst, takeSecond],
          [takeSecond, takeFirst],
        ] as const) {
          await enforced(client);
          await client.query(first);
          // Of two owners one is left after some of these, which has a rule of its own.
          await assert.rejects(client.query(second), (error: { code: string; constraint: string }) => {
            assert.equal(error.code, lastWay.code);
            return ["members_way_in", "members_last_owner"].includes(error.constraint);
          });
        }
      });
    }
  }

  test("nothing is refused where it is not enforced", async () => {
    await enforced(client);
    await client.query("UPDATE organizations SET sso_enforced = false");
    await client.query("DELETE FROM recovery_codes");
    await client.query("UPDATE integrations SET issuer = 'other'");
    await assert.rejects(client.query("UPDATE organizations SET sso_enforced = true"), lastWay);
  });

  test("codes that were not kept are no way in", async () => {
    await enforced(client);
    await client.query("UPDATE organizations SET sso_enforced = false");
    await client.query("UPDATE recovery_codes SET kept_at = NULL");
    await client.query("DELETE FROM directory_users");
    await assert.rejects(client.query("UPDATE organizations SET sso_enforced = true"), lastWay);
  });

  test("without an integration nothing is enforced", async () => {
    await enforced(client);
    await client.query("DELETE FROM integrations");
    const { rows } = await client.query("SELECT sso_enforced FROM organizations");
    assert.deepEqual(rows, [{ sso_enforced: false }]);
  });

  test("the organization goes with everything", async () => {
    await enforced(client);
    await client.query("DELETE FROM organizations");
  });
});

test("both ways taken at the same moment: the second is refused", async () => {
  const [here, there] = [await connect(), await connect()];
  try {
    for (const [one, other] of [
      ["DELETE FROM recovery_codes", "UPDATE integrations SET issuer = 'other'"],
      ["UPDATE integrations SET issuer = 'other'", `UPDATE members SET role = 'admin' WHERE id = '${SECOND}'`],
      ["UPDATE directory_users SET active = false", "DELETE FROM recovery_codes"],
    ] as const) {
      await enforced(here);
      await here.query("BEGIN");
      await here.query(one);
      const waiting = there.query(other).then(
        () => "done",
        (error: { constraint?: string }) => error.constraint,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      await here.query("COMMIT");
      assert.equal(await waiting, "members_way_in");
    }
  } finally {
    await Promise.all([here.end(), there.end()]);
  }
});
