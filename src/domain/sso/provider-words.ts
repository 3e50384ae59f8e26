import type { Provider } from "../../db/tables.ts";
import { providerName } from "../integration/providers.ts";

/** How a provider's own pages call what an administrator has to set there. */
export interface ProviderWords {
  /** "Okta", "your identity provider". */
  readonly name: string;
  /** Where the settings of the SAML application are. */
  readonly place: string;
  readonly audience: string;
  readonly acs: string;
  /** Which field decides on the NameID, and which on its format. */
  readonly nameId: string;
  readonly format: string;
  /** What to choose so that the assertion is signed. */
  readonly signing: string;
  readonly algorithm: string;
  /** How the values are called that are copied from there to here. */
  readonly issuer: string;
  readonly certificate: string;
  /** Where people are assigned. */
  readonly assign: string;
}

type Words = Omit<ProviderWords, "name">;

const OTHER: Words = {
  place: "the SAML settings of the application",
  audience: "the audience (entity ID of the service provider)",
  acs: "the assertion consumer service (ACS) URL",
  nameId: "the NameID",
  format: "the NameID format",
  signing: "the signature of the assertion: on",
  algorithm: "the signature algorithm",
  issuer: "entity ID (issuer)",
  certificate: "signing certificate",
  assign: "the people of the application",
};

const WORDS: Readonly<Record<Provider, Words>> = {
  okta: {
    place: "the app, General, SAML Settings, Edit",
    audience: "Audience URI (SP Entity ID)",
    acs: "Single sign-on URL, with “Use this for Recipient URL and Destination URL” ticked",
    nameId: "Application username",
    format: "Name ID format",
    signing: "Show Advanced Settings, Assertion Signature: Signed",
    algorithm: "Show Advanced Settings, Signature Algorithm",
    issuer: "Issuer",
    certificate: "Signing Certificate (Sign On, SAML Signing Certificates)",
    assign: "Assignments, Assign",
  },
  entra: {
    place: "the enterprise application, Single sign-on",
    audience: "Identifier (Entity ID)",
    acs: "Reply URL (Assertion Consumer Service URL)",
    nameId: "Attributes & Claims, Unique User Identifier (Name ID)",
    format: "Attributes & Claims, Unique User Identifier, Name identifier format",
    signing: "SAML Certificates, Edit, Signing Option: Sign SAML assertion",
    algorithm: "SAML Certificates, Edit, Signing Algorithm",
    issuer: "Microsoft Entra Identifier",
    certificate: "Certificate (Base64)",
    assign: "Users and groups, Add user/group",
  },
  jumpcloud: {
    place: "the application, SSO",
    audience: "SP Entity ID",
    acs: "ACS URLs",
    nameId: "SAMLSubject NameID",
    format: "SAMLSubject NameID Format",
    signing: "Sign: Assertion",
    algorithm: "Signature Algorithm",
    issuer: "IdP Entity ID",
    certificate: "IDP Certificate",
    assign: "User Groups",
  },
  onelogin: {
    place: "the application, Configuration",
    audience: "Audience (EntityID)",
    acs: "ACS (Consumer) URL and Recipient",
    nameId: "Parameters, NameID value",
    format: "SAML nameID format",
    signing: "SAML signature element: Assertion",
    algorithm: "SSO, SAML Signature Algorithm",
    issuer: "SSO, Issuer URL",
    certificate: "SSO, X.509 Certificate, View Details",
    assign: "Users of the application",
  },
  google: {
    place: "Apps, Web and mobile apps, the app, Service provider details",
    audience: "Entity ID",
    acs: "ACS URL",
    nameId: "Name ID",
    format: "Name ID format",
    signing: "Signed response",
    algorithm: "the signature, which Google makes with SHA-256",
    issuer: "Entity ID (Download metadata)",
    certificate: "Certificate (Download metadata)",
    assign: "User access",
  },
  ping: {
    place: "the application, Configuration",
    audience: "Entity ID",
    acs: "ACS URLs",
    nameId: "Attribute Mappings, saml_subject",
    format: "Subject NameID Format",
    signing: "Signing: Sign Assertion",
    algorithm: "Signing Algorithm",
    issuer: "Issuer ID",
    certificate: "Download Signing Certificate",
    assign: "Access, groups",
  },
  other: OTHER,
};

/** The words of this provider. */
export function wordsOf(provider: Provider): ProviderWords {
  return { name: providerName(provider), ...WORDS[provider] };
}
