import type { MemberFilter } from "../../../domain/members/members.ts";

/** The address of the list of people, or of its export, under this filter. */
export function peoplePath(
  { q, role, source, standing }: MemberFilter,
  more: { readonly after?: string | undefined; readonly before?: string | undefined } = {},
  page: "/people" | "/people.csv" = "/people",
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ q, role, source, standing, ...more })) {
    if (value) parameters.set(name, value);
  }
  return parameters.size > 0 ? `${page}?${parameters}` : page;
}

/** The address of the answer to why somebody is not as one expects. */
export function whyPath(q: string): string {
  return `/people/why?${new URLSearchParams({ q })}`;
}

/** Whether anybody is left out. */
export function isFiltered(filter: MemberFilter): boolean {
  return Object.values(filter).some(Boolean);
}
