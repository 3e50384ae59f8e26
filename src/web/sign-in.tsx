import { markOf, providerName } from "../domain/integration/providers.ts";
import { findOffer, type Offer } from "../domain/sso/offer.ts";
import type { Context } from "./edge/context.ts";
import { findPerson, safePath } from "./edge/session.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { ButtonRow, LinkButton } from "./ui/button.tsx";
import { Card } from "./ui/card.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { SignInGit } from "./ui/sign-in-git.tsx";

/** `GET /sign-in?next=…`: how one gets in here. Who is in already goes on. */
export async function showSignIn(c: Context): Promise<Response> {
  if (await findPerson(c)) return c.redirect(safePath(c.req.query("next")), 303);
  const offer = await findOffer(c.var.scope);
  const page = (
    <Page title="Sign in" shell={shellOf(c)} width="narrow">
      <Card>
        {offer ? <ThroughProvider c={c} offer={offer} /> : <ThroughLink c={c} />}
        {!c.var.organization.ssoEnforced && (
          <SignInGit hosts={c.var.parts.gitHosts} next={safePath(c.req.query("next"))} />
        )}
      </Card>
    </Page>
  );
  return show(c, page);
}

function ThroughProvider({ c, offer }: { c: Context; offer: Offer }) {
  const provider = providerName(offer.provider);
  const { organization, parts } = c.var;
  return (
    <>
      <PageHeading title={`Sign in to ${organization.name}`} lead={`Your organization signs in through ${provider}.`} />
      <ButtonRow>
        <LinkButton href={startAddress(safePath(c.req.query("next")))} mark={markOf(offer.provider)}>
          Sign in with {provider}
        </LinkButton>
      </ButtonRow>
      <p class="hint">
        {offer.byTile && `Or click the ${parts.config.productName} tile in its dashboard. `}
        No access there? Ask your administrator to assign you the {parts.config.productName} app.
      </p>
      {organization.ssoEnforced && (
        <p class="hint">
          You are an owner, and {provider} does not let you in? <a href="/sign-in/recovery">Use a recovery code</a>.
        </p>
      )}
    </>
  );
}

/** A link, no form: a form that is answered with a redirect to another site is stopped by `form-action 'self'`. */
function startAddress(next: string): string {
  return next === "/" ? "/okta/login" : `/okta/login?redirect_to=${encodeURIComponent(next)}`;
}

function ThroughLink({ c }: { c: Context }) {
  const { organization, parts } = c.var;
  const { supportEmail } = parts.config;
  return (
    <>
      <PageHeading
        title={`Sign in to ${organization.name}`}
        lead="You come in with a sign-in link, which works once. Single Sign-On is not set up here."
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
