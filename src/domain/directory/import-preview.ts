import { statement } from "../../db/database.ts";
import type { Scope } from "../../scope.ts";
import { addressKey, isAddress } from "../members/address.ts";

/** What the first push of an address would do. */
export type ImportOutcome = "created" | "linked" | "known" | "conflict" | "invalid" | "twice";

export interface ImportedAddress {
  readonly address: string;
  readonly outcome: ImportOutcome;
  /** The member who is linked, is in the way, or may be the same person as one who would be created. */
  readonly member: { readonly id: string; readonly name: string; readonly email: string } | null;
}

interface Row {
  readonly key: string;
  readonly memberId: string | null;
  readonly memberName: string | null;
  readonly memberEmail: string | null;
  readonly pushed: boolean;
  readonly connected: boolean;
  readonly likelyId: string | null;
  readonly likelyName: string | null;
  readonly likelyEmail: string | null;
}

const selectKnown = statement<Row, [string, string[]]>(`
  SELECT w.key, m.id AS "memberId", m.name AS "memberName", m.email AS "memberEmail",
    EXISTS (SELECT FROM directory_users u WHERE u.organization_id = $1 AND (u.email_key = w.key OR u.user_name_key = w.key))
      AS pushed,
    EXISTS (SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.member_id = m.id) AS connected,
    l.id AS "likelyId", l.name AS "likelyName", l.email AS "likelyEmail"
  FROM unnest($2::text[]) AS w (key)
  LEFT JOIN members m ON m.organization_id = $1 AND m.email_key = w.key
  LEFT JOIN (
    SELECT split_part(email_key, '@', 1) AS local_part, min(id::text)::uuid AS id, min(name) AS name, min(email) AS email
    FROM members x WHERE x.organization_id = $1 AND x.state = 'active' AND x.origin = 'manual'
      AND NOT EXISTS (SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.member_id = x.id)
    GROUP BY 1 HAVING count(*) = 1
  ) l ON m.id IS NULL AND l.local_part = split_part(w.key, '@', 1)`);

/**
 * What a push of each address would do, without doing it: `linked` to the member who has it, `created` (naming a member who
 * has the same part before the @, and may be the same person), `known` to the directory already, a `conflict` with a member whom
 * the directory knows under another address, `invalid`, or `twice` in the list. In the order of the list.
 */
export async function previewImport(
  scope: Pick<Scope, "db" | "organization">,
  addresses: readonly string[],
): Promise<readonly ImportedAddress[]> {
  const keys = [...new Set(addresses.filter(isAddress).map(addressKey))];
  const rows = keys.length > 0 ? await selectKnown(scope.db, scope.organization.id, keys) : [];
  const known = new Map(rows.map((row) => [row.key, row]));
  const seen = new Set<string>();
  return addresses.map((address) => {
    const row = isAddress(address) ? known.get(addressKey(address)) : undefined;
    if (!row) return { address, outcome: "invalid", member: null };
    if (seen.has(row.key)) return { address, outcome: "twice", member: null };
    seen.add(row.key);
    return { address, ...outcomeOf(row) };
  });
}

function outcomeOf(row: Row): Pick<ImportedAddress, "outcome" | "member"> {
  const member = person(row.memberId, row.memberName, row.memberEmail);
  if (row.pushed) return { outcome: "known", member };
  if (member) return { outcome: row.connected ? "conflict" : "linked", member };
  return { outcome: "created", member: person(row.likelyId, row.likelyName, row.likelyEmail) };
}

function person(id: string | null, name: string | null, email: string | null): ImportedAddress["member"] {
  return id === null || name === null || email === null ? null : { id, name, email };
}

/** So many addresses are looked at in one go. */
export const MOST_IMPORTED = 10_000;

/**
 * The addresses in what somebody pasted: one a line, or a CSV of which the first cell of a line with an @ in it counts, as
 * does `Ada Park <ada@example.com>`. A header without an @ is left out, and so are empty lines; any other line is kept, to
 * be shown as invalid.
 */
export function addressesIn(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const found: string[] = [];
  for (const line of lines) {
    if (line === "") continue;
    const cells = line.split(/[,;\t]/).map((cell) =>
      cell
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .trim(),
    );
    const cell = cells.find((each) => each.includes("@"));
    if (cell !== undefined) found.push(/<([^<>]+)>$/.exec(cell)?.[1]?.trim() ?? cell);
    else if (found.length > 0 || !/^["\w\s,;.-]+$/.test(line)) found.push(line.slice(0, 300));
  }
  return found;
}
