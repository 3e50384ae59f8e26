import { recordEvent } from "../../domain/audit/events.ts";
import { signInByRecoveryCode } from "../../domain/sessions/recovery.ts";
import { endSession } from "../../domain/sessions/session-list.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { summaryOf } from "../edge/fields.ts";
import { findPerson, setSession } from "../edge/session.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { KIBIBYTE, readForm } from "../edge/size.ts";
import { Button, ButtonRow, LinkButton } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { TextField } from "../ui/field.tsx";
import { ErrorSummary, Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";

/** `GET /sign-in/recovery`: the way in for an owner whom the identity provider does not let in. */
export function showRecovery(c: Context): Promise<Response> {
  return show(c, <RecoveryPage c={c} email="" />);
}

/** `POST /sign-in/recovery`: signs in with an unused code. Whoever was signed in in this browser is signed out. */
export async function signInByCode(c: Context): Promise<Response> {
  const form = await readForm(c, 4 * KIBIBYTE);
  const typed = { email: form.get("email") ?? "", code: form.get("code") ?? "" };
  try {
    const opened = await signInByRecoveryCode(c.var.scope, typed, c.req.header("user-agent"));
    if (await findPerson(c)) await endSession(c.var.scope, c.var.session.memberId, c.var.session.id);
    setSession(c, opened);
    return c.redirect("/settings/okta/enforcement", 303);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "recovery-code") throw error;
    return refuse(c, error, typed.email);
  }
}

/** The address stays in its field, the code does not; the audit log has neither. */
async function refuse(c: Context, refusal: Refusal, email: string): Promise<Response> {
  const { code, status, cause, message } = refusal;
  c.var.parts.metrics.refused(refusal);
  await recordEvent(c.var.scope, { action: "session.refused", detail: { code, status, sentence: message, ...cause } });
  return show(c, <RecoveryPage c={c} email={email.slice(0, 254)} refused={message} />, 403);
}

interface RecoveryPageProps {
  readonly c: Context;
  readonly email: string;
  readonly refused?: string | undefined;
}

function RecoveryPage({ c, email, refused }: RecoveryPageProps) {
  return (
    <Page title="Recovery code" shell={shellOf(c)} width="narrow">
      <Card>
        <PageHeading
          title="Sign in with a recovery code"
          lead={`For owners of ${c.var.organization.name} whom the identity provider does not let in. A code works once.`}
        />
        <ErrorSummary errors={summaryOf(refused ? { code: refused } : {})} />
        <Form action="/sign-in/recovery">
          <TextField name="email" label="Email" type="email" value={email} autocomplete="username" required={true} />
          <TextField
            name="code"
            label="Recovery code"
            mono={true}
            placeholder="7K2QM-R4T9W-B3H8N-D6V5C"
            error={refused}
            required={true}
          />
          <ButtonRow>
            <Button working="Signing in…">Sign in</Button>
            <LinkButton kind="secondary" href="/sign-in">
              Back
            </LinkButton>
          </ButtonRow>
        </Form>
      </Card>
    </Page>
  );
}
