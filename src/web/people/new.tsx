import { checkedAddress, checkedName } from "../../domain/members/address.ts";
import { inviteByHand } from "../../domain/members/by-hand.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "../edge/fields.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { readForm } from "../edge/size.ts";
import { SubmitOrCancel } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { RadioGroup, TextField } from "../ui/field.tsx";
import { ErrorSummary, Form } from "../ui/form.tsx";
import { PageHeading } from "../ui/heading.tsx";
import { Page } from "../ui/page.tsx";
import { checkedRole } from "./role.ts";

interface Typed {
  readonly email: string;
  readonly name: string;
  readonly role: string;
}

/** `GET /people/new`: asks who shall be a member. An address that was looked for stands there already. */
export function askWhomToInvite(c: Context): Promise<Response> {
  const email = c.req.query("email")?.slice(0, 254) ?? "";
  return show(c, <InvitePage c={c} typed={{ email, name: "", role: "member" }} errors={{}} />);
}

/** `POST /people/new`: adds a member by hand. */
export async function invite(c: Context): Promise<Response> {
  const form = await readForm(c);
  const value = (name: string) => form.get(name) ?? "";
  const typed = { email: value("email"), name: value("name"), role: value("role") };
  const checked = checkFields({
    email: () => checkedAddress(typed.email),
    name: () => checkedName(typed.name),
    role: () => checkedRole(typed.role),
  });
  if (checked.errors) return show(c, <InvitePage c={c} typed={typed} errors={checked.errors} />, 422);
  try {
    const member = await inviteByHand(c.var.scope, checked.values);
    return c.redirect(`/people/${member.id}?invited`, 303);
  } catch (error) {
    const field = error instanceof Refusal ? FIELDS[error.code] : undefined;
    if (!(error instanceof Refusal) || field === undefined) throw error;
    return show(c, <InvitePage c={c} typed={typed} errors={{ [field]: error.message }} />, error.status as 403 | 409);
  }
}

/** Which field a refusal is about. */
const FIELDS: Readonly<Record<string, keyof Typed>> = { "email-taken": "email", owner: "role" };

function InvitePage({ c, typed, errors }: { c: Context; typed: Typed; errors: FieldErrors }) {
  const roles = [
    { value: "member", label: "Member", hint: "Sees the home, the people and the groups." },
    {
      value: "admin",
      label: "Admin",
      hint: "Changes members, settings and the integration. Give it as you would give owner.",
    },
    ...(c.var.session.role === "owner" ? [{ value: "owner", label: "Owner", hint: "May do everything." }] : []),
  ];
  return (
    <Page title="Invite somebody" shell={shellOf(c)}>
      <PageHeading
        title="Invite somebody"
        lead="They are a member at once. We send no mail: the next page says what to tell them."
        back={{ label: "People", href: "/people" }}
      />
      <ErrorSummary errors={summaryOf(errors)} />
      <Card>
        <Form action="/people/new">
          <TextField
            name="email"
            type="email"
            label="Email"
            hint="If the directory has somebody under this address who was removed here, they are joined again."
            value={typed.email}
            error={errors["email"]}
            required={true}
          />
          <TextField name="name" label="Name" value={typed.name} error={errors["name"]} required={true} />
          <RadioGroup name="role" label="Role" options={roles} value={typed.role} error={errors["role"]} />
          <SubmitOrCancel working="Inviting…" cancel="/people">
            Invite
          </SubmitOrCancel>
        </Form>
      </Card>
    </Page>
  );
}
