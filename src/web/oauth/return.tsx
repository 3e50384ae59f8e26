import { recordEvent } from "../../domain/audit/events.ts";
import { connectGit, type GitAccount } from "../../domain/git/connections.ts";
import { type ReturnedFlow, takeGitFlow } from "../../domain/git/flows.ts";
import type { GitHost } from "../../outbound/git/host.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { browserTokenOf } from "../edge/git-flow.ts";
import { refusalPage } from "../edge/refusals.tsx";
import { findPerson } from "../edge/session.ts";

/**
 * `GET /oauth/return?code=…`: the way back from a git host, handed over by the apex. Everything that says whose it is has been
 * checked before the host is asked for tokens.
 */
export async function returnFromGitHost(c: Context): Promise<Response> {
  const flow = await takeGitFlow(c.var.scope, c.var.parts.sealer, c.req.query("code") ?? "", browserTokenOf(c));
  const host = c.var.parts.gitHosts.find(({ provider }) => provider === flow.provider);
  if (!host) throw new Refusal(404, "git-host", "This git host is not connected to the service any more.");
  try {
    return await finishConnecting(c, host, flow);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(c, host, flow, error);
  }
}

async function finishConnecting(c: Context, host: GitHost, flow: ReturnedFlow): Promise<Response> {
  const signedIn = (await findPerson(c)) && c.var.session.memberId === flow.memberId;
  if (!signedIn) {
    const sentence =
      "You were signed out, or somebody else signed in here, while you were away. Sign in and start again.";
    throw new Refusal(403, "git-session", sentence);
  }
  const account = await readAccount(c, host, flow);
  const { scope, session, parts } = c.var;
  try {
    const replaced = await connectGit(scope, parts.sealer, session.memberId, account);
    if (replaced) await discard(c, host, replaced);
  } catch (error) {
    await discard(c, host, account.tokens);
    throw error;
  }
  const next = new URL(flow.next, c.var.organization.url);
  next.searchParams.set("connected", host.provider);
  return c.redirect(next.pathname + next.search + next.hash, 303);
}

/** Tokens for the host's code, and whose they are. */
async function readAccount(c: Context, host: GitHost, flow: ReturnedFlow): Promise<GitAccount> {
  if ("error" in flow.answer) throw denied(host, flow.answer.error);
  const tokens = await host.exchange(flow.answer.code, flow.verifier, flow.access);
  const identity = await host.identity(tokens.accessToken);
  const scopes = identity.scopes ?? tokens.scopes;
  return {
    provider: host.provider,
    hostName: host.name,
    host: host.url,
    identityId: identity.id,
    login: identity.login,
    email: identity.email,
    access: host.accessOf(scopes),
    scopes,
    tokens,
    tokensExpireAt:
      tokens.expiresIn === undefined ? undefined : new Date(c.var.now.getTime() + tokens.expiresIn * 1000),
  };
}

/** RFC 6749 §4.1.2.1: `access_denied` where the person said no; anything else is a mistake of the registration. */
function denied(host: GitHost, error: string): Refusal {
  const cause = { check: "authorization", wanted: "a code", got: error };
  if (error === "access_denied") {
    return new Refusal(403, "git-denied", `You did not allow it at ${host.name}. Nothing was changed.`, cause);
  }
  const sentence = `${host.name} did not let you through: ${inWords(error)}. Nothing was changed.`;
  return new Refusal(403, "git-denied", sentence, cause);
}

/** An error's name as the standard allows it (RFC 6749 §4.1.2.1), in words. */
function inWords(error: string): string {
  return /^[\w .-]{1,60}$/.test(error) ? error.replaceAll("_", " ") : "an unknown error";
}

/** Tokens that are not kept are made worthless where they came from, if that can be done. */
async function discard(c: Context, host: GitHost, tokens: GitAccount["tokens"]): Promise<void> {
  await host.revoke(tokens).catch(() => {
    c.var.parts.log.warn({ referenceId: c.var.referenceId, provider: host.provider }, "could not revoke a git token");
  });
}

async function refuse(c: Context, host: GitHost, flow: ReturnedFlow, refusal: Refusal): Promise<Response> {
  const { code, status, cause, message } = refusal;
  c.var.parts.metrics.refused(refusal);
  const detail = { provider: host.provider, code, status, sentence: message, ...cause };
  await recordEvent(c.var.scope, { action: "git.refused", detail });
  const title = `${host.name} is not connected`;
  return refusalPage(c, refusal, {}, { title, retry: { label: "Go back", href: flow.next } });
}
