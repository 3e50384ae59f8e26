import type { Provider } from "../../db/tables.ts";
import type { SignInChanges } from "./sign-in-settings.ts";

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

/** The provider's name within a sentence: "Sign in with Okta", "Sign in with your identity provider". */
export function providerName(provider: Provider): string {
  return PROVIDERS[provider];
}

/** The claims of Entra ID and ADFS. */
const XMLSOAP = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const MICROSOFT = "http://schemas.microsoft.com/ws/2008/06/identity/claims";

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
export function usualSettings(provider: Provider): SignInChanges & { readonly provider: Provider } {
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
