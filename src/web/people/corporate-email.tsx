import {
  type ForeseenEmail,
  findForeseenEmail,
  foreseeEmail,
  withdrawEmail,
} from "../../domain/members/foreseen-email.ts";
import { getMember, type Member } from "../../domain/members/members.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { summaryOf } from "../edge/fields.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { readForm } from "../edge/size.ts";
import { Banner } from "../ui/banner.tsx";
import { Button, SubmitOrCancel } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { TextField } from "../ui/field.tsx";
import { ErrorSummary, Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";
import { RelativeTime } from "../ui/time.tsx";

/** `GET /people/:id/corporate-email`: under which address the directory will push somebody who is here under another. */
export async function showCorporateEmail(c: Context): Promise<Response> {
  return show(c, <EmailPage c={c} {...(await readBoth(c))} typed="" error={undefined} />);
}

/** `POST /people/:id/corporate-email`: foresees it, or with `withdraw` takes it back. The member confirms. */
export async function saveCorporateEmail(c: Context): Promise<Response> {
  const { id } = await getMember(c.var.scope, c.req.param("id") ?? "");
  const form = await readForm(c);
  const typed = form.get("email") ?? "";
  try {
    if (form.has("withdraw")) await withdrawEmail(c.var.scope, id);
    else await foreseeEmail(c.var.scope, id, typed);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const page = <EmailPage c={c} {...(await readBoth(c))} typed={typed} error={error.message} />;
    return show(c, page, error.status as 409 | 422);
  }
  return c.redirect(`/people/${id}/corporate-email`, 303);
}

async function readBoth(c: Context) {
  const member = await getMember(c.var.scope, c.req.param("id") ?? "");
  return { member, foreseen: await findForeseenEmail(c.var.scope, member.id) };
}

interface EmailPageProps {
  readonly c: Context;
  readonly member: Member;
  readonly foreseen: ForeseenEmail | undefined;
  readonly typed: string;
  readonly error: string | undefined;
}

function EmailPage({ c, member, foreseen, typed, error }: EmailPageProps) {
  return (
    <Page title={`Corporate email of ${member.name}`} shell={shellOf(c)} width="narrow">
      <Card>
        <PageHeading
          title={`Corporate email of ${member.name}`}
          lead={`Here they are ${member.email}. If the directory will push another address, say it beforehand: the push then links them, and makes no second member.`}
          back={{ label: "People", href: "/people" }}
        />
        <ErrorSummary errors={error ? summaryOf({ email: error }) : []} />
        {foreseen ? (
          <Foreseen member={member} foreseen={foreseen} now={c.var.now} />
        ) : (
          <Form action={`/people/${member.id}/corporate-email`}>
            <TextField
              name="email"
              type="email"
              label="Corporate email"
              value={typed}
              error={error}
              required={true}
              hint={`${member.name} confirms it on their next visit. Then it is their email here.`}
            />
            <SubmitOrCancel working="Saving…" cancel="/people">
              Save
            </SubmitOrCancel>
          </Form>
        )}
      </Card>
    </Page>
  );
}

function Foreseen({ member, foreseen, now }: { member: Member; foreseen: ForeseenEmail; now: Date }) {
  return (
    <>
      <Banner tone="info" title={`Waiting for ${member.name}`}>
        {foreseen.foreseenBy} set <strong>{foreseen.email}</strong> <RelativeTime at={foreseen.foreseenAt} now={now} />.
        It counts once {member.name} confirms it, on their next visit. Push them after that.
      </Banner>
      <Form action={`/people/${member.id}/corporate-email`} hidden={{ withdraw: "yes" }}>
        <CardHeader title="Was that wrong?" />
        <Button kind="secondary" working="Taking back…">
          Take it back
        </Button>
      </Form>
    </>
  );
}
