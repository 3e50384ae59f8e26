import type { Integration } from "../../../domain/integration/integration.ts";
import { LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { Fact, Facts } from "../facts.tsx";

interface SignInCardProps {
  readonly integration: Integration;
  /** The provider's name within a sentence. */
  readonly provider: string;
}

/** How people sign in: the provider's addresses, and what its responses are held to. */
export function SignInCard({ integration, provider }: SignInCardProps) {
  return (
    <Card>
      <CardHeader
        title="Single Sign-On"
        act={
          <LinkButton kind="secondary" href="/settings/okta/sign-in">
            Sign-in settings
          </LinkButton>
        }
      />
      <Facts>
        <Fact label="Identity provider">{provider}</Fact>
        <Fact label="Single Sign-On URL">
          <code>{integration.ssoUrl}</code>
        </Fact>
        <Fact label="SAML Issuer">
          <code>{integration.issuer}</code>
        </Fact>
        <Fact label="Responses">{`${UNASKED[integration.idpInitiated]} ${POLICIES[integration.signaturePolicy]}`}</Fact>
        <Fact label="Email">
          {integration.emailAttribute === null ? "The NameID" : <code>{integration.emailAttribute}</code>}
        </Fact>
        <Fact label="Session length">
          {inUnits(integration.sessionDays, "day")}
          {integration.idleMinutes !== null && `, or ${duration(integration.idleMinutes)} without a request`}
        </Fact>
      </Facts>
    </Card>
  );
}

const UNASKED = {
  allow: "Taken also where nobody asked for them here.",
  bounce: "One that nobody asked for here starts a request of ours.",
  deny: "Refused where nobody asked for them here.",
};

const POLICIES = {
  any: "A signature must cover the assertion.",
  assertion: "The assertion must be signed.",
  response: "The response must be signed.",
  both: "Response and assertion must be signed.",
};

function duration(minutes: number): string {
  if (minutes % 1440 === 0) return inUnits(minutes / 1440, "day");
  return minutes % 60 === 0 ? inUnits(minutes / 60, "hour") : inUnits(minutes, "minute");
}

function inUnits(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
