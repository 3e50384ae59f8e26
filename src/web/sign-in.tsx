import { findIntegration } from "../domain/integration/integration.ts";
import type { Context } from "./edge/context.ts";
import { findPerson, safePath } from "./edge/session.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { ButtonRow, LinkButton } from "./ui/button.tsx";
import { Card } from "./ui/card.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";

/** `GET /sign-in?next=…`: how one gets in here. Who is in already goes on. */
export async function showSignIn(c: Context): Promise<Response> {
  if (await findPerson(c)) return c.redirect(safePath(c.req.query("next")), 303);
  const { organization, scope } = c.var;
  const integration = organization.includesIntegration ? await findIntegration(scope) : undefined;
  const page = (
    <Page title="Sign in" shell={shellOf(c)} width="narrow">
      <Card>{integration ? <ThroughOkta c={c} ssoUrl={integration.ssoUrl} /> : <ThroughLink c={c} />}</Card>
    </Page>
  );
  return show(c, page);
}

function ThroughOkta({ c, ssoUrl }: { c: Context; ssoUrl: string }) {
  const { organization, parts } = c.var;
  return (
    <>
      <PageHeading
        title={`Sign in to ${organization.name}`}
        lead={`Your organization signs in through Okta: click the ${parts.config.productName} tile in your Okta dashboard, or start here.`}
      />
      <ButtonRow>
        <LinkButton href={ssoUrl}>Sign in with Okta</LinkButton>
      </ButtonRow>
      <p class="hint">
        No tile in your dashboard? Ask your Okta administrator to assign you the {parts.config.productName} app.
      </p>
    </>
  );
}

function ThroughLink({ c }: { c: Context }) {
  const { organization, parts } = c.var;
  const { supportEmail } = parts.config;
  return (
    <>
      <PageHeading
        title={`Sign in to ${organization.name}`}
        lead="You come in with a sign-in link, which works once. Okta is not connected here."
      />
      <p>Ask an owner of {organization.name} for one: whoever runs this service makes it.</p>
      {supportEmail && (
        <p>
          Or write to <a href={`mailto:${supportEmail}`}>{supportEmail}</a>.
        </p>
      )}
    </>
  );
}
