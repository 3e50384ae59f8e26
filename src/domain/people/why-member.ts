import type { Reason } from "../directory/explain.ts";
import { type Answer, evidenceOf, type Facts, lastEvent, newest } from "./answer.ts";
import type { MemberFacts } from "./identity.ts";

/** Why a member is deactivated: by the directory, because it deleted them, or by hand. */
export function whyDeactivated(facts: Facts, member: MemberFacts): Answer {
  const question = `Why is ${member.name} deactivated?`;
  const provider = facts.integration?.provider ?? "the provider";
  if (facts.person?.user && !facts.person.user.active) {
    const event = lastEvent(facts, ["directory_user.deactivated"]);
    const request = facts.requests.find((each) => each.outcome === "removed");
    return {
      code: "deactivated-by-directory",
      question,
      rule: "The directory deactivated them. Deactivated means out: no way in works, and only the directory brings them back.",
      evidence: evidenceOf(request ?? event),
      steps: [
        `In ${provider}, see that the person is active and assigned to the app; if not, assign them.`,
        "They come back under the same account, with the same groups.",
      ],
    };
  }
  const deleted = lastEvent(facts, ["directory_user.deleted"]);
  const byHand = lastEvent(facts, ["member.changed"], ({ detail }) => stateIn(detail) === "deactivated");
  if (deleted && (!byHand || byHand.id < deleted.id)) {
    return {
      code: "deleted-by-directory",
      question,
      rule: "The directory deleted them. A member who was here before the directory knew them is kept then, deactivated.",
      evidence: evidenceOf(newest(facts, "removed") ?? deleted),
      steps: [`Assign them to the app in ${provider} again, and they are active again.`],
    };
  }
  return {
    code: "deactivated-by-hand",
    question,
    rule: byHand
      ? `${byHand.actor.name} deactivated them here, by hand.`
      : "They were deactivated, and no event that is kept says by whom.",
    evidence: evidenceOf(byHand),
    steps: ["Whoever runs this service can make them active again."],
  };
}

function stateIn(detail: Readonly<Record<string, unknown>>): unknown {
  const change = detail["change"];
  return typeof change === "object" && change !== null ? (change as Record<string, unknown>)["state"] : undefined;
}

const ROLES = { owner: "an owner", admin: "an admin", member: "a member" } as const;

/** Why a member has their role: what was granted by hand and by whom, and what the mapping gives. */
export function whyRole(facts: Facts): readonly Answer[] {
  const { role, person } = facts;
  if (!role || role.role === "member" || !person?.member) return [];
  const { granted, mapped } = role;
  const byHand = granted === role.role;
  const grants = (detail: Readonly<Record<string, unknown>>) => roleIn(detail) === granted;
  const event = byHand
    ? lastEvent(facts, ["member.changed", "member.added", "member.merged"], ({ detail }) => grants(detail))
    : lastEvent(facts, ["member.role_changed"], ({ detail }) => detail["after"] === role.role);
  const parts = [
    byHand &&
      `${ROLES[granted]} was granted by hand${event ? ` by ${event.actor.name} on ${event.at.toISOString().slice(0, 10)}` : ""}`,
    mapped && mapped.role === role.role && `the mapping gives it: ${mapped.because.map(reason).join("; ")}`,
  ].filter((part) => typeof part === "string");
  return [
    {
      code: byHand ? "role-by-hand" : "role-by-mapping",
      question: `Why is ${person.member.name} ${ROLES[role.role]}?`,
      rule: `The higher of what a person granted and what the mapping gives counts: ${parts.join(", and ")}.`,
      evidence: evidenceOf(event),
      steps: [
        ...(byHand ? ["To take away what was granted, change the role on their page."] : []),
        ...(mapped
          ? ["To take away what the mapping gives, change the mapping, or their groups at the identity provider."]
          : []),
      ],
      act: { label: "Open their page", kind: "person" },
    },
  ];
}

function roleIn(detail: Readonly<Record<string, unknown>>): unknown {
  const inside = (name: string) => {
    const value = detail[name];
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)["role"] : undefined;
  };
  return detail["role"] ?? inside("change") ?? inside("after");
}

function reason({ via, name }: Reason): string {
  const words = {
    "pushed-group": `they are in the pushed group ${name}`,
    "groups-attribute": `their sign-in said that they are in the group ${name}`,
    "role-attribute": `their sign-in said that their role is ${name}`,
    "pushed-role": `the directory pushed the role ${name}`,
    default: "it is the default role of the integration",
  } as const;
  return words[via];
}

/** Why an active member is not connected with the directory. */
export function whyConnected(facts: Facts): readonly Answer[] {
  const { person, integration } = facts;
  if (person?.member?.state !== "active" || person.user || integration?.provisioning !== "scim") return [];
  const { name, email } = person.member;
  return [
    {
      code: "not-connected",
      question: `Why is ${name} not connected?`,
      rule: `${integration.provider} has not pushed anybody with the address ${email}. A member is connected when a user with the same address is pushed.`,
      evidence: evidenceOf(newest(facts, "read")),
      steps: [
        `Assign the app to them in ${integration.provider}, under the address ${email}.`,
        "If they have another address there, set it here beforehand as their corporate email, so that the push links them.",
      ],
      act: { label: "Open their page", kind: "person" },
    },
  ];
}

/** How a member came to be one. */
export function whyMember(facts: Facts): Answer {
  const { person, asked } = facts;
  const event =
    lastEvent(facts, ["member.added"]) ??
    lastEvent(facts, ["directory_user.created"], ({ detail }) => detail["member"] === "created");
  const name = person?.member?.name ?? asked;
  const origin = person?.member?.origin ?? "manual";
  const rules = {
    manual: event
      ? `${event.actor.kind === "operator" ? "The operator" : event.actor.name} added them by hand.`
      : "They were added by hand.",
    scim: "The directory pushed them, and whom it pushes as active is a member at once.",
    jit: "They signed in through the identity provider, which makes a member of who is not one yet (just-in-time provisioning).",
  } as const;
  const steps =
    origin === "manual"
      ? []
      : [`To have them out, unassign them from the app in ${facts.integration?.provider ?? "the provider"}.`];
  return {
    code: `member-${origin}`,
    question: `Why is ${name} a member?`,
    rule: rules[origin],
    evidence: evidenceOf(origin === "manual" ? event : (newest(facts, "added") ?? event)),
    steps,
  };
}
