import { statement } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import type { MemberState, Provisioning, Role } from "../../db/tables.ts";
import type { VerifiedAssertion } from "../../protocols/saml/response.ts";
import type { JsonObject } from "../../protocols/scim/json.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { eventRow, recordEvent } from "../audit/events.ts";
import { joinMember } from "../directory/join-member.ts";
import { type AbsentAttributes, followAssertion, type Known, type Said, saidBy } from "./follow.ts";

/** The member whom an assertion names. */
export interface Person {
  readonly memberId: string;
  readonly email: string;
  readonly role: Role;
  /** They never signed in through SSO before. */
  readonly isNew: boolean;
}

interface Row extends Known {
  readonly role: Role;
  readonly state: MemberState | null;
  readonly welcomedAt: Date | null;
  readonly inDirectory: boolean;
  readonly active: boolean;
}

const COLUMNS = `m.id AS "memberId", m.email, m.name, m.origin AS "memberOrigin", m.role, m.state,
  m.welcomed_at AS "welcomedAt", u.id IS NOT NULL AS "inDirectory", u.id AS "userId", u.user_name AS "userName",
  u.origin AS "userOrigin", u.attributes, u.asserted_groups AS "saidGroups", u.asserted_roles AS "saidRoles"`;
const KEY = `lower(btrim($2) COLLATE "C")`;

const selectInDirectory = statement<Row, [string, string]>(`
  SELECT ${COLUMNS}, u.active FROM directory_users u
  LEFT JOIN members m ON m.organization_id = u.organization_id AND m.id = u.member_id
  WHERE u.organization_id = $1 AND (u.user_name_key = ${KEY} OR u.email_key = ${KEY})
  ORDER BY u.user_name_key = ${KEY} DESC LIMIT 1`);

/** One whom the directory knows under another address, or not at all. */
const selectMember = statement<Row, [string, string]>(`
  SELECT ${COLUMNS}, true AS active FROM members m
  LEFT JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id
  WHERE m.organization_id = $1 AND m.email_key = ${KEY} FOR UPDATE OF m`);

/** What the integration says of whom it lets in. */
export interface PersonSettings extends AbsentAttributes {
  readonly provisioning: Provisioning;
}

/**
 * Finds the person whom a verified assertion names: a directory user by `userName`, then by its email, then a member
 * without directory user by email, who is thereby connected. With just-in-time provisioning a person whom nobody knows
 * becomes a member; it never revives the deactivated. Name, groups and roles follow what is asserted. Refuses everybody
 * else (403 `deactivated`, `removed`, `unknown-person`).
 */
export async function findPerson(
  scope: Scope,
  assertion: VerifiedAssertion,
  settings: PersonSettings,
): Promise<Person> {
  const [known] = await selectInDirectory(scope.db, scope.organization.id, assertion.email);
  if (known) return admitted(scope, known, assertion, settings);
  const [member] = await selectMember(scope.db, scope.organization.id, assertion.email);
  if (member && member.state === "deactivated") return refuseDeactivated(assertion);
  if (member?.inDirectory) return admitted(scope, member, assertion, settings);
  if (!member && settings.provisioning !== "jit") return refuseUnknown(assertion);
  const memberId = await connect(scope, assertion, saidBy(assertion, settings));
  const { email, role, welcomedAt } = member ?? { email: assertion.email, role: "member", welcomedAt: null };
  return { memberId, email, role, isNew: welcomedAt === null };
}

async function admitted(
  scope: Scope,
  row: Row,
  assertion: VerifiedAssertion,
  settings: PersonSettings,
): Promise<Person> {
  if (row.memberId === null && row.active) {
    const sentence = "You were removed from this organization. Ask one of its owners to invite you again.";
    throw new Refusal(403, "removed", sentence, { check: "person", wanted: "a member", got: assertion.email });
  }
  if (row.memberId === null || !row.active || row.state !== "active") return refuseDeactivated(assertion);
  await followAssertion(scope, row, assertion, settings);
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

/** The event is set for what the mapping makes of them at once. */
const insertDirectoryUser = statement<
  never,
  [string, string, string, string, string, Date, readonly string[] | null, readonly string[] | null, string]
>(`
  INSERT INTO directory_users (organization_id, id, member_id, user_name, email, active, origin, attributes, created_at,
    updated_at, asserted_groups, asserted_roles, asserted_at)
  SELECT $1, $2, $3, $4, $4, true, 'jit', $5, $6, $6, $7::text[], $8::text[],
    CASE WHEN num_nonnulls($7::text[], $8::text[]) > 0 THEN $6::timestamptz END
  WHERE set_config('semaphore.event', $9, true) <> ''`);

/** Makes the directory user of somebody who came by themselves, so that SCIM, switched on later, finds and adopts it. */
async function connect(scope: Scope, assertion: VerifiedAssertion, said: Said): Promise<string> {
  const { email } = assertion;
  const attributes = attributesOf(assertion);
  const person = { userName: email, externalId: null, active: true, attributes };
  const joined = await joinMember(scope, person, email, "jit");
  const id = newId(scope.now);
  const target = { kind: "directory_user", id, name: email };
  const event = { action: "directory_user.created", target, detail: { ...joined, externalId: null, by: "sign-in" } };
  await insertDirectoryUser(
    scope.db,
    scope.organization.id,
    id,
    joined.memberId,
    email,
    JSON.stringify(attributes),
    scope.now,
    said.groups,
    said.roles,
    eventRow(scope, event),
  );
  await recordEvent(scope, event);
  return joined.memberId;
}

function attributesOf({ email, givenName, familyName }: VerifiedAssertion): JsonObject {
  const name = { ...(givenName && { givenName }), ...(familyName && { familyName }) };
  return {
    emails: [{ value: email, type: "work", primary: true }],
    ...(Object.keys(name).length > 0 && { name }),
  };
}
