import { CopyField } from "../copy.tsx";
import { Step, Steps } from "../steps.tsx";

interface GuideProps {
  /** This organization's own values, as Okta asks for them. */
  readonly values: { readonly acsUrl: string; readonly audience: string; readonly scimBaseUrl: string };
}

/**
 * The three steps as an Okta administrator meets them, in the words of Okta's own pages ("Create SAML app integrations" and
 * "Add SCIM provisioning to app integrations", help.okta.com).
 */
export function Guide({ values }: GuideProps) {
  return (
    <Steps>
      <Step title="Create the app in Okta">
        <p>
          In the Okta Admin Console: <strong>Applications</strong>, <strong>Create App Integration</strong>,{" "}
          <strong>SAML 2.0</strong>. Name it, press Next, and paste these two values. Set{" "}
          <strong>Application username</strong> to <strong>Email</strong>.
        </p>
        <CopyField label="Single Sign-On URL" value={values.acsUrl} hint="Leave the box for Recipient URL ticked." />
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
