import type { Provisioning } from "../../db/tables.ts";
import type { Fix } from "../activity/fixes.ts";
import type { RecordedEvent } from "../audit/events.ts";
import type { RoleExplained } from "../directory/explain.ts";
import type { RefusedSummary } from "../integration/refused-summary.ts";
import type { ListedAttempt } from "./attempts.ts";
import type { Identity } from "./identity.ts";
import type { NamedRequest } from "./named-requests.ts";

/** What is known of somebody, gathered in a few queries: from it alone the answers are made. */
export interface Facts {
  /** As somebody typed it. */
  readonly asked: string;
  readonly person: Identity | undefined;
  readonly role: RoleExplained | undefined;
  readonly ssoEnforced: boolean;
  /** The integration that there is; undefined where nobody is pushed and nobody signs in through a provider. */
  readonly integration:
    | {
        readonly provider: string;
        readonly provisioning: Provisioning;
        readonly lastScimRequestAt: Date | null;
      }
    | undefined;
  /** Requests of the last days whose SCIM token was refused: whom they named is not known. */
  readonly refusedTokens: RefusedSummary | undefined;
  /** The newest request about them of each outcome that is kept. */
  readonly requests: readonly NamedRequest[];
  /** For how many days requests are kept. */
  readonly activityDays: number;
  /** What happened to them, the newest first. */
  readonly events: readonly RecordedEvent[];
  /** When everybody whom the integration made was deleted with it. */
  readonly disconnected: RecordedEvent | undefined;
  /** Their attempts to sign in, the newest first, and what mends the newest that was refused. */
  readonly attempts: readonly ListedAttempt[];
  readonly attemptFix: Fix | undefined;
}

/** What an answer rests on, with where it can be read whole. */
export type Evidence =
  | { readonly kind: "request"; readonly request: NamedRequest }
  | { readonly kind: "event"; readonly event: RecordedEvent }
  | { readonly kind: "attempt"; readonly attempt: ListedAttempt };

/** An answer: the question, the rule that applies, what happened, and what to do about it. */
export interface Answer {
  readonly code: string;
  readonly question: string;
  /** Why, in a sentence or two. */
  readonly rule: string;
  readonly evidence: readonly Evidence[];
  /** What to do, step by step; none where all is as it should be. */
  readonly steps: readonly string[];
  /** Something to do right here. */
  readonly act?: { readonly label: string; readonly kind: "invite" | "person" | "okta" } | undefined;
}

/** The newest request about them that ended so. */
export function newest(facts: Facts, ...outcomes: readonly NamedRequest["outcome"][]): NamedRequest | undefined {
  return facts.requests
    .filter(({ outcome }) => outcomes.includes(outcome))
    .reduce<NamedRequest | undefined>((last, each) => (last && last.id > each.id ? last : each), undefined);
}

/** The newest event of these acts that happened to them. */
export function lastEvent(
  facts: Facts,
  actions: readonly string[],
  fits: (event: RecordedEvent) => boolean = () => true,
): RecordedEvent | undefined {
  return facts.events.find((event) => actions.includes(event.action) && fits(event));
}

/** Those of them that are there, as evidence. */
export function evidenceOf(
  ...found: readonly (NamedRequest | RecordedEvent | ListedAttempt | undefined)[]
): readonly Evidence[] {
  return found.flatMap((each): Evidence[] => {
    if (each === undefined) return [];
    if ("action" in each) return [{ kind: "event", event: each }];
    return "method" in each ? [{ kind: "request", request: each }] : [{ kind: "attempt", attempt: each }];
  });
}
