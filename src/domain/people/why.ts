import { fixFor } from "../activity/fixes.ts";
import { type Answer, evidenceOf, type Facts, newest } from "./answer.ts";
import type { NamedRequest } from "./named-requests.ts";
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

/** A member whom the directory could not change, or in whose place it wanted another: the last that it wanted was refused. */
function whyRefused(facts: Facts): readonly Answer[] {
  const refused = newest(facts, "refused");
  const done = newest(facts, "added", "changed", "removed", "unchanged");
  if (!refused || (done && done.id > refused.id)) return [];
  const { cause, steps } = fixFor(refused);
  const name = facts.person?.name ?? facts.asked;
  if (refused.method === "POST" && refused.refusal?.code === "uniqueness") return [whyDuplicate(facts, refused, name)];
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

/** Somebody else was pushed under what this member has already: two people in the directory, or one who is there twice. */
function whyDuplicate(facts: Facts, refused: NamedRequest, name: string): Answer {
  const { cause, steps } = fixFor(refused);
  const user = facts.person?.user;
  const holder = user ? `${name}, whom the directory calls ${user.userName}` : name;
  return {
    code: "duplicate",
    question: `Why was somebody else refused who has what ${name} has?`,
    rule: `${cause} It belongs to ${holder}, and two people cannot share it.`,
    evidence: evidenceOf(refused),
    steps,
    act: { label: `Open the page of ${name}`, kind: "person" },
  };
}
