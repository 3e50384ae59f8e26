import { checkedSessionDays } from "../../../domain/integration/checks.ts";
import { findIntegration } from "../../../domain/integration/integration.ts";
import {
  checkedProvider,
  type MappedAttribute,
  PROVIDER_CHOICES,
  providerName,
  USUAL_ATTRIBUTES,
  usualSettings,
} from "../../../domain/integration/providers.ts";
import {
  changeSignIn,
  checkedAttribute,
  checkedIdleMinutes,
  type SignInSettings,
} from "../../../domain/integration/sign-in-settings.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { checkFields, type FieldErrors, oneOf, summaryOf, wholeNumber } from "../../edge/fields.ts";
import { shellOf } from "../../edge/shell.ts";
import { show } from "../../edge/show.ts";
import { readForm } from "../../edge/size.ts";
import { Banner } from "../../ui/banner.tsx";
import { Card, CardHeader } from "../../ui/card.tsx";
import { ErrorSummary } from "../../ui/form.tsx";
import { PageHeading } from "../../ui/heading.tsx";
import { SignInForm, type SignInValues } from "../../ui/okta/sign-in-form.tsx";
import { Page } from "../../ui/page.tsx";
import { SettingsLayout } from "../../ui/settings-layout.tsx";

/** `GET /settings/okta/sign-in`: the settings; `?provider=` fills in what is usual with that provider, unsaved. */
export async function showSignInSettings(c: Context): Promise<Response> {
  const integration = await findIntegration(c.var.scope);
  if (!integration) return c.redirect("/settings/okta", 303);
  const choice = PROVIDER_CHOICES.find(({ value }) => value === c.req.query("provider"));
  const settings = choice ? { ...integration, ...usualSettings(choice.value) } : integration;
  return show(c, <SignInPage c={c} values={typed(settings)} errors={{}} suggested={choice?.value} />);
}

/** `POST /settings/okta/sign-in`: saves them; no certificate, no token and no open session is touched. */
export async function saveSignInSettings(c: Context): Promise<Response> {
  const form = await readForm(c);
  const values = Object.fromEntries(FIELDS.map((name) => [name, form.get(name) ?? ""])) as unknown as SignInValues;
  const attribute = (name: MappedAttribute) => () => checkedAttribute(name, values[name]);
  const checked = checkFields({
    provider: () => checkedProvider(values.provider),
    idpInitiated: () => oneOf("idpInitiated", values.idpInitiated, ["allow", "bounce", "deny"]),
    signRequests: () => oneOf("signRequests", values.signRequests, ["yes", "no"]) === "yes",
    signaturePolicy: () => oneOf("signaturePolicy", values.signaturePolicy, ["any", "both", "response", "assertion"]),
    emailAttribute: attribute("emailAttribute"),
    givenNameAttribute: attribute("givenNameAttribute"),
    familyNameAttribute: attribute("familyNameAttribute"),
    groupsAttribute: attribute("groupsAttribute"),
    roleAttribute: attribute("roleAttribute"),
    sessionDays: () => checkedSessionDays(wholeNumber(values.sessionDays)),
    idle: () => idleMinutes(values),
  });
  if (checked.errors) return show(c, <SignInPage c={c} values={values} errors={checked.errors} />, 422);
  const { idle, ...settings } = checked.values;
  await changeSignIn(c.var.scope, { ...settings, idleMinutes: idle });
  return c.redirect("/settings/okta?saved", 303);
}

const FIELDS: readonly (keyof SignInValues)[] = [
  "provider",
  "idpInitiated",
  "signRequests",
  "signaturePolicy",
  "emailAttribute",
  "givenNameAttribute",
  "familyNameAttribute",
  "groupsAttribute",
  "roleAttribute",
  "sessionDays",
  "idle",
  "idleUnit",
];

/** Minutes in each unit. */
const UNITS: Readonly<Record<string, number>> = { days: 1440, hours: 60, minutes: 1 };

function idleMinutes({ idle, idleUnit }: SignInValues): number | null {
  const unit = UNITS[idleUnit];
  if (unit === undefined) throw new Refusal(422, "idle", "Choose minutes, hours or days.");
  return checkedIdleMinutes(idle.trim() === "" ? null : wholeNumber(idle) * unit);
}

/** The settings as the form shows them; the idle limit in the largest unit that it is a whole number of. */
function typed(settings: SignInSettings): SignInValues {
  const minutes = settings.idleMinutes;
  const [idleUnit, size] = Object.entries(UNITS).find(([, size]) => (minutes ?? 60) % size === 0) ?? ["minutes", 1];
  return {
    provider: settings.provider,
    idpInitiated: settings.idpInitiated,
    signRequests: settings.signRequests ? "yes" : "no",
    signaturePolicy: settings.signaturePolicy,
    emailAttribute: settings.emailAttribute ?? "",
    givenNameAttribute: settings.givenNameAttribute ?? "",
    familyNameAttribute: settings.familyNameAttribute ?? "",
    groupsAttribute: settings.groupsAttribute ?? "",
    roleAttribute: settings.roleAttribute ?? "",
    sessionDays: String(settings.sessionDays),
    idle: minutes === null ? "" : String(minutes / size),
    idleUnit,
  };
}

interface SignInPageProps {
  readonly c: Context;
  readonly values: SignInValues;
  readonly errors: FieldErrors;
  /** Whose usual settings stand in the form, where somebody asked for them. */
  readonly suggested?: SignInSettings["provider"] | undefined;
}

function SignInPage({ c, values, errors, suggested }: SignInPageProps) {
  return (
    <Page title="Sign-in settings" shell={shellOf(c)} width="wide">
      <SettingsLayout current="okta">
        <PageHeading
          title="Sign-in settings"
          lead="How responses are read and how long sessions last. Certificates, tokens and open sessions stay as they are."
          back={{ label: "Okta Integration", href: "/settings/okta" }}
        />
        <ErrorSummary errors={summaryOf(errors)} />
        {suggested && (
          <Banner tone="info" title="Not saved yet">
            The form shows what is usual with {providerName(suggested)}. Check it and press Save.
          </Banner>
        )}
        <Card>
          <SignInForm values={values} errors={errors} providers={PROVIDER_CHOICES} usual={SUGGESTIONS} />
        </Card>
        <UsualValues />
      </SettingsLayout>
    </Page>
  );
}

const SUGGESTIONS = Object.fromEntries(
  Object.entries(USUAL_ATTRIBUTES).map(([attribute, names]) => [
    attribute,
    names.map(({ name, of }) => ({ value: name, label: of })),
  ]),
) as unknown as Record<MappedAttribute, { value: string; label: string }[]>;

function UsualValues() {
  return (
    <Card>
      <CardHeader
        title="Usual values"
        hint="Fills the form above with what is usual with a provider. Nothing is saved before you press Save."
      />
      <ul class="list">
        {PROVIDER_CHOICES.map(({ value, label }) => (
          <li>
            <a href={`/settings/okta/sign-in?provider=${value}`}>{label}</a>
          </li>
        ))}
      </ul>
    </Card>
  );
}
