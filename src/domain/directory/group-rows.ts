import { type Db, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { StoredGroup } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { eventRow } from "../audit/events.ts";

/** The columns of the directory group `g`, as a `StoredGroup`. */
export const GROUP_COLUMNS = `g.id, g.display_name AS "displayName", g.external_id AS "externalId", g.version,
  g.created_at AS "createdAt", g.updated_at AS "lastModified"`;

const selectById = statement<StoredGroup, [string, string]>(
  `SELECT ${GROUP_COLUMNS} FROM directory_groups g WHERE g.organization_id = $1 AND g.id = $2`,
);
/** Memberships change before the event of the change is written: what the mapping makes of them is told with this one. */
const holdById = statement<StoredGroup, [string, string, string]>(`
  SELECT ${GROUP_COLUMNS}, set_config('semaphore.event', $3, true) AS event
  FROM directory_groups g WHERE g.organization_id = $1 AND g.id = $2 FOR UPDATE`);

/** The directory group with this id; 404 `notFound` for any other, also one of another organization. */
export async function readGroup(db: Db, organizationId: string, id: string): Promise<StoredGroup> {
  const [group] = isId(id) ? await selectById(db, organizationId, id) : [];
  return group ?? refuseUnknownGroup(id);
}

/** As `readGroup`, held until the scope's transaction ends: changes of one group go one after another. */
export async function holdGroup(inside: Scope, id: string): Promise<StoredGroup> {
  const event = eventRow(inside, { action: "directory_group.changed" });
  const [group] = isId(id) ? await holdById(inside.db, inside.organization.id, id, event) : [];
  return group ?? refuseUnknownGroup(id);
}

/** 404 `notFound`. */
export function refuseUnknownGroup(id: string): never {
  throw new Refusal(404, "notFound", `There is no group with the id ${JSON.stringify(id.slice(0, 100))} here.`);
}
