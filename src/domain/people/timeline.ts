import { statement } from "../../db/database.ts";
import type { Scope } from "../../scope.ts";
import { OUTCOMES } from "../activity/filter.ts";
import { type ListedRequest, listRequests } from "../activity/requests.ts";
import type { RecordedEvent } from "../audit/events.ts";
import { searchEvents } from "../audit/search.ts";
import { type ListedAttempt, listAttempts } from "./attempts.ts";
import type { Identity } from "./identity.ts";

type Reader = Pick<Scope, "db" | "organization">;

/** One line of what happened to a person: an event, a request of the directory, or an attempt to sign in. */
export type TimelineEntry =
  | { readonly kind: "event"; readonly id: string; readonly at: Date; readonly event: RecordedEvent }
  | { readonly kind: "request"; readonly id: string; readonly at: Date; readonly request: ListedRequest }
  | { readonly kind: "attempt"; readonly id: string; readonly at: Date; readonly attempt: ListedAttempt };

export interface Timeline {
  /** The newest first. */
  readonly entries: readonly TimelineEntry[];
  /** Where older ones begin, if there may be any: to be handed in as `before`. */
  readonly older: string | undefined;
}

/** What one source gave: its rows, and behind which of them there may be more. */
interface Part {
  readonly entries: readonly TimelineEntry[];
  readonly older: string | undefined;
}

const WRITES = OUTCOMES.filter((outcome) => outcome !== "read");

/**
 * A page of everything that happened to a person, the newest first, from the audit log, the requests of the directory and
 * the attempts to sign in, each read by an index. What one thing wrote in two of them is shown once. `reads` shows lookups too.
 */
export async function readTimeline(
  scope: Reader,
  person: Identity,
  { before, limit, reads }: { before?: string | undefined; limit: number; reads: boolean },
): Promise<Timeline> {
  const part = { before, limit };
  const [events, requests, attempts] = await Promise.all([
    searchEvents(scope, { people: person.ids }, part),
    listRequests(scope, { people: person.keys, ...(!reads && { outcomes: WRITES }) }, part),
    listAttempts(scope, person, part),
  ]);
  const told = await toldElsewhere(scope, person, events.events);
  const parts: Part[] = [
    { entries: events.events.filter((event) => !told(event)).map(ofEvent), older: events.older },
    { entries: requests.requests.map(ofRequest), older: requests.older },
    { entries: attempts.attempts.map(ofAttempt), older: attempts.older },
  ];
  return merge(parts, limit);
}

/** The newest of all: only down to where every source is known, for behind that one of them may have more. */
function merge(parts: readonly Part[], limit: number): Timeline {
  const bounds = parts.flatMap(({ older }) => older ?? []).sort();
  const bound = bounds.at(-1);
  const all = parts
    .flatMap(({ entries }) => entries)
    .filter(({ id }) => bound === undefined || id >= bound)
    .sort((one, other) => (one.id < other.id ? 1 : -1));
  const entries = all.slice(0, limit);
  return { entries, older: all.length > limit ? entries.at(-1)?.id : bound };
}

const ofEvent = (event: RecordedEvent): TimelineEntry => ({ kind: "event", id: event.id, at: event.at, event });
const ofRequest = (request: ListedRequest): TimelineEntry => ({
  kind: "request",
  id: request.id,
  at: request.at,
  request,
});
const ofAttempt = (attempt: ListedAttempt): TimelineEntry => ({
  kind: "attempt",
  id: attempt.id,
  at: attempt.at,
  attempt,
});

const selectTold = statement<{ reference: string }, [string, string[], string[], string[]]>(`
  SELECT r.reference_id AS reference FROM scim_requests r
  WHERE r.organization_id = $1 AND r.reference_id = ANY($2) AND r.people && $3 AND r.outcome <> 'read'
  UNION
  SELECT a.reference_id FROM sign_in_attempts a
  WHERE a.organization_id = $1 AND a.reference_id = ANY($2) AND a.member_id = ANY($4::uuid[]) AND a.outcome = 'signed-in'`);

/** Tells whether a request or an attempt under the same number is in the timeline, which says the same and more. */
async function toldElsewhere(scope: Reader, person: Identity, events: readonly RecordedEvent[]) {
  const twice = events.filter(
    ({ actor, action }) =>
      (actor.kind === "directory" && action.startsWith("directory_user.")) || action === "session.opened",
  );
  const references = [...new Set(twice.map(({ referenceId }) => referenceId))];
  const rows = await selectTold(scope.db, scope.organization.id, references, [...person.keys], [...person.ids]);
  const told = new Set(rows.map(({ reference }) => reference));
  return (event: RecordedEvent) => twice.includes(event) && told.has(event.referenceId);
}
