import type { GitAccess } from "../../db/tables.ts";
import { callForJson } from "./call.ts";
import type { GitHost, GitIdentity, HostOptions } from "./host.ts";
import { arrayOf, fieldsOf, textOf } from "./json.ts";
import { createOAuth } from "./oauth.ts";

/**
 * Nothing: a request cannot ask for less or more than the consumer is registered for, and the answer says what that is.
 * https://developer.atlassian.com/cloud/bitbucket/oauth-2/#scopes
 */
const SCOPES: Readonly<Record<GitAccess, readonly string[]>> = { email: [], public: [], private: [] };

/**
 * Bitbucket Cloud. It has no PKCE, and no way to revoke a token: an access token ends after two hours, and the person
 * removes the rest in their settings there. https://developer.atlassian.com/cloud/bitbucket/oauth-2/
 */
export function createBitbucket({ settings, redirectUri }: HostOptions): GitHost {
  const name = "Bitbucket";
  const { url, apiUrl } = settings;
  const oauth = createOAuth({
    name,
    settings,
    redirectUri,
    issuer: url,
    authorizePath: "/site/oauth2/authorize",
    tokenPath: "/site/oauth2/access_token",
    pkce: false,
    scopes: SCOPES,
    secret: "basic",
  });
  return {
    provider: "bitbucket",
    name,
    url,
    ...oauth,
    identity: (token) => readIdentity(name, apiUrl, token),
    revoke: () => Promise.resolve(false),
    accessOf: (scopes) => (scopes.some((scope) => scope.startsWith("repository")) ? "private" : "email"),
  };
}

async function readIdentity(name: string, apiUrl: string, token: string): Promise<GitIdentity> {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const user = fieldsOf(name, (await callForJson(name, `${apiUrl}/user`, { headers })).body);
  const emails = fieldsOf(name, (await callForJson(name, `${apiUrl}/user/emails`, { headers })).body);
  const primary = arrayOf(name, emails["values"]).find(
    (each) => each["is_primary"] === true && each["is_confirmed"] === true,
  );
  return {
    id: textOf(name, "uuid", user["uuid"]),
    login: textOf(name, "nickname", user["nickname"] ?? user["username"]),
    email: primary && textOf(name, "email", primary["email"]),
  };
}
