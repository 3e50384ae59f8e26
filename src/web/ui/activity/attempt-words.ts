import type { AttemptOutcome } from "../../../db/tables.ts";
import type { ListedAttempt } from "../../../domain/activity/attempts.ts";

/** As people read them. A refused one is called as a refused request is. */
export const ATTEMPT_WORDS = {
  "signed-in": "Signed in",
  passed: "Test passed",
  refused: "Refused",
} as const satisfies Record<AttemptOutcome, string>;

/** What it meant, in words. */
export function attemptSummary(attempt: Omit<ListedAttempt, "kind">): string {
  const { purpose, outcome, signed, email, memberName } = attempt;
  const who = memberName ?? email ?? "somebody without a name";
  if (outcome === "signed-in") return `${who} signed in`;
  if (outcome === "passed") return `Test sign-in as ${who} passed`;
  const what = purpose === "test" ? "Test sign-in" : "Sign-in";
  return signed ? `${what} of ${who} refused` : `${what} refused: nothing in it could be trusted`;
}
