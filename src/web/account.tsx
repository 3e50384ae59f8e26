import { listSessions } from "../domain/sessions/session-list.ts";
import type { Context } from "./edge/context.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { Banner } from "./ui/banner.tsx";
import { Card } from "./ui/card.tsx";
import { Fact, Facts } from "./ui/facts.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { OwnSessions } from "./ui/sessions.tsx";
import { METHODS } from "./ui/sign-in-methods.ts";
import { Time } from "./ui/time.tsx";

/** `GET /account`: who one is here, and where one is signed in. */
export async function showAccount(c: Context): Promise<Response> {
  const { organization, scope, session } = c.var;
  const sessions = await listSessions(scope, session.memberId);
  const shell = shellOf(c);
  const page = (
    <Page title="Your account" shell={shell} width="wide">
      <PageHeading title="Your account" lead={`You in ${organization.name}.`} />
      {c.req.query("ended") !== undefined && <Banner tone="success">Signed out there.</Banner>}
      <Card>
        <Facts>
          <Fact label="Name">{session.name}</Fact>
          <Fact label="Email">{session.email}</Fact>
          <Fact label="Role">{shell.person?.role}</Fact>
          <Fact label="Signed in with">
            {METHODS[session.method]}, <Time at={session.createdAt} />
          </Fact>
        </Facts>
      </Card>
      <OwnSessions sessions={sessions} current={session.id} now={c.var.now} />
    </Page>
  );
  return show(c, page);
}
