import { keepRecoveryCodes } from "../../../../../domain/sessions/recovery-codes.ts";
import type { Context } from "../../../../edge/context.ts";
import { readForm } from "../../../../edge/size.ts";

/** `POST /settings/okta/enforcement/codes/kept`: the codes of this set work from now on, and no others. */
export async function codesKept(c: Context): Promise<Response> {
  const set = (await readForm(c)).get("set") ?? "";
  await keepRecoveryCodes(c.var.scope, c.var.session.memberId, set);
  return c.redirect("/settings/okta/enforcement", 303);
}
