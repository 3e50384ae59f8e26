import type { CreatedMembers } from "../../../db/tables.ts";
import { type DisconnectPreview, disconnect, previewDisconnect } from "../../../domain/integration/disconnect.ts";
import { findIntegration } from "../../../domain/integration/integration.ts";
import { providerName } from "../../../domain/integration/providers.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "../../edge/fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readForm } from "../../edge/size.ts";
import { Banner } from "../../ui/banner.tsx";
import { SubmitOrCancel } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { RadioGroup, TextField } from "../../ui/field.tsx";
import { ErrorSummary, Form } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Consequences, members } from "../../ui/okta/consequences.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/disconnect`: what would happen, with numbers and names. */
export async function showDisconnect(c: Context): Promise<Response> {
  const integration = await findIntegration(c.var.scope);
  if (!integration) return c.redirect("/settings/okta", 303);
  const provider = providerName(integration.provider);
  const preview = await previewDisconnect(c.var.scope);
  const createdMembers = preview.ownerRemains.delete ? "delete" : "keep";
  const values = { slug: "", createdMembers };
  return show(c, <DisconnectPage {...{ c, provider, preview, values }} errors={{}} />);
}

/** `POST /settings/okta/disconnect`: does it, once the slug was typed and it was chosen what becomes of the members. */
export async function disconnectOkta(c: Context): Promise<Response> {
  const { scope, parts, organization } = c.var;
  const form = await readForm(c);
  const values = { slug: form.get("slug") ?? "", createdMembers: form.get("createdMembers") ?? "" };
  const preview = await previewDisconnect(scope);
  const checked = checkFields({
    slug: () => checkConfirmation(values.slug, organization.slug),
    createdMembers: () => checkedChoice(values.createdMembers, preview),
  });
  if (checked.errors) {
    const provider = providerName((await findIntegration(scope))?.provider ?? "other");
    return show(c, <DisconnectPage {...{ c, provider, preview, values }} errors={checked.errors} />, 422);
  }
  await disconnect(scope, checked.values.createdMembers);
  parts.gate.forget();
  parts.worker.wake();
  return c.redirect("/settings/okta", 303);
}

function checkedChoice(text: string, preview: DisconnectPreview): CreatedMembers {
  if (text !== "delete" && text !== "keep") {
    throw new Refusal(422, "createdMembers", "Choose what becomes of the members that the integration created.");
  }
  if (preview.ownerRemains[text]) return text;
  const sentence = preview.ownerRemains.keep
    ? "No owner would remain: keep the members, or first make somebody an owner who was added by hand."
    : "No owner would remain: first make somebody an owner by hand.";
  throw new Refusal(422, "createdMembers", sentence);
}

function checkConfirmation(typed: string, slug: string): void {
  if (typed.trim() !== slug) throw new Refusal(422, "slug", `That is not the slug of this organization: type ${slug}.`);
}

interface DisconnectPageProps {
  readonly c: Context;
  readonly provider: string;
  readonly preview: DisconnectPreview;
  readonly values: { readonly slug: string; readonly createdMembers: string };
  readonly errors: FieldErrors;
}

function DisconnectPage(props: DisconnectPageProps) {
  const { c, provider, preview, errors } = props;
  return (
    <Page title={`Disconnect ${provider}`} shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title={`Disconnect ${provider}`}
          lead={`Sign-in through ${provider} and SCIM stop at once. The certificates, the tokens and the groups that it pushed are deleted.`}
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        <Consequences preview={preview} provider={provider} />
        {!preview.ownerRemains.delete && <NoOwner />}
        <Confirmation {...props} />
      </SettingsLayout>
    </Page>
  );
}

function NoOwner() {
  return (
    <Banner tone="warning" title="No owner would remain">
      The integration created every active owner, or made them owners by a mapping. Keep the members; or first make
      somebody an owner by hand who was a member before the integration, or who was added by hand.
    </Banner>
  );
}

function Confirmation({ c, provider, preview, values, errors }: DisconnectPageProps) {
  const { slug } = c.var.organization;
  return (
    <Card tone="danger">
      {c.var.session.method === "sso" && (
        <Banner tone="warning" title="This signs you out">
          You signed in through {provider}. To come back you need a sign-in link: ask the operator of this service for
          it first.
        </Banner>
      )}
      <Form action="/settings/okta/disconnect">
        {preview.membersDeleted > 0 ? (
          <RadioGroup
            name="createdMembers"
            label={`The ${members(preview.membersDeleted)} that the integration created`}
            value={values.createdMembers}
            error={errors["createdMembers"]}
            required={true}
            options={CHOICES}
          />
        ) : (
          <input type="hidden" name="createdMembers" value={values.createdMembers} />
        )}
        <TextField
          name="slug"
          label={`Type ${slug} to confirm`}
          value={values.slug}
          error={errors["slug"]}
          mono={true}
          required={true}
        />
        <SubmitOrCancel kind="danger" working="Disconnecting…" cancel="/settings/okta">
          Disconnect
        </SubmitOrCancel>
      </Form>
    </Card>
  );
}

const CHOICES = [
  {
    value: "delete",
    label: "Delete them",
    hint: "They are signed out and gone. They can be pushed again after a new set-up.",
  },
  {
    value: "keep",
    label: "Keep them as plain members",
    hint: "They stay, as if they had been added by hand. Whom the directory deactivated stays out.",
  },
];
