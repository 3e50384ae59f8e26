import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { hostOf, sendToHost } from "../edge/git-flow.ts";
import { safePath } from "../edge/session.ts";

/** `GET /sign-in/git/PROVIDER?next=…`: goes to the git host to sign in with an account there. */
export function startGitSignIn(c: Context): Promise<Response> {
  const host = hostOf(c);
  if (c.var.organization.ssoEnforced) {
    throw new Refusal(
      403,
      "sso-enforced",
      "Single Sign-On is the only way into this organization. Sign in through it.",
    );
  }
  const next = safePath(c.req.query("next"));
  return sendToHost(c, host, { memberId: undefined, access: "email", next });
}
