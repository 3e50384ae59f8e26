import assert from "node:assert/strict";
import { sql } from "kysely";
import { newId } from "../../../src/db/id.ts";
import { getIntegration } from "../../../src/domain/integration/integration.ts";
import { listMembers, type Member } from "../../../src/domain/members/members.ts";
import { oktaUser, type ScimAnswer, type TestOrganization } from "../../support/organization.ts";

/** Pushes a person as Okta does; answers the directory user. */
export async function pushUser(org: TestOrganization, changes: Record<string, unknown> = {}) {
  const { status, body } = await org.scim("POST", "/Users", oktaUser(changes));
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

/** Pushes a group of these people; answers the directory group. */
export async function pushGroup(org: TestOrganization, displayName: string, memberIds: readonly string[] = []) {
  const members = memberIds.map((value) => ({ value }));
  const { status, body } = await org.scim("POST", "/Groups", { schemas: [GROUP_SCHEMA], displayName, members });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";

/** So many directory users, made by one statement; their ids in order. */
export async function fill(org: TestOrganization, count: number): Promise<string[]> {
  const now = new Date();
  const ids = Array.from({ length: count }, () => newId(now));
  await sql`INSERT INTO directory_users
      (organization_id, id, user_name, email, active, origin, attributes, created_at, updated_at)
    SELECT ${org.organization.id}, id, 'p' || number - 1 || '@example.test', 'p' || number - 1 || '@example.test',
      true, 'scim', '{}', ${now}, ${now}
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS one (id, number)`.execute(org.scope.db);
  return ids;
}

/** Sends PATCH operations. */
export function patch(org: TestOrganization, path: string, ...operations: object[]): Promise<ScimAnswer> {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
  return org.scim("PATCH", path, { schemas, Operations: operations });
}

/** Sets a user active or not, as a catalogue app does. */
export function setActive(org: TestOrganization, id: string, active: boolean): Promise<ScimAnswer> {
  return patch(org, `/Users/${id}`, { op: "replace", value: { active } });
}

/** GET, then PUT of our own answer with a profile laid over it, as a wizard app does. */
export async function overlay(org: TestOrganization, id: string, profile: object): Promise<ScimAnswer> {
  const { body } = await org.scim("GET", `/Users/${id}`);
  return org.scim("PUT", `/Users/${id}`, { ...body, ...profile });
}

/** The users that a filter finds. */
export async function findUsers(org: TestOrganization, filter: string) {
  const { status, body } = await org.scim("GET", `/Users?filter=${encodeURIComponent(filter)}&startIndex=1&count=100`);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.totalResults, body.Resources.length);
  return body.Resources;
}

/** Every member of the organization but its first owner, by email. */
export async function membersOf(org: TestOrganization): Promise<ReadonlyMap<string, Member>> {
  const members = await listMembers(org.scope, { limit: 1000 });
  return new Map(members.filter((one) => one.id !== org.owner.id).map((one) => [one.email, one]));
}

/** The member with exactly this email. */
export async function memberOf(org: TestOrganization, email: string): Promise<Member> {
  const member = (await membersOf(org)).get(email);
  assert.ok(member, `there is no member ${email}`);
  return member;
}

/** The number that the settings page shows. */
export async function connectedMembers(org: TestOrganization): Promise<number> {
  return (await getIntegration(org.scope)).connectedMembers;
}

/** The ids of the people in a group, sorted. */
export async function groupMembers(org: TestOrganization, id: string): Promise<string[]> {
  const { status, body } = await org.scim("GET", `/Groups/${id}`);
  assert.equal(status, 200);
  return body.members.map((member: { value: string }) => member.value).sort();
}

/** The actions of the audit log that begin with a word, oldest first. */
export async function actionsOf(org: TestOrganization, start = "directory_"): Promise<string[]> {
  const rows = await org.scope.db
    .selectFrom("audit_events")
    .select("action")
    .where("organization_id", "=", org.organization.id)
    .orderBy("id")
    .execute();
  return rows.map((row) => row.action).filter((action) => action.startsWith(start));
}

/** Asserts that the answer is a SCIM error body (RFC 7644 §3.12) with these properties. */
export function assertScimError(answer: ScimAnswer, status: number, scimType?: string, detail = /./): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get("content-type") ?? "", /^application\/scim\+json/);
  assert.deepEqual(answer.body.schemas, ["urn:ietf:params:scim:api:messages:2.0:Error"]);
  assert.equal(answer.body.status, String(status));
  assert.equal(answer.body.scimType, scimType);
  assert.match(answer.body.detail, detail);
}
