import type { Provider } from "../../../db/tables.ts";
import { CopyField } from "../copy.tsx";
import { Step, Steps } from "../steps.tsx";
import { PROVIDER_GUIDES, type ProviderWords } from "./provider-guides.tsx";

interface GuideProps {
  readonly provider: Provider;
  /** This organization's own values, as Okta asks for them. */
  readonly values: { readonly acsUrl: string; readonly audience: string; readonly scimBaseUrl: string };
}

/** The steps at the chosen provider, in its own words, with this organization's values to copy. */
export function Guide({ provider, values }: GuideProps) {
  return provider === "okta" ? (
    <OktaGuide values={values} />
  ) : (
    <OtherGuide words={PROVIDER_GUIDES[provider]} {...values} />
  );
}

/**
 * The three steps as an Okta administrator meets them, in the words of the pages that docs/okta.md lists.
 */
function OktaGuide({ values }: Pick<GuideProps, "values">) {
  return (
    <Steps>
      <Step title="Create the app in Okta">
        <p>
          In the Okta Admin Console: <strong>Applications</strong>, <strong>Create App Integration</strong>,{" "}
          <strong>SAML 2.0</strong>. Name it, press Next, and paste these two values. Set{" "}
          <strong>Application username</strong> to <strong>Email</strong>.
        </p>
        <CopyField
          label="Single Sign-On URL"
          value={values.acsUrl}
          hint="Leave Use this for Recipient URL and Destination URL ticked."
        />
        <CopyField label="Audience URI (SP Entity ID)" value={values.audience} />
      </Step>
      <Step title="Paste what Okta shows into the form here">
        <p>
          On the app's tab <strong>Sign On</strong>, open <strong>View SAML setup instructions</strong>. It shows the
          Single Sign-On URL, the Issuer and the X.509 Certificate. Saving the form gives you the SCIM token.
        </p>
      </Step>
      <ProvisioningStep scimBaseUrl={values.scimBaseUrl} />
    </Steps>
  );
}

function ProvisioningStep({ scimBaseUrl }: { scimBaseUrl: string }) {
  return (
    <Step title="Switch on provisioning in Okta">
      <p>
        On the tab <strong>General</strong>, set Provisioning to <strong>SCIM</strong>. Then, on the tab{" "}
        <strong>Provisioning</strong>, under Integration:
      </p>
      <CopyField label="SCIM connector base URL" value={scimBaseUrl} />
      <CopyField label="Unique identifier field for users" value="email" />
      <ul class="list">
        <li>
          Supported provisioning actions: <strong>Push New Users</strong>, <strong>Push Profile Updates</strong>,{" "}
          <strong>Push Groups</strong>.
        </li>
        <li>
          Authentication Mode: <strong>HTTP Header</strong>, with the token that you get after saving here.
        </li>
        <li>
          After <strong>Test Connector Configuration</strong> and Save, under <strong>To App</strong>: Create Users,
          Update User Attributes, Deactivate Users.
        </li>
      </ul>
      <p>Last, assign people or groups to the app. They are members here as soon as Okta says so.</p>
    </Step>
  );
}

interface OtherGuideProps {
  readonly words: ProviderWords;
  readonly acsUrl: string;
  readonly audience: string;
  readonly scimBaseUrl: string;
}

/** The same three steps in another provider's words. */
function OtherGuide({ words, acsUrl, audience, scimBaseUrl }: OtherGuideProps) {
  return (
    <Steps>
      <Step title="Create the app there">
        <p>{words.create}</p>
        <CopyField label={words.acsUrl} value={acsUrl} />
        <CopyField label={words.audience} value={audience} hint="Without a slash at the end." />
        <ul class="list">
          {words.settings.map((setting) => (
            <li>{setting}</li>
          ))}
        </ul>
      </Step>
      <Step title="Bring here what it shows">
        <p>{words.shows}</p>
      </Step>
      {words.scim ? (
        <Step title="Switch on provisioning there">
          <p>{words.scim.where}</p>
          <CopyField label={words.scim.baseUrl} value={scimBaseUrl} />
          <p>
            <strong>{words.scim.token}</strong> is the token that you get after saving here.
          </p>
        </Step>
      ) : (
        <Step title="Choose Just in time here">
          <p>
            It pushes people only to apps of its own catalog. To an app like this one they come as they first sign in,
            and are members then.
          </p>
        </Step>
      )}
    </Steps>
  );
}
