import type { Hono } from "hono";
import { bearer, type Installation, isApp, issueToken, redeem } from "./installation.ts";

const DOCS = "https://docs.github.com/apps/managing-oauth-apps";

/** GitHub's OAuth apps and the part of its REST API that they need; GitHub Enterprise has it below `/api/v3`. */
export function github(app: Hono, at: Installation): void {
  // Errors have status 200, and nothing is JSON unless it is asked for.
  app.post("/login/oauth/access_token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const json = c.req.header("accept")?.includes("application/json") === true;
    const body = answer(at, form, c.req.header("authorization"));
    return json ? c.json(body) : c.text(new URLSearchParams(body).toString());
  });

  app.get("/api/v3/user", (c) => {
    const found = bearer(at, c.req.header("authorization"));
    if (!found.account) return c.json({ message: "Bad credentials", documentation_url: DOCS, status: "401" }, 401);
    const { id, login, name } = found.account;
    return c.json({ id: Number(id), login, name, email: null }, 200, { "x-oauth-scopes": found.scopes.join(", ") });
  });

  app.get("/api/v3/user/emails", (c) => {
    const found = bearer(at, c.req.header("authorization"));
    if (!found.account) return c.json({ message: "Bad credentials", documentation_url: DOCS, status: "401" }, 401);
    if (!found.scopes.some((scope) => ["user", "user:email"].includes(scope))) {
      return c.json({ message: "Not Found", documentation_url: DOCS, status: "404" }, 404);
    }
    return c.json(found.account.emails.map((each) => ({ ...each, visibility: each.primary ? "private" : null })));
  });

  // Of one token, or of everything that the person granted the application.
  for (const what of ["token", "grant"] as const) {
    app.delete(`/api/v3/applications/:id/${what}`, async (c) => {
      const known = isApp(at, c.req.header("authorization"), undefined) && c.req.param("id") === at.app.clientId;
      if (!known) return c.json({ message: "Not Found", status: "404" }, 404);
      const { access_token } = (await c.req.json()) as { access_token?: string };
      const token = at.tokens.get(access_token ?? "");
      if (!token || token.revoked) return c.json({ message: "Not Found", status: "404" }, 404);
      for (const each of at.tokens.values()) {
        if (each === token || (what === "grant" && each.accountId === token.accountId)) each.revoked = true;
      }
      return c.body(null, 204);
    });
  }
}

function answer(at: Installation, form: URLSearchParams, authorization: string | undefined): Record<string, string> {
  if (!isApp(at, authorization, form)) {
    return problem("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
  }
  const sent = {
    code: form.get("code") ?? "",
    redirectUri: form.get("redirect_uri") ?? undefined,
    verifier: form.get("code_verifier") ?? undefined,
  };
  const grant = redeem(at, sent);
  if (!grant) return problem("bad_verification_code", "The code passed is incorrect or expired.");
  return { access_token: issueToken(at, "gho_", grant), scope: grant.scopes.join(","), token_type: "bearer" };
}

function problem(error: string, description: string): Record<string, string> {
  const error_uri = `${DOCS}/troubleshooting-oauth-app-access-token-request-errors`;
  return { error, error_description: description, error_uri };
}
