import type { Provider } from "../../../db/tables.ts";
import { CardHeader } from "../card.tsx";
import { CopyField } from "../copy.tsx";
import { PROVIDER_GUIDES } from "./provider-guides.tsx";

interface TokenPlaceProps {
  readonly provider: Provider;
  readonly scimBaseUrl: string;
}

/** Where the provider takes the token, and what it asks for besides. */
export function TokenPlace({ provider, scimBaseUrl }: TokenPlaceProps) {
  if (provider === "okta") {
    return (
      <>
        <CardHeader
          title="In Okta"
          hint="On the app's tab Provisioning, under Integration. The Authentication Mode is HTTP Header: paste the token into Authorization. Then press Test Connector Configuration."
        />
        <CopyField label="SCIM connector base URL" value={scimBaseUrl} />
        <CopyField label="Unique identifier field for users" value="email" />
      </>
    );
  }
  const { scim } = PROVIDER_GUIDES[provider];
  return (
    <>
      <CardHeader title={scim ? `Paste it into ${scim.token}` : "Where it belongs"} hint={scim?.where} />
      <CopyField label={scim?.baseUrl ?? "SCIM base URL"} value={scimBaseUrl} />
    </>
  );
}
