import { statement } from "../../db/database.ts";
import type { Scope } from "../../scope.ts";
import { CERTIFICATE_WARNING_DAYS } from "./certificate-life.ts";

const DAY = 86_400_000;
/** How long owners are told of something. */
const TOLD_FOR = 7 * DAY;

/** What owners and admins must know on every page. */
export interface Notices {
  /**
   * Who else changed what sign-in trusts in the last seven days, and when: for owners. Whoever may do that could sign in
   * as anybody in the organization.
   */
  readonly trustChange: { readonly at: Date; readonly by: string } | undefined;
  /** When the last of the certificates expires, or has expired, where that is within 60 days. */
  readonly certificatesEnd: Date | undefined;
  /** The last recovery code that was used in the last seven days, unless this owner has said that they know of it. */
  readonly recoveryUse: RecoveryUse | undefined;
  /** How many recovery codes this owner keeps. */
  readonly codes: number;
}

export interface RecoveryUse {
  readonly at: Date;
  readonly by: string;
  /** It was the last one of all, so that enforcement was switched off with it. */
  readonly lifted: boolean;
}

interface Row {
  readonly at: Date | null;
  readonly by: string | null;
  readonly end: Date | null;
  readonly used: { readonly at: string; readonly by: string; readonly lifted: boolean } | null;
  readonly codes: number;
}

const selectNotices = statement<Row, [string, string, Date]>(`
  SELECT i.certificates_changed_at AS at, i.certificates_changed_by AS by,
    (SELECT max(c.not_after) FROM integration_certificates c WHERE c.organization_id = i.organization_id) AS end,
    (SELECT json_build_object('at', r.at, 'by', r.used_by, 'lifted', r.lifted) FROM recovery_uses r
      WHERE r.organization_id = $1 AND r.at > $3 AND r.at > coalesce(m.recovery_seen_at, '-infinity')
      ORDER BY r.id DESC LIMIT 1) AS used,
    (SELECT count(*)::int FROM recovery_codes k
      WHERE k.organization_id = $1 AND k.member_id = $2 AND k.kept_at IS NOT NULL) AS codes
  FROM members m LEFT JOIN integrations i ON i.organization_id = m.organization_id
  WHERE m.organization_id = $1 AND m.id = $2`);

/** What is to be told to the actor, an owner or an admin; of the integration nothing where the plan has none. */
export async function readNotices(
  scope: Pick<Scope, "db" | "organization" | "now" | "actor">,
  memberId: string,
): Promise<Notices> {
  const { organization, actor, now } = scope;
  const since = new Date(now.getTime() - TOLD_FOR);
  const [row] = await selectNotices(scope.db, organization.id, memberId, since);
  const { at = null, by = null, end = null, used, codes = 0 } = row ?? {};
  const isOwner = actor.kind === "member" && actor.role === "owner";
  const included = organization.includesIntegration;
  const tells = included && isOwner && at !== null && by !== null && by !== actor.name && at > since;
  const endsSoon = included && end !== null && end.getTime() - now.getTime() <= CERTIFICATE_WARNING_DAYS * DAY;
  return {
    trustChange: tells ? { at, by } : undefined,
    certificatesEnd: endsSoon ? end : undefined,
    recoveryUse: isOwner && used ? { ...used, at: new Date(used.at) } : undefined,
    codes,
  };
}

const writeSeen = statement<never, [string, string, Date]>(
  "UPDATE members SET recovery_seen_at = $3 WHERE organization_id = $1 AND id = $2",
);

/** This owner knows of the recovery codes that were used until now. */
export async function noteRecoverySeen(
  scope: Pick<Scope, "db" | "organization" | "now">,
  memberId: string,
): Promise<void> {
  await writeSeen(scope.db, scope.organization.id, memberId, scope.now);
}
