import { describeCertificates } from "../../../domain/integration/certificate-life.ts";
import { endpoints, findIntegration, type Integration } from "../../../domain/integration/integration.ts";
import { providerName } from "../../../domain/integration/providers.ts";
import { checkedTokenName, createScimToken } from "../../../domain/integration/tokens.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields } from "../../edge/fields.ts";
import { sealSecret, takeSecret } from "../../edge/sealed-cookie.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readForm } from "../../edge/size.ts";
import { ButtonRow, LinkButton } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { SecretField } from "../../ui/copy.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { CertificateCard } from "../../ui/okta/certificates.tsx";
import { TokenPlace } from "../../ui/okta/token-place.tsx";
import { NewTokenForm } from "../../ui/okta/tokens.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";
import { askAgain, chosenDays } from "./token/new.tsx";

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
          lead={
            token &&
            `One thing is left: give ${providerName(integration.provider)} this token, so that it can push people.`
          }
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
  const form = await readForm(c);
  const typed = { name: form.get("name") ?? "", days: form.get("days") ?? "" };
  const { now, scope } = c.var;
  const checked = checkFields({
    name: () => checkedTokenName(typed.name, now),
    days: () => checkedExpiry(typed.days, now),
  });
  if (checked.errors) return askAgain(c, typed, checked.errors);
  const { token } = await createScimToken(scope, checked.values.days, checked.values.name);
  c.var.parts.gate.forget();
  sealSecret(c, token);
  return c.redirect("/settings/okta/token", 303);
}

function checkedExpiry(value: string, now: Date): Date | null {
  const days = chosenDays(value);
  if (days === undefined) throw new Refusal(422, "days", "Choose when the token expires.");
  return days === null ? null : new Date(now.getTime() + days * 86_400_000);
}

function Fresh({ c, token, integration }: { c: Context; token: string; integration: Integration }) {
  return (
    <>
      <Card>
        <SecretField label="SCIM Authorization token" value={token} />
        <TokenPlace provider={integration.provider} scimBaseUrl={endpoints(c.var.organization).scimBaseUrl} />
        {integration.scimTokens.length > 1 && (
          <p>
            The tokens before it stay valid. The settings page says when this one is in use: revoke the old one then.
          </p>
        )}
        <ButtonRow>
          <LinkButton href="/settings/okta">Done</LinkButton>
        </ButtonRow>
      </Card>
      <CertificateCard
        certificates={describeCertificates(integration.certificates, c.var.now)}
        provider={providerName(integration.provider)}
        now={c.var.now}
      />
    </>
  );
}

function Gone() {
  return (
    <Card>
      <EmptyState
        sentence="The token was shown once, and we keep no copy that can be read. If it is lost, make a new one and revoke the old one afterwards."
        act={<NewTokenForm />}
      />
    </Card>
  );
}
