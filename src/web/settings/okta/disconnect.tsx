import { type DisconnectPreview, disconnect, previewDisconnect } from "../../../domain/integration/disconnect.ts";
import { findIntegration } from "../../../domain/integration/integration.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "../../edge/fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readForm } from "../../edge/size.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button, ButtonRow, LinkButton } from "../../ui/button.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { TextField } from "../../ui/field.tsx";
import { ErrorSummary, Form } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/disconnect`: what would happen, with numbers and names. */
export async function showDisconnect(c: Context): Promise<Response> {
  if (!(await findIntegration(c.var.scope))) return c.redirect("/settings/okta", 303);
  const preview = await previewDisconnect(c.var.scope);
  return show(c, <DisconnectPage c={c} preview={preview} typed="" errors={{}} />, preview.ownerRemains ? 200 : 409);
}

/** `POST /settings/okta/disconnect`: does it, once the slug was typed. */
export async function disconnectOkta(c: Context): Promise<Response> {
  const { scope, parts, organization } = c.var;
  const typed = (await readForm(c)).get("slug") ?? "";
  const { errors } = checkFields({ slug: () => checkConfirmation(typed, organization.slug) });
  if (errors) {
    const preview = await previewDisconnect(scope);
    return show(c, <DisconnectPage c={c} preview={preview} typed={typed} errors={errors} />, 422);
  }
  await disconnect(scope);
  parts.gate.forget();
  parts.worker.wake();
  return c.redirect("/settings/okta", 303);
}

function checkConfirmation(typed: string, slug: string): void {
  if (typed.trim() !== slug) throw new Refusal(422, "slug", `That is not the slug of this organization: type ${slug}.`);
}

interface DisconnectPageProps {
  readonly c: Context;
  readonly preview: DisconnectPreview;
  readonly typed: string;
  readonly errors: FieldErrors;
}

function DisconnectPage({ c, preview, typed, errors }: DisconnectPageProps) {
  return (
    <Page title="Disconnect Okta" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Disconnect Okta"
          lead="Sign-in through Okta and SCIM stop at once. The certificates, the tokens and Okta's groups are deleted."
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        <Consequences preview={preview} />
        {preview.ownerRemains ? <Confirmation c={c} typed={typed} errors={errors} /> : <NoOwner />}
      </SettingsLayout>
    </Page>
  );
}

function Consequences({ preview }: { preview: DisconnectPreview }) {
  const { membersDeleted, membersKept, firstDeleted, firstKept } = preview;
  return (
    <Card>
      <CardHeader
        title={`${members(membersDeleted)} will be deleted`}
        hint="The integration created them. They are signed out, and Okta can push them again after a new set-up."
      />
      <Names first={firstDeleted} count={membersDeleted} />
      <CardHeader
        title={`${members(membersKept)} will stay`}
        hint="They were here before and Okta knew them. The deactivated stay deactivated."
      />
      <Names first={firstKept} count={membersKept} />
    </Card>
  );
}

function Names({ first, count }: { first: readonly string[]; count: number }) {
  if (count === 0) return null;
  const more = count - first.length;
  return (
    <ul class="list">
      {first.map((name) => (
        <li>{name}</li>
      ))}
      {more > 0 && <li>and {more.toLocaleString("en")} more</li>}
    </ul>
  );
}

function NoOwner() {
  return (
    <Banner tone="danger" title="This cannot be done now">
      No owner would remain. First make somebody an owner who was a member before Okta was connected, or who was added
      by hand.
    </Banner>
  );
}

function Confirmation({ c, typed, errors }: { c: Context; typed: string; errors: FieldErrors }) {
  const { slug } = c.var.organization;
  return (
    <Card tone="danger">
      {c.var.session.method === "sso" && (
        <Banner tone="warning" title="This signs you out">
          You signed in through Okta. To come back you need a sign-in link: ask the operator of this service for it
          first.
        </Banner>
      )}
      <Form action="/settings/okta/disconnect">
        <TextField
          name="slug"
          label={`Type ${slug} to confirm`}
          value={typed}
          error={errors["slug"]}
          mono={true}
          required={true}
        />
        <ButtonRow>
          <Button kind="danger" working="Disconnecting…">
            Disconnect
          </Button>
          <LinkButton kind="secondary" href="/settings/okta">
            Cancel
          </LinkButton>
        </ButtonRow>
      </Form>
    </Card>
  );
}

function members(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "member" : "members"}`;
}
