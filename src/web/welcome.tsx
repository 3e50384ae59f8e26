import type { Context } from "./edge/context.ts";
import { safePath } from "./edge/session.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { ButtonRow, LinkButton } from "./ui/button.tsx";
import { Card } from "./ui/card.tsx";
import { Fact, Facts } from "./ui/facts.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";

/** `GET /welcome?next=…`: where the first sign-in through SSO leads. */
export function showWelcome(c: Context): Promise<Response> {
  const { organization, session } = c.var;
  const shell = shellOf(c);
  const page = (
    <Page title="Welcome" shell={shell} width="narrow">
      <Card>
        <PageHeading
          title={`Welcome to ${organization.name}`}
          lead="You are signed in. Check that this is you, then go on."
        />
        <Facts>
          <Fact label="Name">{session.name}</Fact>
          <Fact label="Email">{session.email}</Fact>
          <Fact label="Role">{shell.person?.role}</Fact>
          <Fact label="Organization">{organization.url}</Fact>
        </Facts>
        <ButtonRow>
          <LinkButton href={safePath(c.req.query("next"))}>Skip for now</LinkButton>
        </ButtonRow>
      </Card>
    </Page>
  );
  return show(c, page);
}
