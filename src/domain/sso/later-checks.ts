import type { CheckRecord } from "../../db/tables.ts";
import type { Examination, VerifiedAssertion } from "../../protocols/saml/response.ts";
import type { Refusal } from "../../refusal.ts";

/** The checks that need the database, in the order in which they are made once the response itself is good. */
const LATER: readonly { check: string; wanted: string; got: (assertion: VerifiedAssertion) => string }[] = [
  {
    check: "in-response-to",
    wanted: "an open request of this browser, or none",
    got: ({ inResponseTo }) => inResponseTo ?? "none: the identity provider started it",
  },
  { check: "replay", wanted: "an assertion that was not used before", got: () => "a new one" },
  { check: "person", wanted: "a person who may sign in", got: ({ email }) => email },
];

/** What was checked after the response itself: everything before the check that refused, and that one. */
export function laterChecks({ assertion }: Examination, refusal: Refusal | undefined): readonly CheckRecord[] {
  if (!assertion) return [];
  const failed = refusal && failedCheck(refusal);
  // An answer that nobody asked for is refused where its request would be looked for.
  const name = failed?.check === "idp-initiated" ? "in-response-to" : failed?.check;
  const stop = LATER.findIndex(({ check }) => check === name);
  const passed = LATER.slice(0, stop === -1 ? LATER.length : stop);
  const records = passed.map(({ check, wanted, got }) => ({ check, wanted, got: got(assertion), passed: true }));
  return failed ? [...records, failed] : records;
}

/** A refusal as the check that it was. */
export function failedCheck({ code, cause }: Refusal): CheckRecord {
  return { check: cause.check ?? code, wanted: cause.wanted ?? "", got: cause.got ?? "", passed: false };
}
