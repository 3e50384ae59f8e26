import { createHash, randomBytes } from "node:crypto";

export type HostName = "github" | "bitbucket" | "gitlab";

export interface Email {
  readonly email: string;
  readonly primary: boolean;
  readonly verified: boolean;
}

/** A person's account at one host. */
export interface Account {
  readonly id: string;
  login: string;
  name: string;
  emails: readonly Email[];
}

/** The application that the service registered there. */
export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly callback: string;
}

export interface Grant {
  readonly accountId: string;
  readonly scopes: readonly string[];
}

interface Code extends Grant {
  readonly redirectUri: string | undefined;
  readonly challenge: string | undefined;
  readonly until: number;
}

interface Token extends Grant {
  readonly until: number;
  revoked: boolean;
}

/** Says nothing, does not stop, is down, sends its caller elsewhere, or answers questions with what was not asked. */
export type Trouble = "silent" | "endless" | "broken" | "elsewhere" | "nonsense";

/** What one host knows: accounts, codes and tokens. Nothing is kept when it stops. */
export interface Installation {
  readonly name: HostName;
  readonly app: App;
  readonly accounts: Map<string, Account>;
  readonly codes: Map<string, Code>;
  readonly tokens: Map<string, Token>;
  /** Refresh tokens and the access token that each belongs to. */
  readonly refreshTokens: Map<string, string>;
  /** What was asked of the API and the token endpoint: `POST /login/oauth/access_token`. */
  readonly asked: string[];
  /** Set: how it misbehaves. */
  trouble: Trouble | undefined;
  readonly clock: () => Date;
}

export function newInstallation(name: HostName, app: App, clock: () => Date): Installation {
  return {
    name,
    app,
    accounts: new Map(),
    codes: new Map(),
    tokens: new Map(),
    refreshTokens: new Map(),
    asked: [],
    trouble: undefined,
    clock,
  };
}

const TEN_MINUTES = 600_000;

/** A code for ten minutes, for one use. */
export function issueCode(at: Installation, grant: Omit<Code, "until">): string {
  const code = randomBytes(10).toString("hex");
  at.codes.set(code, { ...grant, until: at.clock().getTime() + TEN_MINUTES });
  return code;
}

/** What a code stands for, if everything fits; the code is used up by the attempt. */
export function redeem(
  at: Installation,
  sent: { code: string; redirectUri: string | undefined; verifier: string | undefined },
): Grant | undefined {
  const code = at.codes.get(sent.code);
  at.codes.delete(sent.code);
  if (!code || code.until <= at.clock().getTime()) return undefined;
  if (code.redirectUri !== undefined && code.redirectUri !== sent.redirectUri) return undefined;
  const challenge = createHash("sha256")
    .update(sent.verifier ?? "")
    .digest("base64url");
  return code.challenge === undefined || code.challenge === challenge ? code : undefined;
}

/** A token of this host; `seconds` is how long it lives, undefined: until it is revoked. */
export function issueToken(at: Installation, prefix: string, grant: Grant, seconds?: number): string {
  const token = prefix + randomBytes(18).toString("hex");
  const until = seconds === undefined ? Number.POSITIVE_INFINITY : at.clock().getTime() + seconds * 1000;
  at.tokens.set(token, { accountId: grant.accountId, scopes: grant.scopes, until, revoked: false });
  return token;
}

export function issueRefreshToken(at: Installation, accessToken: string): string {
  const token = randomBytes(16).toString("hex");
  at.refreshTokens.set(token, accessToken);
  return token;
}

export type Bearer =
  | { readonly account: Account; readonly scopes: readonly string[] }
  | { readonly account?: never; readonly problem: "unknown" | "revoked" | "expired" };

/** Whose bearer token this is, or what is wrong with it. */
export function bearer(at: Installation, authorization: string | undefined): Bearer {
  const token = at.tokens.get(/^(?:bearer|token) (.+)$/i.exec(authorization ?? "")?.[1] ?? "");
  if (!token) return { problem: "unknown" };
  if (token.revoked) return { problem: "revoked" };
  if (token.until <= at.clock().getTime()) return { problem: "expired" };
  const account = at.accounts.get(token.accountId);
  return account ? { account, scopes: token.scopes } : { problem: "unknown" };
}

/** Whether the client is the application, by what it sent in the header or in the form. */
export function isApp(at: Installation, authorization: string | undefined, form: URLSearchParams | undefined): boolean {
  const basic = Buffer.from(/^basic (.+)$/i.exec(authorization ?? "")?.[1] ?? "", "base64").toString();
  const [id = "", secret = ""] = basic.includes(":")
    ? basic.split(":").map((part) => decodeURIComponent(part))
    : [form?.get("client_id") ?? "", form?.get("client_secret") ?? ""];
  return id === at.app.clientId && secret === at.app.clientSecret;
}
