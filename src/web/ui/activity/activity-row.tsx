import type { Activity } from "../../../domain/activity/activity.ts";
import type { ListedRequest } from "../../../domain/activity/requests.ts";
import { Badge } from "../badge.tsx";
import { type Column, Table, TableRow } from "../table.tsx";
import { Time } from "../time.tsx";
import { attemptCells } from "./attempt-row.tsx";

const COLUMNS: readonly Column[] = [
  { label: "What happened" },
  { label: "Answer" },
  { label: "Duration", align: "end" },
  { label: "Reference number" },
];

/** Requests of a directory and sign-ins, the newest first. */
export function ActivityTable({ lines }: { readonly lines: readonly Activity[] }) {
  const ids = lines.map(({ id }) => id);
  return <Table caption="Requests and sign-ins" columns={COLUMNS} rows={lines.map(cells)} ids={ids} />;
}

/** One of them, as it arrives while the page is open. */
export function ActivityRow({ line }: { readonly line: Activity }) {
  return <TableRow id={line.id} columns={COLUMNS} cells={cells(line)} />;
}

function cells(line: Activity) {
  return line.kind === "scim" ? requestCells(line) : attemptCells(line);
}

function requestCells(request: ListedRequest) {
  return [
    <>
      <a class="request-link" href={`/settings/okta/activity/${request.id}`}>
        {request.summary}
      </a>
      <span class="hint request-hint">
        <Time at={request.at} seconds={true} />
        <code>
          {request.method} {shortened(request.path)}
        </code>
      </span>
    </>,
    <Outcome request={request} />,
    <span class="request-number">{readableDuration(request.duration)}</span>,
    <code class="request-reference">{request.referenceId}</code>,
  ];
}

const TONES = {
  added: "connected",
  changed: "neutral",
  removed: "warning",
  refused: "danger",
  unchanged: "neutral",
  read: "neutral",
} as const;

/** As people read them. */
export const OUTCOME_WORDS = {
  added: "Added",
  changed: "Changed",
  removed: "Removed",
  refused: "Refused",
  unchanged: "Unchanged",
  read: "Read",
} as const;

/** What became of a request, with the status of the answer. */
export function Outcome({ request }: { readonly request: Pick<ListedRequest, "outcome" | "status"> }) {
  const { outcome, status } = request;
  return (
    <span class="request-outcome">
      <Badge tone={TONES[outcome]}>{OUTCOME_WORDS[outcome]}</Badge> {status}
    </span>
  );
}

/** Milliseconds as `0.4 ms`, `12 ms` or `2.1 s`. */
export function readableDuration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Ids are the same for nobody: their beginning tells them apart, and the whole stands with the request. */
function shortened(whole: string): string {
  const path = whole.replace(/\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "$1…");
  return path.length > 120 ? `${path.slice(0, 119)}…` : path;
}
