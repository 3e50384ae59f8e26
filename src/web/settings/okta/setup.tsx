import type { Provider, Provisioning } from "../../../db/tables.ts";
import { describeCertificates } from "../../../domain/integration/certificate-life.ts";
import { checkedIssuer, checkedSessionDays, checkedSsoUrl } from "../../../domain/integration/checks.ts";
import {
  endpoints,
  findIntegration,
  type Integration,
  type IntegrationSettings,
  saveIntegration,
} from "../../../domain/integration/integration.ts";
import { checkedProvider, PROVIDER_CHOICES, providerName } from "../../../domain/integration/providers.ts";
import { parseCertificates } from "../../../protocols/saml/certificate.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf, wholeNumber } from "../../edge/fields.ts";
import { metadataIn } from "../../edge/metadata-fields.ts";
import { sealSecret } from "../../edge/sealed-cookie.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readUpload, type UploadedForm } from "../../edge/upload.ts";
import { Banner } from "../../ui/banner.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { ErrorSummary } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { CertificateCard } from "../../ui/okta/certificates.tsx";
import { Guide } from "../../ui/okta/guide.tsx";
import { wordsOf } from "../../ui/okta/provider-guides.tsx";
import { SetupForm, type SetupValues } from "../../ui/okta/setup-form.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/**
 * `GET /settings/okta/setup`: the guide with this organization's own values, and the form; later the same to edit.
 * `?from=metadata` asks for the provider's metadata in place of its three values.
 */
export async function showSetupForm(c: Context): Promise<Response> {
  if (!c.var.organization.includesIntegration) return c.redirect("/settings/okta", 303);
  const integration = await findIntegration(c.var.scope);
  const from = c.req.query("from") === "metadata" ? "metadata" : "values";
  if (integration && from === "metadata") return c.redirect("/settings/okta/metadata", 303);
  const values = { ...valuesOf(integration), from };
  const asked = PROVIDER_CHOICES.find(({ value }) => value === c.req.query("provider"));
  if (asked && !integration)
    Object.assign(values, { provider: asked.value, provisioning: usualProvisioning(asked.value) });
  return show(c, <SetupPage c={c} integration={integration} values={values} errors={{}} />);
}

/** `POST /settings/okta/setup`: saves the integration. A SCIM token that came of it is shown on the next page, once. */
export async function saveSetup(c: Context): Promise<Response> {
  const form = await readUpload(c);
  const values = Object.fromEntries(FIELDS.map((name) => [name, form.text(name)])) as unknown as SetupValues;
  const checked = checkFields({
    provider: () => (values.provider === "" ? undefined : checkedProvider(values.provider)),
    provisioning: () => checkedProvisioning(values.provisioning),
    sessionDays: () => checkedSessionDays(wholeNumber(values.sessionDays)),
  });
  const told = values.from === "metadata" ? await toldByMetadata(c, form) : toldByHand(values);
  if (checked.errors || told.errors) {
    const integration = await findIntegration(c.var.scope);
    const errors = { ...told.errors, ...checked.errors };
    return show(c, <SetupPage c={c} integration={integration} values={values} errors={errors} />, 422);
  }
  const { provider, ...rest } = checked.values;
  const { scimToken } = await saveIntegration(c.var.scope, { ...rest, ...told.values, signIn: { provider } });
  c.var.parts.gate.forget();
  if (!scimToken) return c.redirect("/settings/okta?saved", 303);
  sealSecret(c, scimToken);
  return c.redirect("/settings/okta/token", 303);
}

const FIELDS: readonly (keyof SetupValues)[] = [
  "from",
  "provider",
  "ssoUrl",
  "issuer",
  "certificate",
  "metadataUrl",
  "metadataXml",
  "provisioning",
  "sessionDays",
];

/** What the provider shows, or what is wrong with it. */
type Told =
  | {
      readonly values: Pick<IntegrationSettings, "ssoUrl" | "issuer" | "certificates" | "metadata">;
      readonly errors?: never;
    }
  | { readonly values?: never; readonly errors: FieldErrors };

function toldByHand(values: SetupValues): Told {
  const checked = checkFields({
    ssoUrl: () => checkedSsoUrl(values.ssoUrl),
    issuer: () => checkedIssuer(values.issuer),
    certificate: () => parseCertificates(values.certificate),
  });
  if (checked.errors) return { errors: checked.errors };
  const { certificate: certificates, ...rest } = checked.values;
  return { values: { ...rest, certificates } };
}

async function toldByMetadata(c: Context, form: UploadedForm): Promise<Told> {
  const { given, errors } = await metadataIn(c, form);
  return given ? { values: { ...given.read, metadata: { url: given.url } } } : { errors };
}

/** Google pushes to no custom app that we know of. */
function usualProvisioning(provider: Provider): Provisioning {
  return provider === "google" ? "jit" : "scim";
}

function checkedProvisioning(text: string): Provisioning {
  if (text === "scim" || text === "jit") return text;
  throw new Refusal(422, "provisioning", "Choose how members come to be here.");
}

function valuesOf(integration: Integration | undefined): SetupValues {
  if (!integration) return NOTHING;
  const { provider, ssoUrl, issuer, provisioning, sessionDays, certificates } = integration;
  const certificate = certificates.map(({ pem }) => pem.trim()).join("\n");
  return { ...NOTHING, provider, ssoUrl, issuer, certificate, provisioning, sessionDays: String(sessionDays) };
}

const NOTHING: SetupValues = {
  from: "values",
  metadataUrl: "",
  metadataXml: "",
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
  const provider = PROVIDER_CHOICES.find(({ value }) => value === values.provider)?.value ?? "okta";
  const title = integration
    ? "Edit the Okta integration"
    : `Set up ${provider === "other" ? "the integration" : providerName(provider)}`;
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
          <FirstTime c={c} values={values} provider={provider} />
        )}
        <Card>
          <CardHeader
            title={integration ? "From the provider" : "What it shows"}
            hint={!integration && otherWay(values)}
          />
          <SetupForm values={values} errors={errors} words={wordsOf(provider)} providers={PROVIDER_CHOICES} />
        </Card>
      </SettingsLayout>
    </Page>
  );
}

function otherWay({ from, provider }: SetupValues) {
  if (from === "metadata")
    return <a href={`/settings/okta/setup?provider=${provider}`}>Type the three values instead</a>;
  const href = `/settings/okta/setup?provider=${provider}&from=metadata`;
  return <a href={href}>Import metadata instead, by its URL, its file or its text</a>;
}

interface FirstTimeProps {
  readonly c: Context;
  readonly values: SetupValues;
  readonly provider: Provider;
}

function FirstTime({ c, values, provider }: FirstTimeProps) {
  return (
    <>
      <Banner tone="warning" title="Before you begin">
        Removing the integration later deletes every member that it created, unless you choose then to keep them.
        Members who were here before stay.
      </Banner>
      <Card>
        <CardHeader
          title="Three steps"
          hint="Keep this page open beside the provider's. Nobody changes before you save."
        />
        <ProviderTabs from={values.from} provider={provider} />
        <Guide provider={provider} values={endpoints(c.var.organization)} />
      </Card>
    </>
  );
}

/** Whose guide is shown: a link to each. */
function ProviderTabs({ from, provider }: Pick<FirstTimeProps, "provider"> & Pick<SetupValues, "from">) {
  const more = from === "metadata" ? "&from=metadata" : "";
  return (
    <nav class="tabs" aria-label="Whose guide">
      <ul>
        {PROVIDER_CHOICES.map(({ value, label }) => (
          <li>
            <a
              href={`/settings/okta/setup?provider=${value}${more}`}
              aria-current={value === provider ? "true" : undefined}
            >
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
