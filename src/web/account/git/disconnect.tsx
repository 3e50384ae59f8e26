import { recordEvent } from "../../../domain/audit/events.ts";
import { type GitConnection, listGitConnections } from "../../../domain/git/connections.ts";
import { disconnectGit } from "../../../domain/git/disconnect.ts";
import { gitHostName } from "../../../domain/git/names.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { SubmitOrCancel } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Form } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";

/** `GET /account/git/PROVIDER/disconnect`: what will happen, and the button. */
export async function askToDisconnect(c: Context): Promise<Response> {
  const { provider, login } = await connectionOf(c);
  const name = gitHostName(provider);
  const title = `Disconnect ${name}?`;
  const page = (
    <Page title={title} shell={shellOf(c)} width="narrow">
      <Card tone="danger">
        <PageHeading
          title={title}
          lead={`@${login} is no longer connected to your account in ${c.var.organization.name}, and you cannot sign in with it any more.`}
        />
        <p>
          Our access at {name} is revoked there, if {name} takes that. You can connect again at any time.
        </p>
        <Form action={`/account/git/${provider}/disconnect`}>
          <SubmitOrCancel kind="danger" working="Disconnecting…" cancel="/account">
            Disconnect
          </SubmitOrCancel>
        </Form>
      </Card>
    </Page>
  );
  return show(c, page);
}

/** `POST /account/git/PROVIDER/disconnect`: always ends it here, and at the host if the host lets us. */
export async function disconnectGitAccount(c: Context): Promise<Response> {
  const { scope, session, parts } = c.var;
  const { provider } = await connectionOf(c);
  const gone = await disconnectGit(scope, parts.sealer, session.memberId, provider);
  const host = parts.gitHosts.find((each) => each.provider === provider && each.url === gone.host);
  const revoked = host && gone.tokens ? await host.revoke(gone.tokens).catch(() => false) : false;
  if (!revoked) {
    const target = { kind: "member", id: session.memberId, name: session.email };
    await recordEvent(scope, { action: "git.not_revoked", target, detail: { provider, login: gone.login } });
  }
  return c.redirect(`/account?${revoked ? "disconnected" : "unrevoked"}=${provider}#git`, 303);
}

/** The connection that the address names, of the member who asks. */
async function connectionOf(c: Context): Promise<GitConnection> {
  const connections = await listGitConnections(c.var.scope, c.var.session.memberId);
  const found = connections.find(({ provider }) => provider === c.req.param("provider"));
  if (found) return found;
  throw new Refusal(404, "git-connection", "This git account is not connected: it may have been ended already.");
}
