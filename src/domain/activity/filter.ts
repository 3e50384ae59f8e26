import type { AttemptOutcome, RequestOutcome } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { groupIds, personKeys } from "./person-keys.ts";

export const KINDS = ["scim", "sign-in"] as const;
export type Kind = (typeof KINDS)[number];

/** What somebody wants to see, as they typed it. */
export interface RequestFilter {
  /** An id of a directory user, a userName, an address, or a name. */
  readonly person?: string | undefined;
  /** An id of a group, or its name. */
  readonly group?: string | undefined;
  readonly outcome?: RequestOutcome | AttemptOutcome | undefined;
  /** Only what the directory asked, or only who signed in. */
  readonly kind?: Kind | undefined;
  /** As we show it; the case does not count. */
  readonly reference?: string | undefined;
  /** Whether lookups and reads are shown too, which are most of what a directory asks and change nothing. */
  readonly reads: boolean;
}

/** The same as what the rows hold. A condition that is absent lets every row through; an empty list none. */
export interface FoundFilter {
  readonly people?: readonly string[];
  readonly groups?: readonly string[];
  readonly outcomes?: readonly RequestOutcome[];
  readonly attemptOutcome?: AttemptOutcome;
  /** Where one kind alone can be meant. */
  readonly kind?: Kind;
  readonly reference?: string;
}

export const OUTCOMES = [
  "added",
  "changed",
  "removed",
  "refused",
  "unchanged",
  "read",
] as const satisfies readonly RequestOutcome[];
const BUT_READS = OUTCOMES.filter((outcome) => outcome !== "read");

export const ATTEMPT_OUTCOMES = ["signed-in", "passed", "refused"] as const satisfies readonly AttemptOutcome[];

/** Finds out which people, groups and outcomes are meant. Whoever types a reference number means that request, also a read. */
export async function findFilter(
  scope: Pick<Scope, "db" | "organization">,
  filter: RequestFilter,
): Promise<FoundFilter> {
  const { person, group, outcome, reference, reads } = filter;
  const everything = reads || reference !== undefined;
  const ofRequest = OUTCOMES.find((each) => each === outcome);
  const ofAttempt = ATTEMPT_OUTCOMES.find((each) => each === outcome);
  const kind = kindOf(filter, ofRequest, ofAttempt);
  return {
    ...(person && { people: await personKeys(scope, person) }),
    ...(group && { groups: await groupIds(scope, group) }),
    ...(ofRequest ? { outcomes: [ofRequest] } : !everything && { outcomes: BUT_READS }),
    ...(ofAttempt && { attemptOutcome: ofAttempt }),
    ...(kind && { kind }),
    ...(reference && { reference: reference.toUpperCase() }),
  };
}

/** A group is nobody's sign-in, and but for a refusal each outcome belongs to one kind. */
function kindOf({ group, kind }: RequestFilter, ofRequest: unknown, ofAttempt: unknown): Kind | undefined {
  if (group || (ofRequest && !ofAttempt)) return "scim";
  if (ofAttempt && !ofRequest) return "sign-in";
  return kind;
}
