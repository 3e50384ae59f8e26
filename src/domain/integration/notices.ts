import { statement } from "../../db/database.ts";
import type { Scope } from "../../scope.ts";
import { CERTIFICATE_WARNING_DAYS } from "./certificate-life.ts";

const DAY = 86_400_000;
/** How long owners are told of a change, in milliseconds. */
const TOLD_FOR = 7 * DAY;

/** What owners and admins must know about the integration on every page. */
export interface IntegrationNotices {
  /**
   * Who else changed what sign-in trusts in the last seven days, and when: for owners. Whoever may do that could sign in
   * as anybody in the organization.
   */
  readonly trustChange: { readonly at: Date; readonly by: string } | undefined;
  /** When the last of the certificates expires, or has expired, where that is within 60 days. */
  readonly certificatesEnd: Date | undefined;
}

const NOTHING: IntegrationNotices = { trustChange: undefined, certificatesEnd: undefined };

interface Row {
  readonly at: Date | null;
  readonly by: string | null;
  readonly end: Date | null;
}

const selectNotices = statement<Row, [string]>(`
  SELECT i.certificates_changed_at AS at, i.certificates_changed_by AS by,
    (SELECT max(c.not_after) FROM integration_certificates c WHERE c.organization_id = i.organization_id) AS end
  FROM integrations i WHERE i.organization_id = $1`);

/** What is to be told to the actor, an owner or an admin; nothing where there is no integration, or the plan has none. */
export async function readNotices(
  scope: Pick<Scope, "db" | "organization" | "now" | "actor">,
): Promise<IntegrationNotices> {
  const { organization, actor, now } = scope;
  const [row] = organization.includesIntegration ? await selectNotices(scope.db, organization.id) : [];
  if (!row) return NOTHING;
  const { at, by, end } = row;
  const isOwner = actor.kind === "member" && actor.role === "owner";
  const tells = isOwner && at !== null && by !== null && by !== actor.name && now.getTime() - at.getTime() < TOLD_FOR;
  const endsSoon = end !== null && end.getTime() - now.getTime() <= CERTIFICATE_WARNING_DAYS * DAY;
  return { trustChange: tells ? { at, by } : undefined, certificatesEnd: endsSoon ? end : undefined };
}
