import { findIntegration } from "../domain/integration/integration.ts";
import { providerName } from "../domain/integration/providers.ts";
import { countMembers } from "../domain/members/members.ts";
import { allows } from "../domain/members/permissions.ts";
import type { Context } from "./edge/context.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { Badge } from "./ui/badge.tsx";
import { LinkButton } from "./ui/button.tsx";
import { Card, CardHeader } from "./ui/card.tsx";
import { Fact, Facts } from "./ui/facts.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { atStart } from "./ui/okta/at-start.ts";
import { Page } from "./ui/page.tsx";

/** `GET /`: the organization's home. */
export async function showHome(c: Context): Promise<Response> {
  const { organization, scope, session } = c.var;
  const { active } = await countMembers(scope);
  const integration = organization.includesIntegration ? await findIntegration(scope) : undefined;
  const mayConnect =
    organization.includesIntegration && !integration && allows(session.role, "organization.okta.manage");
  const page = (
    <Page title="Home" shell={shellOf(c)}>
      <PageHeading
        title={`Hello, ${session.name}`}
        lead={`This is the home of ${organization.name}.`}
        act={!mayConnect && <LinkButton href="/people">See the people</LinkButton>}
      />
      {mayConnect && <ConnectCard />}
      <Card>
        <CardHeader
          title={organization.name}
          badge={integration && <Badge tone="connected">{atStart(providerName(integration.provider))} connected</Badge>}
        />
        <Facts>
          <Fact label="Members">
            <a href="/people">{active.toLocaleString("en")}</a>
          </Fact>
          {integration && <Fact label="Connected members">{integration.connectedMembers.toLocaleString("en")}</Fact>}
          <Fact label="Address">{organization.url}</Fact>
          <Fact label="You">
            <a href="/account">{session.email}</a>
          </Fact>
        </Facts>
      </Card>
      {!allows(session.role, "organization.settings.view") && (
        <p class="hint">There is nothing that you need to do here.</p>
      )}
    </Page>
  );
  return show(c, page);
}

function ConnectCard() {
  return (
    <Card>
      <CardHeader
        title="Connect Okta"
        hint="Okta, or another identity provider: people sign in through it, and whom it assigns or deactivates is in or out at once. It takes about ten minutes."
      />
      <div class="button-row">
        <LinkButton href="/settings/okta">Connect Okta</LinkButton>
      </div>
    </Card>
  );
}
