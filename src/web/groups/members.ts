import { addToOwnGroup, removeFromOwnGroup } from "../../domain/directory/own-groups.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { readForm } from "../edge/size.ts";
import { groupPage, ownGroup } from "../groups.tsx";

/** `POST /groups/:id/members`: adds the member with `email` by hand, or takes back that of `remove`. */
export async function changePeople(c: Context): Promise<Response> {
  const group = await ownGroup(c);
  const form = await readForm(c);
  const remove = form.get("remove");
  if (remove !== null) {
    await removeFromOwnGroup(c.var.scope, group.id, remove);
    return c.redirect(`/groups/${group.id}?saved`, 303);
  }
  const email = form.get("email") ?? "";
  try {
    await addToOwnGroup(c.var.scope, group.id, email);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 422) throw error;
    return groupPage(c, group, { email: { value: email, message: error.message } });
  }
  return c.redirect(`/groups/${group.id}?saved`, 303);
}
