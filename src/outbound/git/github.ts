import type { GitAccess } from "../../db/tables.ts";
import { call, callForJson } from "./call.ts";
import type { GitHost, GitIdentity, HostOptions } from "./host.ts";
import { arrayOf, fieldsOf, textOf } from "./json.ts";
import { createOAuth, scopesIn } from "./oauth.ts";

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
const SCOPES: Readonly<Record<GitAccess, readonly string[]>> = {
  email: ["user:email"],
  public: ["user:email", "public_repo"],
  private: ["user:email", "repo"],
};

/**
 * github.com or GitHub Enterprise Server, as an OAuth app.
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function createGitHub({ settings, redirectUri }: HostOptions): GitHost {
  const name = "GitHub";
  const { url, apiUrl, clientId, clientSecret } = settings;
  const oauth = createOAuth({
    name,
    settings,
    redirectUri,
    issuer: `${url}/login/oauth`,
    authorizePath: "/login/oauth/authorize",
    tokenPath: "/login/oauth/access_token",
    pkce: true,
    scopes: SCOPES,
    secret: "post",
  });
  return {
    provider: "github",
    name,
    url,
    ...oauth,
    identity: (token) => readIdentity(name, apiUrl, token),
    async revoke({ accessToken }) {
      // This token, not the person's whole grant: another organization here may hold one of its own.
      const response = await call(name, `${apiUrl}/applications/${clientId}/token`, {
        method: "DELETE",
        headers: {
          ...HEADERS,
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ access_token: accessToken }),
      });
      // 404: it was worth nothing already.
      return response.ok || response.status === 404;
    },
    accessOf: (scopes) => (scopes.includes("repo") ? "private" : scopes.includes("public_repo") ? "public" : "email"),
  };
}

const HEADERS = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };

async function readIdentity(name: string, apiUrl: string, token: string): Promise<GitIdentity> {
  const headers = { ...HEADERS, authorization: `Bearer ${token}` };
  const user = await callForJson(name, `${apiUrl}/user`, { headers });
  const { id, login } = fieldsOf(name, user.body);
  const granted = user.headers.get("x-oauth-scopes");
  const scopes = granted === null ? undefined : scopesIn(granted);
  const seesEmails = scopes === undefined || scopes.some((scope) => ["user", "user:email"].includes(scope));
  const emails = seesEmails ? arrayOf(name, (await callForJson(name, `${apiUrl}/user/emails`, { headers })).body) : [];
  const primary = emails.find((each) => each["primary"] === true && each["verified"] === true);
  return {
    id: textOf(name, "id", id),
    login: textOf(name, "login", login),
    email: primary && textOf(name, "email", primary["email"]),
    scopes,
  };
}
