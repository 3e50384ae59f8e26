import { isId } from "../../../db/id.ts";
import type { Provider } from "../../../db/tables.ts";
import { getActivity, listActivity } from "../../../domain/activity/activity.ts";
import type { KeptAttempt } from "../../../domain/activity/attempts.ts";
import { differences, effects } from "../../../domain/activity/differences.ts";
import { ATTEMPT_OUTCOMES, findFilter, KINDS, OUTCOMES, type RequestFilter } from "../../../domain/activity/filter.ts";
import { fixFor } from "../../../domain/activity/fixes.ts";
import { countHours, MOST_COUNTED } from "../../../domain/activity/hours.ts";
import { wasNamed } from "../../../domain/activity/person-keys.ts";
import type { KeptRequest } from "../../../domain/activity/requests.ts";
import { endpoints, findIntegration } from "../../../domain/integration/integration.ts";
import { providerName } from "../../../domain/integration/providers.ts";
import { fixesFor } from "../../../domain/sso/sign-in-fixes.ts";
import type { Context } from "../../edge/context.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { ActivityList } from "../../ui/activity/activity-list.tsx";
import { Outcome } from "../../ui/activity/activity-row.tsx";
import { AttemptDetails } from "../../ui/activity/attempt-details.tsx";
import { AttemptOutcomeBadge } from "../../ui/activity/attempt-row.tsx";
import { attemptSummary } from "../../ui/activity/attempt-words.ts";
import { ActivityChart } from "../../ui/activity/chart.tsx";
import { isFiltered } from "../../ui/activity/filter-form.tsx";
import { readableDays } from "../../ui/activity/nothing.tsx";
import { Bodies, ChangeCard, RefusalCard, Related, RequestFacts } from "../../ui/activity/request-details.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** So many requests on one page. */
const PAGE = 50;

/** `GET /settings/okta/activity?person=&group=&outcome=&reference=&reads=&before=`: what the directory asked, and who signed in. */
export async function showActivity(c: Context): Promise<Response> {
  const before = c.req.query("before");
  const newest = !(before && isId(before));
  const days = c.var.parts.config.activityDays;
  const hours = await countHours(c.var.scope);
  const provider = providerName(await providerOf(c, "okta"));
  const list = await readList(c, newest ? undefined : before);
  return show(
    c,
    <Page title="Okta Activity" shell={shellOf(c)} width="wide">
      <SettingsLayout current="activity">
        <PageHeading
          title="Okta Activity"
          lead={`What your directory asked, who signed in, and what we answered: the last ${readableDays(days)}.`}
        />
        <ActivityChart hours={hours} most={MOST_COUNTED} />
        <ActivityList {...list} days={days} provider={provider} newest={newest} />
      </SettingsLayout>
    </Page>,
  );
}

/** Where there are only lookups so far, such as the test of the connection, they are shown: else the page would be empty. */
async function readList(c: Context, before: string | undefined) {
  const { scope } = c.var;
  const asked = readFilter(c);
  const found = await findFilter(scope, asked);
  const page = await listActivity(scope, found, { before, limit: PAGE });
  const nothing = page.lines.length === 0;
  if (nothing && !isFiltered(asked) && !asked.reads && !before) {
    const filter = { ...asked, reads: true };
    return { filter, page: await listActivity(scope, {}, { limit: PAGE }), everNamed: true };
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
    outcome: [...OUTCOMES, ...ATTEMPT_OUTCOMES].find((each) => each === c.req.query("outcome")),
    kind: KINDS.find((each) => each === c.req.query("kind")),
    reference: text("reference"),
    reads: c.req.query("reads") !== undefined,
  };
}

/** `GET /settings/okta/activity/:id`: one request or sign-in, what came of it, or why it was refused and what to do. */
export async function showLine(c: Context): Promise<Response> {
  const line = await getActivity(c.var.scope, c.req.param("id") ?? "");
  if (line.kind === "scim") return showRequest(c, line);
  const title = attemptSummary(line);
  const fixes = await fixesOf(c, line);
  return show(
    c,
    <Page title={title} shell={shellOf(c)} width="wide">
      <SettingsLayout current="activity">
        <PageHeading title={title} badge={<AttemptOutcomeBadge outcome={line.outcome} />} back={BACK} />
        <AttemptDetails attempt={line} fixes={fixes} />
      </SettingsLayout>
    </Page>,
  );
}

/** What to do about it, in the words of the organization's provider. */
async function fixesOf(c: Context, attempt: KeptAttempt) {
  if (attempt.outcome !== "refused") return [];
  return fixesFor(attempt, { provider: await providerOf(c, "other"), ...endpoints(c.var.organization) });
}

/** The provider of the integration, or this one where there is none: to set up begins with Okta. */
async function providerOf(c: Context, otherwise: Provider): Promise<Provider> {
  return (await findIntegration(c.var.scope))?.provider ?? otherwise;
}

const BACK = { label: "Okta Activity", href: "/settings/okta/activity" };

function showRequest(c: Context, request: KeptRequest): Promise<Response> {
  return show(
    c,
    <Page title={request.summary} shell={shellOf(c)} width="wide">
      <SettingsLayout current="activity">
        <PageHeading title={request.summary} badge={<Outcome request={request} />} back={BACK} />
        {request.outcome === "refused" && <RefusalCard fix={fixFor(request)} refusal={request.refusal} />}
        <RequestFacts request={request} />
        <ChangeCard differences={differences(request.change)} effects={effects(request.change)} />
        <Bodies request={request} />
        <Related request={request} />
      </SettingsLayout>
    </Page>,
  );
}
