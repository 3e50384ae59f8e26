import { isId } from "../db/id.ts";
import { sentenceOf } from "../domain/audit/acts.ts";
import { countMembers, listMembers, type Member } from "../domain/members/members.ts";
import { allows } from "../domain/members/permissions.ts";
import { identify } from "../domain/people/identity.ts";
import { readTimeline } from "../domain/people/timeline.ts";
import type { Context } from "./edge/context.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { activityPath } from "./ui/activity/address.ts";
import { Person } from "./ui/avatar.tsx";
import { Badge } from "./ui/badge.tsx";
import { Card } from "./ui/card.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import { SearchForm } from "./ui/form.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { Pagination } from "./ui/pagination.tsx";
import { lineOf } from "./ui/people/lines.tsx";
import { PersonFacts, PersonState } from "./ui/people/person-facts.tsx";
import { TimelineCard } from "./ui/people/timeline.tsx";
import { ROLE_WORDS, SOURCE_WORDS } from "./ui/people/words.ts";
import { Table } from "./ui/table.tsx";
import { Time } from "./ui/time.tsx";

/** So many people on one page. */
const PAGE = 50;

/** `GET /people?q=&after=&before=`: everybody in the organization, in the order in which they joined. */
export async function showPeople(c: Context): Promise<Response> {
  const q = c.req.query("q")?.trim().slice(0, 200) ?? "";
  const { total, active } = await countMembers(c.var.scope);
  const { people, previous, next } = await readPage(c, q);
  const page = (
    <Page title="People" shell={shellOf(c)} width="wide">
      <PageHeading title="People" lead={headline(total, active)} />
      <Card flush={true}>
        <SearchForm action="/people" label="Search by name or email" placeholder="Name or email" value={q} />
        {people.length > 0 ? (
          <PeopleTable
            people={people}
            manages={allows(c.var.session.role, "organization.people.manage")}
            activity={maySeeActivity(c)}
          />
        ) : (
          <EmptyState
            sentence={q ? `Nobody here has “${q}” in the name or the email.` : "There is nobody on this page."}
            act={<a href="/people">Show everybody</a>}
          />
        )}
        {(previous || next) && <Pagination shown={`${people.length} on this page`} previous={previous} next={next} />}
      </Card>
    </Page>
  );
  return show(c, page);
}

/** So many lines of a timeline on one page. */
const LINES = 50;

/** `GET /people/:id?before=&reads=`: one person, and everything that happened to them. */
export async function showPerson(c: Context): Promise<Response> {
  const person = await identify(c.var.scope, c.req.param("id") ?? "");
  const id = person.member?.id ?? person.user?.id ?? c.req.param("id") ?? "";
  const before = cursor(c.req.query("before"));
  const reads = c.req.query("reads") !== undefined;
  const { entries, older } = await readTimeline(c.var.scope, person, { before, limit: LINES, reads });
  const lines = entries.map((entry) => lineOf(entry, sentenceOf));
  const page = (
    <Page title={person.name} shell={shellOf(c)} width="wide">
      <PageHeading
        title={person.name}
        badge={<PersonState person={person} />}
        back={{ label: "People", href: "/people" }}
      />
      <PersonFacts person={person} />
      <TimelineCard lines={lines} path={`/people/${id}`} reads={reads} newest={before === undefined} older={older} />
    </Page>
  );
  return show(c, page);
}

/** One more than a page is read, to know whether there is another. */
async function readPage(c: Context, q: string) {
  const after = cursor(c.req.query("after"));
  const before = after ? undefined : cursor(c.req.query("before"));
  const found = await listMembers(c.var.scope, { q, after, before, limit: PAGE + 1 });
  const more = found.length > PAGE;
  const people = before ? found.slice(-PAGE) : found.slice(0, PAGE);
  const [first, last] = [people[0]?.id, people.at(-1)?.id];
  const link = (name: string, id: string | undefined) =>
    id && `/people?${new URLSearchParams({ ...(q && { q }), [name]: id })}`;
  const hasPrevious = before ? more : after !== undefined;
  const hasNext = before ? true : more;
  return {
    people,
    previous: hasPrevious ? link("before", first) : undefined,
    next: hasNext ? link("after", last) : undefined,
  };
}

function cursor(text: string | undefined): string | undefined {
  return text && isId(text) ? text : undefined;
}

function headline(total: number, active: number): string {
  const members = `${total.toLocaleString("en")} ${total === 1 ? "member" : "members"}`;
  return total === active ? `${members}.` : `${members}, ${(total - active).toLocaleString("en")} of them deactivated.`;
}

/** Whether a person leads to what Okta asked about them. */
function maySeeActivity(c: Context): boolean {
  return c.var.organization.includesIntegration && allows(c.var.session.role, "organization.okta.view");
}

const COLUMNS = ["Person", "Role", "Source", "Okta", "Joined"].map((label) => ({ label }));

interface PeopleTableProps {
  readonly people: readonly Member[];
  readonly manages: boolean;
  readonly activity: boolean;
}

function PeopleTable({ people, manages, activity }: PeopleTableProps) {
  return (
    <Table
      caption="People"
      columns={activity ? [...COLUMNS, { label: "Okta activity", quiet: true }] : COLUMNS}
      rows={people.map((member) => [
        <Person name={member.name} email={member.email} href={manages ? `/people/${member.id}` : undefined} />,
        ROLE_WORDS[member.role],
        SOURCE_WORDS[member.source],
        <Connection member={member} />,
        <Time at={member.joinedAt} dateOnly={true} />,
        ...(activity ? [<ActivityLink member={member} />] : []),
      ])}
    />
  );
}

function ActivityLink({ member }: { member: Member }) {
  return (
    <a href={activityPath({ person: member.email, reads: false })}>
      Activity<span class="visually-hidden"> of {member.name}</span>
    </a>
  );
}

function Connection({ member }: { member: Member }) {
  if (member.state === "deactivated") return <Badge tone="danger">Deactivated</Badge>;
  return member.connected ? <Badge tone="connected">Connected</Badge> : <Badge>Not connected</Badge>;
}
