import {
  addressesIn,
  type ImportedAddress,
  type ImportOutcome,
  MOST_IMPORTED,
  previewImport,
} from "../../../domain/directory/import-preview.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "../../edge/fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { MEBIBYTE, readForm } from "../../edge/size.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, ButtonRow } from "../../ui/button.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { TextArea } from "../../ui/field.tsx";
import { ErrorSummary, Form } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";
import { Table } from "../../ui/table.tsx";

/** `GET /settings/okta/import-preview`: asks for the addresses that the directory is going to push. */
export function showImportPreview(c: Context): Promise<Response> {
  return show(c, <PreviewPage c={c} text="" found={undefined} errors={{}} />);
}

/** `POST /settings/okta/import-preview`: what the push would do with each. Nothing is kept or changed. */
export async function runImportPreview(c: Context): Promise<Response> {
  const text = (await readForm(c, 2 * MEBIBYTE)).get("addresses") ?? "";
  const checked = checkFields({ addresses: () => checkedAddresses(text) });
  if (checked.errors) return show(c, <PreviewPage c={c} text={text} found={undefined} errors={checked.errors} />, 422);
  const found = await previewImport(c.var.scope, checked.values.addresses);
  return show(c, <PreviewPage c={c} text={text} found={found} errors={{}} />);
}

function checkedAddresses(text: string): readonly string[] {
  const addresses = addressesIn(text.replaceAll("\0", ""));
  if (addresses.length === 0) throw new Refusal(422, "addresses", "Paste at least one address.");
  if (addresses.length > MOST_IMPORTED) {
    const most = MOST_IMPORTED.toLocaleString("en");
    throw new Refusal(422, "addresses", `That is more than ${most} addresses: paste them in parts.`);
  }
  return addresses;
}

interface PreviewPageProps {
  readonly c: Context;
  readonly text: string;
  readonly found: readonly ImportedAddress[] | undefined;
  readonly errors: FieldErrors;
}

function PreviewPage({ c, text, found, errors }: PreviewPageProps) {
  return (
    <Page title="Preview a first push" shell={shellOf(c)} width="wide">
      <SettingsLayout current="duplicates">
        <PageHeading
          title="Preview a first push"
          lead="Who will be linked, who created, who conflicts: before the directory pushes anybody. Nothing is kept or changed."
          back={{ label: "Duplicates", href: "/settings/okta/duplicates" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        {found && <Found found={found} />}
        <Card>
          <Form action="/settings/okta/import-preview">
            <TextArea
              name="addresses"
              label="Email addresses"
              value={text}
              error={errors["addresses"]}
              rows={10}
              mono={true}
              required={true}
              hint="One a line, or a CSV of your directory: the first cell with an @ in each line counts."
            />
            <ButtonRow>
              <Button working="Looking…">Preview</Button>
            </ButtonRow>
          </Form>
        </Card>
      </SettingsLayout>
    </Page>
  );
}

const OUTCOMES: readonly { outcome: ImportOutcome; label: string; hint: string }[] = [
  {
    outcome: "conflict",
    label: "Conflict",
    hint: "refused with 409: the directory knows the member under another address",
  },
  { outcome: "invalid", label: "Not an address", hint: "refused with 400" },
  { outcome: "twice", label: "Twice in the list", hint: "the second one would be refused with 409" },
  { outcome: "created", label: "Created", hint: "a new member" },
  { outcome: "linked", label: "Linked", hint: "to the member who has the address; role and name stay" },
  { outcome: "known", label: "Known already", hint: "the directory has pushed them before" },
];

/** So many are listed of each outcome; the numbers count all. */
const LISTED = 200;

function Found({ found }: { found: readonly ImportedAddress[] }) {
  const groups = OUTCOMES.map((each) => ({ ...each, all: found.filter(({ outcome }) => outcome === each.outcome) }));
  return (
    <>
      <Card>
        <CardHeader title={`${found.length.toLocaleString("en")} addresses`} />
        <Facts>
          {groups.map(({ label, hint, all }) => (
            <Fact label={label} hint={hint}>
              {all.length.toLocaleString("en")}
            </Fact>
          ))}
        </Facts>
      </Card>
      {groups
        .filter(({ all }) => all.length > 0)
        .map(({ label, all }) => (
          <OutcomeCard label={label} all={all} />
        ))}
    </>
  );
}

function OutcomeCard({ label, all }: { label: string; all: readonly ImportedAddress[] }) {
  const columns = [{ label: "Address" }, { label: "Member here" }];
  const rows = all.slice(0, LISTED).map((each) => [<code>{each.address}</code>, <Here each={each} />]);
  return (
    <Card flush={true}>
      <CardHeader
        title={label}
        badge={<Badge>{all.length.toLocaleString("en")}</Badge>}
        hint={all.length > LISTED && `The first ${LISTED}.`}
      />
      <Table caption={label} columns={columns} rows={rows} />
    </Card>
  );
}

function Here({ each: { outcome, member } }: { each: ImportedAddress }) {
  if (!member) return <>Nobody</>;
  const person = (
    <>
      <a href={`/people/${member.id}`}>{member.name}</a>, {member.email}
    </>
  );
  if (outcome !== "created") return person;
  return (
    <>
      Perhaps {person}. <a href={`/people/${member.id}/corporate-email`}>It is the same person</a>
    </>
  );
}
