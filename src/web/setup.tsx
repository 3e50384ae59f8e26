import { createHash, timingSafeEqual } from "node:crypto";
import { inTransaction } from "../db/database.ts";
import { checkedAddress, checkedName } from "../domain/members/address.ts";
import { addMember } from "../domain/members/members.ts";
import type { Organization } from "../domain/organizations/organization.ts";
import {
  awaitsSetup,
  checkName,
  checkSlug,
  createOrganization,
  holdSetup,
} from "../domain/organizations/organizations.ts";
import { createSignInLink } from "../domain/sessions/links.ts";
import { Refusal } from "../refusal.ts";
import type { Context } from "./edge/context.ts";
import { checkFields, type FieldErrors, summaryOf } from "./edge/fields.ts";
import { refusalPage } from "./edge/refusals.tsx";
import { shellOf } from "./edge/shell.ts";
import { show } from "./edge/show.ts";
import { readForm } from "./edge/size.ts";
import { setupToken } from "./setup-token.ts";
import { Button, ButtonRow, LinkButton } from "./ui/button.tsx";
import { Card } from "./ui/card.tsx";
import { CopyField } from "./ui/copy.tsx";
import { TextField } from "./ui/field.tsx";
import { ErrorSummary, Form } from "./ui/form.tsx";
import { PageHeading } from "./ui/heading.tsx";
import { Page } from "./ui/page.tsx";

/** `GET /setup?token=…`: the form for the first organization and its owner. */
export async function showSetup(c: Context): Promise<Response> {
  const token = c.req.query("token") ?? "";
  const refusal = await refusedSetup(c, token);
  if (refusal) return refuseSetup(c, refusal);
  return show(c, <SetupPage c={c} token={token} values={new URLSearchParams()} errors={{}} />);
}

/** `POST /setup`: makes them, once; of two at one moment the second is refused. */
export async function setUp(c: Context): Promise<Response> {
  const form = await readForm(c);
  const token = form.get("token") ?? "";
  const refusal = await refusedSetup(c, token);
  if (refusal) return refuseSetup(c, refusal);
  const checked = checkFields({
    name: () => checkName(filled(form, "name", "Type the name of your organization.")),
    slug: () => checkedSlug(filled(form, "slug", "Type a slug, such as acme.")),
    ownerName: () => checkedName(filled(form, "ownerName", "Type your name.")),
    ownerEmail: () => checkedAddress(filled(form, "ownerEmail", "Type your email.")),
  });
  if (checked.errors) {
    return show(c, <SetupPage c={c} token={token} values={form} errors={checked.errors} />, 422);
  }
  const made = await makeFirst(c, checked.values);
  if (!made) return refuseSetup(c, setUpAlready());
  return show(c, <ReadyPage c={c} organization={made.organization} link={made.link} />);
}

interface First {
  readonly name: string;
  readonly slug: string;
  readonly ownerName: string;
  readonly ownerEmail: string;
}

/** The first organization with its owner and a link that signs the owner in; undefined if somebody was faster. */
function makeFirst(c: Context, { name, slug, ownerName, ownerEmail }: First) {
  const { parts, now, referenceId, ip } = c.var;
  const actor = { kind: "operator", name: "set-up link" } as const;
  return inTransaction(parts.db, async (db) => {
    await holdSetup(db);
    if (!(await awaitsSetup(db))) return undefined;
    const founder = { db, actor, now, referenceId, ip, log: parts.log };
    const plan = parts.config.integrationPlans[0] ?? "";
    const organization = await createOrganization(founder, parts.settings, { slug, name, plan });
    const scope = { ...founder, organization };
    await addMember(scope, { email: ownerEmail, name: ownerName, role: "owner" });
    return { organization, link: (await createSignInLink(scope, ownerEmail)).url };
  });
}

function filled(form: URLSearchParams, name: string, sentence: string): string {
  const text = form.get(name)?.trim();
  if (!text) throw new Refusal(422, name, sentence);
  return text;
}

function checkedSlug(text: string): string {
  const slug = text.toLowerCase();
  checkSlug(slug);
  return slug;
}

async function refusedSetup(c: Context, token: string): Promise<Refusal | undefined> {
  const { config, db } = c.var.parts;
  const [wanted, got] = [setupToken(config.secretKey), token].map((each) => createHash("sha256").update(each).digest());
  if (!wanted || !got || !timingSafeEqual(wanted, got)) {
    const sentence = "This is not the set-up link of this service. It prints the link when it starts: copy it whole.";
    return new Refusal(403, "setup", sentence);
  }
  return (await awaitsSetup(db)) ? undefined : setUpAlready();
}

function setUpAlready(): Refusal {
  const sentence = "The set-up link was used: an organization exists. Further ones are made with the operator API.";
  return new Refusal(404, "setup", sentence);
}

function refuseSetup(c: Context, refusal: Refusal): Promise<Response> {
  return refusalPage(c, refusal, {}, { retry: { label: "Find your organization", href: "/" } });
}

interface SetupPageProps {
  readonly c: Context;
  readonly token: string;
  readonly values: URLSearchParams;
  readonly errors: FieldErrors;
}

function SetupPage({ c, token, values, errors }: SetupPageProps) {
  const field = (name: string) => ({
    name,
    value: values.get(name) ?? "",
    error: errors[name],
    required: true,
  });
  return (
    <Page title="Create your organization" shell={shellOf(c)} width="narrow">
      <ErrorSummary errors={summaryOf(errors)} />
      <Card>
        <PageHeading title="Create your organization" lead="It is the first one here, and you become its owner." />
        <Form action="/setup" hidden={{ token }}>
          <TextField {...field("name")} label="Organization name" autocomplete="organization" />
          <TextField
            {...field("slug")}
            label="Slug"
            mono={true}
            suffix={`.${c.var.parts.config.baseUrl.host}`}
            hint="The first part of your organization's address. It does not change later."
          />
          <TextField {...field("ownerName")} label="Your name" autocomplete="name" />
          <TextField {...field("ownerEmail")} label="Your email" type="email" autocomplete="email" />
          <ButtonRow>
            <Button working="Creating…">Create organization</Button>
          </ButtonRow>
        </Form>
      </Card>
    </Page>
  );
}

function ReadyPage({ c, organization, link }: { c: Context; organization: Organization; link: string }) {
  return (
    <Page title="Your organization is ready" shell={shellOf(c)} width="narrow">
      <Card>
        <PageHeading
          title="Your organization is ready"
          lead={`${organization.name} has an address of its own. Sign in there as its owner.`}
        />
        <CopyField label="Address" value={organization.url} />
        <ButtonRow>
          <LinkButton href={link}>Sign in to {organization.name}</LinkButton>
        </ButtonRow>
        <p class="hint">
          This button works once, for 15 minutes. After that, a new sign-in link is made with the operator API.
        </p>
      </Card>
    </Page>
  );
}
