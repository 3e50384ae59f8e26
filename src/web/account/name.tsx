import { checkedName } from "../../domain/members/address.ts";
import { changeMember, getMember } from "../../domain/members/members.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "../edge/fields.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { KIBIBYTE, readForm } from "../edge/size.ts";
import { SubmitOrCancel } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { TextField } from "../ui/field.tsx";
import { ErrorSummary, Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";

/** `GET /account/name`: the form for one's own name, for whom no directory keeps it. */
export async function showNameForm(c: Context): Promise<Response> {
  await requireOwnName(c);
  return show(c, <NamePage c={c} value={c.var.session.name} errors={{}} />);
}

/** `POST /account/name`: changes it. */
export async function saveName(c: Context): Promise<Response> {
  const value = (await readForm(c, 16 * KIBIBYTE)).get("name") ?? "";
  await requireOwnName(c);
  const checked = checkFields({ name: () => checkedName(value) });
  if (checked.errors) return show(c, <NamePage c={c} value={value} errors={checked.errors} />, 422);
  await changeMember(c.var.scope, c.var.session.memberId, { name: checked.values.name });
  return c.redirect("/account?named", 303);
}

async function requireOwnName(c: Context): Promise<void> {
  const { source } = await getMember(c.var.scope, c.var.session.memberId);
  if (source === "manual") return;
  throw new Refusal(409, "directory", "Your organization's directory keeps your name: it is changed there.");
}

function NamePage({ c, value, errors }: { c: Context; value: string; errors: FieldErrors }) {
  return (
    <Page title="Change your name" shell={shellOf(c)} width="narrow">
      <ErrorSummary errors={summaryOf(errors)} />
      <Card>
        <PageHeading title="Change your name" lead={`As people in ${c.var.organization.name} read it.`} />
        <Form action="/account/name">
          <TextField
            name="name"
            label="Name"
            value={value}
            error={errors["name"]}
            required={true}
            autocomplete="name"
          />
          <SubmitOrCancel working="Saving…" cancel="/account">
            Save
          </SubmitOrCancel>
        </Form>
      </Card>
    </Page>
  );
}
