import { findIntegration } from "../../../../domain/integration/integration.ts";
import { usualTokenName } from "../../../../domain/integration/tokens.ts";
import type { Context } from "../../../edge/context.ts";
import { type FieldErrors, summaryOf } from "../../../edge/fields.ts";
import { shellOf } from "../../../edge/shell.ts";
import { show } from "../../../edge/show.ts";
import { SubmitOrCancel } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Select, TextField } from "../../../ui/field.tsx";
import { ErrorSummary, Form } from "../../../ui/form.tsx";
import { PageHeading } from "../../../ui/heading.tsx";
import { Page } from "../../../ui/page.tsx";
import { SettingsLayout } from "../../../ui/settings-layout.tsx";

/** How long a token may be good, as the form offers it. */
const LIVES = [
  { value: "", label: "Never" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "180", label: "In 180 days" },
  { value: "365", label: "In a year" },
];

interface Values {
  readonly name: string;
  readonly days: string;
}

/** `GET /settings/okta/token/new`: the first step of a rotation, a name and an expiry. */
export async function askForToken(c: Context): Promise<Response> {
  const integration = await findIntegration(c.var.scope);
  if (integration?.provisioning !== "scim") return c.redirect("/settings/okta", 303);
  return show(c, <NewTokenPage c={c} values={{ name: usualTokenName(c.var.now), days: "" }} errors={{}} />);
}

/** The form again, with what was wrong. */
export function askAgain(c: Context, values: Values, errors: FieldErrors): Promise<Response> {
  return show(c, <NewTokenPage c={c} values={values} errors={errors} />, 422);
}

/** The number of days that was chosen; undefined for what the form does not offer, null for never. */
export function chosenDays(value: string): number | null | undefined {
  if (!LIVES.some((life) => life.value === value)) return undefined;
  return value === "" ? null : Number(value);
}

function NewTokenPage({ c, values, errors }: { c: Context; values: Values; errors: FieldErrors }) {
  return (
    <Page title="New SCIM token" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="New SCIM token"
          lead="You see it once, on the next page, to paste into the provider. Tokens that are there stay valid until you revoke them."
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        <Card>
          <Form action="/settings/okta/token">
            <TextField
              name="name"
              label="Name"
              hint="Where it will be: it tells the tokens apart."
              value={values.name}
              error={errors["name"]}
            />
            <Select
              name="days"
              label="Expires"
              hint="Two weeks before, the settings page says so."
              options={LIVES}
              value={values.days}
              error={errors["days"]}
            />
            <SubmitOrCancel working="Making it…" cancel="/settings/okta">
              Make the token
            </SubmitOrCancel>
          </Form>
        </Card>
      </SettingsLayout>
    </Page>
  );
}
