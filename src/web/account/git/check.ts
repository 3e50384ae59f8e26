import {
  type HeldTokens,
  holdGitTokens,
  keepRenewedTokens,
  noteBroken,
  noteWorking,
} from "../../../domain/git/renew.ts";
import type { GitHost, GitIdentity } from "../../../outbound/git/host.ts";
import { Refusal } from "../../../refusal.ts";
import type { Context } from "../../edge/context.ts";
import { hostOf } from "../../edge/git-flow.ts";
import { limitSignIn } from "../../edge/rate-limits.ts";

/** `POST /account/git/PROVIDER/check`: asks the host whether it still knows the connection, with new tokens where they end. */
export async function checkGitAccount(c: Context): Promise<Response> {
  limitSignIn(c, "start");
  const host = hostOf(c);
  const { scope, session, parts } = c.var;
  const held = await holdGitTokens(scope, parts.sealer, session.memberId, host.provider);
  try {
    const found = await ask(c, host, held);
    const scopes = found.scopes ?? held.scopes;
    const working = { login: found.login, access: host.accessOf(scopes), scopes };
    await noteWorking(scope, session.memberId, host.provider, working);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "git-token") throw error;
    await noteBroken(scope, session.memberId, host.provider, held);
  }
  return c.redirect(`/account?checked=${host.provider}#git`, 303);
}

async function ask(c: Context, host: GitHost, held: HeldTokens): Promise<GitIdentity> {
  if (!held.tokens || held.host !== host.url) throw new Refusal(403, "git-token", "These tokens are not of this host.");
  const { accessToken, refreshToken } = held.tokens;
  const ended = held.expireAt !== null && held.expireAt <= c.var.now;
  if (!ended || !refreshToken) {
    const found = await host.identity(accessToken).catch((error: unknown) => {
      // It may have been revoked before its time: the refresh token tells.
      if (!(error instanceof Refusal) || error.code !== "git-token" || !refreshToken) throw error;
      return undefined;
    });
    if (found) return found;
  }
  return host.identity(await renew(c, host, held, refreshToken ?? ""));
}

/** New tokens, kept at once: the old ones may be worth nothing from now on. */
async function renew(c: Context, host: GitHost, held: HeldTokens, refreshToken: string): Promise<string> {
  const { scope, session, parts } = c.var;
  const tokens = await host.refresh(refreshToken, held.scopes);
  const expireAt = tokens.expiresIn === undefined ? undefined : new Date(c.var.now.getTime() + tokens.expiresIn * 1000);
  await keepRenewedTokens(scope, parts.sealer, session.memberId, host.provider, held, { tokens, expireAt });
  return tokens.accessToken;
}
