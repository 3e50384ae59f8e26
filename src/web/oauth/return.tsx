import { recordEvent } from "../../domain/audit/events.ts";
import { connectGit, type GitAccount } from "../../domain/git/connections.ts";
import { type ReturnedFlow, takeGitFlow } from "../../domain/git/flows.ts";
import { findConcerned } from "../../domain/git/member.ts";
import { signInWithGit } from "../../domain/git/sign-in.ts";
import type { GitHost } from "../../outbound/git/host.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { browserTokenOf } from "../edge/git-flow.ts";
import { refusalPage } from "../edge/refusals.tsx";
import { browserSessionId, findPerson, setSession } from "../edge/session.ts";
import { shellOf } from "../edge/shell.ts";
import { show } from "../edge/show.ts";
import { Page } from "../ui/page.tsx";
import { SwitchAccount } from "../ui/switch-account.tsx";
import { recordRefusal } from "./callback.ts";

/**
 * `GET /oauth/return?code=…`: the way back from a git host, handed over by the apex. Everything that says whose it is has been
 * checked before the host is asked for tokens.
 */
export async function returnFromGitHost(c: Context): Promise<Response> {
  const { scope, parts } = c.var;
  const taken = takeGitFlow(scope, parts.sealer, c.req.query("code") ?? "", browserTokenOf(c));
  const flow = await taken.catch(async (error: unknown) => {
    if (error instanceof Refusal) await recordRefusal(scope, undefined, error);
    throw error;
  });
  const host = parts.gitHosts.find(({ provider }) => provider === flow.provider);
  if (!host) throw new Refusal(404, "git-host", "This git host is not connected to the service any more.");
  try {
    return await (flow.memberId === undefined ? signIn(c, host, flow) : connect(c, host, flow));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(c, host, flow, error);
  }
}

async function signIn(c: Context, host: GitHost, flow: ReturnedFlow): Promise<Response> {
  const { scope, parts } = c.var;
  const account = await readAccount(c, host, flow);
  const { next } = flow;
  const browser = { userAgent: c.req.header("user-agent"), sessionId: browserSessionId(c), next };
  const outcome = await signInWithGit(scope, parts.sealer, account, browser).catch(async (error: unknown) => {
    await discard(c, host, account.tokens);
    if (error instanceof Refusal) return error;
    throw error;
  });
  if (outcome instanceof Refusal) return refuse(c, host, flow, outcome, await findConcerned(scope, account));
  if (!outcome.kept) await discard(c, host, account.tokens);
  if (outcome.kind === "switch") {
    const page = (
      <Page title="Switch account?" shell={shellOf(c)} width="narrow">
        <SwitchAccount token={outcome.token} from={outcome.from} to={outcome.to} who={host.name} />
      </Page>
    );
    return show(c, page);
  }
  setSession(c, outcome);
  return c.redirect(next, 303);
}

async function connect(c: Context, host: GitHost, flow: ReturnedFlow): Promise<Response> {
  const signedIn = (await findPerson(c)) && c.var.session.memberId === flow.memberId;
  if (!signedIn) {
    const sentence =
      "You were signed out, or somebody else signed in here, while you were away. Sign in and start again.";
    throw new Refusal(403, "git-session", sentence);
  }
  const account = await readAccount(c, host, flow);
  const { scope, session, parts } = c.var;
  const replaced = await connectGit(scope, parts.sealer, session.memberId, account).catch(async (error: unknown) => {
    await discard(c, host, account.tokens);
    throw error;
  });
  if (replaced) await discard(c, host, replaced);
  const next = new URL(flow.next, c.var.organization.url);
  next.searchParams.set("connected", host.provider);
  return c.redirect(next.pathname + next.search + next.hash, 303);
}

/** Tokens for the host's code, and whose they are. */
async function readAccount(c: Context, host: GitHost, flow: ReturnedFlow): Promise<GitAccount> {
  if ("error" in flow.answer) throw denied(host, flow.answer.error);
  const tokens = await host.exchange(flow.answer.code, flow.verifier, flow.access);
  const identity = await host.identity(tokens.accessToken).catch(async (error: unknown) => {
    await discard(c, host, tokens);
    throw error;
  });
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

/** The person reads a sentence and a number; the audit log has the cause under it. */
async function refuse(
  c: Context,
  host: GitHost,
  flow: ReturnedFlow,
  refusal: Refusal,
  member?: { readonly id: string; readonly email: string },
): Promise<Response> {
  const { code, status, cause, message } = refusal;
  c.var.parts.metrics.refused(refusal);
  const detail = { method: "git", provider: host.provider, code, status, sentence: message, ...cause };
  if (flow.memberId === undefined) {
    const target = member && { kind: "member", id: member.id, name: member.email };
    await recordEvent(c.var.scope, { action: "session.refused", ...(target && { target }), detail });
    const href = flow.next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(flow.next)}`;
    return refusalPage(
      c,
      refusal,
      {},
      { title: "You cannot sign in", retry: { label: "Go to the sign-in page", href } },
    );
  }
  await recordEvent(c.var.scope, { action: "git.refused", detail });
  const title = `${host.name} is not connected`;
  return refusalPage(c, refusal, {}, { title, retry: { label: "Go back", href: flow.next } });
}
