import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { findAttempt, type KeptAttempt, type ListedAttempt, listAttempts } from "./attempts.ts";
import type { Part } from "./candidates.ts";
import type { FoundFilter } from "./filter.ts";
import { findRequest, type KeptRequest, type ListedRequest, listRequests } from "./requests.ts";

/** A line of the activity: a request of the directory, or an attempt to sign in. */
export type Activity = ListedRequest | ListedAttempt;

type Reader = Pick<Scope, "db" | "organization">;

export interface ActivityPage {
  /** The newest first. */
  readonly lines: readonly Activity[];
  /** Where older ones begin, if there may be any: to be handed in as `before`. */
  readonly older: string | undefined;
}

/**
 * A page of requests and sign-ins in the order of time, the newest first. Each kind is asked for no more than a page of it,
 * so that the cost does not grow with the history.
 */
export async function listActivity(scope: Reader, filter: FoundFilter, part: Part): Promise<ActivityPage> {
  const { requests, older: end } = filter.kind === "sign-in" ? NONE : await listRequests(scope, filter, part);
  const attempts = filter.kind === "scim" ? [] : await listAttempts(scope, filter, part);
  // Below the end of the requests there may be more of them: what lies there belongs to the next page.
  const inSight = attempts.filter(({ id }) => end === undefined || id >= end);
  const all = [...requests, ...inSight].sort((one, other) => (one.id < other.id ? 1 : -1));
  const lines = all.slice(0, part.limit);
  return { lines, older: all.length > part.limit ? lines.at(-1)?.id : end };
}

const NONE = { requests: [], older: undefined };

/** The request or attempt with this id; 404 `request` for any other id, also one of another organization. */
export async function getActivity(scope: Reader, id: string): Promise<KeptRequest | KeptAttempt> {
  const found = (await findRequest(scope, id)) ?? (await findAttempt(scope, id));
  if (found) return found;
  throw new Refusal(404, "request", "There is no such request or sign-in here. What is old is no longer kept.");
}
