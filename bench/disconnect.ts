import { setTimeout as wait } from "node:timers/promises";
import { sql } from "kysely";
import type { Db } from "../src/db/database.ts";
import { type Load, load, type Target } from "./load.ts";
import { fillGroup, fillUsers, settle } from "./scale/fill.ts";
import { once } from "./scale/measure.ts";
import { prepare, type Setting } from "./setting.ts";

/**
 * `npm run bench -- disconnect [PEOPLE]`: an organization whose people the integration created is disconnected, all of them
 * in one pushed group that makes them admins, while the directory of another one goes on asking. Says how long it takes, and
 * how much slower the other one is meanwhile.
 */
export async function benchDisconnect(people: number): Promise<void> {
  const setting = await prepare();
  try {
    const target = await setting.organization();
    const filled = await fillUsers(setting.db, target, people);
    await joinMembers(setting.db, filled.organizationId);
    const group = await fillGroup(setting.db, filled, people);
    await mapGroup(setting.db, filled.organizationId, group);
    await settle(setting.db);
    const other = await setting.organization();
    const before = await ask(other, 2000);
    const { seconds, first, during } = await disconnect(setting, target, other);
    const ratio = (during.median / before.median).toFixed(1);
    const slowest = (during.p99 / before.p99).toFixed(1);
    process.stdout.write(
      `disconnect of ${people.toLocaleString("en")} created members, all mapped to admin: the request ${first.toFixed(1)} s, ` +
        `to the end ${seconds.toFixed(1)} s; lookups of another organization ${ratio} times as long (median), ` +
        `${slowest} times (99 of 100)\n`,
    );
  } finally {
    await setting.stop();
  }
}

function ask(other: Target, total: number): Promise<Load> {
  const path = `/okta/scim/Users?filter=${encodeURIComponent('userName eq "nobody@example.test"')}`;
  return load(other, total, 1, async (_, send) => {
    await send({ method: "GET", path, expect: 200 });
  });
}

async function disconnect(setting: Setting, target: Target, other: Target) {
  const operator = { ...setting.operator };
  const slug = target.host.split(".")[0] ?? "";
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  let over = false;
  const asking = (async () => {
    const loads: Load[] = [];
    while (!over) loads.push(await ask(other, 200));
    return loads;
  })();
  const path = `/api/v1/organizations/${slug}/okta-integration`;
  const { id } = JSON.parse(await once(operator, { method: "DELETE", path, expect: 202 }));
  const first = since();
  for (;;) {
    const job = JSON.parse(await once(operator, { method: "GET", path: `/api/v1/jobs/${id}`, expect: 200 }));
    if (job.state === "completed") break;
    await wait(100);
  }
  const seconds = since();
  over = true;
  const loads = await asking;
  const middle = (of: (load: Load) => number) => loads.map(of).sort((a, b) => a - b)[Math.floor(loads.length / 2)] ?? 0;
  const during = { median: middle((each) => each.median), p99: middle((each) => each.p99) };
  return { seconds, first, during };
}

/** A member for each directory user, as the integration creates them. */
async function joinMembers(db: Db, organizationId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(trx);
    await sql`SET LOCAL session_replication_role = replica`.execute(trx);
    await sql`INSERT INTO members (organization_id, id, email, name, role, granted_role, state, origin, joined_at)
      SELECT organization_id, id, email, user_name, 'member', 'member', 'active', 'scim', now()
      FROM directory_users WHERE organization_id = ${organizationId}`.execute(trx);
    await sql`UPDATE directory_users SET member_id = id WHERE organization_id = ${organizationId}`.execute(trx);
    // Somebody who was here before stays, and is an owner.
    await sql`INSERT INTO members (organization_id, id, email, name, role, granted_role, state, origin, joined_at)
      VALUES (${organizationId}, gen_random_uuid(), 'owner@example.test', 'Olive', 'owner', 'owner', 'active', 'manual', now())`.execute(
      trx,
    );
  });
}

async function mapGroup(db: Db, organizationId: string, groupId: string): Promise<void> {
  await sql`INSERT INTO mappings (organization_id, id, source_kind, source_name, directory_group_id, target_role, created_at)
    VALUES (${organizationId}, gen_random_uuid(), 'group', 'Everybody', ${groupId}, 'admin', now())`.execute(db);
  await db.transaction().execute(async (trx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(trx);
    await sql`SET LOCAL session_replication_role = replica`.execute(trx);
    await sql`UPDATE members SET mapped_role = 'admin', role = 'admin' WHERE organization_id = ${organizationId}
      AND origin = 'scim'`.execute(trx);
  });
}
