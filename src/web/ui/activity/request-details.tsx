import type { RefusalRecord } from "../../../db/tables.ts";
import type { Difference } from "../../../domain/activity/differences.ts";
import type { Fix } from "../../../domain/activity/fixes.ts";
import type { KeptRequest } from "../../../domain/activity/requests.ts";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";
import { readableDuration } from "./activity-row.tsx";
import { activityPath } from "./address.ts";

/** When it came, from where, and what it asked. */
export function RequestFacts({ request }: { readonly request: KeptRequest }) {
  return (
    <Card>
      <Facts>
        <Fact label="Time">
          <Time at={request.at} seconds={true} />
        </Fact>
        <Fact label="Request">
          <code>
            {request.method} {request.path}
          </code>
        </Fact>
        <Fact label="Answer">
          {request.status} after {readableDuration(request.duration)}
        </Fact>
        <Fact label="Reference number">
          <code>{request.referenceId}</code>
        </Fact>
        <Fact label="From" hint={request.userAgent}>
          {request.ip ?? "An unknown address"}
        </Fact>
        {request.tokenId && <Fact label="SCIM token">{request.tokenName ?? <code>{request.tokenId}</code>}</Fact>}
      </Facts>
    </Card>
  );
}

/** Why it was refused, and what to do about it. */
export function RefusalCard({ fix, refusal }: { readonly fix: Fix; readonly refusal: RefusalRecord | null }) {
  return (
    <Card tone="danger">
      <CardHeader title="Why it was refused" />
      <p>{fix.cause}</p>
      <div>
        <h3>What to do</h3>
        <ol class="list-ordered">
          {fix.steps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
      </div>
      {refusal && (
        <Facts>
          <Fact label="What we answered">{refusal.sentence}</Fact>
          {refusal.check && <Fact label="Check">{refusal.check}</Fact>}
          {refusal.wanted && <Fact label="It wanted">{refusal.wanted}</Fact>}
          {refusal.got && <Fact label="It got">{refusal.got}</Fact>}
        </Facts>
      )}
    </Card>
  );
}

interface ChangeCardProps {
  readonly differences: readonly Difference[];
  readonly effects: readonly (readonly [label: string, value: string])[];
}

/** What is different since. Nothing where nothing is. */
export function ChangeCard({ differences, effects }: ChangeCardProps) {
  if (differences.length + effects.length === 0) return null;
  return (
    <Card flush={true}>
      <CardHeader title="What it changed" />
      {effects.length > 0 && (
        <div class="card-part">
          <Facts>
            {effects.map(([label, value]) => (
              <Fact label={label}>{value}</Fact>
            ))}
          </Facts>
        </div>
      )}
      {differences.length > 0 && (
        <Table
          caption="What it changed"
          columns={[{ label: "What" }, { label: "Before" }, { label: "After" }]}
          rows={differences.map(({ what, before, after }) => [
            <code>{what}</code>,
            before ?? <Absent />,
            after ?? <Absent />,
          ])}
        />
      )}
    </Card>
  );
}

function Absent() {
  return <span class="hint">not there</span>;
}

/** Both bodies, side by side where there is room. */
export function Bodies({ request }: { readonly request: KeptRequest }) {
  return (
    <div class="bodies">
      <Body title="What the directory sent" text={request.request} />
      <Body title="What we answered" text={request.response} />
    </div>
  );
}

function Body({ title, text }: { readonly title: string; readonly text: string | null }) {
  return (
    <Card flush={true}>
      <CardHeader title={title} />
      {text === null ? (
        <p class="empty">No body.</p>
      ) : (
        // What scrolls must be reachable with the keyboard.
        <section class="body-text" aria-label={title} tabindex={0}>
          <pre>{pretty(text)}</pre>
        </section>
      )}
    </Card>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // What was too long was cut off, and is no JSON any more.
    return text;
  }
}

/** A request about a large group names many: the first few lead on. */
const LINKED = 5;

/** Other requests of the same people and the same group, and the people themselves. */
export function Related({ request }: { readonly request: KeptRequest }) {
  const people = request.people.filter((key) => key.includes("@"));
  const named = (people.length > 0 ? people : request.people).slice(0, LINKED);
  if (named.length === 0 && !request.groupId) return null;
  return (
    <Card>
      <CardHeader title="More about it" />
      <ul class="list">
        {named.map((key) => (
          <li>
            <a href={activityPath({ person: key, reads: true })}>All requests about {key}</a>
            {people.length > 0 && (
              <>
                {", "}
                <a href={`/people?${new URLSearchParams({ q: key })}`}>{key} in People</a>
              </>
            )}
          </li>
        ))}
        {request.groupId && (
          <li>
            <a href={activityPath({ group: request.groupId, reads: true })}>All requests about this group</a>
          </li>
        )}
      </ul>
    </Card>
  );
}
