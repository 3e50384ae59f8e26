import { SubmitOrCancel } from "../button.tsx";
import { RadioGroup, Select, TextArea, TextField } from "../field.tsx";
import { Form } from "../form.tsx";
import { Section } from "../heading.tsx";
import { MetadataFields } from "./metadata-fields.tsx";
import type { ProviderWords } from "./provider-guides.tsx";

/** The form as it was typed. */
export interface SetupValues {
  /** What is typed: `values`, or `metadata` that holds them. */
  readonly from: string;
  readonly metadataUrl: string;
  readonly metadataXml: string;
  readonly provider: string;
  readonly ssoUrl: string;
  readonly issuer: string;
  readonly certificate: string;
  readonly provisioning: string;
  readonly sessionDays: string;
}

interface SetupFormProps {
  readonly values: SetupValues;
  /** What is wrong, by the name of the field. */
  readonly errors: Readonly<Record<string, string>>;
  /** What the provider calls the three values. */
  readonly words: Pick<ProviderWords, "ssoUrl" | "issuer" | "certificate">;
  readonly providers: readonly { readonly value: string; readonly label: string }[];
}

const PROVISIONING = [
  {
    value: "scim",
    label: "SCIM",
    hint: "The provider creates, changes and deactivates members. Choose this if yours can provision.",
  },
  {
    value: "jit",
    label: "Just in time",
    hint: "A member is made when somebody signs in for the first time. The provider removes nobody.",
  },
];

/** What the identity provider shows, and two choices of our own. */
export function SetupForm(props: SetupFormProps) {
  const { values, errors, providers } = props;
  const field = (name: keyof SetupValues) => ({ name, value: values[name], error: errors[name], required: true });
  const fromMetadata = values.from === "metadata";
  return (
    <Form action="/settings/okta/setup" hidden={{ from: values.from }} upload={fromMetadata}>
      <Select {...field("provider")} label="Identity provider" options={providers} />
      {fromMetadata ? <MetadataFields values={values} errors={errors} /> : <ThreeValues {...props} />}
      <Section title="Here">
        <RadioGroup {...field("provisioning")} label="Provisioning" options={PROVISIONING} />
        <TextField
          {...field("sessionDays")}
          label="Session length"
          inputmode="numeric"
          suffix="days"
          hint="How long somebody stays signed in: 1 to 30 days."
        />
      </Section>
      <SubmitOrCancel working="Saving…" cancel="/settings/okta">
        Save
      </SubmitOrCancel>
    </Form>
  );
}

function ThreeValues({ values, errors, words }: SetupFormProps) {
  const field = (name: keyof SetupValues) => ({ name, value: values[name], error: errors[name], required: true });
  return (
    <>
      <TextField
        {...field("ssoUrl")}
        label="Single Sign-On URL"
        type="url"
        mono={true}
        hint={`There: ${words.ssoUrl}.`}
      />
      <TextField {...field("issuer")} label="SAML Issuer" mono={true} hint={`There: ${words.issuer}.`} />
      <TextArea
        {...field("certificate")}
        label="SAML Certificate"
        mono={true}
        rows={8}
        hint={`There: ${words.certificate}. With or without the BEGIN line; several, one after the other, are all taken.`}
      />
    </>
  );
}
