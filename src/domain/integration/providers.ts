import type { Provider } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { SignInSettings } from "./sign-in-settings.ts";

/** What people call each identity provider. It chooses names, icon and guide; what is checked never depends on it. */
const PROVIDERS: Readonly<Record<Provider, string>> = {
  okta: "Okta",
  jumpcloud: "JumpCloud",
  entra: "Microsoft Entra ID",
  onelogin: "OneLogin",
  google: "Google Workspace",
  ping: "PingOne",
  other: "your identity provider",
};

/** Every provider that can be chosen, and what it is called on its own. */
export const PROVIDER_CHOICES: readonly { readonly value: Provider; readonly label: string }[] = (
  Object.keys(PROVIDERS) as Provider[]
).map((value) => ({ value, label: value === "other" ? "Another SAML 2.0 provider" : PROVIDERS[value] }));

/** The provider of this code; 422 `provider` for what is none. */
export function checkedProvider(code: string): Provider {
  const choice = PROVIDER_CHOICES.find(({ value }) => value === code);
  if (!choice) throw new Refusal(422, "provider", "Choose the identity provider.");
  return choice.value;
}

/** The provider's name within a sentence: "Sign in with Okta", "Sign in with your identity provider". */
export function providerName(provider: Provider): string {
  return PROVIDERS[provider];
}

/** The attributes of an assertion that can be mapped. */
export type MappedAttribute =
  | "emailAttribute"
  | "givenNameAttribute"
  | "familyNameAttribute"
  | "groupsAttribute"
  | "roleAttribute";

/** The claims of Entra ID and ADFS. */
const XMLSOAP = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const MICROSOFT = "http://schemas.microsoft.com/ws/2008/06/identity/claims";

/** The names under which providers send each attribute, and who does: ready choices. */
export const USUAL_ATTRIBUTES: Readonly<
  Record<MappedAttribute, readonly { readonly name: string; readonly of: string }[]>
> = {
  emailAttribute: [
    { name: "email", of: "Okta, JumpCloud, Google, PingOne: as their guides here name it" },
    { name: `${XMLSOAP}/emailaddress`, of: "Entra ID, ADFS" },
    { name: "User.email", of: "OneLogin" },
    { name: "urn:oid:0.9.2342.19200300.100.1.3", of: "X.500: mail" },
  ],
  givenNameAttribute: [
    { name: "firstName", of: "Okta, Google, PingOne: as their guides here name it" },
    { name: "firstname", of: "JumpCloud" },
    { name: `${XMLSOAP}/givenname`, of: "Entra ID, ADFS" },
    { name: "User.FirstName", of: "OneLogin" },
    { name: "urn:oid:2.5.4.42", of: "X.500: givenName" },
  ],
  familyNameAttribute: [
    { name: "lastName", of: "Okta, Google, PingOne: as their guides here name it" },
    { name: "lastname", of: "JumpCloud" },
    { name: `${XMLSOAP}/surname`, of: "Entra ID, ADFS" },
    { name: "User.LastName", of: "OneLogin" },
    { name: "urn:oid:2.5.4.4", of: "X.500: sn" },
  ],
  groupsAttribute: [
    { name: "groups", of: "Okta, Google, PingOne: as their guides here name it" },
    { name: "memberOf", of: "JumpCloud, OneLogin" },
    { name: `${MICROSOFT}/groups`, of: "Entra ID" },
    { name: "http://schemas.xmlsoap.org/claims/Group", of: "ADFS" },
    { name: "urn:oid:1.3.6.1.4.1.5923.1.5.1.1", of: "X.500: isMemberOf" },
  ],
  roleAttribute: [
    { name: "role", of: "Okta, JumpCloud, Google, PingOne: as their guides here name it" },
    { name: `${MICROSOFT}/role`, of: "Entra ID: app roles; ADFS" },
    { name: "User.Role", of: "OneLogin: as its guide here names it" },
  ],
};

const GROUPS: Readonly<Record<Provider, string | null>> = {
  okta: "groups",
  jumpcloud: "memberOf",
  entra: `${MICROSOFT}/groups`,
  onelogin: "memberOf",
  google: "groups",
  ping: "groups",
  other: null,
};

/**
 * What a new integration begins with: the email from the NameID, except with Entra ID, whose NameID is often no address;
 * names by their usual names; groups as the provider's guide names them, which give nothing until something is mapped.
 */
export function usualSettings(provider: Provider): Omit<SignInSettings, "sessionDays" | "idleMinutes"> {
  return {
    provider,
    idpInitiated: "allow",
    signRequests: false,
    signaturePolicy: "any",
    emailAttribute: provider === "entra" ? `${XMLSOAP}/emailaddress` : null,
    givenNameAttribute: null,
    familyNameAttribute: null,
    groupsAttribute: GROUPS[provider],
    roleAttribute: null,
  };
}

const MARKS: Readonly<Record<Provider, string | undefined>> = {
  okta: "O",
  jumpcloud: "J",
  entra: "E",
  onelogin: "1",
  google: "G",
  ping: "P",
  other: undefined,
};

/** The letter that marks it on a button; none for a provider without a name of its own. */
export function markOf(provider: Provider): string | undefined {
  return MARKS[provider];
}
