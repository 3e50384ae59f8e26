import { type Db, statement } from "../../db/database.ts";
import type { MemberState, Role } from "../../db/tables.ts";

/** A member whom a disconnect touches. */
export interface TouchedMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly state: MemberState;
  /** The integration made them: they are deleted, or kept as plain members. */
  readonly created: boolean;
}

/** So many are read at once. */
const PAGE = 1000;

const selectPage = statement<TouchedMember, [string, string | null]>(`
  SELECT m.id, m.name, m.email, m.role, m.state, m.origin <> 'manual' AS created FROM members m
  WHERE m.organization_id = $1 AND ($2::uuid IS NULL OR m.id > $2) AND (m.origin <> 'manual' OR EXISTS (
    SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.member_id = m.id))
  ORDER BY m.id LIMIT ${PAGE}`);

/** Everybody whom a disconnect would touch, in the order in which they joined, page by page. */
export async function* touchedMembers(db: Db, organizationId: string): AsyncGenerator<readonly TouchedMember[]> {
  let after: string | null = null;
  for (;;) {
    const page: TouchedMember[] = await selectPage(db, organizationId, after);
    yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.id ?? null;
  }
}
