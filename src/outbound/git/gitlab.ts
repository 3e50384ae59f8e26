import type { GitAccess } from "../../db/tables.ts";
import { call, callForJson } from "./call.ts";
import type { GitHost, GitIdentity, HostOptions } from "./host.ts";
import { fieldsOf, textOf } from "./json.ts";
import { createOAuth } from "./oauth.ts";

/** https://docs.gitlab.com/integration/oauth_provider/#view-all-authorized-applications */
const SCOPES: Readonly<Record<GitAccess, readonly string[]>> = {
  email: ["read_user"],
  public: ["read_user", "read_api", "read_repository"],
  private: ["read_user", "read_api", "read_repository"],
};

/** gitlab.com or GitLab on one's own server. https://docs.gitlab.com/api/oauth2/ */
export function createGitLab({ settings, redirectUri }: HostOptions): GitHost {
  const name = "GitLab";
  const { url, apiUrl } = settings;
  const oauth = createOAuth({
    name,
    settings,
    redirectUri,
    issuer: url,
    authorizePath: "/oauth/authorize",
    tokenPath: "/oauth/token",
    pkce: true,
    scopes: SCOPES,
    secret: "post",
  });
  return {
    provider: "gitlab",
    name,
    url,
    ...oauth,
    identity: (token) => readIdentity(name, apiUrl, token),
    async revoke({ accessToken, refreshToken }) {
      const answers = [];
      for (const token of [refreshToken, accessToken]) {
        if (token) answers.push(await revokeOne(name, settings, token));
      }
      return answers.every(Boolean);
    },
    accessOf: (scopes) =>
      scopes.some((scope) => ["api", "read_api", "read_repository"].includes(scope)) ? "private" : "email",
  };
}

/** RFC 7009; GitLab answers 200 also for a token that it does not know. */
async function revokeOne(name: string, settings: HostOptions["settings"], token: string): Promise<boolean> {
  const { url, clientId, clientSecret } = settings;
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, token });
  return (await call(name, `${url}/oauth/revoke`, { method: "POST", body })).ok;
}

/** The address at the top of the user is the primary one; `confirmed_at` says that they opened a mail sent there. */
async function readIdentity(name: string, apiUrl: string, token: string): Promise<GitIdentity> {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const user = fieldsOf(name, (await callForJson(name, `${apiUrl}/user`, { headers })).body);
  const confirmed = typeof user["confirmed_at"] === "string" && user["email"];
  return {
    id: textOf(name, "id", user["id"]),
    login: textOf(name, "username", user["username"]),
    email: confirmed ? textOf(name, "email", user["email"]) : undefined,
  };
}
