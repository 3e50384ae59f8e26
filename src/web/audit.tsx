import { isId } from "../db/id.ts";
import { ACTS, sentenceOf } from "../domain/audit/acts.ts";
import { type EventFilter, eventPeople, searchEvents } from "../domain/audit/search.ts";
import { Refusal } from "../refusal.ts";
import type { Context } from "./edge/context.ts";
import { checkFields, type FieldErrors } from "./edge/fields.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { type AuditQuery, auditPath, isFiltered } from "./ui/audit/address.ts";
import { EventTable } from "./ui/audit/event-row.tsx";
import { AuditFilterForm } from "./ui/audit/filter-form.tsx";
import { LinkButton } from "./ui/button.tsx";
import { Card } from "./ui/card.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";

/** So many events on one page. */
const PAGE = 50;

const CHOICES = Object.entries(ACTS)
  .map(([value, { label }]) => ({ value, label }))
  .sort((one, other) => one.label.localeCompare(other.label, "en"));

/** `GET /audit?person=&act=&from=&to=&reference=&before=`: what happened in the organization, the newest first. */
export async function showAudit(c: Context): Promise<Response> {
  const { query, filter, errors } = await readAuditQuery(c);
  const before = c.req.query("before");
  const newest = !(before && isId(before));
  const part = { before: newest ? undefined : before, limit: PAGE };
  const { events, older } = errors ? { events: [], older: undefined } : await searchEvents(c.var.scope, filter, part);
  const told = events.map((event) => ({ event, sentence: sentenceOf(event) }));
  const page = (
    <Page title="Audit log" shell={shellOf(c)} width="wide">
      <PageHeading
        title="Audit log"
        lead={`Who did what, when and from where. ${keptFor(c.var.parts.config.auditDays)} Nobody can change an event or take one out.`}
        act={
          <LinkButton kind="secondary" href={auditPath(query, undefined, "/audit.csv")}>
            Download as CSV
          </LinkButton>
        }
      />
      <Card flush={true}>
        <AuditFilterForm query={query} errors={errors ?? {}} acts={CHOICES} />
        {told.length > 0 ? <EventTable events={told} /> : <Nothing query={query} further={!newest || !!older} />}
        {(older || !newest) && <Pages query={query} shown={told.length} newest={newest} older={older} />}
      </Card>
    </Page>
  );
  return show(c, page, errors ? 422 : 200);
}

interface ReadQuery {
  readonly query: AuditQuery;
  readonly filter: EventFilter;
  readonly errors?: FieldErrors;
}

/** What the address asks for, and the same as what the events hold; the errors of days that are none. */
export async function readAuditQuery(c: Context): Promise<ReadQuery> {
  // PostgreSQL holds no NUL in a text.
  const text = (name: string) => c.req.query(name)?.replaceAll("\0", "").trim().slice(0, 300) || undefined;
  const act = text("act");
  const query = {
    person: text("person"),
    act: act !== undefined && Object.hasOwn(ACTS, act) ? act : undefined,
    from: text("from"),
    to: text("to"),
    reference: text("reference"),
  };
  const days = checkFields({ from: () => checkedDay(query.from), to: () => checkedDay(query.to) });
  if (days.errors) return { query, filter: {}, errors: days.errors };
  const { from, to } = days.values;
  const filter = {
    people: query.person === undefined ? undefined : await eventPeople(c.var.scope, query.person),
    actions: query.act === undefined ? undefined : [query.act],
    from,
    to: to && new Date(to.getTime() + 86_400_000),
    reference: query.reference?.toUpperCase(),
  };
  return { query, filter };
}

/** The beginning of a day in UTC; 422 `day` for what is none. */
function checkedDay(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const day = new Date(`${text}T00:00:00.000Z`);
  // The 31st of a shorter month would count as one of the next.
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  if (isDay) return day;
  throw new Refusal(422, "day", "A day is written as year, month and day, such as 2026-11-27.");
}

function keptFor(days: number): string {
  return days === 0 ? "Events are kept for ever." : `Events are kept for ${days.toLocaleString("en")} days.`;
}

function Nothing({ query, further }: { readonly query: AuditQuery; readonly further: boolean }) {
  const sentence = further ? "Nothing on this page matches the filter." : "No event matches this filter.";
  const act = isFiltered(query) && <a href={auditPath({})}>Show all events</a>;
  return <EmptyState sentence={sentence} act={act} />;
}

interface PagesProps {
  readonly query: AuditQuery;
  readonly shown: number;
  readonly newest: boolean;
  readonly older: string | undefined;
}

function Pages({ query, shown, newest, older }: PagesProps) {
  return (
    <nav class="pagination" aria-label="Pages">
      <span class="pagination-shown">{shown} on this page</span>
      {!newest && (
        <a class="button button-secondary" href={auditPath(query)}>
          Newest
        </a>
      )}
      {older && (
        <a class="button button-secondary" rel="next" href={auditPath(query, older)}>
          Older
        </a>
      )}
    </nav>
  );
}
