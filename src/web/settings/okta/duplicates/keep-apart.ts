import { keepApart } from "../../../../domain/directory/duplicates.ts";
import type { Context } from "../../../edge/context.ts";
import { readForm } from "../../../edge/size.ts";

/** `POST /settings/okta/duplicates/keep-apart`: they are two people, and are not shown again. */
export async function tellApart(c: Context): Promise<Response> {
  const form = await readForm(c);
  await keepApart(c.var.scope, form.get("one") ?? "", form.get("other") ?? "");
  return c.redirect("/settings/okta/duplicates?apart", 303);
}
