import { type DescribedCertificate, describeCertificates } from "../../../../domain/integration/certificate-life.ts";
import { dropCertificate } from "../../../../domain/integration/certificates.ts";
import { findIntegration } from "../../../../domain/integration/integration.ts";
import { providerName } from "../../../../domain/integration/providers.ts";
import type { Context } from "../../../edge/context.ts";
import { shellOf } from "../../../edge/shell.ts";
import { show } from "../../../edge/show.ts";
import { readForm } from "../../../edge/size.ts";
import { Banner } from "../../../ui/banner.tsx";
import { ButtonRow, LinkButton, SubmitOrCancel } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Fact, Facts } from "../../../ui/facts.tsx";
import { Form } from "../../../ui/form.tsx";
import { PageHeading } from "../../../ui/heading.tsx";
import { Page } from "../../../ui/page.tsx";
import { SettingsLayout } from "../../../ui/settings-layout.tsx";
import { RelativeTime, Time } from "../../../ui/time.tsx";

/** `GET /settings/okta/certificates/remove?fingerprint=…`: says what it means. One that is gone leads back to the list. */
export async function askToRemove(c: Context): Promise<Response> {
  const integration = await findIntegration(c.var.scope);
  const all = describeCertificates(integration?.certificates ?? [], c.var.now);
  const certificate = all.find(({ fingerprintSha256 }) => fingerprintSha256 === c.req.query("fingerprint"));
  if (!integration || !certificate) return c.redirect("/settings/okta", 303);
  const provider = providerName(integration.provider);
  const isLast = all.length === 1;
  const page = (
    <Page title="Remove a certificate" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Remove a certificate"
          lead={`From then on nobody signs in with a response that ${provider} signed with it. SCIM and open sessions go on.`}
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        {isLast ? <OnlyOne provider={provider} /> : <Warning certificate={certificate} all={all} provider={provider} />}
        <Card tone="danger">
          <CertificateFacts certificate={certificate} now={c.var.now} />
          {isLast ? <Back /> : <Confirm fingerprint={certificate.fingerprintSha256} />}
        </Card>
      </SettingsLayout>
    </Page>
  );
  return show(c, page);
}

/** `POST /settings/okta/certificates/remove`: the certificate is trusted no more. */
export async function removeCertificate(c: Context): Promise<Response> {
  await dropCertificate(c.var.scope, (await readForm(c)).get("fingerprint") ?? "");
  return c.redirect("/settings/okta?saved", 303);
}

function OnlyOne({ provider }: { readonly provider: string }) {
  return (
    <Banner tone="warning" title="It is the only one">
      Without it nobody could sign in through {provider}, so it stays. Add the next one first.
    </Banner>
  );
}

interface WarningProps {
  readonly certificate: DescribedCertificate;
  readonly all: readonly DescribedCertificate[];
  readonly provider: string;
}

/** Why it is too early, where the provider may still sign with it. */
function Warning({ certificate, all, provider }: WarningProps) {
  const nobodyUsed = all.every(({ lastUsedAt }) => lastUsedAt === null);
  if (!certificate.inUse && !nobodyUsed) return null;
  return (
    <Banner tone="warning">
      {certificate.inUse
        ? "It verified the last sign-in, and no other one has been used since."
        : "Nobody has signed in yet, so we do not know which one is in use."}{" "}
      If {provider} still signs with it, nobody can sign in from then on. Let {provider} switch first, sign in once, and
      see here that the other one is in use.
    </Banner>
  );
}

function CertificateFacts({ certificate, now }: { readonly certificate: DescribedCertificate; readonly now: Date }) {
  return (
    <Facts>
      <Fact label="Subject">{certificate.subject}</Fact>
      <Fact label="SHA-256 fingerprint">
        <code>{certificate.fingerprintSha256}</code>
      </Fact>
      <Fact label="Valid">
        <Time at={certificate.notBefore} dateOnly={true} /> to <Time at={certificate.notAfter} dateOnly={true} />
      </Fact>
      <Fact label="Last used to sign in">
        <RelativeTime at={certificate.lastUsedAt} now={now} otherwise="Not used yet" />
      </Fact>
    </Facts>
  );
}

function Confirm({ fingerprint }: { readonly fingerprint: string }) {
  return (
    <Form action="/settings/okta/certificates/remove" hidden={{ fingerprint }}>
      <SubmitOrCancel kind="danger" working="Removing…" cancel="/settings/okta">
        Remove
      </SubmitOrCancel>
    </Form>
  );
}

function Back() {
  return (
    <ButtonRow>
      <LinkButton href="/settings/okta/certificates">Add certificate</LinkButton>
      <LinkButton kind="secondary" href="/settings/okta">
        Cancel
      </LinkButton>
    </ButtonRow>
  );
}
