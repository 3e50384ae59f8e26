import { isId } from "../../../db/id.ts";
import { differences, effects } from "../../../domain/activity/differences.ts";
import { findFilter, OUTCOMES, type RequestFilter } from "../../../domain/activity/filter.ts";
import { fixFor } from "../../../domain/activity/fixes.ts";
import { countHours, MOST_COUNTED } from "../../../domain/activity/hours.ts";
import { wasNamed } from "../../../domain/activity/person-keys.ts";
import { getRequest, listRequests } from "../../../domain/activity/requests.ts";
import type { Context } from "../../edge/context.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { ActivityChart } from "../../ui/activity/chart.tsx";
import { isFiltered } from "../../ui/activity/filter-form.tsx";
import { readableDays } from "../../ui/activity/nothing.tsx";
import { Bodies, ChangeCard, RefusalCard, Related, RequestFacts } from "../../ui/activity/request-details.tsx";
import { RequestList } from "../../ui/activity/request-list.tsx";
import { Outcome } from "../../ui/activity/request-row.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** So many requests on one page. */
const PAGE = 50;

/** `GET /settings/okta/activity?person=&group=&outcome=&reference=&reads=&before=`: what the directory asked. */
export async function showActivity(c: Context): Promise<Response> {
  const before = c.req.query("before");
  const newest = !(before && isId(before));
  const days = c.var.parts.config.activityDays;
  const hours = await countHours(c.var.scope);
  const list = await readList(c, newest ? undefined : before);
  return show(
    c,
    <Page title="Okta Activity" shell={shellOf(c)} width="wide">
      <SettingsLayout current="activity">
        <PageHeading
          title="Okta Activity"
          lead={`What your directory asked, and what we answered: the last ${readableDays(days)}.`}
        />
        <ActivityChart hours={hours} most={MOST_COUNTED} />
        <RequestList {...list} days={days} newest={newest} />
      </SettingsLayout>
    </Page>,
  );
}

/** Where there are only lookups so far, such as the test of the connection, they are shown: else the page would be empty. */
async function readList(c: Context, before: string | undefined) {
  const { scope } = c.var;
  const asked = readFilter(c);
  const found = await findFilter(scope, asked);
  const page = await listRequests(scope, found, { before, limit: PAGE });
  const nothing = page.requests.length === 0;
  if (nothing && !isFiltered(asked) && !asked.reads && !before) {
    const filter = { ...asked, reads: true };
    return { filter, page: await listRequests(scope, {}, { limit: PAGE }), everNamed: true };
  }
  const everNamed = !nothing || !found.people || (await wasNamed(scope, found.people));
  return { filter: asked, page, everNamed };
}

/** The filter that an address asks for; what is no outcome of ours is none. */
export function readFilter(c: Context): RequestFilter {
  // PostgreSQL holds no NUL in a text.
  const text = (name: string) => c.req.query(name)?.replaceAll("\0", "").trim().slice(0, 1024) || undefined;
  return {
    person: text("person"),
    group: text("group"),
    outcome: OUTCOMES.find((each) => each === c.req.query("outcome")),
    reference: text("reference"),
    reads: c.req.query("reads") !== undefined,
  };
}

/** `GET /settings/okta/activity/:id`: one request, what it changed, or why it was refused and what to do. */
export async function showRequest(c: Context): Promise<Response> {
  const request = await getRequest(c.var.scope, c.req.param("id") ?? "");
  return show(
    c,
    <Page title={request.summary} shell={shellOf(c)} width="wide">
      <SettingsLayout current="activity">
        <PageHeading
          title={request.summary}
          badge={<Outcome request={request} />}
          back={{ label: "Okta Activity", href: "/settings/okta/activity" }}
        />
        {request.outcome === "refused" && <RefusalCard fix={fixFor(request)} refusal={request.refusal} />}
        <RequestFacts request={request} />
        <ChangeCard differences={differences(request.change)} effects={effects(request.change)} />
        <Bodies request={request} />
        <Related request={request} />
      </SettingsLayout>
    </Page>,
  );
}
