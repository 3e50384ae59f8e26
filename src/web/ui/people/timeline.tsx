import type { Child } from "hono/jsx";
import { Card, CardHeader } from "../card.tsx";
import { EmptyState } from "../empty-state.tsx";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";

/** One line of what happened to a person, in plain words. */
export interface TimelineLine {
  readonly id: string;
  readonly at: Date;
  readonly sentence: string;
  /** More about it, such as the check that failed. */
  readonly hint?: string | undefined;
  /** Where it stands whole. */
  readonly href: string;
  /** What became of it. */
  readonly badge: Child;
  readonly referenceId: string;
}

interface TimelineProps {
  readonly lines: readonly TimelineLine[];
  /** The address of this page, and of it with lookups. */
  readonly path: string;
  readonly reads: boolean;
  readonly newest: boolean;
  readonly older: string | undefined;
}

const COLUMNS = [{ label: "What happened" }, { label: "Kind" }, { label: "Reference number" }];

/** Everything that happened to one person, the newest first. */
export function TimelineCard({ lines, path, reads, newest, older }: TimelineProps) {
  const here = reads ? `${path}?reads=on` : path;
  return (
    <Card flush={true}>
      <CardHeader
        title="Timeline"
        hint="What the directory asked about them, their sign-ins, and what people here changed."
        act={<a href={reads ? path : `${path}?reads=on`}>{reads ? "Hide lookups" : "Show lookups too"}</a>}
      />
      {lines.length > 0 ? (
        <Table
          caption="Timeline"
          columns={COLUMNS}
          rows={lines.map((line) => [
            <Line line={line} />,
            line.badge,
            <code class="request-reference">{line.referenceId}</code>,
          ])}
          ids={lines.map(({ id }) => id)}
        />
      ) : (
        <EmptyState sentence={newest ? "Nothing is kept about this person." : "There is nothing older."} />
      )}
      {(older || !newest) && (
        <nav class="pagination" aria-label="Pages">
          <span class="pagination-shown">{lines.length} on this page</span>
          {!newest && (
            <a class="button button-secondary" href={here}>
              Newest
            </a>
          )}
          {older && (
            <a class="button button-secondary" rel="next" href={`${here}${reads ? "&" : "?"}before=${older}`}>
              Older
            </a>
          )}
        </nav>
      )}
    </Card>
  );
}

function Line({ line: { at, sentence, hint, href } }: { readonly line: TimelineLine }) {
  return (
    <>
      <a class="request-link" href={href}>
        {sentence}
      </a>
      {hint && <span class="hint line-hint">{hint}</span>}
      <span class="hint line-hint">
        <Time at={at} seconds={true} />
      </span>
    </>
  );
}
