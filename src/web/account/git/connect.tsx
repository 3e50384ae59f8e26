import type { GitAccess } from "../../../db/tables.ts";
import type { GitHost } from "../../../outbound/git/host.ts";
import type { Context } from "../../edge/context.ts";
import { hostOf, sendToHost } from "../../edge/git-flow.ts";
import { limitSignIn } from "../../edge/rate-limits.ts";
import { safePath } from "../../edge/session.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { ButtonRow, LinkButton } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";

/**
 * `GET /account/git/PROVIDER/connect?access=…&next=…`: goes to the git host to connect an account there. A link and no form:
 * the policy for forms allows no redirect to another origin. Whoever comes by somebody else's link is asked first.
 */
export function connectGitAccount(c: Context): Promise<Response> {
  const host = hostOf(c);
  const access = accessIn(c.req.query("access"));
  const next = safePath(c.req.query("next") ?? "/account");
  // Fetch Metadata (W3C): browsers say whose link was followed, and pages cannot change that.
  const foreign = ["cross-site", "same-site"].includes(c.req.header("sec-fetch-site") ?? "");
  if (foreign) return askFirst(c, host, access, next);
  limitSignIn(c, "start");
  return sendToHost(c, host, { memberId: c.var.session.memberId, access, next });
}

function accessIn(text: string | undefined): GitAccess {
  return text === "public" || text === "private" ? text : "email";
}

function askFirst(c: Context, host: GitHost, access: GitAccess, next: string): Promise<Response> {
  const href = `/account/git/${host.provider}/connect?access=${access}&next=${encodeURIComponent(next)}`;
  const page = (
    <Page title={`Connect ${host.name}?`} shell={shellOf(c)} width="narrow">
      <Card>
        <PageHeading
          title={`Connect ${host.name}?`}
          lead={`Another site's link led you here. If you go on, ${host.name} asks whether it may be connected to your account in ${c.var.organization.name}.`}
        />
        <ButtonRow>
          <LinkButton href={href}>Connect {host.name}</LinkButton>
          <LinkButton href="/" kind="secondary">
            Do not connect
          </LinkButton>
        </ButtonRow>
      </Card>
    </Page>
  );
  return show(c, page);
}
