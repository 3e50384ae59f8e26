import { changeOrganization, checkName } from "../domain/organizations/organizations.ts";
import type { Context } from "./edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "./edge/fields.ts";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { readForm } from "./edge/size.ts";
import { Banner } from "./ui/banner.tsx";
import { Button, ButtonRow } from "./ui/button.tsx";
import { Card, CardHeader } from "./ui/card.tsx";
import { CopyField } from "./ui/copy.tsx";
import { Fact, Facts } from "./ui/facts.tsx";
import { TextField } from "./ui/field.tsx";
import { ErrorSummary, Form } from "./ui/form.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";
import { SettingsLayout } from "./ui/settings-layout.tsx";

/** `GET /settings`: the organization's name, address and plan. */
export function showSettings(c: Context): Promise<Response> {
  return show(c, <GeneralPage c={c} name={c.var.organization.name} errors={{}} />);
}

/** `POST /settings`: renames the organization. */
export async function saveSettings(c: Context): Promise<Response> {
  const name = (await readForm(c)).get("name") ?? "";
  const checked = checkFields({ name: () => checkName(name) });
  if (checked.errors) return show(c, <GeneralPage c={c} name={name} errors={checked.errors} />, 422);
  await changeOrganization(c.var.scope, c.var.parts.settings, checked.values);
  return c.redirect("/settings?saved", 303);
}

function GeneralPage({ c, name, errors }: { c: Context; name: string; errors: FieldErrors }) {
  const { organization } = c.var;
  return (
    <Page title="Settings" shell={shellOf(c)} width="wide">
      <SettingsLayout current="general">
        <PageHeading title="General" lead="What this organization is called, and where it is." />
        <ErrorSummary errors={summaryOf(errors)} />
        {c.req.query("saved") !== undefined && <Banner tone="success">Saved.</Banner>}
        <Card>
          <Form action="/settings">
            <TextField name="name" label="Organization name" value={name} error={errors["name"]} required={true} />
            <ButtonRow>
              <Button working="Saving…">Save</Button>
            </ButtonRow>
          </Form>
        </Card>
        <Card>
          <CardHeader title="Address and plan" hint="The operator of this service sets them." />
          <CopyField label="URL" value={organization.url} />
          <Facts>
            <Fact label="Slug">{organization.slug}</Fact>
            <Fact label="Plan">{organization.plan}</Fact>
          </Facts>
        </Card>
      </SettingsLayout>
    </Page>
  );
}
