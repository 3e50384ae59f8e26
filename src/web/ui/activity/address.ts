import type { RequestFilter } from "../../../domain/activity/filter.ts";

const PAGE = "/settings/okta/activity";

/** The address of the activity page with this filter; `more` is what else stands in the query. */
export function activityPath(filter: RequestFilter, more: Readonly<Record<string, string | undefined>> = {}): string {
  return PAGE + query(filter, more);
}

/** The address of the stream of what is new under this filter. */
export function streamPath(filter: RequestFilter, after: string | undefined): string {
  return `${PAGE}/stream${query(filter, { after })}`;
}

function query({ reads, ...texts }: RequestFilter, more: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...texts, reads: reads ? "on" : undefined, ...more })) {
    if (value) parameters.set(name, value);
  }
  return parameters.size > 0 ? `?${parameters}` : "";
}
