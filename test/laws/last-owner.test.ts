import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Client } from "pg";
import { deleteOrganization } from "../../src/domain/organizations/organizations.ts";
import { freshDatabase } from "../support/database.ts";
import { newOrganization, type TestOrganization } from "../support/organization.ts";
import { startTestService } from "../support/service.ts";

const database = await freshDatabase();
after(() => database.drop());
const service = await startTestService();
after(() => service.stop());

const ORGANIZATION = "0190a5e0-0000-7000-8000-000000000001";
const NOW = "2026-01-01T00:00:00Z";

const MEMBER = "INSERT INTO members (organization_id, id, email, name, role, state, origin, joined_at)";

/** A connection to a database with one organization of so many owners; each test begins anew. */
async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
}

async function withOwners(client: Client, count: number): Promise<string[]> {
  await client.query("DELETE FROM organizations");
  await client.query(
    "INSERT INTO organizations (id, slug, name, plan, created_at) VALUES ($1, 'acme', 'Acme', 'p', $2)",
    [ORGANIZATION, NOW],
  );
  const ids = Array.from({ length: count }, (_, index) => `0190a5e0-0000-7000-8000-00000000010${index}`);
  for (const [index, id] of ids.entries()) {
    await client.query(`${MEMBER} VALUES ($1, $2, $3, 'Olive', 'owner', 'active', 'manual', $4)`, [
      ORGANIZATION,
      id,
      `owner${index}@acme.test`,
      NOW,
    ]);
  }
  return ids;
}

async function owners(client: Client): Promise<number> {
  const { rows } = await client.query("SELECT FROM members WHERE role = 'owner' AND state = 'active'");
  return rows.length;
}

const WAYS: Readonly<Record<string, string>> = {
  demoted: "UPDATE members SET role = 'admin' WHERE id = $1",
  deactivated: "UPDATE members SET state = 'deactivated' WHERE id = $1",
  deleted: "DELETE FROM members WHERE id = $1",
};

const lastOwner = { code: "23514", constraint: "members_last_owner" };

describe("the last owner, by the database itself", () => {
  for (const [word, sql] of Object.entries(WAYS)) {
    test(`is not ${word}`, async () => {
      const client = await connect();
      try {
        const [id] = await withOwners(client, 1);
        await assert.rejects(client.query(sql, [id]), lastOwner);
        assert.equal(await owners(client), 1);
      } finally {
        await client.end();
      }
    });

    test(`of two, one is ${word}, and the other stays`, async () => {
      const client = await connect();
      try {
        const [one, other] = await withOwners(client, 2);
        await client.query(sql, [one]);
        await assert.rejects(client.query(sql, [other]), lastOwner);
        assert.equal(await owners(client), 1);
      } finally {
        await client.end();
      }
    });
  }

  test("a deactivated owner does not count", async () => {
    const client = await connect();
    try {
      const [one, other] = await withOwners(client, 2);
      await client.query(WAYS["deactivated"] ?? "", [one]);
      await assert.rejects(client.query(WAYS["demoted"] ?? "", [other]), lastOwner);
    } finally {
      await client.end();
    }
  });

  test("all at once in one statement is refused", async () => {
    const client = await connect();
    try {
      await withOwners(client, 3);
      await assert.rejects(client.query("UPDATE members SET role = 'member'"), lastOwner);
      await assert.rejects(client.query("DELETE FROM members"), lastOwner);
      assert.equal(await owners(client), 3);
    } finally {
      await client.end();
    }
  });

  for (const [first, one] of Object.entries(WAYS)) {
    for (const [second, other] of Object.entries(WAYS)) {
      test(`two owners, one ${first} and one ${second} at the same moment: the second is refused`, async () => {
        const [here, there] = [await connect(), await connect()];
        try {
          const [a, b] = await withOwners(here, 2);
          await here.query("BEGIN");
          await there.query("BEGIN");
          await here.query(one, [a]);
          const waiting = there.query(other, [b]).then(
            () => "done",
            (error: { constraint?: string }) => error.constraint,
          );
          await new Promise((resolve) => setTimeout(resolve, 100));
          await here.query("COMMIT");
          assert.equal(await waiting, "members_last_owner");
          await there.query("ROLLBACK");
          assert.equal(await owners(here), 1);
        } finally {
          await Promise.all([here.end(), there.end()]);
        }
      });
    }
  }

  test("two owners who leave at the same moment may, where a third stays", async () => {
    const [here, there] = [await connect(), await connect()];
    try {
      const [a, b] = await withOwners(here, 3);
      await Promise.all([here.query(WAYS["deactivated"] ?? "", [a]), there.query(WAYS["demoted"] ?? "", [b])]);
      assert.equal(await owners(here), 1);
    } finally {
      await Promise.all([here.end(), there.end()]);
    }
  });

  test("goes with the whole organization", async () => {
    const client = await connect();
    try {
      await withOwners(client, 2);
      await client.query("DELETE FROM organizations WHERE id = $1", [ORGANIZATION]);
      assert.equal(await owners(client), 0);
    } finally {
      await client.end();
    }
  });
});

/** Each way in through which somebody could try. */
describe("the last owner, by every way in", () => {
  async function change(org: TestOrganization, method: string, body?: unknown): Promise<Response> {
    return service.operator(method, `/organizations/${org.organization.slug}/members/${org.owner.id}`, body);
  }

  test("the operator API answers 409 to demoting, deactivating and deleting", async () => {
    const org = await newOrganization(service);
    assert.equal((await change(org, "PATCH", { role: "admin" })).status, 409);
    assert.equal((await change(org, "PATCH", { state: "deactivated" })).status, 409);
    assert.equal((await change(org, "DELETE")).status, 409);
    assert.equal((await change(org, "GET")).status, 200);
  });

  test("SCIM answers 400 mutability to deactivating and deleting", async () => {
    const org = await newOrganization(service);
    const user = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: org.owner.email, active: true };
    const { body } = await org.scim("POST", "/Users", user);
    const Operations = [{ op: "replace", value: { active: false } }];
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    for (const answer of [
      await org.scim("PATCH", `/Users/${body.id}`, { schemas, Operations }),
      await org.scim("DELETE", `/Users/${body.id}`),
    ]) {
      assert.deepEqual([answer.status, answer.body.scimType], [400, "mutability"], JSON.stringify(answer.body));
    }
    const cookie = await org.signIn(org.owner.email);
    assert.equal((await org.page("/settings", cookie)).status, 200);
  });

  test("the operator can still delete the whole organization", async () => {
    const org = await newOrganization(service);
    await deleteOrganization(org.scope);
    assert.equal((await org.page("/sign-in")).status, 404);
  });
});
