import type { RequestFilter } from "../../../domain/activity/filter.ts";
import { EmptyState } from "../empty-state.tsx";
import { activityPath } from "./address.ts";
import { isFiltered } from "./filter-form.tsx";

interface NothingProps {
  readonly filter: RequestFilter;
  /** Whether the person of the filter was ever named, in any request that is kept. */
  readonly everNamed: boolean;
  readonly days: number;
  /** Whether this is not the first page, or there is more to look through. */
  readonly further: boolean;
}

/** What stands where the list would be: why it is empty, and what to do. */
export function Nothing({ filter, everNamed, days, further }: NothingProps) {
  if (filter.person && !everNamed) return <NeverNamed person={filter.person} days={days} />;
  if (filter.person) {
    const everything = activityPath({ person: filter.person, reads: true });
    return (
      <EmptyState
        sentence={`Okta asked about ${filter.person}, but nothing of it matches this filter.`}
        act={<a href={everything}>Show everything about {filter.person}, lookups too</a>}
      />
    );
  }
  if (further) return <EmptyState sentence="Nothing on this page matches the filter." />;
  if (isFiltered(filter)) {
    return (
      <EmptyState
        sentence={`No request of the last ${readableDays(days)} matches this filter.`}
        act={<a href={activityPath({ reads: false })}>Show all requests</a>}
      />
    );
  }
  return (
    <EmptyState
      sentence="Nothing yet. In Okta press Test Connector Configuration (Provisioning, Integration): the request shows here at once."
      act={<a href="/settings/okta">Open Okta Integration</a>}
    />
  );
}

/** The answer to "why did she not sync?" where Okta never tried. */
function NeverNamed({ person, days }: { readonly person: string; readonly days: number }) {
  return (
    <div class="empty never-named">
      <p>
        <strong>Okta has not sent anything about {person}</strong> in the last {readableDays(days)}: assign them to the
        app in Okta. Likely causes:
      </p>
      <ol>
        <li>The person is not assigned to the app. In Okta: Assignments, Assign.</li>
        <li>
          Okta knows them by another address. Compare the Application username in Assignments with {person}; Sign On
          sets its format.
        </li>
        <li>Create Users is off. In Okta: Provisioning, To App, Edit, Create Users.</li>
        <li>The assignment failed before it reached us. In Okta: Dashboard, Tasks.</li>
      </ol>
    </div>
  );
}

export function readableDays(days: number): string {
  return days === 1 ? "day" : `${days} days`;
}
