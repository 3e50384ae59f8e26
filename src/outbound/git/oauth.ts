import * as oauth from "oauth4webapi";
import type { GitHostSettings } from "../../config.ts";
import type { GitAccess } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import { call, hostFailed, TokenRefused } from "./call.ts";
import type { GitHost, GitTokens } from "./host.ts";

/** What of OAuth 2 differs from host to host. */
export interface OAuthDialect {
  readonly name: string;
  readonly settings: GitHostSettings;
  /** `BASE_URL/oauth/PROVIDER/callback`. */
  readonly redirectUri: string;
  /** What the host calls itself where it does (RFC 9207). */
  readonly issuer: string;
  readonly authorizePath: string;
  readonly tokenPath: string;
  readonly pkce: boolean;
  /** What is asked for, for how much access. */
  readonly scopes: Readonly<Record<GitAccess, readonly string[]>>;
  /** How the client shows its secret (RFC 6749 §2.3.1). */
  readonly secret: "basic" | "post";
}

/** The authorization code grant of one host (RFC 6749 §4.1, RFC 7636, RFC 9700), by way of oauth4webapi. */
export function createOAuth(
  dialect: OAuthDialect,
): Pick<GitHost, "newVerifier" | "authorizationUrl" | "readAnswer" | "exchange" | "refresh"> {
  const { name, settings, redirectUri, pkce, scopes } = dialect;
  const as: oauth.AuthorizationServer = {
    issuer: dialect.issuer,
    authorization_endpoint: settings.url + dialect.authorizePath,
    token_endpoint: settings.url + dialect.tokenPath,
  };
  const client: oauth.Client = { client_id: settings.clientId };
  const secret = dialect.secret === "basic" ? oauth.ClientSecretBasic : oauth.ClientSecretPost;
  const options = {
    [oauth.customFetch]: async (url: string, init: RequestInit) => inOAuthForm(await call(name, url, init)),
    // The configuration takes http:// for localhost alone.
    [oauth.allowInsecureRequests]: true,
  } as const;
  return {
    newVerifier: () => (pkce ? oauth.generateRandomCodeVerifier() : undefined),

    async authorizationUrl({ state, verifier, access }) {
      const scope = scopes[access].join(" ");
      const url = new URL(as.authorization_endpoint ?? "");
      const wanted = { response_type: "code", client_id: settings.clientId, redirect_uri: redirectUri, state };
      for (const [key, value] of Object.entries(wanted)) url.searchParams.set(key, value);
      if (scope) url.searchParams.set("scope", scope);
      if (verifier) {
        url.searchParams.set("code_challenge", await oauth.calculatePKCECodeChallenge(verifier));
        url.searchParams.set("code_challenge_method", "S256");
      }
      return url.href;
    },

    readAnswer(answer, state) {
      const twice = [...answer.keys()].some((key) => answer.getAll(key).length > 1);
      if (twice) refuseAnswer(name, "a parameter twice");
      try {
        return {
          code: oauth.validateAuthResponse(as, client, answer, state).get("code") ?? refuseAnswer(name, "none"),
        };
      } catch (error) {
        if (error instanceof oauth.AuthorizationResponseError) return { error: error.error.slice(0, 100) };
        if (error instanceof Refusal) throw error;
        throw refuseAnswer(name, (error as Error).message);
      }
    },

    async exchange(code, verifier, access) {
      const answer = oauth.validateAuthResponse(as, client, new URLSearchParams({ code }), oauth.expectNoState);
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        secret(settings.clientSecret),
        answer,
        redirectUri,
        verifier ?? oauth.nopkce,
        options,
      );
      const read = oauth.processAuthorizationCodeResponse(as, client, response);
      return tokensOf(await read.catch((error: unknown) => refuseCode(name, error)), scopes[access]);
    },

    async refresh(refreshToken, granted) {
      const shown = secret(settings.clientSecret);
      const response = await oauth.refreshTokenGrantRequest(as, client, shown, refreshToken, options);
      const read = oauth.processRefreshTokenResponse(as, client, response);
      const tokens = tokensOf(await read.catch((error: unknown) => refuseRefresh(name, error)), granted);
      // A host that keeps the refresh token does not say it again (RFC 6749 §6).
      return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
    },
  };
}

/** GitHub answers errors with status 200: they are told by `error` in the body. */
async function inOAuthForm(response: Response): Promise<Response> {
  if (response.status !== 200) return response;
  const text = await response.text();
  const { headers } = response;
  return new Response(text, { headers, status: /"error"\s*:/.test(text) && !/"access_token"/.test(text) ? 400 : 200 });
}

/** Scopes are separated by commas at GitHub, by spaces elsewhere (RFC 6749 §3.3); Bitbucket calls them `scopes`. */
function tokensOf(answer: oauth.TokenEndpointResponse, asked: readonly string[]): GitTokens {
  const named = answer.scope ?? (typeof answer["scopes"] === "string" ? answer["scopes"] : undefined);
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresIn: answer.expires_in,
    scopes: named === undefined ? asked : scopesIn(named),
  };
}

export function scopesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function refuseAnswer(name: string, got: string): never {
  const sentence = `This is not ${name}'s answer to a request of this browser. Start again.`;
  throw new Refusal(403, "git-state", sentence, { check: "state", wanted: `one answer of ${name}`, got });
}

function refuseCode(name: string, error: unknown): never {
  if (!(error instanceof oauth.ResponseBodyError)) throw hostFailed(name, (error as Error).message);
  const cause = { check: "code", wanted: `a code that ${name} takes`, got: error.error };
  throw new Refusal(403, "git-code", `${name} does not take this sign-in any more. Start again.`, cause);
}

function refuseRefresh(name: string, error: unknown): never {
  if (error instanceof oauth.ResponseBodyError && error.error === "invalid_grant") {
    throw new TokenRefused(name);
  }
  const got = error instanceof oauth.ResponseBodyError ? error.error : (error as Error).message;
  throw hostFailed(name, got);
}
