import { sql } from "kysely";
import { type Db, statement } from "../../db/database.ts";
import { firstId, isId, newId } from "../../db/id.ts";
import type { Scope } from "../../scope.ts";

/** What happened. `detail` never holds a token, a password, a signature or a whole assertion. */
export interface AuditEvent {
  /** Dotted, the thing first: `directory_user.created`. */
  readonly action: string;
  readonly target?: { readonly kind: string; readonly id?: string; readonly name: string };
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Who and where: the part of a scope that an event is written from. */
type Witness = Pick<Scope, "actor" | "now" | "referenceId" | "ip"> & { readonly organization: { readonly id: string } };

/**
 * The event as one JSON value, for a statement that writes it together with the change:
 * `INSERT INTO audit_events SELECT e.* FROM changed, jsonb_populate_record(NULL::audit_events, $n) e`.
 */
export function eventRow(scope: Witness, event: AuditEvent): string {
  return JSON.stringify({
    organization_id: scope.organization.id,
    id: newId(scope.now),
    at: scope.now,
    actor_kind: scope.actor.kind,
    actor_id: "id" in scope.actor ? scope.actor.id : null,
    actor_name: scope.actor.name,
    action: event.action,
    target_kind: event.target?.kind ?? null,
    target_id: event.target?.id ?? null,
    target_name: event.target?.name ?? null,
    ip: scope.ip ?? null,
    reference_id: scope.referenceId,
    detail: event.detail ?? {},
  });
}

const insertEvent = statement<never, [string]>(
  "INSERT INTO audit_events SELECT e.* FROM jsonb_populate_record(NULL::audit_events, $1) e",
);

/** Writes the event in the scope's transaction, beside the change that it tells of. */
export async function recordEvent(scope: Witness & { readonly db: Db }, event: AuditEvent): Promise<void> {
  await insertEvent(scope.db, eventRow(scope, event));
}

/** An event as the operator API and the pages show it. */
export interface RecordedEvent {
  readonly id: string;
  readonly at: Date;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string };
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string | null; readonly name: string | null } | null;
  readonly ip: string | null;
  readonly referenceId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A page of events, newest first; `actor` matches the name or id exactly, `action` the start of the dotted name. */
export async function listEvents(
  scope: Pick<Scope, "db" | "organization">,
  query: {
    actor?: string | undefined;
    action?: string | undefined;
    /** The id of whom or what it happened to. */
    target?: string | undefined;
    referenceId?: string | undefined;
    from?: Date | undefined;
    to?: Date | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<readonly RecordedEvent[]> {
  let select = scope.db
    .selectFrom("audit_events")
    .selectAll()
    .where("organization_id", "=", scope.organization.id)
    .orderBy("id", "desc")
    .limit(query.limit);
  if (query.before) select = select.where("id", "<", query.before);
  if (query.from) select = select.where("id", ">=", firstId(query.from));
  if (query.to) select = select.where("id", "<", firstId(query.to));
  if (query.target) select = select.where(sql<boolean>`target_id = ${isId(query.target) ? query.target : null}::uuid`);
  if (query.referenceId) select = select.where("reference_id", "=", query.referenceId);
  if (query.action) select = select.where(sql<boolean>`starts_with(action, ${query.action})`);
  if (query.actor) select = select.where(sql<boolean>`${query.actor} IN (actor_name, actor_id::text, actor_kind)`);
  const rows = await select.execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    target: row.target_kind ? { kind: row.target_kind, id: row.target_id, name: row.target_name } : null,
    ip: row.ip,
    referenceId: row.reference_id,
    detail: row.detail,
  }));
}
