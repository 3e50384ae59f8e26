import { isId } from "../db/id.ts";
import {
  countGroups,
  findGroupsByName,
  type GroupSummary,
  getGroup,
  listPeopleInGroup,
} from "../domain/directory/all-groups.ts";
import { rulesAbout } from "../domain/directory/mapping.ts";
import { makeOwnGroup, renameOwnGroup } from "../domain/directory/own-groups.ts";
import { findIntegration } from "../domain/integration/integration.ts";
import { providerName } from "../domain/integration/providers.ts";
import { allows } from "../domain/members/permissions.ts";
import { Refusal } from "../refusal.ts";
import type { Context } from "./edge/context.ts";
import { type FieldErrors, summaryOf } from "./edge/fields.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { readForm } from "./edge/size.ts";
import { Card } from "./ui/card.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import { ErrorSummary, SearchForm } from "./ui/form.tsx";
import { type GroupErrors, GroupView } from "./ui/groups/group-view.tsx";
import { GroupTable, NewGroup } from "./ui/groups/groups.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { Pagination } from "./ui/pagination.tsx";

/** So many groups, or people of one, on one page. */
const PAGE = 50;

/** `GET /groups?q=&after=&before=`: the directory's groups and our own, by name. */
export function showGroups(c: Context): Promise<Response> {
  return groupsPage(c, { name: "" }, {});
}

/** `POST /groups`: makes a group of our own. */
export async function makeGroup(c: Context): Promise<Response> {
  const name = (await readForm(c)).get("name") ?? "";
  try {
    const { id } = await makeOwnGroup(c.var.scope, { name });
    return c.redirect(`/groups/${id}`, 303);
  } catch (error) {
    return groupsPage(c, { name }, besideField("name", error), 422);
  }
}

/** What is wrong, beside the field; any other error goes on. */
function besideField(field: string, error: unknown): FieldErrors {
  if (error instanceof Refusal && [409, 422].includes(error.status)) return { [field]: error.message };
  throw error;
}

async function groupsPage(c: Context, values: { name: string }, errors: FieldErrors, status: 200 | 422 = 200) {
  const q = c.req.query("q")?.trim().slice(0, 200) ?? "";
  const { pushed, own } = await countGroups(c.var.scope);
  const { groups, previous, next } = await readPage(c, q);
  const provider = await providerHere(c);
  const page = (
    <Page title="Groups" shell={shellOf(c)} width="wide">
      <PageHeading title="Groups" lead={headline(pushed, own, provider)} />
      <ErrorSummary errors={summaryOf(errors)} />
      <Card flush={true}>
        {pushed + own > 0 && <SearchForm action="/groups" label="Search by name" placeholder="Name" value={q} />}
        {groups.length > 0 ? (
          <GroupTable groups={groups} provider={provider} />
        ) : (
          <EmptyState
            sentence={q ? `No group here has “${q}” in its name.` : emptySentence(pushed + own, provider)}
            act={pushed + own > 0 && <a href="/groups">Show all groups</a>}
          />
        )}
        {(previous || next) && <Pagination shown={`${groups.length} on this page`} previous={previous} next={next} />}
      </Card>
      {mayManage(c) && <NewGroup value={values.name} error={errors["name"]} />}
    </Page>
  );
  return show(c, page, status);
}

function emptySentence(groups: number, provider: string): string {
  return groups > 0
    ? "There is no group on this page."
    : `There is no group yet, neither pushed by ${provider} nor made here.`;
}

function headline(pushed: number, own: number, provider: string): string {
  const count = (number: number) => `${number.toLocaleString("en")} ${number === 1 ? "group" : "groups"}`;
  return `${count(pushed)} pushed by ${provider}, ${own.toLocaleString("en")} of our own.`;
}

/** One more than a page is read, to know whether there is another. */
async function readPage(c: Context, q: string) {
  const after = cursor(c.req.query("after"));
  const before = after ? undefined : cursor(c.req.query("before"));
  const found = await findGroupsByName(c.var.scope, { q, after, before, limit: PAGE + 1 });
  const more = found.length > PAGE;
  const groups = before ? found.slice(-PAGE) : found.slice(0, PAGE);
  const [first, last] = [groups[0]?.id, groups.at(-1)?.id];
  const link = (name: string, id: string | undefined) =>
    id && `/groups?${new URLSearchParams({ ...(q && { q }), [name]: id })}`;
  const hasPrevious = before ? more : after !== undefined;
  const hasNext = before ? true : more;
  return {
    groups,
    previous: hasPrevious ? link("before", first) : undefined,
    next: hasNext ? link("after", last) : undefined,
  };
}

function cursor(text: string | undefined): string | undefined {
  return text && isId(text) ? text : undefined;
}

/** `GET /groups/:id?after=`: who is in a group, and what it leads to. */
export async function showGroup(c: Context): Promise<Response> {
  return groupPage(c, await getGroup(c.var.scope, c.req.param("id") ?? ""), {});
}

/** `POST /groups/:id`: gives a group of our own another name. */
export async function renameGroup(c: Context): Promise<Response> {
  const group = await ownGroup(c);
  const name = (await readForm(c)).get("name") ?? "";
  try {
    await renameOwnGroup(c.var.scope, group.id, { name });
    return c.redirect(`/groups/${group.id}?saved`, 303);
  } catch (error) {
    return groupPage(c, group, { name: { value: name, message: besideField("name", error)["name"] ?? "" } });
  }
}

/** The group of the address, which is ours to change; 409 `directory` for one that the directory keeps. */
export async function ownGroup(c: Context): Promise<GroupSummary> {
  const group = await getGroup(c.var.scope, c.req.param("id") ?? "");
  if (group.source === "manual") return group;
  const sentence = `${await providerHere(c)} keeps this group: change its name and its people there.`;
  throw new Refusal(
    409,
    "directory",
    sentence.replace(/^./, (first) => first.toUpperCase()),
  );
}

/** The page of a group, also where what was sent to change it is wrong. */
export async function groupPage(c: Context, group: GroupSummary, errors: GroupErrors): Promise<Response> {
  const { scope } = c.var;
  const after = cursor(c.req.query("after"));
  const found = await listPeopleInGroup(scope, group, { after, limit: PAGE + 1 });
  const people = found.slice(0, PAGE);
  const wrong = Object.entries(errors).map(([field, { message }]) => ({ field, message }));
  const page = (
    <Page title={group.name} shell={shellOf(c)} width="wide">
      <GroupView
        group={group}
        people={people}
        rules={await rulesAbout(scope, group.id)}
        provider={await providerHere(c)}
        manages={mayManage(c)}
        saved={c.req.query("saved") !== undefined}
        errors={errors}
        summary={<ErrorSummary errors={wrong} />}
        first={after && `/groups/${group.id}`}
        next={found.length > PAGE ? `/groups/${group.id}?after=${people.at(-1)?.place}` : undefined}
      />
    </Page>
  );
  return show(c, page, wrong.length > 0 ? 422 : 200);
}

function mayManage(c: Context): boolean {
  return allows(c.var.session.role, "organization.groups.manage");
}

/** What the identity provider is called here. */
async function providerHere(c: Context): Promise<string> {
  return providerName((await findIntegration(c.var.scope))?.provider ?? "okta");
}
