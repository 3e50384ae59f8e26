import { statement } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import type { MemberState, Provisioning, Role } from "../../db/tables.ts";
import type { VerifiedAssertion } from "../../protocols/saml/response.ts";
import type { JsonObject } from "../../protocols/scim/json.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { joinMember } from "../directory/join-member.ts";

/** The member whom an assertion names. */
export interface Person {
  readonly memberId: string;
  readonly email: string;
  readonly role: Role;
  /** They never signed in through SSO before. */
  readonly isNew: boolean;
}

interface Row {
  readonly memberId: string | null;
  readonly email: string;
  readonly role: Role;
  readonly state: MemberState | null;
  readonly welcomedAt: Date | null;
  readonly inDirectory: boolean;
  readonly active: boolean;
}

const COLUMNS = `m.id AS "memberId", m.email, m.role, m.state, m.welcomed_at AS "welcomedAt"`;
const KEY = `lower(btrim($2) COLLATE "C")`;

const selectInDirectory = statement<Row, [string, string]>(`
  SELECT ${COLUMNS}, true AS "inDirectory", u.active FROM directory_users u
  LEFT JOIN members m ON m.organization_id = u.organization_id AND m.id = u.member_id
  WHERE u.organization_id = $1 AND (u.user_name_key = ${KEY} OR u.email_key = ${KEY})
  ORDER BY u.user_name_key = ${KEY} DESC LIMIT 1`);

const selectMember = statement<Row, [string, string]>(`
  SELECT ${COLUMNS}, EXISTS (SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.member_id = m.id)
    AS "inDirectory", true AS active
  FROM members m WHERE m.organization_id = $1 AND m.email_key = ${KEY} FOR UPDATE`);

/**
 * Finds the person whom a verified assertion names: a directory user by `userName`, then by its email, then a member
 * without directory user by email, who is thereby connected. With just-in-time provisioning a person whom nobody knows
 * becomes a member; it never revives the deactivated. Refuses everybody else (403 `deactivated`, `removed`, `unknown-person`).
 */
export async function findPerson(
  scope: Scope,
  assertion: VerifiedAssertion,
  provisioning: Provisioning,
): Promise<Person> {
  const [known] = await selectInDirectory(scope.db, scope.organization.id, assertion.email);
  if (known) return admitted(known, assertion);
  const [member] = await selectMember(scope.db, scope.organization.id, assertion.email);
  if (member && member.state === "deactivated") return refuseDeactivated(assertion);
  if (member && !member.inDirectory) await connect(scope, assertion);
  if (member) return admitted(member, assertion);
  if (provisioning !== "jit") return refuseUnknown(assertion);
  const memberId = await connect(scope, assertion);
  return { memberId, email: assertion.email, role: "member", isNew: true };
}

function admitted(row: Row, assertion: VerifiedAssertion): Person {
  if (row.memberId === null && row.active) {
    const sentence = "You were removed from this organization. Ask one of its owners to invite you again.";
    throw new Refusal(403, "removed", sentence, { check: "person", wanted: "a member", got: assertion.email });
  }
  if (row.memberId === null || !row.active || row.state !== "active") return refuseDeactivated(assertion);
  return { memberId: row.memberId, email: row.email, role: row.role, isNew: row.welcomedAt === null };
}

function refuseDeactivated(assertion: VerifiedAssertion): never {
  const sentence = "Your account in this organization is deactivated. Ask your administrator.";
  throw new Refusal(403, "deactivated", sentence, { check: "person", wanted: "active", got: assertion.email });
}

function refuseUnknown(assertion: VerifiedAssertion): never {
  const sentence = "You are not a member of this organization yet. Ask your administrator to assign the app to you.";
  const wanted = "a person whom the directory pushed, or a member with this email";
  throw new Refusal(403, "unknown-person", sentence, { check: "person", wanted, got: assertion.email });
}

const insertDirectoryUser = statement<never, [string, string, string, string, string, Date]>(`
  INSERT INTO directory_users
    (organization_id, id, member_id, user_name, email, active, origin, attributes, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $4, true, 'jit', $5, $6, $6)`);

/** Makes the directory user of somebody who came by themselves, so that SCIM, switched on later, finds and adopts it. */
async function connect(scope: Scope, assertion: VerifiedAssertion): Promise<string> {
  const { email } = assertion;
  const attributes = attributesOf(assertion);
  const person = { userName: email, externalId: null, active: true, attributes };
  const joined = await joinMember(scope, person, email, "jit");
  const id = newId(scope.now);
  const organizationId = scope.organization.id;
  await insertDirectoryUser(
    scope.db,
    organizationId,
    id,
    joined.memberId,
    email,
    JSON.stringify(attributes),
    scope.now,
  );
  const target = { kind: "directory_user", id, name: email };
  const detail = { ...joined, externalId: null, by: "sign-in" };
  await recordEvent(scope, { action: "directory_user.created", target, detail });
  return joined.memberId;
}

function attributesOf({ email, givenName, familyName }: VerifiedAssertion): JsonObject {
  const name = { ...(givenName && { givenName }), ...(familyName && { familyName }) };
  return {
    emails: [{ value: email, type: "work", primary: true }],
    ...(Object.keys(name).length > 0 && { name }),
  };
}
