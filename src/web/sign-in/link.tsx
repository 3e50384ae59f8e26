import { readSignInLink, useSignInLink } from "../../domain/sessions/links.ts";
import { endSession } from "../../domain/sessions/session-list.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { refusalPage } from "../edge/refusals.tsx";
import { findPerson, setSession } from "../edge/session.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { readForm } from "../edge/size.ts";
import { Button, ButtonRow } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";

/** `GET /sign-in/link?token=…`: whom the link signs in. It stays unused: mail scanners open links. */
export async function showSignInLink(c: Context): Promise<Response> {
  const token = c.req.query("token") ?? "";
  try {
    const link = await readSignInLink(c.var.scope, token);
    const other = (await findPerson(c)) && c.var.session.memberId !== link.memberId ? c.var.session : undefined;
    const page = (
      <Page title="Sign in" shell={shellOf(c)} width="narrow">
        <Card>
          <PageHeading
            title={`Sign in to ${c.var.organization.name}`}
            lead={`This link signs you in as ${link.name}, ${link.email}.`}
          />
          {other && <p>You are signed in here as {other.email} now. That ends when you continue.</p>}
          <Form action="/sign-in/link" hidden={{ token }}>
            <ButtonRow>
              <Button working="Signing in…">Sign in</Button>
            </ButtonRow>
          </Form>
          <p class="hint">The link works once.</p>
        </Card>
      </Page>
    );
    return await show(c, page);
  } catch (error) {
    return refuseLink(c, error);
  }
}

/** `POST /sign-in/link`: uses the link. Whoever was signed in in this browser before is signed out at the server too. */
export async function signInByLink(c: Context): Promise<Response> {
  const { scope } = c.var;
  const token = (await readForm(c)).get("token") ?? "";
  try {
    const opened = await useSignInLink(scope, token, c.req.header("user-agent"));
    if (await findPerson(c)) await endSession(c.var.scope, c.var.session.memberId, c.var.session.id);
    setSession(c, opened);
    return c.redirect(opened.next, 303);
  } catch (error) {
    return refuseLink(c, error);
  }
}

function refuseLink(c: Context, error: unknown): Promise<Response> {
  if (!(error instanceof Refusal) || error.code !== "link") throw error;
  return refusalPage(c, error, {}, { retry: { label: "Go to the sign-in page", href: "/sign-in" } });
}
