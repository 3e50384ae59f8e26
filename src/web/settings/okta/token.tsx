import { endpoints, findIntegration, type Integration } from "../../../domain/integration/integration.ts";
import { createScimToken } from "../../../domain/integration/tokens.ts";
import type { Context } from "../../edge/context.ts";
import { sealSecret, takeSecret } from "../../edge/sealed-cookie.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { ButtonRow, LinkButton } from "../../ui/button.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { CopyField, SecretField } from "../../ui/copy.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { CertificateCard } from "../../ui/okta/certificates.tsx";
import { NewTokenForm } from "../../ui/okta/tokens.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/token`: the token that was made just now, this once. */
export async function showToken(c: Context): Promise<Response> {
  const token = takeSecret(c);
  const integration = await findIntegration(c.var.scope);
  if (integration?.provisioning !== "scim") return c.redirect("/settings/okta", 303);
  const page = (
    <Page title="SCIM token" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="SCIM token"
          lead={token && "One thing is left: give Okta this token, so that it can push people."}
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        {token ? <Fresh c={c} token={token} integration={integration} /> : <Gone />}
      </SettingsLayout>
    </Page>
  );
  return show(c, page);
}

/** `POST /settings/okta/token`: makes another token; those before stay valid. */
export async function makeToken(c: Context): Promise<Response> {
  const { token } = await createScimToken(c.var.scope, null);
  c.var.parts.gate.forget();
  sealSecret(c, token);
  return c.redirect("/settings/okta/token", 303);
}

function Fresh({ c, token, integration }: { c: Context; token: string; integration: Integration }) {
  return (
    <>
      <Card>
        <SecretField label="SCIM Authorization token" value={token} />
        <CardHeader
          title="In Okta"
          hint="On the app's tab Provisioning, under Integration. The Authentication Mode is HTTP Header: paste the token into Authorization. Then press Test Connector Configuration."
        />
        <CopyField label="SCIM connector base URL" value={endpoints(c.var.organization).scimBaseUrl} />
        <CopyField label="Unique identifier field for users" value="email" />
        <ButtonRow>
          <LinkButton href="/settings/okta">Done</LinkButton>
        </ButtonRow>
      </Card>
      <CertificateCard certificates={integration.certificates} now={c.var.now} />
    </>
  );
}

function Gone() {
  return (
    <Card>
      <EmptyState
        sentence="The token was shown once, and we keep no copy that can be read. If it is lost, make a new one and revoke the old one afterwards."
        act={<NewTokenForm kind="primary" />}
      />
    </Card>
  );
}
