import { sentenceOf } from "../domain/audit/acts.ts";
import { type RecordedEvent, recordEvent } from "../domain/audit/events.ts";
import { eventPages } from "../domain/audit/search.ts";
import { Refusal } from "../refusal.ts";
import { readAuditQuery } from "./audit.tsx";
import type { Context } from "./edge/context.ts";
import { answerCsv } from "./edge/csv.ts";

const HEAD = [
  "Time",
  "What happened",
  "Act",
  "Actor kind",
  "Actor",
  "Actor id",
  "Target kind",
  "Target",
  "Target id",
  "Address",
  "Reference number",
  "Detail",
  "Event id",
];

/** `GET /audit.csv`, with the filters of `/audit`: all events under them as a file, which is itself an event. */
export async function downloadAudit(c: Context): Promise<Response> {
  const { query, filter, errors } = await readAuditQuery(c);
  if (errors) throw new Refusal(422, "day", Object.values(errors)[0] ?? "");
  if (c.req.method === "GET") await recordEvent(c.var.scope, { action: "audit.exported", detail: { ...query } });
  return answerCsv(c, "audit", HEAD, (trx) => eventPages(trx, c.var.organization, filter), cells);
}

function cells(event: RecordedEvent) {
  const { actor, target } = event;
  return [
    event.at,
    sentenceOf(event),
    event.action,
    actor.kind,
    actor.name,
    actor.id,
    target?.kind,
    target?.name,
    target?.id,
    event.ip,
    event.referenceId,
    JSON.stringify(event.detail),
    event.id,
  ];
}
