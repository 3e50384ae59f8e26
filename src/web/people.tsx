import { isId } from "../db/id.ts";
import { countUpTo, listMembers, type MemberFilter, MOST_COUNTED } from "../domain/members/members.ts";
import { allows } from "../domain/members/permissions.ts";
import type { Context } from "./edge/context.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { LinkButton } from "./ui/button.tsx";
import { Card } from "./ui/card.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import { SearchForm } from "./ui/form.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { Pagination } from "./ui/pagination.tsx";
import { isFiltered, peoplePath, whyPath } from "./ui/people/address.ts";
import { PeopleFilterForm } from "./ui/people/filter-form.tsx";
import { NameTable, PeopleTable } from "./ui/people/people-table.tsx";
import { WhyForm } from "./ui/people/why-form.tsx";
import { ROLE_WORDS, SOURCE_WORDS, STANDING_WORDS } from "./ui/people/words.ts";

/** So many people on one page. */
const PAGE = 50;

/** `GET /people?q=&role=&source=&standing=&after=&before=`: everybody here, in the order in which they joined. */
export async function showPeople(c: Context): Promise<Response> {
  const manages = allows(c.var.session.role, "organization.people.manage");
  const filter = manages ? readMemberFilter(c) : { q: readMemberFilter(c).q };
  const { total, deactivated } = await countUpTo(c.var.scope);
  const { people, previous, next } = await readPage(c, filter);
  const table = manages ? <PeopleTable people={people} activity={maySeeActivity(c)} /> : <NameTable people={people} />;
  const page = (
    <Page title="People" shell={shellOf(c)} width="wide">
      <PageHeading
        title="People"
        lead={headline(total, deactivated)}
        act={manages && <LinkButton href="/people/new">Invite</LinkButton>}
      />
      <Card flush={true}>
        {manages ? (
          <PeopleFilterForm filter={filter} />
        ) : (
          <SearchForm action="/people" label="Search by name or email" placeholder="Name or email" value={filter.q} />
        )}
        {people.length > 0 ? table : <Nobody filter={filter} manages={manages} />}
        {(previous || next) && <Pagination shown={`${people.length} on this page`} previous={previous} next={next} />}
      </Card>
      {manages && (
        <>
          <WhyForm q={filter.q} />
          <p class="hint">
            <a href={peoplePath(filter, {}, "/people.csv")}>Download these people as CSV</a>
          </p>
        </>
      )}
    </Page>
  );
  return show(c, page);
}

/** The filter that an address asks for; what is no choice of ours is none. */
export function readMemberFilter(c: Context): MemberFilter {
  const choice = <Word extends string>(name: string, words: Readonly<Record<Word, string>>) =>
    (Object.keys(words) as Word[]).find((word) => word === c.req.query(name));
  return {
    // PostgreSQL holds no NUL in a text.
    q: c.req.query("q")?.replaceAll("\0", "").trim().slice(0, 200) || undefined,
    role: choice("role", ROLE_WORDS),
    source: choice("source", SOURCE_WORDS),
    standing: choice("standing", STANDING_WORDS),
  };
}

/** One more than a page is read, to know whether there is another. */
async function readPage(c: Context, filter: MemberFilter) {
  const after = cursor(c.req.query("after"));
  const before = after ? undefined : cursor(c.req.query("before"));
  const found = await listMembers(c.var.scope, { ...filter, after, before, limit: PAGE + 1 });
  const more = found.length > PAGE;
  const people = before ? found.slice(-PAGE) : found.slice(0, PAGE);
  const hasPrevious = before ? more : after !== undefined;
  const hasNext = before ? true : more;
  return {
    people,
    previous: hasPrevious && people[0] ? peoplePath(filter, { before: people[0].id }) : undefined,
    next: hasNext && people.length > 0 ? peoplePath(filter, { after: people.at(-1)?.id }) : undefined,
  };
}

function cursor(text: string | undefined): string | undefined {
  return text && isId(text) ? text : undefined;
}

function Nobody({ filter, manages }: { readonly filter: MemberFilter; readonly manages: boolean }) {
  const { q } = filter;
  const sentence = q
    ? `Nobody here has “${q}” in the name or the email${isFiltered({ ...filter, q: undefined }) ? ", and is so" : ""}.`
    : isFiltered(filter)
      ? "Nobody here is so."
      : "There is nobody on this page.";
  const why = manages && q;
  return (
    <EmptyState
      sentence={sentence}
      act={why ? <a href={whyPath(why)}>Why is “{why}” not here?</a> : <a href="/people">Show everybody</a>}
    />
  );
}

function headline(total: number, deactivated: number): string {
  const members = `${about(total)} ${total === 1 ? "member" : "members"}`;
  return deactivated === 0 ? `${members}.` : `${members}, ${about(deactivated)} of them deactivated.`;
}

function about(count: number): string {
  return count > MOST_COUNTED ? `More than ${MOST_COUNTED.toLocaleString("en")}` : count.toLocaleString("en");
}

/** Whether a person leads to what the directory asked about them. */
function maySeeActivity(c: Context): boolean {
  return c.var.organization.includesIntegration && allows(c.var.session.role, "organization.okta.view");
}
