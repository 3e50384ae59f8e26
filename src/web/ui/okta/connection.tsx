import type { DescribedCertificate } from "../../../domain/integration/certificate-life.ts";
import { endpoints, type Integration } from "../../../domain/integration/integration.ts";
import type { RefusedSummary } from "../../../domain/integration/refused-summary.ts";
import type { IntegrationState } from "../../../domain/integration/state.ts";
import type { DescribedToken } from "../../../domain/integration/token-life.ts";
import type { Organization } from "../../../domain/organizations/organization.ts";
import { Badge } from "../badge.tsx";
import { Banner } from "../banner.tsx";
import { LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";
import { PageHeading } from "../heading.tsx";
import { RelativeTime } from "../time.tsx";
import { atStart } from "./at-start.ts";
import { CertificateWarnings } from "./certificate-warnings.tsx";
import { CertificateCard } from "./certificates.tsx";
import { Guide } from "./guide.tsx";
import { MetadataCard, MetadataWarnings } from "./metadata-card.tsx";
import { SignInCard } from "./sign-in-card.tsx";
import { StateCard } from "./state-card.tsx";
import { TestCard } from "./test-card.tsx";
import { RefusedFact, TokenWarnings } from "./token-warnings.tsx";
import { TokenCard } from "./tokens.tsx";

interface ConnectionProps {
  readonly organization: Organization;
  readonly integration: Integration;
  /** The provider's name within a sentence. */
  readonly provider: string;
  readonly certificates: readonly DescribedCertificate[];
  readonly tokens: readonly DescribedToken[];
  /** Since when every SCIM token has expired. */
  readonly refusedSince: Date | undefined;
  /** The requests of late whose token was refused. */
  readonly refused: RefusedSummary | undefined;
  readonly now: Date;
  /** Whether it was saved just now. */
  readonly saved: boolean;
  /** Whether metadata was fetched just now, and could be read. */
  readonly fetched: boolean;
  readonly state: IntegrationState;
  /** Whether the one who reads this may make it the only way in. */
  readonly mayEnforce: boolean;
}

/** The integration as it works: what came through it, its certificates and tokens, and the way out. */
export function Connection(props: ConnectionProps) {
  const { organization, integration, provider, certificates, tokens, refusedSince, now, saved, fetched } = props;
  const values = endpoints(organization);
  const scim = integration.provisioning === "scim";
  return (
    <>
      <PageHeading
        title="Okta Integration"
        badge={refusedSince ? <Badge tone="danger">Refused</Badge> : <Badge tone="connected">Connected</Badge>}
        act={<LinkButton href="/settings/okta/setup">Edit</LinkButton>}
      />
      {saved && <Banner tone="success">Saved.</Banner>}
      {fetched && <Banner tone="success">The metadata was read.</Banner>}
      <MetadataWarnings integration={integration} provider={provider} />
      <CertificateWarnings certificates={certificates} provider={provider} />
      {scim && <TokenWarnings {...{ tokens, provider, refusedSince, now }} />}
      <Card>
        <UseFacts {...props} />
      </Card>
      <StateCard {...props} />
      <TestCard integration={integration} now={now} />
      <SignInCard integration={integration} provider={provider} />
      <MetadataCard integration={integration} provider={provider} now={now} />
      <CertificateCard certificates={certificates} provider={provider} now={now} />
      {scim && <TokenCard tokens={tokens} provider={provider} now={now} />}
      <Card>
        <details class="disclosure">
          <summary>
            <h2>The steps at {provider}, with the values to copy</h2>
          </summary>
          <Guide provider={integration.provider} values={values} />
        </details>
      </Card>
      <WayOut provider={provider} />
    </>
  );
}

function UseFacts({ integration, provider, refused, now }: ConnectionProps) {
  const { connectedMembers, lastScimRequestAt, lastSsoLoginAt, provisioning } = integration;
  const scim = provisioning === "scim";
  return (
    <Facts>
      <Fact
        label="Connected members"
        hint={connectedMembers === 0 && `Nobody yet: assign people to the app in ${provider}.`}
      >
        {connectedMembers.toLocaleString("en")}
      </Fact>
      {scim && (
        <Fact label="Last SCIM request" hint={!lastScimRequestAt && testHint(provider)}>
          <RelativeTime at={lastScimRequestAt} now={now} />
        </Fact>
      )}
      {scim && (
        <Fact label="Activity">
          <a href="/settings/okta/activity">What {provider} asked, who signed in, and why somebody did not</a>
        </Fact>
      )}
      {refused && <RefusedFact refused={refused} now={now} />}
      <Fact label="Last SSO sign-in" hint={!lastSsoLoginAt && `Click the tile in ${provider} to try it.`}>
        <RelativeTime at={lastSsoLoginAt} now={now} />
      </Fact>
      <Fact
        label="Provisioning"
        hint={
          scim
            ? `${atStart(provider)} creates, changes and deactivates members.`
            : `A member is made at the first sign-in. ${atStart(provider)} removes nobody.`
        }
      >
        {scim ? "SCIM" : "Just in time"}
      </Fact>
    </Facts>
  );
}

/** Where the provider's admin makes it ask for the first time. */
function testHint(provider: string): string {
  if (provider !== "Okta") return `Test the connection in ${provider}: the request shows here.`;
  return "Press Test Connector Configuration in Okta: the request shows here.";
}

function WayOut({ provider }: { readonly provider: string }) {
  return (
    <Card tone="danger">
      <CardHeader
        title={`Disconnect ${provider}`}
        hint="Members that this integration created are deleted, unless you keep them. You see who, before anything happens."
        act={
          <LinkButton kind="secondary" href="/settings/okta/disconnect">
            Disconnect
          </LinkButton>
        }
      />
    </Card>
  );
}
