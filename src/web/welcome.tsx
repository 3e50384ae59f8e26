import { findGitHostName } from "../domain/git/names.ts";
import type { Context } from "./edge/context.ts";
import { gitRows } from "./edge/git-rows.ts";
import { safePath } from "./edge/session.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { Avatar } from "./ui/avatar.tsx";
import { Banner } from "./ui/banner.tsx";
import { ButtonRow, LinkButton } from "./ui/button.tsx";
import { Card, CardHeader } from "./ui/card.tsx";
import { Fact, Facts } from "./ui/facts.tsx";
import { GitAccounts } from "./ui/git-accounts.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";

/** `GET /welcome?next=…`: where the first sign-in through SSO leads: who one is here, and one's git accounts. */
export async function showWelcome(c: Context): Promise<Response> {
  const { organization, session } = c.var;
  const next = safePath(c.req.query("next"));
  const rows = (await gitRows(c)).filter(({ configured }) => configured);
  const connected = findGitHostName(c.req.query("connected"));
  const skips = !rows.some(({ connection }) => connection);
  const page = (
    <Page title="Welcome" shell={shellOf(c)} width="narrow">
      {connected && <Banner tone="success">{connected} is connected.</Banner>}
      <Card>
        <div class="whose">
          <Avatar name={session.name} />
          <PageHeading title={`Welcome to ${organization.name}`} lead="You are signed in. Check that this is you." />
        </div>
        <Facts>
          <Fact label="Name">{session.name}</Fact>
          <Fact label="Email">{session.email}</Fact>
          <Fact label="Role">{shellOf(c).person?.role}</Fact>
          <Fact label="Organization">{organization.url}</Fact>
        </Facts>
        {rows.length > 0 && (
          <>
            <CardHeader
              title="Connect your git accounts"
              hint="Optional: you can do it later on your account page, and end it at any time."
            />
            <GitAccounts rows={rows} next={next === "/" ? "/welcome" : `/welcome?next=${encodeURIComponent(next)}`} />
          </>
        )}
        <ButtonRow>
          <LinkButton href={next}>{skips ? "Skip for now" : "Continue"}</LinkButton>
        </ButtonRow>
      </Card>
    </Page>
  );
  return show(c, page);
}
