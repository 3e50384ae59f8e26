import { sql } from "kysely";
import type { Db } from "../../src/db/database.ts";
import type { Target } from "../load.ts";

/** What a filled person is called: in the service, and as a row of the floor. */
export const nameOf = (number: number) => `fill${number}`;

/** An organization of the benchmark, filled by statements about sets: requests would take an hour. */
export interface Filled {
  readonly target: Target;
  readonly organizationId: string;
  readonly users: number;
}

/** Directory users 1 to `users`, as Okta pushes them, in the order of their ids; the floor gets a row for each. */
export async function fillUsers(db: Db, target: Target, users: number): Promise<Filled> {
  const slug = target.host.split(".")[0] ?? "";
  const { id } = await db.selectFrom("organizations").select("id").where("slug", "=", slug).executeTakeFirstOrThrow();
  await db.transaction().execute(async (trx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(trx);
    // Nobody is behind a counted stretch yet, and every reference is right.
    await sql`SET LOCAL session_replication_role = replica`.execute(trx);
    await sql`INSERT INTO directory_users (organization_id, id, user_name, external_id, email, active, origin, attributes,
        created_at, updated_at)
      SELECT ${id}, (lpad(to_hex(1764000000000 + i), 12, '0') || '70008' || lpad(to_hex(i), 15, '0'))::uuid,
        'fill' || i || '@example.test', '00ufill' || i, 'fill' || i || '@example.test', true, 'scim',
        jsonb_build_object('name', jsonb_build_object('givenName', 'Ada', 'familyName', 'fill' || i),
          'emails', jsonb_build_array(jsonb_build_object('primary', true, 'type', 'work',
            'value', 'fill' || i || '@example.test')), 'displayName', 'Ada fill' || i, 'locale', 'en-US'),
        now(), now()
      FROM generate_series(1, ${users}::int) AS i`.execute(trx);
    await sql`INSERT INTO floor (organization, name, body) SELECT 1, '/fill' || i, '{"userName": "fill"}'
      FROM generate_series(1, ${users}::int) AS i ON CONFLICT DO NOTHING`.execute(trx);
  });
  return { target, organizationId: id, users };
}

/** A group of the first `size` people; answers its id. */
export async function fillGroup(db: Db, { organizationId }: Filled, size: number): Promise<string> {
  const { rows } = await sql<{ id: string }>`WITH made AS (
      INSERT INTO directory_groups (organization_id, id, display_name, created_at, updated_at)
      SELECT ${organizationId}, id, 'Group ' || id, now(), now() FROM gen_random_uuid() AS id RETURNING id
    ), filled AS (
      INSERT INTO group_memberships SELECT ${organizationId}, made.id, u.id, u.user_name FROM made, LATERAL (
        SELECT id, user_name FROM directory_users WHERE organization_id = ${organizationId} ORDER BY id LIMIT ${size}
      ) u
    ) SELECT id FROM made`.execute(db);
  return rows[0]?.id ?? "";
}

/** The ids of the first people, in order. */
export async function firstIds(db: Db, { organizationId }: Filled, count: number): Promise<string[]> {
  const select = db.selectFrom("directory_users").select("id").where("organization_id", "=", organizationId);
  return (await select.orderBy("id").limit(count).execute()).map(({ id }) => id);
}

/** What a database does by itself within minutes of an import. */
export async function settle(db: Db): Promise<void> {
  for (const table of ["directory_users", "group_memberships", "floor"]) {
    await sql`VACUUM ANALYZE ${sql.table(table)}`.execute(db);
  }
}
