import type { Provisioning } from "../../../db/tables.ts";
import { describeCertificates } from "../../../domain/integration/certificate-life.ts";
import { checkedIssuer, checkedSessionDays, checkedSsoUrl } from "../../../domain/integration/checks.ts";
import {
  endpoints,
  findIntegration,
  type Integration,
  saveIntegration,
} from "../../../domain/integration/integration.ts";
import { checkedProvider, PROVIDER_CHOICES, providerName } from "../../../domain/integration/providers.ts";
import { parseCertificates } from "../../../protocols/saml/certificate.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf, wholeNumber } from "../../edge/fields.ts";
import { sealSecret } from "../../edge/sealed-cookie.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readForm } from "../../edge/size.ts";
import { Banner } from "../../ui/banner.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { ErrorSummary } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { CertificateCard } from "../../ui/okta/certificates.tsx";
import { Guide } from "../../ui/okta/guide.tsx";
import { SetupForm, type SetupValues } from "../../ui/okta/setup-form.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/setup`: the guide with this organization's own values, and the form; later the same to edit. */
export async function showSetupForm(c: Context): Promise<Response> {
  if (!c.var.organization.includesIntegration) return c.redirect("/settings/okta", 303);
  const integration = await findIntegration(c.var.scope);
  return show(c, <SetupPage c={c} integration={integration} values={valuesOf(integration)} errors={{}} />);
}

/** `POST /settings/okta/setup`: saves the integration. A SCIM token that came of it is shown on the next page, once. */
export async function saveSetup(c: Context): Promise<Response> {
  const form = await readForm(c);
  const text = (name: string) => form.get(name) ?? "";
  const checked = checkFields({
    provider: () => (form.has("provider") ? checkedProvider(text("provider")) : undefined),
    ssoUrl: () => checkedSsoUrl(text("ssoUrl")),
    issuer: () => checkedIssuer(text("issuer")),
    certificate: () => parseCertificates(text("certificate")),
    provisioning: () => checkedProvisioning(text("provisioning")),
    sessionDays: () => checkedSessionDays(wholeNumber(text("sessionDays"))),
  });
  if (checked.errors) {
    const integration = await findIntegration(c.var.scope);
    const [ssoUrl, issuer, certificate] = [text("ssoUrl"), text("issuer"), text("certificate")];
    const values = {
      provider: text("provider"),
      ssoUrl,
      issuer,
      certificate,
      provisioning: text("provisioning"),
      sessionDays: text("sessionDays"),
    };
    return show(c, <SetupPage c={c} integration={integration} values={values} errors={checked.errors} />, 422);
  }
  const { certificate: certificates, provider, ...rest } = checked.values;
  const { scimToken } = await saveIntegration(c.var.scope, { ...rest, certificates, signIn: { provider } });
  c.var.parts.gate.forget();
  if (!scimToken) return c.redirect("/settings/okta?saved", 303);
  sealSecret(c, scimToken);
  return c.redirect("/settings/okta/token", 303);
}

function checkedProvisioning(text: string): Provisioning {
  if (text === "scim" || text === "jit") return text;
  throw new Refusal(422, "provisioning", "Choose how members come to be here.");
}

function valuesOf(integration: Integration | undefined): SetupValues {
  if (!integration) return NOTHING;
  const { provider, ssoUrl, issuer, provisioning, sessionDays, certificates } = integration;
  const certificate = certificates.map(({ pem }) => pem.trim()).join("\n");
  return { provider, ssoUrl, issuer, certificate, provisioning, sessionDays: String(sessionDays) };
}

const NOTHING: SetupValues = {
  provider: "okta",
  ssoUrl: "",
  issuer: "",
  certificate: "",
  provisioning: "scim",
  sessionDays: "14",
};

interface SetupPageProps {
  readonly c: Context;
  readonly integration: Integration | undefined;
  readonly values: SetupValues;
  readonly errors: FieldErrors;
}

function SetupPage({ c, integration, values, errors }: SetupPageProps) {
  const title = integration ? "Edit the Okta integration" : "Set up Okta";
  return (
    <Page title={title} shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading title={title} back={{ label: "Okta Integration", href: "/settings/okta" }} />
        <ErrorSummary errors={summaryOf(errors)} />
        {integration ? (
          <CertificateCard
            certificates={describeCertificates(integration.certificates, c.var.now)}
            provider={providerName(integration.provider)}
            now={c.var.now}
          />
        ) : (
          <FirstTime c={c} />
        )}
        <Card>
          <CardHeader title={integration ? "From Okta" : "What Okta shows"} />
          <SetupForm values={values} errors={errors} providers={PROVIDER_CHOICES} />
        </Card>
      </SettingsLayout>
    </Page>
  );
}

function FirstTime({ c }: { c: Context }) {
  return (
    <>
      <Banner tone="warning" title="Before you begin">
        Removing the integration later deletes every member that it created. Members who were here before stay.
      </Banner>
      <Card>
        <CardHeader title="Three steps" hint="Keep this page open beside Okta. Nobody changes before you save." />
        <Guide values={endpoints(c.var.organization)} />
      </Card>
    </>
  );
}
