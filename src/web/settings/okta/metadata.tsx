import { findIntegration, type Integration } from "../../../domain/integration/integration.ts";
import { forgetMetadata, importMetadata } from "../../../domain/integration/metadata.ts";
import { providerName } from "../../../domain/integration/providers.ts";
import type { Context } from "../../edge/context.ts";
import { type FieldErrors, summaryOf } from "../../edge/fields.ts";
import { metadataIn } from "../../edge/metadata-fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readUpload } from "../../edge/upload.ts";
import { Button, ButtonRow, SubmitOrCancel } from "../../ui/button.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { ErrorSummary, Form } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { MetadataWarnings } from "../../ui/okta/metadata-card.tsx";
import { MetadataFields } from "../../ui/okta/metadata-fields.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/metadata`: takes the provider's metadata over, by address, file or paste. */
export async function askForMetadata(c: Context): Promise<Response> {
  const integration = await findIntegration(c.var.scope);
  if (!integration) return c.redirect("/settings/okta", 303);
  const values = { metadataUrl: integration.metadata?.url ?? "", metadataXml: "" };
  return show(c, <MetadataPage c={c} integration={integration} values={values} errors={{}} />);
}

/** `POST /settings/okta/metadata`: takes it over; `act=forget` asks its address no more. */
export async function saveMetadata(c: Context): Promise<Response> {
  const form = await readUpload(c);
  if (form.text("act") === "forget") {
    await forgetMetadata(c.var.scope);
    return c.redirect("/settings/okta?saved", 303);
  }
  const { given, errors } = await metadataIn(c, form);
  if (given) {
    await importMetadata(c.var.scope, given.read, given.url);
    return c.redirect("/settings/okta?saved", 303);
  }
  const integration = await findIntegration(c.var.scope);
  if (!integration) return c.redirect("/settings/okta", 303);
  const values = { metadataUrl: form.text("metadataUrl"), metadataXml: form.text("metadataXml") };
  return show(c, <MetadataPage c={c} integration={integration} values={values} errors={errors} />, 422);
}

interface MetadataPageProps {
  readonly c: Context;
  readonly integration: Integration;
  readonly values: { readonly metadataUrl: string; readonly metadataXml: string };
  readonly errors: FieldErrors;
}

function MetadataPage({ c, integration, values, errors }: MetadataPageProps) {
  const provider = providerName(integration.provider);
  return (
    <Page title="Metadata" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Metadata"
          lead={`Single Sign-On URL and SAML Issuer become those of the metadata, and its certificates are trusted besides those that are here.`}
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        <MetadataWarnings integration={integration} provider={provider} />
        <Card>
          <Form action="/settings/okta/metadata" upload={true}>
            <MetadataFields values={values} errors={errors} />
            <SubmitOrCancel working="Reading it…" cancel="/settings/okta">
              Take it over
            </SubmitOrCancel>
          </Form>
        </Card>
        {integration.metadata && <Forget provider={provider} />}
      </SettingsLayout>
    </Page>
  );
}

function Forget({ provider }: { readonly provider: string }) {
  return (
    <Card>
      <CardHeader
        title="Fetch it no more"
        hint={`What came from it stays. From then on ${provider}'s new certificates have to be added by hand.`}
      />
      <Form action="/settings/okta/metadata" hidden={{ act: "forget" }}>
        <ButtonRow>
          <Button kind="secondary" working="Stopping…">
            Stop fetching
          </Button>
        </ButtonRow>
      </Form>
    </Card>
  );
}
