import type { ActivityPage } from "../../../domain/activity/activity.ts";
import type { RequestFilter } from "../../../domain/activity/filter.ts";
import { Card, CardHeader } from "../card.tsx";
import { ActivityTable } from "./activity-row.tsx";
import { activityPath, streamPath } from "./address.ts";
import { FilterForm } from "./filter-form.tsx";
import { Nothing } from "./nothing.tsx";

interface ActivityListProps {
  readonly filter: RequestFilter;
  readonly page: ActivityPage;
  readonly everNamed: boolean;
  readonly days: number;
  /** The provider's name. */
  readonly provider: string;
  /** Whether these are the newest: only those are followed. */
  readonly newest: boolean;
}

/** The list with its filter. The script puts what is new on top; without it there is a link. */
export function ActivityList({ filter, page, everNamed, days, provider, newest }: ActivityListProps) {
  const { lines, older } = page;
  const empty = lines.length === 0;
  const table = <ActivityTable lines={lines} />;
  return (
    <Card flush={true}>
      <CardHeader title="Requests and sign-ins" act={<Freshness filter={filter} newest={newest} />} />
      <FilterForm filter={filter} />
      {empty && (
        <div data-live-nothing="">
          <Nothing {...{ filter, everNamed, days, provider }} further={!newest || older !== undefined} />
        </div>
      )}
      {newest ? (
        <div data-live={streamPath(filter, lines[0]?.id ?? FIRST)} hidden={empty}>
          {table}
        </div>
      ) : (
        !empty && table
      )}
      {(older || !newest) && (
        <nav class="pagination" aria-label="Pages">
          <span class="pagination-shown">{lines.length} on this page</span>
          {!newest && (
            <a class="button button-secondary" href={activityPath(filter)}>
              Newest
            </a>
          )}
          {older && (
            <a class="button button-secondary" rel="next" href={activityPath(filter, { before: older })}>
              Older
            </a>
          )}
        </nav>
      )}
    </Card>
  );
}

/** Where nothing is shown, everything that comes is new. */
const FIRST = "00000000-0000-0000-0000-000000000000";

function Freshness({ filter, newest }: { readonly filter: RequestFilter; readonly newest: boolean }) {
  if (!newest) return null;
  return (
    <span class="freshness">
      <span class="hint" data-live-state="" />
      <a href={activityPath(filter)}>Refresh</a>
    </span>
  );
}
