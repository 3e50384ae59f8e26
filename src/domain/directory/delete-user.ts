import { again } from "../../db/again.ts";
import { statement } from "../../db/database.ts";
import { type Precondition, requireVersion } from "../../protocols/scim/etag.ts";
import type { Scope } from "../../scope.ts";
import { askedRows } from "../activity/record.ts";
import { eventRow } from "../audit/events.ts";
import { explainConflict } from "./conflicts.ts";
import { deletedRequest, tellAbout } from "./told-users.ts";
import { readUser } from "./user-rows.ts";

/**
 * The user with their member, if the user is of the version that $5 is, where it is one. Their groups have one member
 * less and so a new version; they are held first, as a change of a group does before it comes to a user.
 */
const deleteWhole = statement<{ id: string }, [string, string, string, string, number | null, Date]>(`
  WITH their_groups AS MATERIALIZED (
    SELECT g.id FROM group_memberships gm
    JOIN directory_groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id
    WHERE gm.organization_id = $1 AND gm.directory_user_id = $2 ORDER BY g.id FOR UPDATE OF g
  ), gone AS (
    DELETE FROM directory_users WHERE organization_id = $1 AND id = $2 AND ($5::int IS NULL OR version = $5)
      AND (SELECT count(*) FROM their_groups) >= 0
    RETURNING id, member_id
  ), smaller AS (
    UPDATE directory_groups g SET version = version + 1, updated_at = $6 FROM gone
    WHERE g.organization_id = $1 AND g.id IN (SELECT id FROM their_groups)
  ), deleted AS (
    DELETE FROM members m USING gone WHERE m.organization_id = $1 AND m.id = gone.member_id AND m.origin <> 'manual'
  ), left_out AS (
    UPDATE members m SET state = 'deactivated' FROM gone
    WHERE m.organization_id = $1 AND m.id = gone.member_id AND m.origin = 'manual'
  ), told AS (
    INSERT INTO audit_events SELECT e.* FROM gone, jsonb_populate_record(NULL::audit_events, $3) e
  ), asked AS (
    ${askedRows("$4", "gone")}
  )
  SELECT id FROM gone`);

/**
 * Deletes a directory user (RFC 7644 §3.6): a created member is deleted with it, a linked one becomes deactivated; their
 * sessions end. The same person can be pushed again later. 404 `notFound`; 412 for another version than the precondition
 * names; 400 `mutability` for the last owner.
 */
export async function deleteUser(scope: Scope, id: string, precondition?: Precondition): Promise<void> {
  const user = await readUser(scope.db, scope.organization.id, id);
  tellAbout(scope, user);
  requireVersion(precondition, user.version);
  const version = precondition ? user.version : null;
  const target = { kind: "directory_user", id: user.id, name: user.userName };
  const member = user.memberOrigin === "manual" ? "deactivated" : "deleted";
  const event = eventRow(scope, { action: "directory_user.deleted", target, detail: { member } });
  const request = deletedRequest(scope, user, member);
  try {
    const [gone] = await again(() =>
      deleteWhole(scope.db, scope.organization.id, id, event, request, version, scope.now),
    );
    // Another request changed or deleted it between the two, and is seen as if it had come first.
    if (!gone) await deleteUser(scope, id, precondition);
  } catch (error) {
    throw await explainConflict(scope, error, user);
  }
}
