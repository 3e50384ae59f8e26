import type { RecordedEvent } from "../../../domain/audit/events.ts";
import { activityPath } from "../activity/address.ts";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";

/** An event with the sentence that tells of it. */
export interface ToldEvent {
  readonly event: RecordedEvent;
  readonly sentence: string;
}

const COLUMNS = [{ label: "What happened" }, { label: "Who, from where" }, { label: "Reference number" }];

/** Events, the newest first, each with all that is kept of it. */
export function EventTable({ events }: { readonly events: readonly ToldEvent[] }) {
  return (
    <Table
      caption="Events"
      columns={COLUMNS}
      rows={events.map(({ event, sentence }) => [
        <EventCell event={event} sentence={sentence} />,
        <>
          <ActorCell event={event} />
          {event.ip && <span class="hint line-hint">{event.ip}</span>}
        </>,
        <ReferenceLink event={event} />,
      ])}
      ids={events.map(({ event }) => event.id)}
    />
  );
}

function EventCell({ event, sentence }: ToldEvent) {
  return (
    <>
      <span class="event-sentence">{sentence}</span>
      <span class="hint line-hint">
        <Time at={event.at} seconds={true} />
      </span>
      <details class="disclosure event-detail">
        <summary>
          Details<span class="visually-hidden"> of “{sentence}”</span>
        </summary>
        <dl>
          <dt>Act</dt>
          <dd>
            <code>{event.action}</code>
          </dd>
          {event.target && <TargetDetail target={event.target} />}
          <dt>Detail</dt>
          <dd>{Object.keys(event.detail).length > 0 ? <pre>{JSON.stringify(event.detail, null, 2)}</pre> : "None"}</dd>
        </dl>
      </details>
    </>
  );
}

function TargetDetail({ target }: { readonly target: NonNullable<RecordedEvent["target"]> }) {
  const name = target.name ?? target.id ?? "";
  const isPerson = target.id !== null && PEOPLE.includes(target.kind);
  return (
    <>
      <dt>{KINDS[target.kind] ?? target.kind.replaceAll("_", " ")}</dt>
      <dd>{isPerson ? <a href={`/people/${target.id}`}>{name}</a> : name}</dd>
    </>
  );
}

const PEOPLE = ["member", "directory_user"];
const KINDS: Readonly<Record<string, string>> = { member: "Member", directory_user: "Directory user" };

function ActorCell({ event: { actor } }: { readonly event: RecordedEvent }) {
  if (actor.kind === "member" && actor.id) return <a href={`/people/${actor.id}`}>{actor.name}</a>;
  return <>{ACTORS[actor.kind] ?? actor.name}</>;
}

const ACTORS: Readonly<Record<string, string>> = {
  directory: "The directory",
  operator: "The operator",
  system: "The service",
  visitor: "Not signed in",
};

/** What a directory asked, and each sign-in through it, has a line on the activity page under the same number. */
function ReferenceLink({ event }: { readonly event: RecordedEvent }) {
  const reference = event.referenceId;
  const isSignIn = event.action === "session.refused" || event.detail["method"] === "sso";
  const isThere = event.actor.kind === "directory" || isSignIn;
  const code = <code class="request-reference">{reference}</code>;
  return isThere ? <a href={activityPath({ reference, reads: true })}>{code}</a> : code;
}
