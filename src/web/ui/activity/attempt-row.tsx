import type { AttemptOutcome } from "../../../db/tables.ts";
import type { ListedAttempt } from "../../../domain/activity/attempts.ts";
import { Badge } from "../badge.tsx";
import { Time } from "../time.tsx";
import { ATTEMPT_WORDS, attemptSummary } from "./attempt-words.ts";

/** A sign-in among the requests of the directory: the same columns, but nobody waits for a duration. */
export function attemptCells(attempt: ListedAttempt) {
  return [
    <>
      <a class="request-link" href={`/settings/okta/activity/${attempt.id}`}>
        {attemptSummary(attempt)}
      </a>
      <span class="hint request-hint">
        <Time at={attempt.at} seconds={true} />
        <span>{attempt.purpose === "test" ? "Test sign-in" : "Single Sign-On"}</span>
        {attempt.code && <code>{attempt.code}</code>}
      </span>
    </>,
    <AttemptOutcomeBadge outcome={attempt.outcome} />,
    null,
    <code class="request-reference">{attempt.referenceId}</code>,
  ];
}

const TONES = { "signed-in": "connected", passed: "connected", refused: "danger" } as const;

/** What became of an attempt to sign in. */
export function AttemptOutcomeBadge({ outcome }: { readonly outcome: AttemptOutcome }) {
  return <Badge tone={TONES[outcome]}>{ATTEMPT_WORDS[outcome]}</Badge>;
}
