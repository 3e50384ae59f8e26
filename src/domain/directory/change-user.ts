import { again } from "../../db/again.ts";
import { inTransaction, statement } from "../../db/database.ts";
import { sameJson } from "../../protocols/scim/json.ts";
import type { Scope } from "../../scope.ts";
import { tellUnchanged } from "../activity/exchange.ts";
import { askedRows } from "../activity/record.ts";
import { type AuditEvent, eventRow } from "../audit/events.ts";
import { holdOrganization } from "../organizations/organizations.ts";
import { explainConflict } from "./conflicts.ts";
import { joinMember, RETURNING_ROLE } from "./join-member.ts";
import { type PersonInput, personEmail, personKeys, personName, requireKeys } from "./person.ts";
import { changedRequest, type Difference, differenceOf, tellAbout } from "./told-users.ts";
import { type DirectoryUser, holdUser, otherEmailKeys, readUser } from "./user-rows.ts";

/** How often a write is tried whose user another request changed meanwhile, before the row is held. */
const TRIES = 5;

/**
 * Changes a directory user, and the member with it: name and email of a created member follow; deactivation ends every
 * session in the same statement; reactivation brings the same member back. What is as it was already changes nothing.
 *
 * `change` is given the user as stored and says what it becomes; it may refuse, as for a version that is not the one that
 * is written, and may be called again where another request came between. Refuses another's userName or email (409 `uniqueness`) and taking the last owner away
 * (400 `mutability`).
 */
export async function changeUser(
  scope: Scope,
  id: string,
  change: (current: DirectoryUser) => PersonInput,
): Promise<DirectoryUser> {
  let attempt = { id, userName: "", email: "" };
  const changed = (current: DirectoryUser): Changed => {
    tellAbout(scope, current);
    const next = change(current);
    const email = personEmail(next, current.email);
    attempt = { id, userName: next.userName, email };
    return { current, next, email };
  };
  try {
    return await again(() => saveInTurn(scope, id, changed));
  } catch (error) {
    // Only here, where no transaction is open any more that the refusal's own reading would wait for.
    throw await explainConflict(scope, error, attempt);
  }
}

/** A user as read, what it is to become, and the address that matches it then. */
interface Changed {
  readonly current: DirectoryUser;
  readonly next: PersonInput;
  readonly email: string;
}

async function saveInTurn(
  scope: Scope,
  id: string,
  changed: (current: DirectoryUser) => Changed,
): Promise<DirectoryUser> {
  for (let tried = 0; tried < TRIES; tried++) {
    const saved = await save(scope, changed(await readUser(scope.db, scope.organization.id, id)));
    if (saved) return saved;
  }
  return inTransaction(scope.db, async (db) => {
    const current = await holdUser(db, scope.organization.id, id);
    const saved = await save({ ...scope, db }, changed(current));
    return saved ?? current;
  });
}

/** Undefined where the user is not as it was read any more. */
async function save(scope: Scope, change: Changed): Promise<DirectoryUser | undefined> {
  const { current, next } = change;
  if (isUnchanged(current, next)) {
    tellUnchanged(scope, personName(current));
    return current;
  }
  requireKeys(personKeys(next));
  if (current.memberId === null && next.active && !current.active) return assignAnew(scope, change);
  return write(scope, change, current.memberId);
}

function isUnchanged(current: DirectoryUser, next: PersonInput): boolean {
  return (
    current.origin === "scim" &&
    current.userName === next.userName &&
    current.externalId === next.externalId &&
    current.active === next.active &&
    sameJson(current.attributes, next.attributes)
  );
}

/** The member was removed by hand; the directory assigns the person again, which brings them back. */
function assignAnew(scope: Scope, change: Changed): Promise<DirectoryUser | undefined> {
  const { current, next, email } = change;
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdOrganization(db, scope.organization.id);
    await holdUser(db, scope.organization.id, current.id);
    const joined = await joinMember(inside, next, email);
    return write(inside, change, joined.memberId);
  });
}

/** Brings a user back whom the directory pushes again, in a transaction that holds it. */
export async function revive(scope: Scope, known: DirectoryUser, next: PersonInput): Promise<DirectoryUser> {
  const email = personEmail(next, known.email);
  const memberId = known.memberId ?? (await joinMember(scope, next, email)).memberId;
  if (!(await write(scope, { current: known, next, email }, memberId)))
    throw new Error("a user that is held stays as it is");
  return readUser(scope.db, scope.organization.id, known.id);
}

/** Whoever comes back under another externalId may be another person: what sign-ins said of them before is forgotten. */
const IS_ANOTHER = "$12 = 'on' AND external_id IS DISTINCT FROM $5";

/**
 * One statement, and so one transaction: the user, if it is still as it was read; its member, whose
 * deactivation ends their sessions and links; and the event. $12 is what becomes of the member: 'off', 'on' or 'same'; $15 is whose user it was when it was read, for a
 * member who is removed by hand meanwhile leaves the version as it was.
 */
const writeChange = statement<
  { version: number },
  [
    string,
    string,
    number,
    string,
    string | null,
    string,
    string[] | null,
    boolean,
    string,
    Date,
    string,
    string,
    string | null,
    string,
    string | null,
    string,
  ]
>(`
  WITH changed AS (
    UPDATE directory_users SET user_name = $4, external_id = $5, email = $6, other_email_keys = $7, active = $8,
      attributes = $9, origin = 'scim', member_id = $13, version = version + 1, updated_at = $10,
      asserted_groups = CASE WHEN ${IS_ANOTHER} THEN NULL ELSE asserted_groups END,
      asserted_roles = CASE WHEN ${IS_ANOTHER} THEN NULL ELSE asserted_roles END
    WHERE organization_id = $1 AND id = $2 AND version = $3 AND member_id IS NOT DISTINCT FROM $15
    RETURNING version
  ), person AS (
    UPDATE members m SET
      name = CASE WHEN m.origin = 'manual' THEN m.name ELSE $11 END,
      email = CASE WHEN m.origin = 'manual' THEN m.email ELSE $6 END,
      state = CASE $12 WHEN 'off' THEN 'deactivated' WHEN 'on' THEN 'active' ELSE m.state END,
      granted_role = CASE WHEN $12 = 'on' THEN ${RETURNING_ROLE("$5")} ELSE m.granted_role END,
      directory_external_id = CASE WHEN $8 THEN $5 ELSE m.directory_external_id END
    FROM changed WHERE m.organization_id = $1 AND m.id = $13
  ), told AS (
    INSERT INTO audit_events SELECT e.* FROM changed, jsonb_populate_record(NULL::audit_events, $14) e
  ), asked AS (
    ${askedRows("$16", "changed")}
  )
  SELECT version FROM changed`);

/** What becomes of the member: stays as it is, comes back, is out. */
type Turn = "same" | "on" | "off";

async function write(
  scope: Scope,
  { current, next, email }: Changed,
  memberId: string | null,
): Promise<DirectoryUser | undefined> {
  const turn: Turn = current.active === next.active ? "same" : next.active ? "on" : "off";
  const difference = differenceOf(current, next);
  const version = current.version + 1;
  const after: DirectoryUser = {
    ...current,
    ...next,
    email,
    origin: "scim",
    memberId,
    version,
    lastModified: scope.now,
  };
  const [changed] = await writeChange(
    scope.db,
    scope.organization.id,
    current.id,
    current.version,
    next.userName,
    next.externalId,
    email,
    otherEmailKeys(email, next.attributes),
    next.active,
    JSON.stringify(next.attributes),
    scope.now,
    personName(next),
    turn,
    memberId,
    eventRow(scope, whatChanged(current, next, difference, turn)),
    current.memberId,
    changedRequest(scope, current, after, difference, turn),
  );
  return changed && after;
}

function whatChanged(current: DirectoryUser, next: PersonInput, difference: Difference, turn: Turn): AuditEvent {
  const word = { same: "changed", on: "reactivated", off: "deactivated" }[turn];
  const attributes = Object.keys(difference.after).filter((name) => !(name in NAMED));
  const before = { userName: current.userName, externalId: current.externalId, active: current.active };
  const after = { userName: next.userName, externalId: next.externalId, active: next.active };
  const target = { kind: "directory_user", id: current.id, name: next.userName };
  return { action: `directory_user.${word}`, target, detail: { before, after, attributes } };
}

/** What an event shows whole; of the other attributes it has the names. */
const NAMED = { userName: true, externalId: true, active: true };
