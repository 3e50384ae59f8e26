import { explainGroups, explainRole } from "../domain/directory/explain.ts";
import { findGitHostName } from "../domain/git/names.ts";
import { providerName } from "../domain/integration/providers.ts";
import { getMember } from "../domain/members/members.ts";
import { listSessions } from "../domain/sessions/session-list.ts";
import { findOffer } from "../domain/sso/offer.ts";
import type { Context } from "./edge/context.ts";
import { gitRows } from "./edge/git-rows.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { Belongings } from "./ui/account/belongings.tsx";
import { AccountNotice } from "./ui/account/notice.tsx";
import { OwnFacts } from "./ui/account/own-facts.tsx";
import { WaysIn } from "./ui/account/ways-in.tsx";
import { Card, CardHeader } from "./ui/card.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import { GitAccounts } from "./ui/git-accounts.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { OwnSessions } from "./ui/sessions.tsx";

/** `GET /account`: who one is here and why, one's git accounts, how one signs in, and where one is signed in. */
export async function showAccount(c: Context): Promise<Response> {
  const { organization, scope, session } = c.var;
  const { memberId } = session;
  const shell = shellOf(c);
  const [member, role, groups, git, sessions, offer] = await Promise.all([
    getMember(scope, memberId),
    explainRole(scope, memberId),
    explainGroups(scope, memberId),
    gitRows(c),
    listSessions(scope, memberId),
    findOffer(scope),
  ]);
  const provider = offer ? providerName(offer.provider) : "your directory";
  const page = (
    <Page title="Your account" shell={shell} width="wide">
      <PageHeading title="Your account" lead={`You in ${organization.name}.`} />
      <AccountNotice {...told(c)} />
      <OwnFacts
        name={session.name}
        email={session.email}
        role={shell.person?.role}
        kept={member.source !== "manual" ? provider : undefined}
      />
      <Card>
        <CardHeader title="Repository access" hint="Your accounts at git hosts. Each is connected to you alone here." />
        {git.length > 0 ? (
          <GitAccounts rows={git} next="/account" manage={true} />
        ) : (
          <EmptyState sentence="Whoever runs this service has connected no git host." />
        )}
      </Card>
      <WaysIn session={session} provider={offer && provider} enforced={organization.ssoEnforced} git={git} />
      <Belongings role={role} groups={groups} provider={provider} />
      <OwnSessions sessions={sessions} current={session.id} now={c.var.now} />
    </Page>
  );
  return show(c, page);
}

/** What has just been done, as the page's address tells it. */
function told(c: Context) {
  return {
    ended: c.req.query("ended") !== undefined,
    named: c.req.query("named") !== undefined,
    connected: findGitHostName(c.req.query("connected")),
    checked: findGitHostName(c.req.query("checked")),
    disconnected: findGitHostName(c.req.query("disconnected")),
    unrevoked: findGitHostName(c.req.query("unrevoked")),
  };
}
