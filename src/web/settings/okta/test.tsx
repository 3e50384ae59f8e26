import { getAttempt, type KeptAttempt } from "../../../domain/activity/attempts.ts";
import { endpoints, findIntegration } from "../../../domain/integration/integration.ts";
import { fixesFor } from "../../../domain/sso/sign-in-fixes.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { AttemptDetails } from "../../ui/activity/attempt-details.tsx";
import { AttemptOutcomeBadge } from "../../ui/activity/attempt-row.tsx";
import { Banner } from "../../ui/banner.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/test/:id`: what came of a test sign-in, check by check. */
export async function showTestResult(c: Context): Promise<Response> {
  const { scope, organization } = c.var;
  const attempt = await getAttempt(scope, c.req.param("id") ?? "");
  if (attempt.purpose !== "test") throw new Refusal(404, "attempt", "This was no test: look for it in the activity.");
  const provider = (await findIntegration(scope))?.provider ?? "other";
  const fixes = attempt.outcome === "refused" ? fixesFor(attempt, { provider, ...endpoints(organization) }) : [];
  const title = attempt.outcome === "passed" ? "The sign-in works" : "The sign-in does not work yet";
  return show(
    c,
    <Page title={title} shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title={title}
          badge={<AttemptOutcomeBadge outcome={attempt.outcome} />}
          lead="This was a test: nobody was signed in, and nobody was changed."
          back={{ label: "Okta Integration", href: "/settings/okta" }}
          act={<LinkButton href="/settings/okta/test/start">Test again</LinkButton>}
        />
        <Verdict attempt={attempt} />
        <AttemptDetails attempt={attempt} fixes={fixes} />
        <TheOtherWay />
      </SettingsLayout>
    </Page>,
  );
}

function Verdict({ attempt }: { readonly attempt: KeptAttempt }) {
  if (attempt.outcome === "refused") return <Banner tone="danger">{attempt.sentence}</Banner>;
  const person = attempt.checks.find(({ check }) => check === "person");
  return (
    <Banner tone="success" title="Every check was passed">
      {person?.got}
    </Banner>
  );
}

function TheOtherWay() {
  return (
    <Card>
      <p class="hint">
        The test began here. That a click on the tile at the identity provider works as well can only be tried by
        clicking it: an answer that nobody asked for would sign somebody in.
      </p>
    </Card>
  );
}
