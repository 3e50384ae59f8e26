import { again } from "../../db/again.ts";
import { inTransaction, statement, violatedConstraint } from "../../db/database.ts";
import { newId } from "../../db/id.ts";
import type { UserInput } from "../../protocols/scim/resource.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { askedRows } from "../activity/record.ts";
import { type AuditEvent, eventRow } from "../audit/events.ts";
import { holdOrganization } from "../organizations/organizations.ts";
import { revive } from "./change-user.ts";
import { explainConflict, refuseTaken } from "./conflicts.ts";
import { type Joined, joinMember } from "./join-member.ts";
import { type PersonInput, personEmail, personKeys, personName, requireKeys } from "./person.ts";
import { createdRequest } from "./told-users.ts";
import { type DirectoryUser, holdAlikeUsers, otherEmailKeys, readUser } from "./user-rows.ts";

/**
 * Takes a person in whom the directory pushes. When this answers, they are a member.
 *
 * Nobody is made twice: a member with the same email is linked, and keeps role and name; an inactive user with the same
 * externalId, else the same userName, is revived under its id, and so is one whose member was removed by hand or who came
 * by just-in-time provisioning. Refuses what another active user has (409 `uniqueness`, naming it), and a person without
 * any address (400 `invalidValue`).
 */
export async function createUser(scope: Scope, input: UserInput): Promise<DirectoryUser> {
  const person = { ...input, externalId: input.externalId ?? null, active: input.active ?? true };
  const email = personEmail(person);
  requireKeys(personKeys(person));
  return again(async () => (await createUnknown(scope, person, email)) ?? (await admit(scope, person, email)));
}

/**
 * The usual case, in one statement and so one transaction: nobody here has this email, name or externalId. The
 * integration's row is held, so that no one is pushed into an organization that is just being disconnected.
 */
const insertUnknown = statement<
  { id: string },
  [string, string, string, string, string | null, string, string[] | null, string, string, Date, string, string]
>(`
  WITH connected AS (SELECT FROM integrations WHERE organization_id = $1 FOR KEY SHARE),
  member AS (
    INSERT INTO members
      (organization_id, id, email, name, role, state, origin, directory_external_id, joined_at)
    SELECT $1, $3, $6, $9, 'member', 'active', 'scim', $5, $10 FROM connected
    WHERE NOT EXISTS (SELECT FROM directory_users WHERE organization_id = $1 AND external_id = $5)
    RETURNING id
  ), pushed AS (
    INSERT INTO directory_users (organization_id, id, member_id, user_name, external_id, email, other_email_keys,
      active, origin, attributes, created_at, updated_at)
    SELECT $1, $2, member.id, $4, $5, $6, $7, true, 'scim', $8, $10, $10 FROM member
    RETURNING id
  ), asked AS (
    ${askedRows("$12", "pushed")}
  )
  INSERT INTO audit_events SELECT e.* FROM pushed, jsonb_populate_record(NULL::audit_events, $11) e RETURNING id`);

async function createUnknown(scope: Scope, person: PersonInput, email: string): Promise<DirectoryUser | undefined> {
  if (!person.active) return undefined;
  const user = newUser(scope, person, email, newId(scope.now));
  try {
    const [done] = await insertUnknown(
      scope.db,
      scope.organization.id,
      user.id,
      user.memberId,
      person.userName,
      person.externalId,
      email,
      otherEmailKeys(email, person.attributes),
      JSON.stringify(person.attributes),
      personName(person),
      scope.now,
      eventRow(scope, created(user, "created")),
      createdRequest(scope, user, "created"),
    );
    return done && user;
  } catch (error) {
    if (violatedConstraint(error)) return undefined;
    throw error;
  }
}

/** The user as it will be stored, of the member with this id. */
function newUser(scope: Scope, person: PersonInput, email: string, memberId: string) {
  return {
    ...person,
    id: newId(scope.now),
    groups: [],
    version: 1,
    createdAt: scope.now,
    lastModified: scope.now,
    email,
    origin: "scim",
    memberId,
    memberOrigin: "scim",
    memberState: "active",
  } as const satisfies DirectoryUser;
}

/** Every other case, one after another in an organization: revive, refuse, link or create. */
async function admit(scope: Scope, person: PersonInput, email: string): Promise<DirectoryUser> {
  try {
    return await inTransaction(scope.db, async (db) => {
      const inside = { ...scope, db };
      // In the order in which a disconnect takes them, lest the two wait for one another.
      await holdOrganization(db, scope.organization.id);
      await holdIntegration(inside);
      const alike = await holdAlikeUsers(db, scope.organization.id, { ...person, email });
      const revivable = alike.filter((user) => !user.active || user.memberId === null || user.origin === "jit");
      const known = revivable.find((user) => user.sameExternalId) ?? revivable.find((user) => user.sameUserName);
      if (known) return revive(inside, known, { ...person, externalId: person.externalId ?? known.externalId });
      const other = alike.find((user) => user.sameUserName) ?? alike.find((user) => user.sameEmail);
      if (other) throw refuseTaken(other, { ...person, email });
      return insertJoined(inside, person, email);
    });
  } catch (error) {
    throw await explainConflict(scope, error, { ...person, email });
  }
}

/** Waits for a disconnect that is under way, and refuses to push into what it left. */
async function holdIntegration(scope: Scope): Promise<void> {
  const integration = scope.db
    .selectFrom("integrations")
    .select("issuer")
    .where("organization_id", "=", scope.organization.id);
  if (await integration.forKeyShare().executeTakeFirst()) return;
  throw new Refusal(404, "notFound", "The integration of this organization was disconnected.");
}

const insertUser = statement<
  never,
  [string, string, string, string, string | null, string, string[] | null, boolean, string, Date, string, string]
>(`
  WITH pushed AS (
    INSERT INTO directory_users (organization_id, id, member_id, user_name, external_id, email, other_email_keys,
      active, origin, attributes, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'scim', $9, $10, $10)
  ), asked AS (
    ${askedRows("$12")}
  )
  INSERT INTO audit_events SELECT e.* FROM jsonb_populate_record(NULL::audit_events, $11) e`);

async function insertJoined(scope: Scope, person: PersonInput, email: string): Promise<DirectoryUser> {
  const { memberId, member } = await joinMember(scope, person, email);
  const user = newUser(scope, person, email, memberId);
  await insertUser(
    scope.db,
    scope.organization.id,
    user.id,
    memberId,
    person.userName,
    person.externalId,
    email,
    otherEmailKeys(email, person.attributes),
    person.active,
    JSON.stringify(person.attributes),
    scope.now,
    eventRow(scope, created(user, member)),
    createdRequest(scope, user, member),
  );
  return readUser(scope.db, scope.organization.id, user.id);
}

function created({ id, userName, externalId, memberId }: DirectoryUser, member: Joined["member"]): AuditEvent {
  const target = { kind: "directory_user", id, name: userName };
  return { action: "directory_user.created", target, detail: { memberId, member, externalId } };
}
