import { isReplaced, tokenState } from "../../../../domain/integration/token-life.ts";
import { type ListedToken, listScimTokens, revokeScimToken } from "../../../../domain/integration/tokens.ts";
import type { Context } from "../../../edge/context.ts";
import { shellOf } from "../../../edge/shell.ts";
import { show } from "../../../edge/show.ts";
import { readForm } from "../../../edge/size.ts";
import { Banner } from "../../../ui/banner.tsx";
import { SubmitOrCancel } from "../../../ui/button.tsx";
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
  const early = warning(token, tokens, c.var.now);
  const page = (
    <Page title="Revoke a SCIM token" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Revoke a SCIM token"
          lead="From then on the directory's requests with it are refused."
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        {early && <Banner tone="warning">{early}</Banner>}
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

/** Why it is too early, where the directory would have no token that it uses. */
function warning(token: ListedToken, tokens: readonly ListedToken[], now: Date): string | undefined {
  const others = tokens.filter(({ id, ...other }) => id !== token.id && tokenState(other, now) !== "expired");
  const [other] = others;
  const then = "nobody is pushed and nobody is deactivated";
  if (!other) return `It is the only one that is valid: until the directory has a new one, ${then}.`;
  if (token.lastUsedAt === null || isReplaced(token, tokens, now)) return undefined;
  const unused = others.length === 1 && !other.lastUsedAt;
  const reason = unused ? `“${other.name}” has not been used yet` : "No other token has been used since this one was";
  return `${reason}. Put the new one into the provider and test it there first; else ${then}.`;
}

function Confirmation({ token, now }: { token: ListedToken; now: Date }) {
  return (
    <Card tone="danger">
      <Facts>
        <Fact label="Name">{token.name}</Fact>
        <Fact label="Made">
          <Time at={token.createdAt} />
          {token.createdBy && ` by ${token.createdBy}`}
        </Fact>
        <Fact label="Last used">
          <RelativeTime at={token.lastUsedAt} now={now} otherwise="Not used yet" />
        </Fact>
      </Facts>
      <Form action="/settings/okta/token/revoke" hidden={{ id: token.id }}>
        <SubmitOrCancel kind="danger" working="Revoking…" cancel="/settings/okta">
          Revoke
        </SubmitOrCancel>
      </Form>
    </Card>
  );
}
