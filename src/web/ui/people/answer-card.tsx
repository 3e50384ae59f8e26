import type { RecordedEvent } from "../../../domain/audit/events.ts";
import type { Answer, Evidence } from "../../../domain/people/answer.ts";
import { auditPath } from "../audit/address.ts";
import { ButtonRow, LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Time } from "../time.tsx";

interface AnswerCardProps {
  readonly answer: Answer;
  /** The sentence of an event. */
  readonly says: (event: RecordedEvent) => string;
  readonly asked: string;
  readonly personId: string | undefined;
}

/** One question with its answer: the rule, what happened, and what to do. */
export function AnswerCard({ answer, says, asked, personId }: AnswerCardProps) {
  const { question, rule, evidence, steps, act } = answer;
  const href = act && HREFS[act.kind](asked, personId);
  return (
    <Card>
      <CardHeader title={question} />
      <p>{rule}</p>
      {evidence.length > 0 && (
        <div>
          <h3>What happened</h3>
          <ul class="list">
            {evidence.map((each) => (
              <EvidenceLine evidence={each} says={says} />
            ))}
          </ul>
        </div>
      )}
      {steps.length > 0 && (
        <div>
          <h3>What to do</h3>
          <ol class="list-ordered">
            {steps.map((step) => (
              <li>{step}</li>
            ))}
          </ol>
        </div>
      )}
      {act && href && (
        <ButtonRow>
          <LinkButton kind="secondary" href={href}>
            {act.label}
          </LinkButton>
        </ButtonRow>
      )}
    </Card>
  );
}

const HREFS = {
  invite: (asked: string) => `/people/new${asked.includes("@") ? `?${new URLSearchParams({ email: asked })}` : ""}`,
  person: (_asked: string, id: string | undefined) => (id ? `/people/${id}` : undefined),
  okta: () => "/settings/okta",
} as const;

function EvidenceLine({ evidence, says }: { readonly evidence: Evidence; readonly says: AnswerCardProps["says"] }) {
  const { at, text, href, reference } = lineOf(evidence, says);
  return (
    <li>
      <a href={href}>{text}</a>
      <span class="hint line-hint">
        <Time at={at} seconds={true} />, reference number <code>{reference}</code>
      </span>
    </li>
  );
}

function lineOf(evidence: Evidence, says: AnswerCardProps["says"]) {
  if (evidence.kind === "event") {
    const { event } = evidence;
    const reference = event.referenceId;
    return { at: event.at, text: says(event), href: auditPath({ reference }), reference };
  }
  if (evidence.kind === "request") {
    const { at, summary, status, id, referenceId } = evidence.request;
    return { at, text: `${summary} (${status})`, href: `/settings/okta/activity/${id}`, reference: referenceId };
  }
  const { id, at, outcome, sentence, referenceId } = evidence.attempt;
  const text = outcome === "refused" ? `Sign-in refused: ${sentence ?? ""}` : "Sign-in through the identity provider";
  return { at, text, href: `/settings/okta/activity/${id}`, reference: referenceId };
}
