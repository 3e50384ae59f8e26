import type { GitHostSettings } from "../../config.ts";
import type { GitAccess, GitProvider } from "../../db/tables.ts";

/** What a host gives for a code. */
export interface GitTokens {
  readonly accessToken: string;
  /** Only of hosts whose access tokens expire. */
  readonly refreshToken?: string | undefined;
  /** So many seconds from now; undefined: until it is revoked. */
  readonly expiresIn?: number | undefined;
  /** What was granted, which may be less than what was asked for. */
  readonly scopes: readonly string[];
}

/** Whose token it is, as the host says. */
export interface GitIdentity {
  /** Never given to somebody else, unlike the login. */
  readonly id: string;
  readonly login: string;
  /** The primary email, if the host verified it. */
  readonly email: string | undefined;
  /** What the token may do by now, where the host says so. */
  readonly scopes?: readonly string[] | undefined;
}

/** What an authorization request carries (RFC 6749 §4.1.1). */
export interface AuthorizationRequest {
  readonly state: string;
  /** RFC 7636; undefined where the host has no PKCE. */
  readonly verifier: string | undefined;
  readonly access: GitAccess;
}

/** One configured git host. Every call ends after ten seconds, and reads at most 256 KiB. */
export interface GitHost {
  readonly provider: GitProvider;
  /** As people call it: GitHub. */
  readonly name: string;
  /** Which installation: `https://github.com`. */
  readonly url: string;
  /** A verifier for one request, where the host has PKCE. */
  newVerifier(): string | undefined;
  /** Where the browser is sent. */
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  /**
   * The code in the host's answer (RFC 6749 §4.1.2), or the error that it names. Refuses what is not one answer to this
   * state by this host (403 `git-state`; RFC 9207 where the host names itself).
   */
  readAnswer(answer: URLSearchParams, state: string): { readonly code: string } | { readonly error: string };
  /** Refuses (403 `git-code`) a code that the host does not take, and 502 `git-host` where the host does not answer well. */
  exchange(code: string, verifier: string | undefined, access: GitAccess): Promise<GitTokens>;
  /** Refuses a token that is revoked or expired (403 `git-token`). */
  identity(accessToken: string): Promise<GitIdentity>;
  /** New tokens for old (RFC 6749 §6). Refuses a refresh token that is worth nothing (403 `git-token`). */
  refresh(refreshToken: string, scopes: readonly string[]): Promise<GitTokens>;
  /** Makes the tokens worthless at the host; where it has no way for that, false. */
  revoke(tokens: Pick<GitTokens, "accessToken" | "refreshToken">): Promise<boolean>;
  /** How much of the repositories these scopes open. */
  accessOf(scopes: readonly string[]): GitAccess;
}

/** The hosts that are configured, in the order in which they are offered. */
export type GitHosts = readonly GitHost[];

/** What a host is made of: our registration there, and where it sends people back to. */
export interface HostOptions {
  readonly settings: GitHostSettings;
  readonly redirectUri: string;
}
