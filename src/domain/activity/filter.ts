import type { RequestOutcome } from "../../db/tables.ts";
import type { Scope } from "../../scope.ts";
import { groupIds, personKeys } from "./person-keys.ts";

/** What somebody wants to see, as they typed it. */
export interface RequestFilter {
  /** An id of a directory user, a userName, an address, or a name. */
  readonly person?: string | undefined;
  /** An id of a group, or its name. */
  readonly group?: string | undefined;
  readonly outcome?: RequestOutcome | undefined;
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

/** Finds out which people, groups and outcomes are meant. Whoever types a reference number means that request, also a read. */
export async function findFilter(
  scope: Pick<Scope, "db" | "organization">,
  filter: RequestFilter,
): Promise<FoundFilter> {
  const { person, group, outcome, reference, reads } = filter;
  const everything = reads || reference !== undefined;
  return {
    ...(person && { people: await personKeys(scope, person) }),
    ...(group && { groups: await groupIds(scope, group) }),
    ...(outcome ? { outcomes: [outcome] } : !everything && { outcomes: BUT_READS }),
    ...(reference && { reference: reference.toUpperCase() }),
  };
}
