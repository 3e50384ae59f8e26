import type { Hono } from "hono";
import { bearer, type Grant, type Installation, isApp, issueRefreshToken, issueToken, redeem } from "./installation.ts";

/** Bitbucket Cloud: no PKCE, `scopes` for `scope`, access tokens that end after two hours, and no way to revoke them. */
export function bitbucket(app: Hono, at: Installation): void {
  app.post("/site/oauth2/access_token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    if (!isApp(at, c.req.header("authorization"), form)) {
      return c.json({ error: "unauthorized_client", error_description: "Invalid OAuth client credentials" }, 400);
    }
    const grant = form.get("grant_type") === "refresh_token" ? refreshed(at, form) : granted(at, form);
    if (!grant) return c.json({ error: "invalid_grant", error_description: "The specified code is not valid." }, 400);
    const access_token = issueToken(at, "bb_", grant, 7200);
    const refresh_token = form.get("refresh_token") ?? issueRefreshToken(at, access_token);
    at.refreshTokens.set(refresh_token, access_token);
    const state = form.get("grant_type");
    return c.json({
      scopes: grant.scopes.join(" "),
      access_token,
      expires_in: 7200,
      token_type: "bearer",
      state,
      refresh_token,
    });
  });

  app.get("/2.0/user", (c) => {
    const found = bearer(at, c.req.header("authorization"));
    if (!found.account) return c.json(refusal(found.problem), 401);
    const { id, login, name } = found.account;
    return c.json({ type: "user", uuid: `{${id}}`, nickname: login, display_name: name, account_id: `557058:${id}` });
  });

  app.get("/2.0/user/emails", (c) => {
    const found = bearer(at, c.req.header("authorization"));
    if (!found.account) return c.json(refusal(found.problem), 401);
    if (!found.scopes.includes("email")) {
      const error = { message: "Your credentials lack one or more required privilege scopes." };
      return c.json({ type: "error", error }, 403);
    }
    const values = found.account.emails.map(({ email, primary, verified }) => ({
      type: "email",
      email,
      is_primary: primary,
      is_confirmed: verified,
    }));
    return c.json({ values, pagelen: 10, size: values.length, page: 1 });
  });
}

function granted(at: Installation, form: URLSearchParams): Grant | undefined {
  const redirectUri = form.get("redirect_uri") ?? undefined;
  return redeem(at, { code: form.get("code") ?? "", redirectUri, verifier: undefined });
}

/** The refresh token stays the same. */
function refreshed(at: Installation, form: URLSearchParams): Grant | undefined {
  const token = at.tokens.get(at.refreshTokens.get(form.get("refresh_token") ?? "") ?? "");
  return token?.revoked ? undefined : token;
}

function refusal(problem: "unknown" | "revoked" | "expired") {
  const expired = "Access token expired. Use your refresh token to obtain a new access token.";
  return { type: "error", error: { message: problem === "expired" ? expired : "Token is invalid or not supported" } };
}
