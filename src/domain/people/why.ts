import { fixFor } from "../activity/fixes.ts";
import { type Answer, evidenceOf, type Facts, newest } from "./answer.ts";
import { whyAbsent } from "./why-absent.ts";
import { whyConnected, whyDeactivated, whyMember, whyRole } from "./why-member.ts";
import { whyNotSignedIn } from "./why-sign-in.ts";

/**
 * Why things are with somebody as they are: the answers to what an administrator asks, the most pressing first. A pure
 * decision over what is known: each answer names the rule, what happened, and what to do.
 */
export function why(facts: Facts): readonly Answer[] {
  const { person } = facts;
  if (!person?.member) return [...whyAbsent(facts), ...whyNotSignedIn(facts)];
  const answers = person.member.state === "deactivated" ? [whyDeactivated(facts, person.member)] : [];
  return [
    ...answers,
    ...whyRefused(facts),
    ...whyNotSignedIn(facts),
    ...whyConnected(facts),
    ...whyRole(facts),
    whyMember(facts),
  ];
}

/** A member whom the directory could not change: the last thing that it wanted was refused. */
function whyRefused(facts: Facts): readonly Answer[] {
  const refused = newest(facts, "refused");
  const done = newest(facts, "added", "changed", "removed", "unchanged");
  if (!refused || (done && done.id > refused.id)) return [];
  const { cause, steps } = fixFor(refused);
  const name = facts.person?.name ?? facts.asked;
  return [
    {
      code: "change-refused",
      question: `Why is ${name} not as the directory says?`,
      rule: `The last request about them was refused. ${cause}`,
      evidence: evidenceOf(refused),
      steps,
    },
  ];
}
