import { endAllSessions, endOtherSessions, endSession } from "../../domain/sessions/session-list.ts";
import type { Context } from "../edge/context.ts";
import { clearSession } from "../edge/session.ts";
import { readForm } from "../edge/size.ts";

/**
 * `POST /account/sessions`: ends one session of one's own by its id; with `session=others` all but this one, with
 * `session=all` this one too.
 */
export async function endSessions(c: Context): Promise<Response> {
  const { scope, session } = c.var;
  const wanted = (await readForm(c)).get("session") ?? "";
  if (wanted === "others") await endOtherSessions(scope, session.memberId, session.id);
  else if (wanted === "all") await endAllSessions(scope, { id: session.memberId, email: session.email });
  else await endSession(scope, session.memberId, wanted);
  if (wanted !== session.id && wanted !== "all") return c.redirect("/account?ended", 303);
  clearSession(c);
  return c.redirect("/sign-in", 303);
}
