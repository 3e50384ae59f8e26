import { type ListedToken, listScimTokens, revokeScimToken } from "../../../../domain/integration/tokens.ts";
import type { Context } from "../../../edge/context.ts";
import { shellOf } from "../../../edge/shell.ts";
import { show } from "../../../edge/show.ts";
import { readForm } from "../../../edge/size.ts";
import { Button, ButtonRow, LinkButton } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Fact, Facts } from "../../../ui/facts.tsx";
import { Form } from "../../../ui/form.tsx";
import { PageHeading } from "../../../ui/heading.tsx";
import { Page } from "../../../ui/page.tsx";
import { SettingsLayout } from "../../../ui/settings-layout.tsx";
import { RelativeTime, Time } from "../../../ui/time.tsx";

/** `GET /settings/okta/token/revoke?id=…`: asks before a token stops working. One that is gone leads back to the list. */
export async function askToRevoke(c: Context): Promise<Response> {
  const tokens = await listScimTokens(c.var.scope);
  const token = tokens.find(({ id }) => id === c.req.query("id"));
  if (!token) return c.redirect("/settings/okta", 303);
  const page = (
    <Page title="Revoke a SCIM token" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Revoke a SCIM token"
          lead={consequence(tokens.length)}
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        <Confirmation token={token} now={c.var.now} />
      </SettingsLayout>
    </Page>
  );
  return show(c, page);
}

/** `POST /settings/okta/token/revoke`: the next request with the token is refused. */
export async function revoke(c: Context): Promise<Response> {
  await revokeScimToken(c.var.scope, (await readForm(c)).get("id") ?? "");
  c.var.parts.gate.forget();
  return c.redirect("/settings/okta?saved", 303);
}

function consequence(count: number): string {
  const effect = "From then on Okta's requests with it are refused.";
  if (count > 1) return effect;
  return `${effect} It is the only one: until Okta has a new one, nobody is pushed and nobody is deactivated.`;
}

function Confirmation({ token, now }: { token: ListedToken; now: Date }) {
  return (
    <Card tone="danger">
      <Facts>
        <Fact label="Made">
          <Time at={token.createdAt} />
        </Fact>
        <Fact label="Last used">
          <RelativeTime at={token.lastUsedAt} now={now} />
        </Fact>
      </Facts>
      <Form action="/settings/okta/token/revoke" hidden={{ id: token.id }}>
        <ButtonRow>
          <Button kind="danger" working="Revoking…">
            Revoke
          </Button>
          <LinkButton kind="secondary" href="/settings/okta">
            Cancel
          </LinkButton>
        </ButtonRow>
      </Form>
    </Card>
  );
}
