import type { Provider } from "../../db/tables.ts";

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
