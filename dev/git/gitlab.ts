import type { Hono } from "hono";
import { bearer, type Grant, type Installation, isApp, issueRefreshToken, issueToken, redeem } from "./installation.ts";

const INVALID_GRANT = {
  error: "invalid_grant",
  error_description:
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
};

/** GitLab: PKCE, access tokens that end after two hours, refresh tokens that work once, and RFC 7009. */
export function gitlab(app: Hono, at: Installation): void {
  app.post("/oauth/token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    if (!isApp(at, c.req.header("authorization"), form)) {
      return c.json({ error: "invalid_client", error_description: "Client authentication failed." }, 401);
    }
    const grant = form.get("grant_type") === "refresh_token" ? refreshed(at, form) : granted(at, form);
    if (!grant) return c.json(INVALID_GRANT, 400);
    const access_token = issueToken(at, "glo_", grant, 7200);
    return c.json({
      access_token,
      token_type: "Bearer",
      expires_in: 7200,
      refresh_token: issueRefreshToken(at, access_token),
      scope: grant.scopes.join(" "),
      created_at: Math.floor(at.clock().getTime() / 1000),
    });
  });

  app.post("/oauth/revoke", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    if (!isApp(at, c.req.header("authorization"), form)) {
      const error_description = "You are not authorized to revoke this token";
      return c.json({ error: "unauthorized_client", error_description }, 403);
    }
    const sent = form.get("token") ?? "";
    const token = at.tokens.get(at.refreshTokens.get(sent) ?? sent);
    if (token) token.revoked = true;
    at.refreshTokens.delete(sent);
    return c.json({});
  });

  app.get("/api/v4/user", (c) => {
    const found = bearer(at, c.req.header("authorization"));
    if (!found.account) return c.json(refusal(found.problem), 401);
    if (!found.scopes.some((scope) => ["read_user", "api", "read_api"].includes(scope))) {
      return c.json({ error: "insufficient_scope", scope: "api read_user read_api" }, 403);
    }
    const { id, login, name, emails } = found.account;
    const primary = emails.find((each) => each.primary);
    const confirmed_at = primary?.verified ? "2020-01-01T00:00:00.000Z" : null;
    return c.json({ id: Number(id), username: login, name, state: "active", email: primary?.email, confirmed_at });
  });
}

function granted(at: Installation, form: URLSearchParams): Grant | undefined {
  const redirectUri = form.get("redirect_uri") ?? undefined;
  const verifier = form.get("code_verifier") ?? undefined;
  return redeem(at, { code: form.get("code") ?? "", redirectUri, verifier });
}

/** Both tokens of before are worth nothing afterwards. */
function refreshed(at: Installation, form: URLSearchParams): Grant | undefined {
  const sent = form.get("refresh_token") ?? "";
  const token = at.tokens.get(at.refreshTokens.get(sent) ?? "");
  at.refreshTokens.delete(sent);
  if (!token || token.revoked) return undefined;
  token.revoked = true;
  return token;
}

function refusal(problem: "unknown" | "revoked" | "expired") {
  if (problem === "unknown") return { message: "401 Unauthorized" };
  const revoked = "Token was revoked. You have to re-authorize from the user.";
  const expired = "Token is expired. You can either do re-authorization or token refresh.";
  return { error: "invalid_token", error_description: problem === "revoked" ? revoked : expired };
}
