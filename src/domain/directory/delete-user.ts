import { again } from "../../db/again.ts";
import { statement } from "../../db/database.ts";
import type { Scope } from "../../scope.ts";
import { eventRow } from "../audit/events.ts";
import { explainConflict } from "./conflicts.ts";
import { deletedRequest, tellAbout } from "./told-users.ts";
import { readUser } from "./user-rows.ts";

const deleteWhole = statement<{ id: string }, [string, string, string, string]>(`
  WITH gone AS (
    DELETE FROM directory_users WHERE organization_id = $1 AND id = $2 RETURNING id, member_id
  ), deleted AS (
    DELETE FROM members m USING gone WHERE m.organization_id = $1 AND m.id = gone.member_id AND m.origin <> 'manual'
  ), left_out AS (
    UPDATE members m SET state = 'deactivated' FROM gone
    WHERE m.organization_id = $1 AND m.id = gone.member_id AND m.origin = 'manual'
  ), told AS (
    INSERT INTO audit_events SELECT e.* FROM gone, jsonb_populate_record(NULL::audit_events, $3) e
  ), asked AS (
    INSERT INTO scim_requests SELECT r.* FROM gone, json_populate_recordset(NULL::scim_requests, $4) r
  )
  SELECT id FROM gone`);

/**
 * Deletes a directory user (RFC 7644 §3.6): a created member is deleted with it, a linked one becomes deactivated; their
 * sessions end. The same person can be pushed again later. 404 `notFound`; 400 `mutability` for the last owner.
 */
export async function deleteUser(scope: Scope, id: string): Promise<void> {
  const user = await readUser(scope.db, scope.organization.id, id);
  tellAbout(scope, user);
  const target = { kind: "directory_user", id: user.id, name: user.userName };
  const member = user.memberOrigin === "manual" ? "deactivated" : "deleted";
  const event = eventRow(scope, { action: "directory_user.deleted", target, detail: { member } });
  const request = deletedRequest(scope, user, member);
  try {
    const [gone] = await again(() => deleteWhole(scope.db, scope.organization.id, id, event, request));
    // Another request deleted it between the two: as much gone as if it had come first.
    if (!gone) await readUser(scope.db, scope.organization.id, id);
  } catch (error) {
    throw await explainConflict(scope, error, user);
  }
}
