import { SubmitOrCancel } from "../button.tsx";
import { RadioGroup, Select, TextField } from "../field.tsx";
import { Form } from "../form.tsx";
import { Section } from "../heading.tsx";

/** The form as it was typed. */
export interface SignInValues {
  readonly provider: string;
  readonly idpInitiated: string;
  readonly signRequests: string;
  readonly signaturePolicy: string;
  readonly emailAttribute: string;
  readonly givenNameAttribute: string;
  readonly familyNameAttribute: string;
  readonly groupsAttribute: string;
  readonly roleAttribute: string;
  readonly sessionDays: string;
  readonly idle: string;
  readonly idleUnit: string;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

type Attribute = Extract<keyof SignInValues, `${string}Attribute`>;

interface SignInFormProps {
  readonly values: SignInValues;
  /** What is wrong, by the name of the field. */
  readonly errors: Readonly<Record<string, string>>;
  readonly providers: readonly Choice[];
  /** The names under which providers send each attribute. */
  readonly usual: Readonly<Record<Attribute, readonly Choice[]>>;
}

/** How people sign in: what a response must be like, what is read from it, and how long a session lasts. */
export function SignInForm(props: SignInFormProps) {
  const field = (name: keyof SignInValues) => ({ name, value: props.values[name], error: props.errors[name] });
  return (
    <Form action="/settings/okta/sign-in">
      <Select
        {...field("provider")}
        label="Identity provider"
        options={props.providers}
        hint="Its name and guide. Nothing that is checked depends on it."
      />
      <Section title="Responses">
        <RadioGroup {...field("idpInitiated")} label="A response that we did not ask for" options={UNASKED} />
        <RadioGroup {...field("signaturePolicy")} label="Signatures" options={POLICIES} />
        <RadioGroup {...field("signRequests")} label="Our requests" options={REQUESTS} />
      </Section>
      <Attributes {...props} />
      <Sessions {...props} />
      <SubmitOrCancel working="Saving…" cancel="/settings/okta">
        Save
      </SubmitOrCancel>
    </Form>
  );
}

const UNASKED = [
  { value: "allow", label: "Take it", hint: "The tile in the provider's dashboard signs people in at once." },
  {
    value: "bounce",
    label: "Ask the provider ourselves",
    hint: "It is dropped, and the browser is sent there and back. The tile works, and nobody can be signed in by another site.",
  },
  { value: "deny", label: "Refuse it", hint: "People start at the sign-in page here. The tile does not work." },
];

const POLICIES = [
  {
    value: "any",
    label: "At least one that covers the assertion",
    hint: "Right for every provider. Whatever is signed must verify.",
  },
  { value: "assertion", label: "The assertion", hint: "The usual way of Entra ID, JumpCloud, Google and OneLogin." },
  { value: "response", label: "The response" },
  { value: "both", label: "The response and the assertion", hint: "Okta signs both." },
];

const REQUESTS = [
  { value: "no", label: "Are not signed", hint: "What providers expect unless they are told otherwise." },
  { value: "yes", label: "Are signed", hint: "The provider verifies them with the certificate in our metadata." },
];

function Attributes({ values, errors, usual }: SignInFormProps) {
  const field = (name: Attribute) => ({ name, value: values[name], error: errors[name], suggestions: usual[name] });
  return (
    <Section
      title="Attributes"
      hint="Under which names the provider sends them, letter by letter. Click into a field for the names that providers use."
    >
      <TextField {...field("emailAttribute")} label="Email" mono={true} hint="Empty: the NameID is the email." />
      <TextField {...field("givenNameAttribute")} label="Given name" mono={true} hint="Empty: the usual names." />
      <TextField {...field("familyNameAttribute")} label="Family name" mono={true} hint="Empty: the usual names." />
      <TextField {...field("groupsAttribute")} label="Groups" mono={true} hint="Empty: no groups are read." />
      <TextField {...field("roleAttribute")} label="Role" mono={true} hint="Empty: no roles are read." />
    </Section>
  );
}

const UNITS = [
  { value: "minutes", label: "minutes" },
  { value: "hours", label: "hours" },
  { value: "days", label: "days" },
];

function Sessions({ values, errors }: SignInFormProps) {
  const field = (name: keyof SignInValues) => ({ name, value: values[name], error: errors[name] });
  return (
    <Section title="Sessions">
      <TextField
        {...field("sessionDays")}
        label="Session length"
        inputmode="numeric"
        suffix="days"
        required={true}
        hint="How long somebody stays signed in: 1 to 30 days. Sessions that are open keep theirs."
      />
      <TextField
        {...field("idle")}
        label="Idle limit"
        inputmode="numeric"
        hint="A session ends after so long without a request: 15 minutes to 30 days. Empty: none."
      />
      <Select {...field("idleUnit")} label="Unit of the idle limit" options={UNITS} />
    </Section>
  );
}
