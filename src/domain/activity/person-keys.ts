import { statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { Scope } from "../../scope.ts";

type Reader = Pick<Scope, "db" | "organization">;

const selectNamed = statement<{ named: 1 }, [string, string[]]>(`
  SELECT 1 AS named FROM scim_requests WHERE organization_id = $1 AND people && $2 LIMIT 1`);

/** Whether any request that is kept names a person by one of these keys. */
export async function wasNamed(scope: Reader, keys: readonly string[]): Promise<boolean> {
  return (await selectNamed(scope.db, scope.organization.id, [...keys])).length > 0;
}

/** At most so many people of one name are looked for. */
const NAMESAKES = 10;

const selectKeysByName = statement<{ key: string }, [string, string]>(`
  SELECT DISTINCT unnest(ARRAY[m.email_key, u.id::text, u.user_name_key, u.email_key]) AS key FROM (
    SELECT organization_id, id, email_key FROM members
    WHERE organization_id = $1 AND lower(name) = lower($2) ORDER BY id LIMIT ${NAMESAKES}
  ) m LEFT JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id`);

/**
 * What requests may name a person by, whom somebody typed as an id of a directory user, a userName, an address or, where
 * that is the exact key of nobody, as a name. Lowered; the text itself is always the first.
 */
export async function personKeys(scope: Reader, text: string): Promise<readonly string[]> {
  const key = text.trim().toLowerCase();
  if (isId(key) || key.includes("@") || (await wasNamed(scope, [key]))) return [key];
  const rows = await selectKeysByName(scope.db, scope.organization.id, text.trim());
  return [key, ...rows.flatMap((row) => row.key ?? [])];
}

const selectGroups = statement<{ id: string }, [string, string]>(`
  SELECT id FROM directory_groups WHERE organization_id = $1 AND display_name_key = lower($2 COLLATE "C")`);

/** The ids of the group that somebody typed: an id, or the name of a group that is here now. */
export async function groupIds(scope: Reader, text: string): Promise<readonly string[]> {
  const typed = text.trim();
  if (isId(typed)) return [typed.toLowerCase()];
  return (await selectGroups(scope.db, scope.organization.id, typed)).map(({ id }) => id);
}
