import type { Integration } from "../../../domain/integration/integration.ts";
import type { MetadataState } from "../../../domain/integration/metadata.ts";
import { Banner } from "../banner.tsx";
import { Button, ButtonRow, LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import { Form } from "../form.tsx";
import { RelativeTime, Time } from "../time.tsx";

interface MetadataCardProps {
  readonly integration: Integration;
  /** The provider's name within a sentence. */
  readonly provider: string;
  readonly now: Date;
}

/** The provider's metadata: how the daily fetch goes, and what it says otherwise than the settings. */
export function MetadataCard({ integration, provider, now }: MetadataCardProps) {
  const { metadata } = integration;
  if (!metadata) {
    return (
      <Card>
        <CardHeader
          title="Metadata"
          hint={`With the address of its metadata, ${provider}'s new certificates are taken once a day by themselves.`}
          act={
            <LinkButton kind="secondary" href="/settings/okta/metadata">
              Import metadata
            </LinkButton>
          }
        />
      </Card>
    );
  }
  return (
    <Card>
      <CardHeader
        title="Metadata"
        act={
          <LinkButton kind="secondary" href="/settings/okta/metadata">
            Change
          </LinkButton>
        }
      />
      <Facts>
        <Fact label="Metadata URL">
          <code>{metadata.url}</code>
        </Fact>
        <Fact label="Last read" hint="Once a day. New certificates are taken; those in use are never dropped.">
          <RelativeTime at={metadata.checkedAt} now={now} />
        </Fact>
      </Facts>
      <Form action="/settings/okta/metadata/fetch">
        <ButtonRow>
          <Button kind="secondary" working="Fetching…">
            Fetch now
          </Button>
        </ButtonRow>
      </Form>
    </Card>
  );
}

/** What the admin has to know of the metadata: that it cannot be read, or that it says something else. */
export function MetadataWarnings({ integration, provider }: Omit<MetadataCardProps, "now">) {
  const { metadata } = integration;
  if (!metadata) return null;
  return (
    <>
      {metadata.failedSince && (
        <Banner tone="warning" title="Metadata cannot be read">
          Since <Time at={metadata.failedSince} />: {metadata.error} People sign in as before, but new certificates do
          not arrive.
        </Banner>
      )}
      <Differences integration={integration} differs={metadata.differs} provider={provider} />
    </>
  );
}

interface DifferencesProps {
  readonly integration: Integration;
  readonly differs: MetadataState["differs"];
  readonly provider: string;
}

/** Another issuer or address would be another provider: a person decides. */
function Differences({ integration, differs, provider }: DifferencesProps) {
  const { issuer, ssoUrl } = differs;
  if (issuer === undefined && ssoUrl === undefined) return null;
  return (
    <Banner tone="warning" title={`The metadata of ${provider} says something else than the settings`}>
      {issuer !== undefined && (
        <p>
          SAML Issuer: <code>{issuer}</code>, here <code>{integration.issuer}</code>. Until they agree, no certificate
          is taken from it.
        </p>
      )}
      {ssoUrl !== undefined && (
        <p>
          Single Sign-On URL: <code>{ssoUrl}</code>, here <code>{integration.ssoUrl}</code>.
        </p>
      )}
      <p>
        If {provider} did change it, <a href="/settings/okta/metadata">take it over</a>. If nobody there knows of it,
        find out who did.
      </p>
    </Banner>
  );
}
