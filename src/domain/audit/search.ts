import { type RawBuilder, sql } from "kysely";
import { type Db, statement } from "../../db/database.ts";
import { firstId, isId } from "../../db/id.ts";
import type { Scope } from "../../scope.ts";
import type { RecordedEvent } from "./events.ts";

type Reader = Pick<Scope, "db" | "organization">;

/** Which events are wanted. What is absent lets all through; an empty list none. */
export interface EventFilter {
  /** Ids of members and directory users: those who acted, or to whom something happened. */
  readonly people?: readonly string[] | undefined;
  /** Whole names of acts. */
  readonly actions?: readonly string[] | undefined;
  /** From this moment on. */
  readonly from?: Date | undefined;
  /** Until just before this moment. */
  readonly to?: Date | undefined;
  readonly reference?: string | undefined;
}

export interface EventPage {
  /** The newest first. */
  readonly events: readonly RecordedEvent[];
  /** Where older ones begin, if there may be any: to be handed in as `before`. */
  readonly older: string | undefined;
}

/** So many rows are looked at for one page where no index knows the whole filter; the next page goes on from there. */
const LOOKED_AT = 5_000;
const HIGHEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";
/** Those that the index of acts leaves out: any stretch of the log has many of them. */
const FREQUENT = ["directory_user.created", "directory_user.changed"];

/** The columns of the event `e`, as a `RecordedEvent`. */
const EVENT_COLUMNS = `e.id, e.at, json_build_object('kind', e.actor_kind, 'id', e.actor_id, 'name', e.actor_name) AS actor,
  e.action, CASE WHEN e.target_kind IS NOT NULL THEN
    json_build_object('kind', e.target_kind, 'id', e.target_id, 'name', e.target_name) END AS target,
  e.ip, e.reference_id AS "referenceId", e.detail`;

/**
 * A page of the audit log, the newest first. What it costs does not grow with the log: each page looks at no more than
 * `LOOKED_AT` rows of each person or act, which lie together in an index.
 */
export async function searchEvents(
  scope: Reader,
  filter: EventFilter,
  part: { readonly before?: string | undefined; readonly limit: number },
): Promise<EventPage> {
  const near = candidates(scope.organization.id, filter, part.before);
  const whole = isWhole(filter);
  const found = sql`WITH found AS MATERIALIZED (${near} LIMIT ${whole ? part.limit + 1 : LOOKED_AT})`;
  const rows = await sql<RecordedEvent>`${found} SELECT ${sql.raw(EVENT_COLUMNS)} FROM found
    JOIN audit_events e ON e.organization_id = ${scope.organization.id} AND e.id = found.id
    WHERE ${conditions(filter)} ORDER BY e.id DESC LIMIT ${part.limit + 1}`.execute(scope.db);
  const events = rows.rows.slice(0, part.limit);
  if (rows.rows.length > part.limit) return { events, older: events.at(-1)?.id };
  if (whole) return { events, older: undefined };
  const last = await sql<{ id: string }>`${near} LIMIT 1 OFFSET ${LOOKED_AT - 1}`.execute(scope.db);
  return { events, older: last.rows[0]?.id };
}

/** All events under this filter, page by page, the newest first. In a snapshot, they are of one moment. */
export async function* eventPages(
  trx: Db,
  organization: Scope["organization"],
  filter: EventFilter,
): AsyncGenerator<readonly RecordedEvent[]> {
  let before: string | undefined;
  do {
    const page = await searchEvents({ db: trx, organization }, filter, { before, limit: 1_000 });
    yield page.events;
    before = page.older;
  } while (before !== undefined);
}

/** Whether the index alone finds what is wanted, so that nothing is looked at in vain. */
function isWhole({ people, actions, reference }: EventFilter): boolean {
  if (reference !== undefined) return !people && !actions;
  return !actions || (!people && !actions.some((action) => FREQUENT.includes(action)));
}

/** The ids of events that the best index for the filter gives, the newest first. */
function candidates(organizationId: string, filter: EventFilter, before: string | undefined): RawBuilder<unknown> {
  const { people, actions, reference, from, to } = filter;
  const end = to && (before === undefined || firstId(to) < before) ? firstId(to) : (before ?? HIGHEST);
  const between = sql`e.id < ${end}::uuid AND e.id >= ${firstId(from ?? new Date(0))}::uuid`;
  if (reference !== undefined) {
    return sql`SELECT e.id FROM audit_events e WHERE e.organization_id = ${organizationId} AND e.reference_id = ${reference} AND ${between}
      ORDER BY e.id DESC`;
  }
  if (people) return ofPeople(organizationId, people, between);
  if (actions && !actions.some((action) => FREQUENT.includes(action))) {
    return sql`SELECT each.id FROM unnest(${[...actions]}::text[]) AS wanted(action) CROSS JOIN LATERAL (
      SELECT e.id FROM audit_events e WHERE e.action = wanted.action
        AND e.action NOT IN ('directory_user.created', 'directory_user.changed') AND e.organization_id = ${organizationId} AND ${between}
      ORDER BY e.id DESC LIMIT ${LOOKED_AT}) AS each ORDER BY each.id DESC`;
  }
  return sql`SELECT e.id FROM audit_events e WHERE e.organization_id = ${organizationId} AND ${between} ORDER BY e.id DESC`;
}

/** What happened to them, what they did, and which groups they came into: each is found once. */
function ofPeople(organizationId: string, people: readonly string[], between: RawBuilder<unknown>) {
  const newest = (where: string) => sql`SELECT e.id FROM audit_events e
    WHERE ${sql.raw(where)} AND e.organization_id = ${organizationId} AND ${between} ORDER BY e.id DESC LIMIT ${LOOKED_AT}`;
  const byGroup = `e.detail -> 'member' ->> 'id' = wanted.id::text
    AND e.action IN ('group.member_added', 'group.member_removed')`;
  return sql`SELECT DISTINCT each.id FROM unnest(${[...people]}::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
    (${newest("e.target_id = wanted.id")}) UNION ALL (${newest("e.actor_id = wanted.id AND e.actor_kind = 'member'")})
    UNION ALL (${newest(byGroup)})) AS each ORDER BY each.id DESC`;
}

/** What the index did not know of the filter. */
function conditions({ people, actions, reference }: EventFilter): RawBuilder<unknown> {
  const all = [sql`true`];
  if (actions) all.push(sql`e.action = ANY(${[...actions]}::text[])`);
  if (reference !== undefined && people) {
    all.push(sql`(e.target_id = ANY(${[...people]}::uuid[]) OR e.actor_id = ANY(${[...people]}::uuid[]))`);
  }
  return sql.join(all, sql` AND `);
}

/** At most so many people of one name or address are meant. */
const NAMESAKES = 20;

const selectMeant = statement<{ id: string | null }, [string, string, string | null]>(`
  SELECT DISTINCT unnest(ARRAY[meant.id, u.id, u.member_id]) AS id FROM (
    (SELECT id FROM members WHERE organization_id = $1 AND email_key = lower($2 COLLATE "C"))
    UNION (SELECT id FROM directory_users WHERE organization_id = $1 AND user_name_key = lower($2 COLLATE "C"))
    UNION (SELECT id FROM directory_users WHERE organization_id = $1 AND email_key = lower($2 COLLATE "C"))
    UNION (SELECT target_id FROM audit_events e WHERE organization_id = $1 AND target_id IS NOT NULL
      AND lower(target_name COLLATE "C") = lower($2 COLLATE "C") ORDER BY id DESC LIMIT ${NAMESAKES})
    UNION (SELECT $3::uuid WHERE $3 IS NOT NULL)
  ) AS meant LEFT JOIN directory_users u
    ON u.organization_id = $1 AND (u.id = meant.id OR u.member_id = meant.id)`);

const selectNamed = statement<{ id: string | null }, [string, string]>(`
  SELECT unnest(ARRAY[m.id, u.id]) AS id FROM (
    SELECT organization_id, id FROM members WHERE organization_id = $1 AND lower(name) = lower($2) ORDER BY id LIMIT ${NAMESAKES}
  ) AS m LEFT JOIN directory_users u ON u.organization_id = m.organization_id AND u.member_id = m.id`);

/**
 * The ids that events name a person by, whom somebody typed as an id, an address, a userName or, where that is nobody's, a
 * name: those who have it now, and those who had it when something happened to them.
 */
export async function eventPeople(scope: Reader, text: string): Promise<readonly string[]> {
  const typed = text.trim();
  const id = isId(typed) ? typed.toLowerCase() : null;
  const meant = await selectMeant(scope.db, scope.organization.id, typed, id);
  const rows = meant.length > 0 ? meant : await selectNamed(scope.db, scope.organization.id, typed);
  return [...new Set(rows.flatMap((row) => row.id ?? []))];
}
