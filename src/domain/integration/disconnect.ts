import { inTransaction, statement } from "../../db/database.ts";
import type { CreatedMembers } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { type Job, queueJob } from "../jobs/jobs.ts";
import { holdOrganization, liftEnforcement } from "../organizations/organizations.ts";
import { oneBatch } from "./disconnect-batch.ts";

/** What a disconnect would do, with the first names of each. */
export interface DisconnectPreview {
  /** Members that the integration created: they will be deleted, or stay as plain members. */
  readonly membersDeleted: number;
  /** Linked members: they stay as they are, the deactivated deactivated. */
  readonly membersKept: number;
  readonly firstDeleted: readonly string[];
  readonly firstKept: readonly string[];
  /**
   * Whether an active owner remains if the created members are deleted, or kept; without one it is refused. A mapping's
   * owners are none afterwards.
   */
  readonly ownerRemains: { readonly delete: boolean; readonly keep: boolean };
}

const selectPreview = statement<DisconnectPreview, [string]>(`
  WITH affected AS (
    SELECT m.name, m.email, m.origin <> 'manual' AS created FROM members m
    WHERE m.organization_id = $1 AND (m.origin <> 'manual' OR EXISTS (
      SELECT FROM directory_users u WHERE u.organization_id = $1 AND u.member_id = m.id))
  )
  SELECT (SELECT count(*)::int FROM affected WHERE created) AS "membersDeleted",
    (SELECT count(*)::int FROM affected WHERE NOT created) AS "membersKept",
    ARRAY(SELECT name FROM affected WHERE created ORDER BY name, email LIMIT 10) AS "firstDeleted",
    ARRAY(SELECT name FROM affected WHERE NOT created ORDER BY name, email LIMIT 10) AS "firstKept",
    (SELECT json_build_object('delete', coalesce(bool_or(origin = 'manual'), false), 'keep', count(*) > 0)
      FROM members WHERE organization_id = $1 AND granted_role = 'owner' AND state = 'active') AS "ownerRemains"`);

/** What a disconnect would do now. */
export async function previewDisconnect(scope: Pick<Scope, "db" | "organization">): Promise<DisconnectPreview> {
  const [preview] = await selectPreview(scope.db, scope.organization.id);
  if (!preview) throw new Error("a preview is one row");
  return preview;
}

/**
 * Disconnects: SSO and SCIM stop in this transaction, enforcement is lifted, and their people are signed out. The members
 * that the integration created are deleted, or kept as plain members, up to one batch; in a larger organization a job does
 * the rest. Refused without an integration (404 `integration`) and while no owner would remain (409 `last-owner`).
 */
export function disconnect(scope: Scope, createdMembers: CreatedMembers = "delete"): Promise<Job> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    const organizationId = scope.organization.id;
    // Held, so that no owner is taken away between the look and the act.
    const { sso_enforced: enforced } = await holdOrganization(db, organizationId);
    // First: this waits for the pushes under way, which hold the integration, and whoever comes later finds none.
    const integrations = db.deleteFrom("integrations").where("organization_id", "=", organizationId);
    if ((await integrations.returning("issuer").execute()).length === 0) {
      throw new Refusal(404, "integration", "This organization has no Okta integration.");
    }
    const { membersDeleted: created, membersKept, ownerRemains } = await previewDisconnect(inside);
    if (!ownerRemains[createdMembers]) throw refuseWithoutOwner();
    if (enforced) await liftEnforcement(inside, "the disconnect");
    await endSessions(db, organizationId);
    const target = { kind: "integration", name: scope.organization.slug };
    const keeps = createdMembers === "keep";
    const detail = keeps
      ? { membersDeleted: 0, membersKept: membersKept + created }
      : { membersDeleted: created, membersKept };
    await recordEvent(inside, { action: "integration.disconnected", target, detail: { ...detail, createdMembers } });
    const progress = await oneBatch(inside, createdMembers, 0);
    return queueJob(inside, { kind: "disconnect", total: created, createdMembers, ...progress });
  });
}

function refuseWithoutOwner(): Refusal {
  const sentence =
    "No owner would remain: first make a member who was not created by the integration an owner, by hand.";
  return new Refusal(409, "last-owner", sentence);
}

const endSessions = statement<never, [string]>(`
  DELETE FROM sessions s USING members m
  WHERE s.organization_id = $1 AND m.organization_id = $1 AND m.id = s.member_id
    AND (s.method = 'sso' OR m.origin <> 'manual')`);
