import type { Context } from "../../../edge/context.ts";
import { sendToProvider } from "../../../edge/provider.ts";
import { shellOf } from "../../../edge/shell.ts";
import { show } from "../../../edge/show.ts";
import { ButtonRow, LinkButton } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { PageHeading } from "../../../ui/heading.tsx";
import { Page } from "../../../ui/page.tsx";

/**
 * `GET /settings/okta/test/start`: to the identity provider, to come back with an answer that is examined and signs nobody
 * in. It is a link, since a form may lead to no other site. Whoever was led here by another site is asked first: a test that
 * passes is noted under their name.
 */
export async function startTest(c: Context): Promise<Response> {
  if (cameFromHere(c)) return sendToProvider(c, { purpose: "test", next: "/", startedBy: c.var.session.memberId });
  return show(
    c,
    <Page title="Test the sign-in?" shell={shellOf(c)} width="narrow">
      <Card>
        <PageHeading
          title="Test the sign-in?"
          lead="You go to your identity provider and come back to a page with every check. Nobody is signed in."
        />
        <ButtonRow>
          <LinkButton href="/settings/okta/test/start">Start the test</LinkButton>
          <LinkButton href="/settings/okta" kind="secondary">
            Cancel
          </LinkButton>
        </ButtonRow>
      </Card>
    </Page>,
  );
}

/** Whether a page of this organization led here, as the browser says (Fetch Metadata §2.4; where it is old, the Referer). */
function cameFromHere(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const referer = c.req.header("referer") ?? "";
  return URL.canParse(referer) && new URL(referer).origin === c.var.organization.url;
}
