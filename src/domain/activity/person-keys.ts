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

const selectKeys = statement<{ key: string | null }, [string, string, string | null]>(`
  SELECT DISTINCT unnest(ARRAY[u.id::text, u.user_name_key, u.email_key, m.email_key, lower(u.external_id)]) AS key FROM (
    SELECT id FROM directory_users WHERE organization_id = $1 AND user_name_key = lower($2 COLLATE "C")
    UNION SELECT id FROM directory_users WHERE organization_id = $1 AND email_key = lower($2 COLLATE "C")
    UNION SELECT id FROM directory_users WHERE organization_id = $1 AND external_id = $2
    UNION SELECT id FROM directory_users WHERE organization_id = $1 AND id = $3
    UNION SELECT u.id FROM members m
      JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id
      WHERE m.organization_id = $1 AND m.email_key = lower($2 COLLATE "C")
  ) AS meant JOIN directory_users u ON u.organization_id = $1 AND u.id = meant.id
  LEFT JOIN members m ON m.organization_id = $1 AND m.id = u.member_id`);

/** At most so many people of one name are looked for. */
const NAMESAKES = 10;

const selectKeysByName = statement<{ key: string | null }, [string, string]>(`
  SELECT DISTINCT unnest(ARRAY[m.email_key, u.id::text, u.user_name_key, u.email_key, lower(u.external_id)]) AS key FROM (
    SELECT organization_id, id, email_key FROM members
    WHERE organization_id = $1 AND lower(name) = lower($2) ORDER BY id LIMIT ${NAMESAKES}
  ) AS m LEFT JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id`);

/**
 * What requests may name a person by, whom somebody typed as an id of a directory user, a userName, an address, an externalId or, where
 * that is the exact key of nobody, as a name. Whoever is in the directory is found under each of their keys: a change of a
 * group names people by their ids alone. Lowered; the text itself is always among them.
 */
export async function personKeys(scope: Reader, text: string): Promise<readonly string[]> {
  const typed = text.trim();
  const key = typed.toLowerCase();
  const id = isId(key) ? key : null;
  const known = await selectKeys(scope.db, scope.organization.id, typed, id);
  const exact = known.length > 0 || id !== null || key.includes("@") || (await wasNamed(scope, [key]));
  const rows = exact ? known : await selectKeysByName(scope.db, scope.organization.id, typed);
  return [...new Set([key, ...rows.flatMap((row) => row.key ?? [])])];
}

const selectGroups = statement<{ id: string }, [string, string]>(`
  SELECT id FROM directory_groups WHERE organization_id = $1 AND display_name_key = lower($2 COLLATE "C")`);

/** The ids of the group that somebody typed: an id, or the name of a group that is here now. */
export async function groupIds(scope: Reader, text: string): Promise<readonly string[]> {
  const typed = text.trim();
  if (isId(typed)) return [typed.toLowerCase()];
  return (await selectGroups(scope.db, scope.organization.id, typed)).map(({ id }) => id);
}
