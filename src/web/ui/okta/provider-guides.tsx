import type { Child } from "hono/jsx";
import type { Provider } from "../../../db/tables.ts";

/** What a provider calls things, and where they stand. Okta's steps are in `guide.tsx`. */
export interface ProviderWords {
  /** Where the app is made, and what is to be chosen there. */
  readonly create: Child;
  readonly acsUrl: string;
  readonly audience: string;
  /** What must be so, and is not at first. */
  readonly settings: readonly Child[];
  /** Where the three values stand, or the metadata that holds them. */
  readonly shows: Child;
  readonly ssoUrl: string;
  readonly issuer: string;
  readonly certificate: string;
  /** How its directory pushes people; undefined where we know of no way. */
  readonly scim: { readonly where: Child; readonly baseUrl: string; readonly token: string } | undefined;
  /** The documentation page that tells more. */
  readonly page: string;
}

const entra: ProviderWords = {
  create: (
    <>
      In the Microsoft Entra admin center: <strong>Enterprise applications</strong>, <strong>New application</strong>,{" "}
      <strong>Create your own application</strong>, one that you do not find in the gallery. Then{" "}
      <strong>Single sign-on</strong>, <strong>SAML</strong>, and Edit under <strong>Basic SAML Configuration</strong>.
    </>
  ),
  acsUrl: "Reply URL (Assertion Consumer Service URL)",
  audience: "Identifier (Entity ID)",
  settings: [
    <>
      Under <strong>Attributes &amp; Claims</strong> leave the claim <code>emailaddress</code>: the email is read from
      it, not from the NameID, which is the user principal name there. Who has no value in <strong>Email</strong> cannot
      sign in.
    </>,
    <>
      For groups <strong>Add a group claim</strong>, with <strong>Groups assigned to the application</strong>. They
      arrive as object ids, and beyond 150 not at all.
    </>,
  ],
  shows: (
    <>
      Under <strong>SAML Certificates</strong> copy <strong>App Federation Metadata Url</strong> and import it here:
      then new certificates arrive by themselves. Or copy the three values.
    </>
  ),
  ssoUrl: "Login URL",
  issuer: "Microsoft Entra Identifier, such as https://sts.windows.net/…/",
  certificate: "Certificate (Base64), under SAML Certificates",
  scim: {
    where: (
      <>
        In the same application: <strong>Provisioning</strong>, <strong>New configuration</strong>. Press{" "}
        <strong>Test Connection</strong>, <strong>Create</strong>, and <strong>Start provisioning</strong>. It runs
        every 40 minutes; <strong>Provision on-demand</strong> does one person at once.
      </>
    ),
    baseUrl: "Tenant URL",
    token: "Secret Token",
  },
  page: "entra.md",
};

const jumpcloud: ProviderWords = {
  create: (
    <>
      In the JumpCloud Admin Portal: <strong>SSO Applications</strong>, <strong>Add New Application</strong>,{" "}
      <strong>Custom Application</strong>. Tick <strong>Manage Single Sign-On (SSO)</strong>, with{" "}
      <strong>Configure SSO with SAML</strong>. On the tab <strong>SSO</strong>:
    </>
  ),
  acsUrl: "ACS URLs",
  audience: "SP Entity ID",
  settings: [
    <>
      <strong>IdP Entity ID</strong> is yours to choose, such as <code>https://jumpcloud.example.com</code>: it becomes
      the SAML Issuer here.
    </>,
    <>
      <strong>SAMLSubject NameID</strong> is <code>email</code>, <strong>Signature Algorithm</strong> is RSA-SHA256, and{" "}
      <strong>Declare Redirect Endpoint</strong> is ticked.
    </>,
    <>
      For groups, tick the box under <strong>Group Attributes</strong> and name it <code>memberOf</code>.
    </>,
  ],
  shows: (
    <>
      Press <strong>Copy Metadata URL</strong> and import it here, or export the metadata as a file. Give groups of
      people access on the tab <strong>User Groups</strong>.
    </>
  ),
  ssoUrl: "IDP URL",
  issuer: "IdP Entity ID, which you chose",
  certificate: "IDP Certificate",
  scim: {
    where: (
      <>
        On the tab <strong>Identity Management</strong> of the same application, with SCIM 2.0. Press{" "}
        <strong>Test Connection</strong>, <strong>Activate</strong> and save.
      </>
    ),
    baseUrl: "Base URL",
    token: "Token Key",
  },
  page: "jumpcloud.md",
};

const onelogin: ProviderWords = {
  create: (
    <>
      In OneLogin's administration: <strong>Applications</strong>, <strong>Add App</strong>. With SCIM search for{" "}
      <strong>SCIM Provisioner with SAML (SCIM v2 Enterprise, full SAML)</strong>, without it for{" "}
      <strong>SAML Custom Connector (Advanced)</strong>. Save. On <strong>Configuration</strong>:
    </>
  ),
  acsUrl: "ACS (Consumer) URL, and Recipient",
  audience: "Audience (EntityID)",
  settings: [
    <>
      <strong>ACS (Consumer) URL Validator</strong> is a regular expression for the first value, with <code>\</code>{" "}
      before each dot.
    </>,
    <>
      <strong>SAML nameID format</strong> is Email, and <strong>SAML signature element</strong> is Assertion.
    </>,
    <>
      On <strong>SSO</strong>, <strong>SAML Signature Algorithm</strong> is <strong>SHA-256</strong>: SHA-1 is refused
      here.
    </>,
  ],
  shows: (
    <>
      On <strong>SSO</strong> copy <strong>Issuer URL</strong>: it is the address of the metadata as well, to import
      here. Or take <strong>SAML Metadata</strong> under More Actions.
    </>
  ),
  ssoUrl: "SAML 2.0 Endpoint (HTTP)",
  issuer: "Issuer URL",
  certificate: "X.509 Certificate, View Details, X.509 PEM",
  scim: {
    where: (
      <>
        In the application with the SCIM connector: on <strong>Configuration</strong>, then press{" "}
        <strong>Enable</strong>. On <strong>Parameters</strong>, <strong>scimusername</strong> is Email. Tick{" "}
        <strong>Enable provisioning</strong> on <strong>Provisioning</strong>.
      </>
    ),
    baseUrl: "SCIM Base URL",
    token: "SCIM Bearer Token",
  },
  page: "onelogin.md",
};

const google: ProviderWords = {
  create: (
    <>
      In the Google Admin console: <strong>Apps</strong>, <strong>Web and mobile apps</strong>, <strong>Add app</strong>
      , <strong>Add custom SAML app</strong>. Name it, and on the third screen:
    </>
  ),
  acsUrl: "ACS URL",
  audience: "Entity ID",
  settings: [
    <>
      <strong>Name ID format</strong> is EMAIL, and <strong>Name ID</strong> is Basic Information &gt; Primary email.
    </>,
    <>
      <strong>Signed response</strong> may be ticked or not: both are taken.
    </>,
    <>
      On the fourth screen map First name to <code>firstName</code> and Last name to <code>lastName</code>; under{" "}
      <strong>Group membership</strong> name the attribute <code>groups</code>.
    </>,
    <>
      Afterwards set <strong>User access</strong> to on.
    </>,
  ],
  shows: (
    <>
      On the second screen press <strong>Download metadata</strong> and import the file here, or copy the three values.
    </>
  ),
  ssoUrl: "SSO URL",
  issuer: "Entity ID, such as https://accounts.google.com/o/saml2?idpid=…",
  certificate: "Certificate",
  scim: undefined,
  page: "google.md",
};

const ping: ProviderWords = {
  create: (
    <>
      In the PingOne console: <strong>Applications</strong>, <strong>Applications</strong>, <strong>+</strong>. Name it,
      choose <strong>SAML Application</strong>, <strong>Configure</strong>, <strong>Manually Enter</strong>:
    </>
  ),
  acsUrl: "ACS URLs",
  audience: "Entity ID",
  settings: [
    <>
      On the tab <strong>Attribute Mappings</strong>, <code>saml_subject</code> is <strong>Email Address</strong>; add{" "}
      <code>firstName</code> (Given Name), <code>lastName</code> (Family Name) and, for groups, <code>groups</code>{" "}
      (Group Names).
    </>,
    <>Switch the application on with the slider.</>,
  ],
  shows: (
    <>
      On the tab <strong>Configuration</strong> copy <strong>IDP Metadata URL</strong> and import it here, or press{" "}
      <strong>Download Metadata</strong>.
    </>
  ),
  ssoUrl: "Single Signon Service",
  issuer: "Issuer ID",
  certificate: "Download Signing Certificate, X509 PEM",
  scim: {
    where: (
      <>
        Under <strong>Integrations</strong>, <strong>Provisioning</strong>: a new connection,{" "}
        <strong>Identity Store</strong>, <strong>SCIM Outbound</strong>, SCIM version 2.0, with OAuth 2 Bearer Token;
        and a new rule with it as its target. Switch both on.
      </>
    ),
    baseUrl: "SCIM base URL",
    token: "OAuth Access Token",
  },
  page: "ping.md",
};

const other: ProviderWords = {
  create: <>Make an application for SAML 2.0 with the HTTP-POST binding, and give it these two values.</>,
  acsUrl: "Assertion Consumer Service (ACS) URL",
  audience: "Audience, or SP Entity ID",
  settings: [
    <>The NameID is the person's email, or an attribute that you name in the sign-in settings is.</>,
    <>Response or assertion are signed with RSA or ECDSA and SHA-256 or stronger.</>,
  ],
  shows: <>Import its metadata here by URL, file or text, or copy the three values.</>,
  ssoUrl: "where requests for HTTP-Redirect go",
  issuer: "the entity ID",
  certificate: "the certificate that it signs with",
  scim: {
    where: <>Where the provider can push people by SCIM 2.0:</>,
    baseUrl: "SCIM base URL",
    token: "Bearer token",
  },
  page: "okta.md",
};

const okta: Pick<ProviderWords, "ssoUrl" | "issuer" | "certificate"> = {
  ssoUrl: "Identity Provider Single Sign-On URL, or Sign on URL",
  issuer: "Identity Provider Issuer, such as http://www.okta.com/exk1a2b3c4",
  certificate: "X.509 Certificate",
};

/** The words of every provider whose steps are not Okta's. */
export const PROVIDER_GUIDES: Readonly<Record<Exclude<Provider, "okta">, ProviderWords>> = {
  jumpcloud,
  entra,
  onelogin,
  google,
  ping,
  other,
};

/** What a provider calls the three values that we ask for. */
export function wordsOf(provider: Provider): Pick<ProviderWords, "ssoUrl" | "issuer" | "certificate"> {
  return provider === "okta" ? okta : PROVIDER_GUIDES[provider];
}
