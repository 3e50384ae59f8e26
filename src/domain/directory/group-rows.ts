import { type Db, statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { StoredGroup } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";

/** The columns of the directory group `g`, as a `StoredGroup`. */
export const GROUP_COLUMNS = `g.id, g.display_name AS "displayName", g.external_id AS "externalId", g.version,
  g.created_at AS "createdAt", g.updated_at AS "lastModified"`;

const selectById = statement<StoredGroup, [string, string]>(
  `SELECT ${GROUP_COLUMNS} FROM directory_groups g WHERE g.organization_id = $1 AND g.id = $2`,
);
const holdById = statement<StoredGroup, [string, string]>(
  `SELECT ${GROUP_COLUMNS} FROM directory_groups g WHERE g.organization_id = $1 AND g.id = $2 FOR UPDATE`,
);

/** The directory group with this id; 404 `notFound` for any other, also one of another organization. */
export async function readGroup(db: Db, organizationId: string, id: string): Promise<StoredGroup> {
  const [group] = isId(id) ? await selectById(db, organizationId, id) : [];
  return group ?? refuseUnknownGroup(id);
}

/** As `readGroup`, held until the transaction ends: changes of one group go one after another. */
export async function holdGroup(trx: Db, organizationId: string, id: string): Promise<StoredGroup> {
  const [group] = isId(id) ? await holdById(trx, organizationId, id) : [];
  return group ?? refuseUnknownGroup(id);
}

/** A group as the operator API lists it. */
export interface GroupSummary {
  readonly id: string;
  readonly name: string;
  readonly memberCount: number;
}

/** A page of groups with how many members each has. */
export async function listGroupSummaries(
  scope: Pick<Scope, "db" | "organization">,
  query: { after?: string | undefined; limit: number },
): Promise<readonly GroupSummary[]> {
  let select = scope.db
    .selectFrom("directory_groups as g")
    .select((all) => [
      "g.id",
      "g.display_name as name",
      all
        .selectFrom("group_memberships as m")
        .select((inner) => inner.fn.countAll<string>().as("count"))
        .whereRef("m.organization_id", "=", "g.organization_id")
        .whereRef("m.group_id", "=", "g.id")
        .as("count"),
    ])
    .where("g.organization_id", "=", scope.organization.id)
    .orderBy("g.id")
    .limit(query.limit);
  if (query.after) select = select.where("g.id", ">", query.after);
  return (await select.execute()).map((row) => ({ id: row.id, name: row.name, memberCount: Number(row.count) }));
}

/** 404 `notFound`. */
export function refuseUnknownGroup(id: string): never {
  throw new Refusal(404, "notFound", `There is no group with the id ${JSON.stringify(id.slice(0, 100))} here.`);
}
