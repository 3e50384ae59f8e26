import type { RequestFilter } from "../../../domain/activity/filter.ts";
import { EmptyState } from "../empty-state.tsx";
import { atStart } from "../okta/at-start.ts";
import { activityPath } from "./address.ts";
import { isFiltered } from "./filter-form.tsx";

interface NothingProps {
  readonly filter: RequestFilter;
  /** Whether the person of the filter was ever named, in any request that is kept. */
  readonly everNamed: boolean;
  readonly days: number;
  /** The provider's name. */
  readonly provider: string;
  /** Whether this is not the first page, or there is more to look through. */
  readonly further: boolean;
}

/** What stands where the list would be: why it is empty, and what to do. */
export function Nothing({ filter, everNamed, days, provider, further }: NothingProps) {
  if (filter.person && !everNamed) {
    return <NeverNamed person={filter.person} days={days} provider={provider} />;
  }
  if (filter.person) {
    const everything = activityPath({ person: filter.person, reads: true });
    return (
      <EmptyState
        sentence={`${atStart(provider)} asked about ${filter.person}, but nothing of it matches this filter.`}
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
      sentence={`Nothing yet. ${firstTest(provider)}: the request shows here at once.`}
      act={<a href="/settings/okta">Open Okta Integration</a>}
    />
  );
}

function firstTest(provider: string): string {
  if (provider !== "Okta") return `Test the connection in ${provider}`;
  return "In Okta press Test Connector Configuration (Provisioning, Integration)";
}

type NeverNamedProps = Pick<NothingProps, "days" | "provider"> & { readonly person: string };

/** The answer to "why did she not sync?" where the provider never tried. */
function NeverNamed({ person, days, provider }: NeverNamedProps) {
  return (
    <div class="empty never-named">
      <p>
        <strong>
          {atStart(provider)} has not sent anything about {person}
        </strong>{" "}
        in the last {readableDays(days)}: assign them to the app in {provider}. Likely causes:
      </p>
      {provider === "Okta" ? <OktaCauses person={person} /> : <Causes person={person} />}
    </div>
  );
}

function OktaCauses({ person }: { readonly person: string }) {
  return (
    <ol>
      <li>The person is not assigned to the app. In Okta: Assignments, Assign.</li>
      <li>
        Okta knows them by another address. Compare the Application username in Assignments with {person}; Sign On sets
        its format.
      </li>
      <li>Create Users is off. In Okta: Provisioning, To App, Edit, Create Users.</li>
      <li>The assignment failed before it reached us. In Okta: Dashboard, Tasks.</li>
    </ol>
  );
}

function Causes({ person }: { readonly person: string }) {
  return (
    <ol>
      <li>The person is not assigned to the app there.</li>
      <li>It knows them by another address: compare it with {person}.</li>
      <li>Provisioning is off, or does not create people.</li>
      <li>It tried and failed before it reached us: look at its own log.</li>
    </ol>
  );
}

export function readableDays(days: number): string {
  return days === 1 ? "day" : `${days} days`;
}
