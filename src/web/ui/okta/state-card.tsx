import type { Integration } from "../../../domain/integration/integration.ts";
import type { IntegrationState } from "../../../domain/integration/state.ts";
import { LinkButton } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";

const STATES: readonly { state: IntegrationState; label: string }[] = [
  { state: "saved", label: "Saved" },
  { state: "tested", label: "Tested" },
  { state: "enforced", label: "Enforced" },
];

interface StateCardProps {
  readonly state: IntegrationState;
  readonly integration: Integration;
  /** The provider's name within a sentence. */
  readonly provider: string;
  /** Whether the one who reads this may enforce. */
  readonly mayEnforce: boolean;
}

/** How far the integration has come, and what comes next. */
export function StateCard({ state, integration, provider, mayEnforce }: StateCardProps) {
  const reached = STATES.findIndex((each) => each.state === state);
  return (
    <Card>
      <CardHeader
        title="Going live"
        hint={nextOf(state, provider, integration.testedAt !== null)}
        act={
          mayEnforce && (
            <LinkButton kind="secondary" href="/settings/okta/enforcement">
              {state === "enforced" ? "Enforcement" : "Enforce Single Sign-On"}
            </LinkButton>
          )
        }
      />
      <ol class="stages">
        {STATES.map(({ label }, index) => (
          <li
            class={index <= reached ? "stage stage-reached" : "stage"}
            aria-current={index === reached ? "step" : undefined}
          >
            {label}
            <span class="visually-hidden">{index <= reached ? " (reached)" : " (not yet)"}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function nextOf(state: IntegrationState, provider: string, tested: boolean): string {
  if (state === "saved") {
    return `Sign-in and SCIM work already. Next, test the sign-in, or sign in through ${provider}, to see that the settings are right.`;
  }
  if (state === "tested") {
    return `Sign-in through ${provider} was seen to work. Next, an owner may make it the only way in.`;
  }
  if (!tested) {
    return `${capital(provider)} is the only way in, and nobody has come in since the settings were changed: test them now.`;
  }
  return `${capital(provider)} is the only way in. Owners have recovery codes for the day on which it is not.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
