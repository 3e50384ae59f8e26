import type { Unconnected } from "../../../domain/integration/enforcement.ts";
import type { Integration } from "../../../domain/integration/integration.ts";
import type { Notices } from "../../../domain/integration/notices.ts";
import { Badge } from "../badge.tsx";
import { ButtonRow, LinkButton, SubmitOrCancel } from "../button.tsx";
import { Card, CardHeader } from "../card.tsx";
import { RadioGroup, TextField } from "../field.tsx";
import { Form } from "../form.tsx";
import { PageHeading } from "../heading.tsx";
import { Step, Steps } from "../steps.tsx";
import { Time } from "../time.tsx";
import { LeftOut } from "./left-out.tsx";
import { RecoveryUse } from "./recovery-use.tsx";

interface NotEnforcedProps {
  readonly provider: string;
  readonly integration: Integration | undefined;
  readonly notices: Notices | undefined;
  readonly slug: string;
  /** Whether the one who asks has come in through SSO just now. */
  readonly fresh: boolean;
  readonly unconnected: Unconnected;
  readonly typed: string;
  readonly grace: string;
  readonly errors: Readonly<Record<string, string>>;
}

/** What is left to do before Single Sign-On can be the only way in, whom it would leave out, and the form. */
export function NotEnforced(props: NotEnforcedProps) {
  const { provider, integration, notices, fresh, unconnected } = props;
  const codes = notices?.codes ?? 0;
  const ready = fresh && codes > 0 && integration?.testedAt != null;
  return (
    <>
      <PageHeading
        title="Make Single Sign-On the only way in"
        badge={<Badge>Not enforced</Badge>}
        lead={`Then everybody comes in through ${provider}. Sign-in links and git accounts let nobody in any more, but for a link that the operator makes for an owner.`}
        back={{ label: "Okta Integration", href: "/settings/okta" }}
      />
      {notices?.recoveryUse && <RecoveryUse use={notices.recoveryUse} />}
      <Card>
        <CardHeader title="Before you enforce it" />
        <Steps>
          <Step title="Single Sign-On works">
            <Tested integration={integration} />
          </Step>
          <Step title="You come in through it yourself">
            <ComeIn fresh={fresh} provider={provider} />
          </Step>
          <Step title="You keep recovery codes">
            <Codes codes={codes} provider={provider} />
          </Step>
        </Steps>
      </Card>
      <LeftOut unconnected={unconnected} provider={provider} />
      {ready && <Confirmation {...props} />}
    </>
  );
}

function Tested({ integration }: { readonly integration: Integration | undefined }) {
  if (!integration?.testedAt) {
    return <p>Nobody has signed in since the settings were last changed. Your own sign-in, below, is proof enough.</p>;
  }
  return (
    <p>
      <Badge tone="connected">Tested</Badge> <Time at={integration.testedAt} />
    </p>
  );
}

function ComeIn({ fresh, provider }: { readonly fresh: boolean; readonly provider: string }) {
  if (fresh) {
    return (
      <p>
        <Badge tone="connected">Done</Badge> You signed in through {provider} just now.
      </p>
    );
  }
  return (
    <>
      <p>This shows that it works for an owner. It counts for 15 minutes.</p>
      <ButtonRow>
        <LinkButton href="/okta/login?redirect_to=/settings/okta/enforcement">Sign in through {provider}</LinkButton>
      </ButtonRow>
    </>
  );
}

function Codes({ codes, provider }: { readonly codes: number; readonly provider: string }) {
  return (
    <>
      <p>
        {codes > 0 && <Badge tone="connected">{codes} left</Badge>} Each lets you in once, when {provider} does not.
        Keep them where you can read them without {provider}.
      </p>
      <ButtonRow>
        <LinkButton kind="secondary" href="/settings/okta/enforcement/codes">
          {codes > 0 ? "Make new recovery codes" : "Make recovery codes"}
        </LinkButton>
      </ButtonRow>
    </>
  );
}

function Confirmation({ slug, typed, grace, errors, unconnected }: NotEnforcedProps) {
  const sessions = unconnected.otherSessions;
  const graces = [
    { value: "0", label: "Now", hint: "Whoever came in another way is out at once." },
    { value: "60", label: "In an hour" },
    { value: "1440", label: "In a day" },
  ];
  return (
    <Card tone="danger">
      <Form action="/settings/okta/enforcement">
        <RadioGroup
          name="grace"
          label="When other sessions end"
          hint={`${sessions === 1 ? "1 session was" : `${sessions.toLocaleString("en")} sessions were`} opened in another way. Each page tells their people until when.`}
          value={grace}
          error={errors["grace"]}
          options={graces}
        />
        <TextField
          name="slug"
          label={`Type ${slug} to confirm`}
          value={typed}
          error={errors["slug"]}
          mono={true}
          required={true}
        />
        <SubmitOrCancel working="Enforcing…" cancel="/settings/okta">
          Enforce Single Sign-On
        </SubmitOrCancel>
      </Form>
    </Card>
  );
}
