import { type Answer, evidenceOf, type Facts } from "./answer.ts";

/** Why somebody cannot sign in through the provider: the check that failed last, or that nothing ever reached us. */
export function whyNotSignedIn(facts: Facts): readonly Answer[] {
  const { person, integration, attempts } = facts;
  if (!integration) return [];
  const name = person?.member?.name ?? person?.name ?? facts.asked;
  const question = `Why can ${name} not sign in?`;
  const [last] = attempts.filter(({ purpose }) => purpose === "sign-in");
  if (last?.outcome === "refused") {
    const cause = facts.attemptFix?.cause ?? last.sentence ?? "The cause is not known.";
    return [
      {
        code: "sign-in-refused",
        question,
        rule: `Their last sign-in was refused${last.code ? ` by the check “${last.code}”` : ""}. ${cause}`,
        evidence: evidenceOf(last),
        steps: facts.attemptFix?.steps ?? ["Open the sign-in below: it shows every check with what it wanted and got."],
      },
    ];
  }
  if (last || person?.member?.state !== "active" || person.member.welcomedAt !== null) return [];
  return [
    {
      code: "no-sign-in",
      question: `Why has ${name} not signed in?`,
      rule: `No sign-in of theirs through ${integration.provider} has reached us, so it fails before, or they have not tried.`,
      evidence: [],
      steps: [
        `In ${integration.provider}, see that the app is assigned to them, and that its tile is there.`,
        ...(facts.ssoEnforced ? ["Single Sign-On is enforced here: no other way in works for them."] : []),
      ],
    },
  ];
}
