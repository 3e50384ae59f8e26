import { answerForeseenEmail, type ForeseenEmail, findForeseenEmail } from "../../domain/members/foreseen-email.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { readForm } from "../edge/size.ts";
import { Button, ButtonRow } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";

/** `GET /account/corporate-email`: asks a member whether the address that an admin set is theirs. */
export async function askCorporateEmail(c: Context): Promise<Response> {
  const foreseen = await findForeseenEmail(c.var.scope, c.var.session.memberId);
  return foreseen ? show(c, <AskPage c={c} foreseen={foreseen} />) : c.redirect("/account", 303);
}

/** `POST /account/corporate-email`: `answer=mine` makes it theirs, `answer=not-mine` forgets it. */
export async function answerCorporateEmail(c: Context): Promise<Response> {
  const form = await readForm(c);
  const answer = form.get("answer");
  if (answer !== "mine" && answer !== "not-mine") throw new Refusal(422, "answer", "Say whether the address is yours.");
  await answerForeseenEmail(c.var.scope, c.var.session.memberId, form.get("email") ?? "", answer === "mine");
  return c.redirect("/account", 303);
}

function AskPage({ c, foreseen }: { c: Context; foreseen: ForeseenEmail }) {
  const { organization, session } = c.var;
  return (
    <Page title="Is this your address?" shell={shellOf(c)} width="narrow">
      <Card>
        <PageHeading
          title="Is this your address?"
          lead={`${foreseen.foreseenBy} says that ${organization.name} knows you as ${foreseen.email}. Here you are ${session.email}.`}
        />
        <p>
          If it is yours, it becomes your email here, and whoever signs in to your organization with it gets in as you.
          If it is not, say so, and nothing changes.
        </p>
        <Form action="/account/corporate-email" hidden={{ email: foreseen.email }}>
          <ButtonRow>
            <Button name="answer" value="mine" working="Saving…">
              Yes, {foreseen.email} is mine
            </Button>
            <Button kind="secondary" name="answer" value="not-mine">
              No, it is not mine
            </Button>
          </ButtonRow>
        </Form>
      </Card>
    </Page>
  );
}
