import { randomUUID } from "node:crypto";
import { firstId, newId } from "../../src/db/id.ts";
import type { TestOrganization } from "./organization.ts";

interface Columns {
  readonly at?: Date;
  readonly action?: string;
  readonly actor?: { readonly kind: "member" | "directory" | "operator"; readonly id?: string; readonly name: string };
  readonly target?: { readonly kind: string; readonly id?: string; readonly name: string };
  readonly reference?: string;
  readonly detail?: Record<string, unknown>;
}

let made = 0;

/** Writes events as they were written at these times, in this order; answers their ids. */
export async function writeEvents(org: TestOrganization, ...events: Columns[]): Promise<string[]> {
  const rows = events.map(({ at, action = "member.added", actor, target, reference = "TEST", detail = {} }) => ({
    organization_id: org.organization.id,
    id: at ? idOf(at) : newId(new Date()),
    at: at ?? new Date(),
    actor_kind: actor?.kind ?? ("operator" as const),
    actor_id: actor?.id ?? null,
    actor_name: actor?.name ?? "test",
    action,
    target_kind: target?.kind ?? null,
    target_id: target?.id ?? null,
    target_name: target?.name ?? null,
    ip: "192.0.2.7",
    reference_id: reference,
    detail: JSON.stringify(detail),
  }));
  for (let from = 0; from < rows.length; from += 1_000) {
    await org.scope.db
      .insertInto("audit_events")
      .values(rows.slice(from, from + 1_000))
      .execute();
  }
  return rows.map(({ id }) => id);
}

/** An id of another time than now. Later ones of one moment are larger. */
function idOf(at: Date): string {
  const count = (made++ % 0x1000).toString(16).padStart(3, "0");
  return `${firstId(at).slice(0, 14)}7${count}-${randomUUID().slice(19)}`;
}
