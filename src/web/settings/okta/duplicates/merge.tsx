import { type MergePreview, mergeMembers, previewMerge } from "../../../../domain/directory/merge.ts";
import { Refusal } from "../../../../refusal.ts";
import type { Context } from "../../../edge/context.ts";
import { type FieldErrors, summaryOf } from "../../../edge/fields.ts";
import { shellOf } from "../../../edge/shell.ts";
import { show } from "../../../edge/show.ts";
import { readForm } from "../../../edge/size.ts";
import { SubmitOrCancel } from "../../../ui/button.tsx";
import { Card, CardHeader } from "../../../ui/card.tsx";
import { RadioGroup } from "../../../ui/field.tsx";
import { ErrorSummary, Form } from "../../../ui/form.tsx";
import { PageHeading } from "../../../ui/heading.tsx";
import { PersonColumns } from "../../../ui/okta/person-columns.tsx";
import { Page } from "../../../ui/page.tsx";
import { SettingsLayout } from "../../../ui/settings-layout.tsx";

/** `GET /settings/okta/duplicates/merge?one=…&other=…`: exactly what would move, before anything does. */
export async function showMerge(c: Context): Promise<Response> {
  const merge = await previewMerge(c.var.scope, c.req.query("one") ?? "", c.req.query("other") ?? "");
  return show(c, <MergePage c={c} merge={merge} email={merge.emails[0] ?? ""} errors={{}} />);
}

/** `POST /settings/okta/duplicates/merge`: does it, with the address that was chosen. */
export async function merge(c: Context): Promise<Response> {
  const form = await readForm(c);
  const [one, other, email] = [form.get("one") ?? "", form.get("other") ?? "", form.get("email") ?? ""];
  try {
    await mergeMembers(c.var.scope, c.var.parts.sealer, one, other, email);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "email") throw error;
    const preview = await previewMerge(c.var.scope, one, other);
    return show(c, <MergePage c={c} merge={preview} email={email} errors={{ email: error.message }} />, 422);
  }
  return c.redirect("/settings/okta/duplicates?merged", 303);
}

interface MergePageProps {
  readonly c: Context;
  readonly merge: MergePreview;
  readonly email: string;
  readonly errors: FieldErrors;
}

function MergePage({ c, merge, email, errors }: MergePageProps) {
  const { survivor, leaving } = merge;
  return (
    <Page title="Merge two members" shell={shellOf(c)} width="wide">
      <SettingsLayout current="duplicates">
        <PageHeading
          title="Merge two members"
          lead={`${survivor.email} was here first and stays. ${leaving.email} is deleted once everything has moved.`}
          back={{ label: "Duplicates", href: "/settings/okta/duplicates" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        <Card flush={true}>
          <CardHeader title="The two of them" />
          <PersonColumns one={survivor} other={leaving} />
        </Card>
        <Card tone="danger">
          <CardHeader title="What happens" hint="This cannot be taken back." />
          <Moves merge={merge} />
          <Form action="/settings/okta/duplicates/merge" hidden={{ one: survivor.id, other: leaving.id }}>
            <RadioGroup
              name="email"
              label="The email afterwards"
              value={email}
              error={errors["email"]}
              required={true}
              options={merge.emails.map((value, index) => ({ value, label: value, hint: hintOf(merge, index) }))}
            />
            <SubmitOrCancel kind="danger" working="Merging…" cancel="/settings/okta/duplicates">
              Merge
            </SubmitOrCancel>
          </Form>
        </Card>
      </SettingsLayout>
    </Page>
  );
}

function hintOf({ survivor, leaving }: MergePreview, index: number): string | undefined {
  if (index > 0 || (survivor.userName === null && leaving.userName === null)) return undefined;
  return "The directory's: were the person ever pushed anew, this address finds them again.";
}

const ROLES = { owner: "owner", admin: "admin", member: "member" } as const;

const HOSTS = { github: "GitHub", bitbucket: "Bitbucket", gitlab: "GitLab" } as const;

function Moves({ merge }: { merge: MergePreview }) {
  const { survivor, leaving, role, groupsGained, gitGained, gitDropped } = merge;
  const byHand = survivor.source !== "manual" && leaving.source === "manual";
  return (
    <ul class="list">
      {leaving.userName !== null && (
        <li>
          The directory user <code>{leaving.userName}</code> belongs to {survivor.email} from then on.
        </li>
      )}
      <li>
        {role === survivor.role
          ? `The role stays ${ROLES[role]}.`
          : `The role becomes ${ROLES[role]}, as ${leaving.email} had it.`}
      </li>
      {groupsGained.length > 0 && <li>Joins the groups {groupsGained.join(", ")}.</li>}
      {gitGained.map(({ provider, login }) => (
        <li>
          The {HOSTS[provider]} account @{login} moves along.
        </li>
      ))}
      {gitDropped.map(({ provider, login }) => (
        <li>
          The {HOSTS[provider]} account @{login} is dropped: {survivor.email} is connected to {HOSTS[provider]} already.
        </li>
      ))}
      {byHand && (
        <li>
          Somebody who was added by hand stays when the integration is disconnected, and the directory changes no name
          or email.
        </li>
      )}
      <li>
        {leaving.sessions === 0
          ? `${leaving.email} is signed in nowhere.`
          : `${leaving.email} is signed out (${leaving.sessions} ${leaving.sessions === 1 ? "session" : "sessions"}).`}
      </li>
    </ul>
  );
}
