import { recordEvent } from "../../domain/audit/events.ts";
import { answerGitFlow, organizationOf, refuseState } from "../../domain/git/flows.ts";
import { findOrganization } from "../../domain/organizations/organizations.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { type Context, scopeFor } from "../edge/context.ts";
import { hostOf } from "../edge/git-flow.ts";

/**
 * `GET /oauth/PROVIDER/callback` at the apex: the one address that git hosts send people back to (RFC 6749 §4.1.2). It keeps
 * the answer and hands over to the organization by a code that works once. It asks the host nothing: whether this is the
 * browser that began, only the organization's own cookie says.
 */
export async function receiveGitAnswer(c: Context): Promise<Response> {
  const { parts } = c.var;
  const host = hostOf(c);
  const parameters = new URL(c.req.url).searchParams;
  const state = parameters.get("state") ?? "";
  const organization = await findOrganization(parts.db, parts.settings, organizationOf(state));
  if (!organization) throw refuseState();
  const scope = scopeFor(c, organization, { kind: "visitor", name: "visitor" });
  try {
    const answer = host.readAnswer(parameters, state);
    const code = await answerGitFlow(scope, parts.sealer, host.provider, state, answer);
    return c.redirect(`${organization.url}/oauth/return?code=${code}`, 303);
  } catch (error) {
    if (error instanceof Refusal) await recordRefusal(scope, host.provider, error);
    throw error;
  }
}

/** Under the reference number that the person reads; whether they wanted to sign in or to connect is not known. */
export async function recordRefusal(scope: Scope, provider: string | undefined, refusal: Refusal): Promise<void> {
  const { code, status, cause, message } = refusal;
  const detail = { ...(provider && { provider }), code, status, sentence: message, ...cause };
  await recordEvent(scope, { action: "git.refused", detail });
}
