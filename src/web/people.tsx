import { isId } from "../db/id.ts";
import { countMembers, listMembers, type Member } from "../domain/members/members.ts";
import { allows } from "../domain/members/permissions.ts";
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
          <PeopleTable people={people} activity={maySeeActivity(c)} />
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

const ROLES = { owner: "Owner", admin: "Admin", member: "Member" } as const;
const SOURCES = { manual: "By hand", scim: "SCIM", jit: "Just in time" } as const;

const COLUMNS = ["Person", "Role", "Source", "Okta", "Joined"].map((label) => ({ label }));

function PeopleTable({ people, activity }: { people: readonly Member[]; activity: boolean }) {
  return (
    <Table
      caption="People"
      columns={activity ? [...COLUMNS, { label: "Okta activity", quiet: true }] : COLUMNS}
      rows={people.map((member) => [
        <Person name={member.name} email={member.email} />,
        ROLES[member.role],
        SOURCES[member.source],
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
