import { type Filter, printFilter } from "../../protocols/scim/filter.ts";
import { requestRows } from "../activity/exchange.ts";
import { askedRows, QUICK } from "../activity/record.ts";
import type { Reader } from "./page-query.ts";

/** So many of those found are named, and found under. */
const NAMED = 5;

/** What a row of `found` is called, is found by, and is of itself, in SQL. */
const THINGS = {
  users: {
    nobody: "nobody",
    name: `coalesce(nullif(concat_ws(' ', attributes -> 'name' ->> 'givenName', attributes -> 'name' ->> 'familyName'), ''),
      attributes ->> 'displayName', "userName")`,
    keys: `ARRAY[id::text, lower("userName")]`,
    shown: `jsonb_build_object('id', id, 'externalId', "externalId", 'userName', "userName", 'active', active) || attributes`,
  },
  groups: {
    nobody: "none",
    name: `"displayName"`,
    keys: "ARRAY[]::text[]",
    shown: `jsonb_build_object('id', id, 'externalId', "externalId", 'displayName', "displayName")`,
  },
} as const;

/**
 * A lookup that writes down in its own transaction what was looked for and found: a directory asks one before each assignment,
 * and a statement besides would cost more than the lookup. `select` finds rows with their `total`; `parameter` is what
 * `lookupRequest` gave. Of the answer the attributes are kept, up to 16 KiB.
 */
export function recordedLookup(select: string, things: keyof typeof THINGS, parameter: string): string {
  const { nobody, name, keys, shown } = THINGS[things];
  const asked = askedRows(parameter, "quick", {
    summary: `r.summary || CASE (SELECT count(*) FROM found) WHEN 0 THEN '${nobody}'
      WHEN 1 THEN (SELECT ${name} FROM found) ELSE (SELECT max(total) FROM found) || ' ${things}' END`,
    people: `r.people || ARRAY(SELECT unnest(${keys}) FROM (SELECT * FROM found LIMIT ${NAMED}) f)`,
    response: `(SELECT CASE WHEN length(answer) <= 16384 THEN answer END FROM (
      SELECT jsonb_build_object('totalResults', (SELECT coalesce(max(total), 0) FROM found),
        'Resources', coalesce(jsonb_agg(${shown}), '[]'))::text AS answer
      FROM (SELECT * FROM found LIMIT ${NAMED}) f) a)`,
  });
  return `WITH found AS MATERIALIZED (${select}), ${QUICK}, asked AS (${asked}) SELECT * FROM found`;
}

/** The lookup as it is kept; what is found goes on its end. */
export function lookupRequest(scope: Reader, filter: Filter): string {
  const summary = `Looked for ${printFilter(filter)}: found `;
  return requestRows(scope, { status: 200, outcome: "read", summary, people: soughtValues(filter) });
}

/** The texts that a filter compares with: whom or what it names. */
export function soughtValues(filter: Filter): string[] {
  if (filter.op === "and" || filter.op === "or") return filter.filters.flatMap(soughtValues);
  if (filter.op === "not" || filter.op === "values") return soughtValues(filter.filter);
  return filter.op !== "pr" && typeof filter.value === "string" ? [filter.value] : [];
}
