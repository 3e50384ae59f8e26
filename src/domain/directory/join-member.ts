import { statement } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import type { MemberOrigin } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { type PersonInput, personName } from "./person.ts";

/** Which member a directory user belongs to now, and how that came. */
export interface Joined {
  readonly memberId: string;
  readonly member: "created" | "linked";
}

const selectByEmail = statement<{ id: string }, [string, string]>(`
  SELECT id FROM members WHERE organization_id = $1 AND email_key = lower(btrim($2) COLLATE "C") FOR UPDATE`);

/**
 * The member for a directory user that has none: the one with the same email, whose role and name stay, else a new one.
 * A member who was deactivated comes back when the directory says active; a role given by hand comes back with them only
 * under the same externalId.
 */
export async function joinMember(
  scope: Scope,
  person: PersonInput,
  email: string,
  origin: MemberOrigin = "scim",
): Promise<Joined> {
  const [found] = await selectByEmail(scope.db, scope.organization.id, email);
  if (!found) return { memberId: await insertMember(scope, person, email, origin), member: "created" };
  const state = person.active ? "active" : "deactivated";
  await linkMember(scope.db, scope.organization.id, found.id, state, person.externalId);
  return { memberId: found.id, member: "linked" };
}

/** What a deactivated member comes back as: a role given by hand stays only with a person known to be the same. */
export const RETURNING_ROLE = (externalId: string, member = "m") =>
  `CASE WHEN ${member}.state = 'deactivated' AND (${member}.directory_external_id = ${externalId}) IS NOT TRUE
    THEN 'member' ELSE ${member}.granted_role END`;

const linkMember = statement<never, [string, string, string, string | null]>(`
  UPDATE members m SET state = $3,
    granted_role = CASE WHEN $3 = 'active' THEN ${RETURNING_ROLE("$4")} ELSE m.granted_role END,
    directory_external_id = CASE WHEN $3 = 'active' THEN $4 ELSE m.directory_external_id END
  WHERE organization_id = $1 AND id = $2`);

async function insertMember(scope: Scope, person: PersonInput, email: string, origin: MemberOrigin): Promise<string> {
  const id = newId(scope.now);
  await scope.db
    .insertInto("members")
    .values({
      organization_id: scope.organization.id,
      id,
      email,
      name: personName(person),
      role: "member",
      state: person.active ? "active" : "deactivated",
      origin,
      directory_external_id: person.externalId,
      joined_at: scope.now,
    })
    .execute();
  return id;
}
