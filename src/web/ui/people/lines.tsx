import type { TimelineEntry } from "../../../domain/people/timeline.ts";
import { Outcome } from "../activity/activity-row.tsx";
import { auditPath } from "../audit/address.ts";
import { Badge } from "../badge.tsx";
import type { TimelineLine } from "./timeline.tsx";

/** An entry as a line; `says` knows the sentence of an event. */
export function lineOf(
  entry: TimelineEntry,
  says: (event: Extract<TimelineEntry, { kind: "event" }>["event"]) => string,
): TimelineLine {
  const { id, at } = entry;
  if (entry.kind === "event") {
    const { event } = entry;
    const reference = event.referenceId;
    const badge = <Badge>{BY[event.actor.kind] ?? "Event"}</Badge>;
    return { id, at, sentence: says(event), href: auditPath({ reference }), badge, referenceId: reference };
  }
  if (entry.kind === "request") {
    const { request } = entry;
    const sentence = `The directory: ${request.summary}`;
    const href = `/settings/okta/activity/${request.id}`;
    return { id, at, sentence, href, badge: <Outcome request={request} />, referenceId: request.referenceId };
  }
  return attemptLine(entry);
}

const BY: Readonly<Record<string, string>> = {
  member: "By hand",
  operator: "Operator",
  directory: "Directory",
  system: "Service",
  visitor: "Sign-in",
};

function attemptLine({ id, at, attempt }: Extract<TimelineEntry, { kind: "attempt" }>): TimelineLine {
  const { outcome, purpose, code, sentence, referenceId } = attempt;
  const refused = outcome === "refused";
  const what = purpose === "test" ? "Test sign-in" : "Sign-in";
  return {
    id,
    at,
    sentence: refused
      ? `${what} refused: ${sentence ?? "the cause is not known."}`
      : `${what} through the identity provider`,
    hint: refused && code !== null ? `The check that failed: ${code}` : undefined,
    href: `/settings/okta/activity/${id}`,
    badge: refused ? (
      <Badge tone="danger">Refused</Badge>
    ) : (
      <Badge tone="connected">{purpose === "test" ? "Passed" : "Signed in"}</Badge>
    ),
    referenceId,
  };
}
