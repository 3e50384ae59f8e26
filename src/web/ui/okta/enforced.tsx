import type { OwnersWays } from "../../../domain/integration/enforcement.ts";
import type { Integration } from "../../../domain/integration/integration.ts";
import type { Notices } from "../../../domain/integration/notices.ts";
import { Person } from "../avatar.tsx";
import { Badge } from "../badge.tsx";
import { Banner } from "../banner.tsx";
import { Button, LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { PageHeading } from "../heading.tsx";
import { Table } from "../table.tsx";
import { RecoveryUse } from "./recovery-use.tsx";

interface EnforcedProps {
  readonly provider: string;
  readonly integration: Integration | undefined;
  readonly notices: Notices | undefined;
  readonly owners: readonly OwnersWays[];
  /** The owner who reads this. */
  readonly self: string;
  /** Whether they came in with a recovery code: then they are here for the way back. */
  readonly byCode: boolean;
}

/** Single Sign-On is the only way in: which owner could come in how, and the way back. */
export function Enforced({ provider, integration, notices, owners, self, byCode }: EnforcedProps) {
  const own = owners.find(({ id }) => id === self)?.codes ?? 0;
  return (
    <>
      <PageHeading
        title="Single Sign-On is the only way in"
        badge={<Badge tone="connected">Enforced</Badge>}
        lead={`Everybody comes in through ${provider}. When it fails, an owner comes in with a recovery code, or with a link that the operator of this service makes.`}
        back={{ label: "Okta Integration", href: "/settings/okta" }}
      />
      {byCode && <WayBack provider={provider} primary={true} />}
      {notices?.recoveryUse && <RecoveryUse use={notices.recoveryUse} />}
      {!integration?.testedAt && (
        <Banner tone="warning" title="The settings were changed, and nobody has signed in since">
          Test them now. Until somebody has come in through {provider}, recovery codes are the only way that is sure.
        </Banner>
      )}
      <Card flush={true}>
        <CardHeader
          title="How owners come in"
          hint={`While this is enforced, at least one owner must have a way in: a recovery code, or ${provider} that was seen to work. What would take the last one away is refused.`}
          act={
            <LinkButton kind="secondary" href="/settings/okta/enforcement/codes">
              {own > 0 ? "Make new recovery codes" : "Make recovery codes"}
            </LinkButton>
          }
        />
        <Table
          caption="How owners come in"
          columns={["Owner", `Through ${provider}`, "Recovery codes"].map((label) => ({ label }))}
          rows={owners.map(({ name, email, connected, codes }) => [
            <Person name={name} email={email} />,
            connected ? <Badge tone="connected">Connected</Badge> : <Badge>Not connected</Badge>,
            codes === 0 ? <Badge tone="warning">None</Badge> : `${codes} left`,
          ])}
        />
      </Card>
      {!byCode && <WayBack provider={provider} primary={false} />}
    </>
  );
}

function WayBack({ provider, primary }: { readonly provider: string; readonly primary: boolean }) {
  return (
    <Card>
      <CardHeader
        title="Switch enforcement off"
        hint={`Sign-in links and git accounts let people in again. Nothing changes in ${provider}, and whoever is signed in stays so.`}
        act={
          <form method="post" action="/settings/okta/enforcement/off">
            <Button kind={primary ? "primary" : "secondary"} working="Switching off…">
              Switch enforcement off
            </Button>
          </form>
        }
      />
    </Card>
  );
}
