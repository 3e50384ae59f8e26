import { z } from "zod";
import { listEvents, type RecordedEvent } from "../../../../domain/audit/events.ts";
import { operation, organizationScope, reply } from "../contract/operation.ts";
import { page, pageOf, pageQuery } from "../contract/page.ts";
import { id, sentTime, text, time } from "../contract/schemas.ts";

const auditEvent = z
  .strictObject({
    id,
    at: time,
    actor: z.strictObject({ kind: z.string(), id: id.nullable(), name: z.string() }),
    action: z.string().meta({ description: "Dotted, the thing first: `member.added`." }),
    target: z.strictObject({ kind: z.string(), id: id.nullable(), name: z.string().nullable() }).nullable(),
    ip: z.string().nullable(),
    referenceId: z.string().meta({ description: "The number that a refusal showed." }),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "AuditEvent" });

const auditQuery = pageQuery.extend({
  actor: text(300).optional().meta({ description: "The actor's name, id or kind, exactly." }),
  action: text(100).optional().meta({ description: "The action, or how it begins: `member.`" }),
  target: text(100)
    .optional()
    .meta({ description: "The id of the member, the directory user or whatever it happened to." }),
  reference: text(100).optional().meta({ description: "The reference number." }),
  from: sentTime.optional().meta({ description: "From this moment on: RFC 3339, with Z or an offset." }),
  to: sentTime.optional().meta({ description: "Until just before this moment." }),
});

const getAuditEvents = operation({
  method: "GET",
  path: "/api/v1/organizations/:slug/audit-events",
  name: "listAuditEvents",
  summary: "List what happened, the newest first.",
  query: auditQuery,
  answers: { 200: pageOf(auditEvent) },
  async run({ c, query: { actor, action, target, reference, from, to, cursor, limit } }) {
    const referenceId = reference?.toUpperCase();
    const filter = { actor, action, target, referenceId, from, to, before: cursor };
    const rows = await listEvents(await organizationScope(c), { ...filter, limit: limit + 1 });
    return reply(200, page(rows, limit, shown));
  },
});

/** `/api/v1/organizations/:slug/audit-events` */
export const auditEventOperations = [getAuditEvents];

function shown(event: RecordedEvent) {
  const { id, at, actor, action, target, ip, referenceId, detail } = event;
  return { id, at: at.toISOString(), actor, action, target, ip, referenceId, detail };
}
