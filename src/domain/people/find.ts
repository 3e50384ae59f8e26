import { statement } from "../../db/database.ts";
import { isId } from "../../db/id.ts";
import type { Scope } from "../../scope.ts";
import { COLUMNS, gather, type Identity, type Row, WITH_MEMBER, WITH_USER } from "./identity.ts";

type Reader = Pick<Scope, "db" | "organization">;

/** At most so many people of one name are told apart. */
const NAMESAKES = 20;
const KEY = `lower($2 COLLATE "C")`;

const selectByKey = statement<Row, [string, string, string | null]>(`
  SELECT ${COLUMNS} FROM members m ${WITH_USER} WHERE m.organization_id = $1 AND m.email_key = ${KEY}
  UNION ALL
  SELECT ${COLUMNS} FROM members m ${WITH_USER} WHERE m.organization_id = $1 AND m.id = $3
  UNION ALL
  SELECT ${COLUMNS} FROM directory_users u ${WITH_MEMBER} WHERE u.organization_id = $1 AND u.user_name_key = ${KEY}
  UNION ALL
  SELECT ${COLUMNS} FROM directory_users u ${WITH_MEMBER} WHERE u.organization_id = $1 AND u.email_key = ${KEY}
  UNION ALL
  SELECT ${COLUMNS} FROM directory_users u ${WITH_MEMBER} WHERE u.organization_id = $1 AND u.external_id = $2
  UNION ALL
  SELECT ${COLUMNS} FROM directory_users u ${WITH_MEMBER} WHERE u.organization_id = $1 AND u.id = $3
  UNION ALL
  SELECT ${COLUMNS} FROM directory_users u ${WITH_MEMBER}
  WHERE u.organization_id = $1 AND u.other_email_keys IS NOT NULL AND u.other_email_keys @> ARRAY[${KEY}]
  LIMIT ${NAMESAKES}`);

const selectByName = statement<Row, [string, string]>(`
  SELECT ${COLUMNS} FROM members m ${WITH_USER}
  WHERE m.organization_id = $1 AND lower(m.name) LIKE $2 ORDER BY m.id LIMIT ${NAMESAKES}`);

/**
 * The people whom an administrator may mean by a text: an address, a userName, an externalId or an id; else who was called
 * so and is gone; else a name, or a part of one. Nobody where nobody is or was called so.
 */
export async function findIdentities(scope: Reader, text: string): Promise<readonly Identity[]> {
  const { db, organization } = scope;
  const exact = await selectByKey(db, organization.id, text, isId(text) ? text : null);
  if (exact.length > 0) return gatherAll(scope, exact, text);
  const gone = await gather(scope, undefined, [text.toLowerCase()]);
  if (gone) return [gone];
  const part = `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return text.includes("@") ? [] : gatherAll(scope, await selectByName(db, organization.id, part), text);
}

/** Each person once. */
async function gatherAll(scope: Reader, rows: readonly Row[], text: string): Promise<readonly Identity[]> {
  const each = new Map(rows.map((row) => [row.m_id ?? row.u_id, row]));
  const known = each.size === 1 && text.includes("@") ? [text.toLowerCase()] : [];
  const people = await Promise.all([...each.values()].map((row) => gather(scope, row, known)));
  return people.filter((person) => person !== undefined);
}
