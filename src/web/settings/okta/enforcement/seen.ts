import { noteRecoverySeen } from "../../../../domain/integration/notices.ts";
import type { Context } from "../../../edge/context.ts";

/** `POST /settings/okta/enforcement/seen`: this owner knows of the recovery codes that were used, and is told no more. */
export async function recoverySeen(c: Context): Promise<Response> {
  await noteRecoverySeen(c.var.scope, c.var.session.memberId);
  return c.redirect("/settings/okta/enforcement", 303);
}
