import { knownSources, readMapping } from "../../../domain/directory/mapping.ts";
import { type MappingDraft, mayMapToOwner, type NewRule } from "../../../domain/directory/mapping-draft.ts";
import { type MappingPreview, previewMapping } from "../../../domain/directory/mapping-preview.ts";
import { listOwnGroups } from "../../../domain/directory/own-groups.ts";
import { saveMapping } from "../../../domain/directory/save-mapping.ts";
import { findIntegration } from "../../../domain/integration/integration.ts";
import { providerName } from "../../../domain/integration/providers.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { type FieldErrors, summaryOf } from "../../edge/fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readForm } from "../../edge/size.ts";
import { Banner } from "../../ui/banner.tsx";
import { ErrorSummary } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { MappingForm } from "../../ui/okta/mapping-form.tsx";
import { PreviewCard } from "../../ui/okta/mapping-preview.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/mapping`: which groups and roles of the identity provider lead to which of ours. */
export async function showMapping(c: Context): Promise<Response> {
  const { organization, scope } = c.var;
  if (!organization.includesIntegration || !(await findIntegration(scope))) return c.redirect("/settings/okta", 303);
  const mapping = await readMapping(scope);
  return formPage(c, { "default-role": mapping.defaultRole, absent: mapping.absentAttribute }, {});
}

/** `POST /settings/okta/mapping`: shows whom a change touches; with `act=save` makes it, if it still does just that. */
export async function changeMapping(c: Context): Promise<Response> {
  const { scope } = c.var;
  const fields = Object.fromEntries(await readForm(c));
  if (fields["act"] === "edit") return formPage(c, fields, {});
  const { draft, errors } = readDraft(fields);
  if (Object.keys(errors).length > 0) return formPage(c, fields, errors, 422);
  try {
    if (fields["act"] !== "save") return await previewPage(c, fields, await previewMapping(scope, draft));
    const { saved, preview } = await saveMapping(scope, draft, fields["fingerprint"] ?? "");
    if (saved) return c.redirect("/settings/okta/mapping?saved", 303);
    return await previewPage(c, fields, preview, "Things have changed since: this is what it would do now.");
  } catch (error) {
    if (!(error instanceof Refusal) || !PLAIN.includes(error.code)) throw error;
    return formPage(c, fields, { "": error.message }, error.status === 403 ? 403 : error.status === 409 ? 409 : 422);
  }
}

/** Refusals that are told above the form, where what was typed is kept. */
const PLAIN = ["mapping", "group", "owner", "last-owner", "no-way-in"];

type Fields = Readonly<Record<string, string>>;

/** What a form says: lines to remove by their ids, new lines by their numbers. A line without anything is none. */
function readDraft(fields: Fields): { readonly draft: MappingDraft; readonly errors: FieldErrors } {
  const errors: Record<string, string> = {};
  const remove = Object.keys(fields).flatMap((name) => /^remove-(.+)$/.exec(name)?.[1] ?? []);
  const add = rowsOf(fields).flatMap((row): NewRule[] => {
    const name = fields[`name-${row}`]?.trim() ?? "";
    const target = fields[`target-${row}`] ?? "";
    if (!name) errors[`name-${row}`] = "Type the name of the group or role, or choose no target.";
    if (!target) errors[`target-${row}`] = "Choose what this group or role leads to.";
    return [{ kind: fields[`kind-${row}`] === "role" ? "role" : "group", name, ...targetOf(target) }];
  });
  const defaultRole = fields["default-role"] === "admin" ? "admin" : "member";
  const absentAttribute = fields["absent"] === "empty" ? "empty" : "unchanged";
  return { draft: { remove, add, defaultRole, absentAttribute }, errors };
}

/** The numbers of the new lines in which something was typed or chosen. */
function rowsOf(fields: Fields): number[] {
  const numbers = Object.keys(fields).flatMap((name) => /^name-(\d{1,3})$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).filter((row) => fields[`name-${row}`]?.trim() || fields[`target-${row}`]);
}

function targetOf(text: string): Pick<NewRule, "role" | "groupId"> {
  const role = (["owner", "admin", "member"] as const).find((each) => text === `role:${each}`);
  return role ? { role } : { groupId: text };
}

async function formPage(c: Context, fields: Fields, errors: FieldErrors, status: 200 | 403 | 409 | 422 = 200) {
  const { scope } = c.var;
  const mapping = await readMapping(scope);
  const { "": whole, ...beside } = errors;
  const body = (
    <>
      {c.req.query("saved") !== undefined && (
        <Banner tone="success">Saved. Everybody has what the mapping says.</Banner>
      )}
      <ErrorSummary errors={[...(whole ? [{ message: whole }] : []), ...summaryOf(beside)]} />
      <MappingForm
        rules={mapping.rules}
        fields={fields}
        errors={beside}
        rows={rowsOf(fields)}
        known={await knownSources(scope)}
        groups={await listOwnGroups(scope)}
        provider={await providerHere(c)}
        mapsToOwner={mayMapToOwner(scope)}
      />
    </>
  );
  return show(c, <MappingPage c={c} provider={await providerHere(c)} body={body} />, status);
}

async function previewPage(c: Context, fields: Fields, preview: MappingPreview, warning?: string) {
  const { before, after, removed, added } = preview.plan;
  const settingsChange = before.defaultRole !== after.defaultRole || before.absentAttribute !== after.absentAttribute;
  const body = (
    <>
      {warning && <Banner tone="warning">{warning}</Banner>}
      <PreviewCard
        preview={preview}
        changes={removed.length + added.length > 0 || settingsChange}
        hidden={{ ...drafted(fields), fingerprint: preview.fingerprint }}
        provider={await providerHere(c)}
      />
    </>
  );
  return show(c, <MappingPage c={c} provider={await providerHere(c)} body={body} />, warning ? 409 : 200);
}

/** The fields of the draft, to travel along. */
function drafted(fields: Fields): Fields {
  const { act: _, fingerprint: __, ...draft } = fields;
  return draft;
}

interface MappingPageProps {
  readonly c: Context;
  readonly provider: string;
  readonly body: ReturnType<typeof Banner>;
}

function MappingPage({ c, provider, body }: MappingPageProps) {
  return (
    <Page title="Mapping" shell={shellOf(c)} width="wide">
      <SettingsLayout current="mapping">
        <PageHeading
          title="Mapping"
          lead={`Which groups and roles at ${provider} lead to which roles and groups here. What somebody granted by hand stays beside it; the higher role counts.`}
        />
        {body}
      </SettingsLayout>
    </Page>
  );
}

async function providerHere(c: Context): Promise<string> {
  return providerName((await findIntegration(c.var.scope))?.provider ?? "okta");
}
