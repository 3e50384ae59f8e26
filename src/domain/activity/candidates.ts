import { type RawBuilder, sql } from "kysely";
import type { FoundFilter } from "./filter.ts";

/** So many rows are looked at for one page where no index knows the whole filter; the next page goes on from there. */
export const LOOKED_AT = 5_000;
const LOWEST = "00000000-0000-0000-0000-000000000000";
const HIGHEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Which part of the list: ids between these two, neither of them included. */
export interface Part {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * A query for the ids of requests of this organization that the best index for the filter gives, the newest first, so that
 * a page is found at its beginning. What that index does not know of the filter is still to be compared.
 */
export function candidates(organizationId: string, filter: FoundFilter, part: Part): RawBuilder<unknown> {
  const { people, groups, outcomes, reference } = filter;
  const between = sql`r.id < ${part.before ?? HIGHEST}::uuid AND r.id > ${part.after ?? LOWEST}::uuid`;
  if (reference) {
    return sql`SELECT r.id FROM scim_requests r
      WHERE r.organization_id = ${organizationId} AND r.reference_id = ${reference} AND ${between} ORDER BY r.id DESC`;
  }
  if (people) return ofPeople(organizationId, people, between);
  if (groups) return ofGroups(organizationId, groups, between);
  if (outcomes && !outcomes.includes("read")) {
    return ofOutcomes(organizationId, outcomes, between, part.limit + 1);
  }
  return sql`SELECT r.id FROM scim_requests r WHERE r.organization_id = ${organizationId} AND ${between}
    ORDER BY r.id DESC`;
}

/** Found first and sorted after: else the planner may walk back through the whole history for somebody never named. */
function ofPeople(organizationId: string, people: readonly string[], between: RawBuilder<unknown>) {
  return sql`SELECT named.id FROM (
    WITH named AS MATERIALIZED (
      SELECT r.id FROM scim_requests r
      WHERE r.organization_id = ${organizationId} AND r.people && ${[...people]}::text[] AND ${between}
    ) SELECT id FROM named) AS named ORDER BY named.id DESC`;
}

function ofGroups(organizationId: string, groups: readonly string[], between: RawBuilder<unknown>) {
  return sql`SELECT each.id FROM unnest(${[...groups]}::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
    SELECT r.id FROM scim_requests r
    WHERE r.group_id = wanted.id AND r.organization_id = ${organizationId} AND ${between}
    ORDER BY r.id DESC LIMIT ${LOOKED_AT}) AS each ORDER BY each.id DESC`;
}

/** The newest of each outcome, then of all: reads, of which there may be thousands between, are never looked at. */
function ofOutcomes(organizationId: string, outcomes: readonly string[], between: RawBuilder<unknown>, limit: number) {
  return sql`SELECT each.id FROM unnest(${[...outcomes]}::text[]) AS wanted(outcome) CROSS JOIN LATERAL (
    SELECT r.id FROM scim_requests r
    WHERE r.outcome = wanted.outcome AND r.outcome <> 'read' AND r.organization_id = ${organizationId} AND ${between}
    ORDER BY r.id DESC LIMIT ${limit}) AS each ORDER BY each.id DESC`;
}
