import { endSession } from "../domain/sessions/session-list.ts";
import type { Context } from "./edge/context.ts";
import { clearSession, findPerson } from "./edge/session.ts";

/** `POST /sign-out`: ends the session here and in the browser. Who is out already is sent to the same page. */
export async function signOut(c: Context): Promise<Response> {
  if (await findPerson(c)) await endSession(c.var.scope, c.var.session.memberId, c.var.session.id);
  clearSession(c);
  return c.redirect("/sign-in", 303);
}
