import { describeCertificates } from "../../domain/integration/certificate-life.ts";
import { findIntegration } from "../../domain/integration/integration.ts";
import { providerName } from "../../domain/integration/providers.ts";
import { readRefusedTokens } from "../../domain/integration/refused-summary.ts";
import { integrationState } from "../../domain/integration/state.ts";
import { describeTokens, refusedSince } from "../../domain/integration/token-life.ts";
import { type Job, latestJob } from "../../domain/jobs/jobs.ts";
import { allows } from "../../domain/members/permissions.ts";
import type { Context } from "../edge/context.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { Badge } from "../ui/badge.tsx";
import { Banner } from "../ui/banner.tsx";
import { ButtonRow, LinkButton } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Connection } from "../ui/okta/connection.tsx";
import { members } from "../ui/okta/consequences.tsx";
import { Page } from "../ui/page.tsx";
import { Progress } from "../ui/progress.tsx";
import { SettingsLayout } from "../ui/settings-layout.tsx";

/** `GET /settings/okta`: how it stands with the integration. */
export async function showOkta(c: Context): Promise<Response> {
  const { organization, scope, now } = c.var;
  const job = await latestJob(scope, "disconnect");
  if (job?.state === "queued" || job?.state === "running")
    return show(c, <OktaPage c={c} body={<Leaving job={job} />} />);
  const integration = await findIntegration(scope);
  if (!organization.includesIntegration) {
    return show(c, <OktaPage c={c} body={<OtherPlan c={c} kept={integration !== undefined} />} />);
  }
  if (!integration) return show(c, <OktaPage c={c} body={<NotSetUp gone={job} />} />);
  const saved = c.req.query("saved") !== undefined;
  const fetched = c.req.query("fetched") !== undefined;
  const scim = integration.provisioning === "scim";
  const tokens = describeTokens(integration.scimTokens, now);
  const since = scim ? refusedSince(tokens, now) : undefined;
  const refused = scim ? await readRefusedTokens(scope) : undefined;
  const provider = providerName(integration.provider);
  const certificates = describeCertificates(integration.certificates, now);
  const seen = {
    integration,
    organization,
    provider,
    certificates,
    tokens,
    refusedSince: since,
    refused,
    now,
    saved,
    fetched,
    state: integrationState(organization, integration),
    mayEnforce: allows(c.var.session.role, "organization.okta.enforce"),
  };
  return show(c, <OktaPage c={c} body={<Connection {...seen} />} />);
}

function OktaPage({ c, body }: { c: Context; body: ReturnType<typeof NotSetUp> }) {
  return (
    <Page title="Okta Integration" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">{body}</SettingsLayout>
    </Page>
  );
}

function NotSetUp({ gone }: { gone: Job | undefined }) {
  return (
    <>
      <PageHeading
        title="Okta Integration"
        badge={<Badge>Not connected</Badge>}
        lead="Single Sign-On and user management from Okta, or from another identity provider that speaks SAML 2.0 and SCIM 2.0."
      />
      {gone && (
        <Banner tone="info" title="The integration is disconnected">
          {gone.total === 0
            ? "It had created no member, so nobody was deleted."
            : `${members(gone.total)} that it had created ${gone.total === 1 ? "was" : "were"} ${gone.createdMembers === "keep" ? "kept as plain members" : "deleted"}.`}
        </Banner>
      )}
      <Card>
        <CardHeader title="What it brings" />
        <ul class="list">
          <li>People sign in through your identity provider: by its tile, or from the sign-in page here.</li>
          <li>Whom it pushes by SCIM is a member at once, before they ever sign in.</li>
          <li>Whom it deactivates by SCIM is out at once, in every browser.</li>
          <li>Groups, names and addresses follow it.</li>
        </ul>
        <p>It takes about ten minutes and an administrator of the provider. Nobody changes before you save.</p>
        <ButtonRow>
          <LinkButton href="/settings/okta/setup">Set up</LinkButton>
        </ButtonRow>
      </Card>
    </>
  );
}

function OtherPlan({ c, kept }: { c: Context; kept: boolean }) {
  const { config } = c.var.parts;
  const plans = config.integrationPlans.map((plan) => `“${plan}”`).join(", ");
  const subject = `Okta integration for ${c.var.organization.slug}`;
  return (
    <>
      <PageHeading title="Okta Integration" badge={<Badge>Not in your plan</Badge>} />
      <Card>
        <CardHeader title={`Your plan “${c.var.organization.plan}” does not include the Okta integration`} />
        <p>
          {config.integrationPlans.length === 1 ? "The plan that includes it is" : "The plans that include it are"}{" "}
          {plans}. With it, people sign in through Okta or another identity provider, which says who is a member.
        </p>
        {kept && <p>The settings made before are kept. They work again as soon as the plan includes them.</p>}
        <ButtonRow>
          {config.supportEmail ? (
            <LinkButton href={`mailto:${config.supportEmail}?subject=${encodeURIComponent(subject)}`}>
              Ask about plans
            </LinkButton>
          ) : (
            <p class="hint">The operator of this service changes plans.</p>
          )}
          {kept && (
            <LinkButton href="/settings/okta/disconnect" kind="secondary">
              Disconnect
            </LinkButton>
          )}
        </ButtonRow>
      </Card>
    </>
  );
}

function Leaving({ job }: { job: Job }) {
  return (
    <>
      <PageHeading title="Okta Integration" badge={<Badge tone="warning">Disconnecting</Badge>} />
      <Card>
        <CardHeader
          title="The integration is being disconnected"
          hint="Nobody can sign in through it any more. You may leave this page."
        />
        <Progress
          label={
            job.createdMembers === "keep"
              ? "Keeping the members that it created"
              : "Deleting the members that it created"
          }
          done={job.done}
          total={job.total}
          unit="members"
          running={true}
        />
      </Card>
    </>
  );
}
