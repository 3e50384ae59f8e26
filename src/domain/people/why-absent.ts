import { fixFor } from "../activity/fixes.ts";
import { type Answer, evidenceOf, type Facts, lastEvent, newest } from "./answer.ts";

type Decision = (facts: Facts, question: string) => Answer | undefined;

/**
 * Why somebody is not a member, the first reason that fits; and before it that the directory's token was refused of late,
 * for then nothing of what it wanted has arrived.
 */
export function whyAbsent(facts: Facts): readonly Answer[] {
  const name = facts.person?.name ?? facts.asked;
  const question = `Why is ${name} not a member?`;
  const reason = REASONS.reduce<Answer | undefined>((found, decide) => found ?? decide(facts, question), undefined);
  return [tokenRefused(facts, question), reason].filter((answer) => answer !== undefined);
}

/** From what is certain to what is likely: the first that fits is the answer. */
const REASONS: readonly Decision[] = [
  merged,
  refused,
  removedByHand,
  inactive,
  deletedByDirectory,
  disconnected,
  noIntegration,
  justInTime,
  lookedFor,
  neverPushed,
];

/** Whether this is the last that was heard of them: nothing else came after it. */
function isLast(facts: Facts, id: string): boolean {
  const others = [...facts.requests.filter(({ outcome }) => outcome !== "read"), ...facts.events];
  return others.every((other) => other.id <= id);
}

function tokenRefused({ refusedTokens, integration }: Facts, question: string): Answer | undefined {
  if (!refusedTokens || integration?.provisioning !== "scim") return undefined;
  const { lastScimRequestAt } = integration;
  if (lastScimRequestAt && lastScimRequestAt > refusedTokens.lastAt) return undefined;
  const { unknown, expired, revoked, tokenName, lastAt } = refusedTokens;
  const kind = expired > 0 ? "has expired" : revoked > 0 ? "was revoked" : "is not one of ours";
  return {
    code: "token-refused",
    question,
    rule: `Requests with a wrong SCIM token do nothing. ${unknown + expired + revoked} were refused, the last on ${minute(lastAt)}: the token${tokenName ? ` “${tokenName}”` : ""} ${kind}. None was accepted since, so whatever the directory wanted has not arrived.`,
    evidence: [],
    steps: [
      "Here, open Okta Integration and make a new SCIM token: it is shown once.",
      `In ${integration.provider}, put it where the old one is, and test the connection.`,
      "Then let the provider push again what failed meanwhile.",
    ],
    act: { label: "Open the integration", kind: "okta" },
  };
}

function merged(facts: Facts, question: string): Answer | undefined {
  const event = lastEvent(facts, ["member.merged"]);
  if (!event || facts.person?.user) return undefined;
  return {
    code: "merged",
    question,
    rule: `This member and another were one person, and were merged: ${event.target?.name ?? "the other"} is who they are now.`,
    evidence: evidenceOf(event),
    steps: [],
  };
}

function refused(facts: Facts, question: string): Answer | undefined {
  const request = newest(facts, "refused");
  if (!request || !isLast(facts, request.id)) return undefined;
  const { cause, steps } = fixFor(request);
  return {
    code: "push-refused",
    question,
    rule: `The push was refused. ${cause}`,
    evidence: evidenceOf(request),
    steps,
  };
}

function removedByHand(facts: Facts, question: string): Answer | undefined {
  // A disconnect removes as well, in the name of the service.
  const event = lastEvent(facts, ["member.removed"], ({ actor }) => actor.kind !== "system");
  const { user } = facts.person ?? {};
  if (user && !user.active) return undefined;
  if (!user && !(event && isLast(facts, event.id))) return undefined;
  const provider = facts.integration?.provider;
  const rule = user
    ? "A member who was removed by hand stays removed while the directory still says active, until somebody invites them or the directory assigns them anew."
    : "They were removed by hand.";
  return {
    code: "removed-by-hand",
    question,
    rule,
    evidence: evidenceOf(event),
    steps: [
      "To have them back, invite them here under the same address: they are joined with their directory user again.",
      ...(user && provider ? [`Or, in ${provider}, unassign them from the app and assign them again.`] : []),
    ],
    act: { label: "Invite them", kind: "invite" },
  };
}

function inactive(facts: Facts, question: string): Answer | undefined {
  if (!facts.person?.user || facts.person.user.active) return undefined;
  return {
    code: "inactive",
    question,
    rule: "The directory has them as deactivated. Only who is active there becomes a member.",
    evidence: evidenceOf(
      newest(facts, "removed", "changed", "added"),
      lastEvent(facts, ["directory_user.deactivated"]),
    ),
    steps: assignAgain(facts),
  };
}

function deletedByDirectory(facts: Facts, question: string): Answer | undefined {
  const event = lastEvent(facts, ["directory_user.deleted"]);
  const request = newest(facts, "removed");
  if (!event || !isLast({ ...facts, requests: [] }, event.id)) return undefined;
  return {
    code: "deleted-by-directory",
    question,
    rule: "The directory deleted them, and a member whom the directory made is deleted with its user.",
    evidence: evidenceOf(request ?? event),
    steps: assignAgain(facts),
  };
}

function disconnected(facts: Facts, question: string): Answer | undefined {
  const { disconnected: event } = facts;
  const known = facts.person !== undefined || facts.events.length > 0;
  if (!event || !known || facts.events.some(({ id, actor }) => id > event.id && actor.kind !== "system"))
    return undefined;
  return {
    code: "disconnected",
    question,
    rule: "The integration was disconnected, and the members that it had made were deleted with it.",
    evidence: evidenceOf(event),
    steps: facts.integration
      ? assignAgain(facts)
      : ["Set the integration up again and let it push them, or invite them here."],
  };
}

function noIntegration(facts: Facts, question: string): Answer | undefined {
  if (facts.integration) return undefined;
  return {
    code: "no-integration",
    question,
    rule: "No identity provider is connected: members are those whom somebody invited, and nobody has invited them.",
    evidence: [],
    steps: ["Invite them, or connect your identity provider under Settings, Okta Integration."],
    act: { label: "Invite them", kind: "invite" },
  };
}

function justInTime(facts: Facts, question: string): Answer | undefined {
  const { integration } = facts;
  if (integration?.provisioning !== "jit") return undefined;
  const tried = facts.attempts.length > 0;
  return {
    code: "just-in-time",
    question,
    rule: `Nobody is pushed here: with just-in-time provisioning somebody becomes a member when they first sign in through ${integration.provider}, ${tried ? "and their sign-in was refused" : "and they have not tried yet"}.`,
    evidence: evidenceOf(facts.attempts[0]),
    steps: [
      `In ${integration.provider}, assign the app to them.`,
      "Let them click its tile, or sign in from our sign-in page. Or invite them here.",
    ],
    act: { label: "Invite them", kind: "invite" },
  };
}

function lookedFor(facts: Facts, question: string): Answer | undefined {
  const lookup = newest(facts, "read");
  if (!lookup) return undefined;
  const provider = facts.integration?.provider ?? "the provider";
  return {
    code: "looked-for",
    question,
    rule: `${provider} asked whether they are here (${lookup.count} ${lookup.count === 1 ? "time" : "times"}, last on ${minute(lookup.at)}), was told no, and then created nobody.`,
    evidence: evidenceOf(lookup),
    steps: [
      `In ${provider}, switch on Create Users (in Okta: Provisioning, To App, Edit).`,
      "Look at the failed tasks there (in Okta: Dashboard, Tasks), and retry theirs.",
    ],
  };
}

function neverPushed(facts: Facts, question: string): Answer | undefined {
  const provider = facts.integration?.provider ?? "The provider";
  return {
    code: "never-pushed",
    question,
    rule: `${capital(provider)} has not sent anything about “${facts.asked}” in the last ${facts.activityDays} days, neither a push nor a question.`,
    evidence: [],
    steps: [
      `Assign the app to them in ${provider} (in Okta: Assignments, Assign).`,
      `Compare how ${provider} calls them with “${facts.asked}”: the Application username may be another address.`,
      "See that Create Users is on (in Okta: Provisioning, To App).",
      "See whether the assignment failed before it reached us (in Okta: Dashboard, Tasks).",
    ],
    act: { label: "Invite them", kind: "invite" },
  };
}

function assignAgain({ integration }: Facts): readonly string[] {
  const provider = integration?.provider ?? "the provider";
  return [
    `In ${provider}, see that the person is active and assigned to the app.`,
    "If they are, unassign them and assign them again: they are pushed anew.",
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", ", ")} UTC`;
}
