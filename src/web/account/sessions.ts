import { endOtherSessions, endSession } from "../../domain/sessions/sessions.ts";
import type { Context } from "../edge/context.ts";
import { clearSession } from "../edge/session.ts";
import { readForm } from "../edge/size.ts";

/** `POST /account/sessions`: ends one session of one's own by its id, or with `session=others` all but this one. */
export async function endSessions(c: Context): Promise<Response> {
  const { scope, session } = c.var;
  const wanted = (await readForm(c)).get("session") ?? "";
  if (wanted === "others") await endOtherSessions(scope, session.memberId, session.id);
  else await endSession(scope, session.memberId, wanted);
  if (wanted !== session.id) return c.redirect("/account?ended", 303);
  clearSession(c);
  return c.redirect("/sign-in", 303);
}
