import { findIntegration } from "../../../../domain/integration/integration.ts";
import { providerName } from "../../../../domain/integration/providers.ts";
import { makeRecoveryCodes, SET_SIZE } from "../../../../domain/sessions/recovery-codes.ts";
import type { Context } from "../../../edge/context.ts";
import { sealSecret, takeSecret } from "../../../edge/sealed-cookie.ts";
import { shellOf } from "../../../edge/shell.ts";
import { show } from "../../../edge/show.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button, ButtonRow } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { CopyField } from "../../../ui/copy.tsx";
import { Form } from "../../../ui/form.tsx";
import { PageHeading } from "../../../ui/heading.tsx";
import { Page } from "../../../ui/page.tsx";
import { SettingsLayout } from "../../../ui/settings-layout.tsx";

/** `GET /settings/okta/enforcement/codes`: the codes that were made just now, this once; else the offer to make some. */
export async function showCodes(c: Context): Promise<Response> {
  const [set, ...codes] = takeSecret(c, "recovery codes")?.split(" ") ?? [];
  const integration = await findIntegration(c.var.scope);
  const provider = providerName(integration?.provider ?? "other");
  const have = c.var.notices?.codes ?? 0;
  const page = (
    <Page title="Recovery codes" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Recovery codes"
          lead={`Each lets you, an owner, in once when ${provider} does not. All owners are told when one is used.`}
          back={{ label: "Enforcement", href: "/settings/okta/enforcement" }}
        />
        {set ? <Fresh set={set} codes={codes} provider={provider} have={have} /> : <Offer have={have} />}
      </SettingsLayout>
    </Page>
  );
  return show(c, page);
}

/** `POST /settings/okta/enforcement/codes`: makes ten, which work once their owner says that they are kept. */
export async function makeCodes(c: Context): Promise<Response> {
  const { set, codes } = await makeRecoveryCodes(c.var.scope, c.var.session.memberId);
  sealSecret(c, [set, ...codes].join(" "), "recovery codes");
  return c.redirect("/settings/okta/enforcement/codes", 303);
}

interface FreshProps {
  readonly set: string;
  readonly codes: readonly string[];
  readonly provider: string;
  readonly have: number;
}

function Fresh({ set, codes, provider, have }: FreshProps) {
  return (
    <Card>
      <Banner tone="warning" title="Keep them now: they are shown only this once">
        Put them where you can read them without {provider}: a password manager that does not sign in through it, or
        paper. Whoever has one and knows your email comes in as you.
      </Banner>
      <CopyField label="Recovery codes" value={codes.join("\n")} />
      <form method="post" action="/settings/okta/enforcement/codes/file">
        <input type="hidden" name="codes" value={codes.join(" ")} />
        <Button kind="secondary">Download as a text file</Button>
      </form>
      <Form action="/settings/okta/enforcement/codes/kept" hidden={{ set }}>
        <p>
          The codes work once you have said that you kept them.
          {have > 0 && " Until then those you had before still work; after that they do not."}
        </p>
        <ButtonRow>
          <Button working="Saving…">I have kept these codes</Button>
        </ButtonRow>
      </Form>
    </Card>
  );
}

function Offer({ have }: { readonly have: number }) {
  return (
    <Card>
      <p>
        {have === 0 ? "You have none." : have === 1 ? "You have one left." : `You have ${have} left.`} We store no code
        that can be read: what was shown once is not shown again.
      </p>
      <form method="post" action="/settings/okta/enforcement/codes">
        <ButtonRow>
          <Button working="Making them…">Make {SET_SIZE} recovery codes</Button>
        </ButtonRow>
      </form>
    </Card>
  );
}
