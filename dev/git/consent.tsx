import type { Context, Hono } from "hono";
import { type Installation, issueCode } from "./installation.ts";

const NAMES = { github: "GitHub", bitbucket: "Bitbucket", gitlab: "GitLab" } as const;

const BITBUCKET_SCOPES = ["account", "email", "repository"];

/** The page where a person says who they are and what they allow; the buttons send it back to the same address. */
export function consent(app: Hono, at: Installation, path: string): void {
  app.get(path, (c) => c.html(refused(at, c) ?? <ConsentPage at={at} c={c} />, refused(at, c) ? 400 : 200));
  app.post(path, async (c) => {
    if (refused(at, c)) return c.html(refused(at, c) ?? "", 400);
    const form = new URLSearchParams(await c.req.text());
    return c.redirect(decide(at, c, form.get("account") ?? ""), 302);
  });
}

/** What is wrong with the request itself; then nobody is sent anywhere. */
function refused(at: Installation, c: Context): string | undefined {
  const { client_id, redirect_uri, response_type = "code", code_challenge_method = "S256" } = c.req.query();
  if (client_id !== at.app.clientId) return "There is no such application.";
  if (redirect_uri !== undefined && redirect_uri !== at.app.callback) return "The redirect_uri is not registered.";
  return response_type === "code" && code_challenge_method === "S256" ? undefined : "This request is not supported.";
}

/** Where the browser goes: with a code for this account, or with the person's no. */
function decide(at: Installation, c: Context, accountId: string): string {
  const { state, redirect_uri, scope = "", code_challenge } = c.req.query();
  const url = new URL(redirect_uri ?? at.app.callback);
  if (at.accounts.has(accountId)) {
    const challenge = at.name === "bitbucket" ? undefined : code_challenge;
    // Bitbucket grants what the consumer is registered for, whatever is asked.
    const scopes = at.name === "bitbucket" ? BITBUCKET_SCOPES : scope.split(/[\s,]+/).filter(Boolean);
    url.searchParams.set("code", issueCode(at, { accountId, scopes, redirectUri: redirect_uri, challenge }));
  } else {
    url.searchParams.set("error", "access_denied");
    url.searchParams.set("error_description", "The user has denied your application access.");
  }
  if (state !== undefined) url.searchParams.set("state", state);
  return url.href;
}

function ConsentPage({ at, c }: { at: Installation; c: Context }) {
  const name = NAMES[at.name];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>{`Authorize · simulated ${name}`}</title>
      </head>
      <body>
        <main>
          <h1>Authorize Semaphore</h1>
          <p>
            This is no {name}: it plays its part here. Semaphore asks for{" "}
            <code>{c.req.query("scope") ?? BITBUCKET_SCOPES.join(" ")}</code>.
          </p>
          <form method="post" action={`?${new URL(c.req.url).searchParams}`}>
            {[...at.accounts.values()].map(({ id, login, name: person }) => (
              <p>
                <button type="submit" name="account" value={id}>
                  Authorize as @{login} ({person})
                </button>
              </p>
            ))}
            <p>
              <button type="submit" name="account" value="">
                Cancel
              </button>
            </p>
          </form>
        </main>
      </body>
    </html>
  );
}
