import { changeOrganization } from "../../../../domain/organizations/organizations.ts";
import type { Context } from "../../../edge/context.ts";

/** `POST /settings/okta/enforcement/off`: people may come in by other ways again. */
export async function switchOff(c: Context): Promise<Response> {
  const { scope, parts, organization } = c.var;
  if (organization.ssoEnforced) await changeOrganization(scope, parts.settings, { ssoEnforced: false });
  parts.gate.forget();
  return c.redirect("/settings/okta/enforcement", 303);
}
