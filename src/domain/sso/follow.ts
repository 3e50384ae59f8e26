import { statement } from "../../db/database.ts";
import type { MemberOrigin } from "../../db/tables.ts";
import type { VerifiedAssertion } from "../../protocols/saml/response.ts";
import { isObject, type JsonObject } from "../../protocols/scim/json.ts";
import type { Scope } from "../../scope.ts";
import { eventRow, recordEvent } from "../audit/events.ts";
import { personName } from "../directory/person.ts";

/** Whether an assertion without the attribute says that there are none: only where the attribute is read at all. */
export interface AbsentAttributes {
  readonly absentGroupsAreNone: boolean;
  readonly absentRolesAreNone: boolean;
}

/** The directory user of somebody who signs in, with what earlier sign-ins said of them. */
export interface Known {
  readonly userId: string;
  readonly userName: string;
  readonly userOrigin: "scim" | "jit";
  readonly memberId: string | null;
  readonly memberOrigin: MemberOrigin | null;
  readonly email: string;
  readonly name: string | null;
  readonly attributes: JsonObject;
  readonly saidGroups: readonly string[] | null;
  readonly saidRoles: readonly string[] | null;
}

/** The groups and roles that an assertion says; null where it says nothing of them. */
export interface Said {
  readonly groups: readonly string[] | null;
  readonly roles: readonly string[] | null;
}

/** What an assertion says. An absent attribute says nothing, unless the integration is told otherwise; an empty one says "none". */
export function saidBy({ groups, roles }: Pick<VerifiedAssertion, "groups" | "roles">, absent: AbsentAttributes): Said {
  return {
    groups: groups ?? (absent.absentGroupsAreNone ? [] : null),
    roles: roles ?? (absent.absentRolesAreNone ? [] : null),
  };
}

/**
 * What a sign-in changes of somebody who is here already, in its transaction: their name, where no directory keeps it and the
 * integration made the member; and what the mapping makes of the groups and roles that are asserted. The last owner stays
 * one (the audit log says so), and signs in all the same.
 */
export async function followAssertion(
  scope: Scope,
  known: Known,
  assertion: VerifiedAssertion,
  absent: AbsentAttributes,
): Promise<void> {
  await hear(scope, known, saidBy(assertion, absent));
  if (known.userOrigin === "jit" && known.memberOrigin !== "manual") await rename(scope, known, assertion);
}

const hearAssertion = statement<
  { heard: boolean },
  [string, string, readonly string[] | null, readonly string[] | null, string]
>("SELECT hear_assertion($1, $2, $3, $4, $5::jsonb) AS heard");

async function hear(scope: Scope, known: Known, said: Said): Promise<void> {
  const groups = said.groups ?? known.saidGroups;
  const roles = said.roles ?? known.saidRoles;
  if (sameSet(groups, known.saidGroups) && sameSet(roles, known.saidRoles)) return;
  const event = eventRow(scope, { action: "directory_user.asserted" });
  const [answer] = await hearAssertion(scope.db, scope.organization.id, known.userId, groups, roles, event);
  if (answer?.heard) return;
  const target = { kind: "member", id: known.memberId ?? known.userId, name: known.email };
  const detail = { reason: "last owner", by: "sign-in", groups, roles };
  await recordEvent(scope, { action: "member.role_kept", target, detail });
}

/** Providers do not keep the order of values. */
function sameSet(one: readonly string[] | null, other: readonly string[] | null): boolean {
  if (one === null || other === null) return one === other;
  const values = new Set(one);
  return values.size === new Set(other).size && other.every((value) => values.has(value));
}

const writeName = statement<never, [string, string, string, string, string, Date]>(`
  WITH member AS (UPDATE members SET name = $4 WHERE organization_id = $1 AND id = $3)
  UPDATE directory_users SET attributes = $5, version = version + 1, updated_at = $6
  WHERE organization_id = $1 AND id = $2`);

async function rename(scope: Scope, known: Known, { givenName, familyName }: VerifiedAssertion): Promise<void> {
  if (known.memberId === null) return;
  const before = isObject(known.attributes["name"]) ? known.attributes["name"] : {};
  const name = { ...before, ...(givenName && { givenName }), ...(familyName && { familyName }) };
  const attributes = { ...known.attributes, ...(Object.keys(name).length > 0 && { name }) };
  const shown = personName({ userName: known.userName, attributes });
  const same = before["givenName"] === name["givenName"] && before["familyName"] === name["familyName"];
  if (same) return;
  const json = JSON.stringify(attributes);
  await writeName(scope.db, scope.organization.id, known.userId, known.memberId, shown, json, scope.now);
  const target = { kind: "directory_user", id: known.userId, name: known.userName };
  const detail = { by: "sign-in", before: { name: known.name }, after: { name: shown }, attributes: ["name"] };
  await recordEvent(scope, { action: "directory_user.changed", target, detail });
}
