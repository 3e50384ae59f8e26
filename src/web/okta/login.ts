import { Refusal } from "../../refusal.ts";
import type { Context } from "../edge/context.ts";
import { sendToProvider } from "../edge/provider.ts";
import { refusalPage } from "../edge/refusals.tsx";
import { safePath } from "../edge/session.ts";

/** `GET /okta/login?redirect_to=/path`: to the identity provider, and back to that path. */
export async function startSignIn(c: Context): Promise<Response> {
  // Not 2xx: a browser that fetched ahead would keep that, and show it when the person does click.
  if (!isVisit(c)) return c.body(null, 403);
  const next = safePath(c.req.query("redirect_to"));
  try {
    return await sendToProvider(c, { purpose: "sign-in", next, startedBy: null });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    c.var.parts.metrics.refused(error);
    const retry = { label: "Go to the sign-in page", href: "/sign-in" };
    return refusalPage(c, error, {}, { title: "You cannot sign in", retry });
  }
}

/**
 * A person opens it. Not so a scanner that asks with HEAD, a browser that fetches ahead (Fetch, `Sec-Purpose`), and an
 * image or a frame of some page, which would push out the requests that the person is about to answer.
 */
function isVisit(c: Context): boolean {
  if (c.req.method === "HEAD") return false;
  const purpose = `${c.req.header("sec-purpose") ?? ""} ${c.req.header("purpose") ?? ""} ${c.req.header("x-moz") ?? ""}`;
  if (/prefetch|prerender/i.test(purpose)) return false;
  const mode = c.req.header("sec-fetch-mode");
  const destination = c.req.header("sec-fetch-dest");
  return (mode === undefined || mode === "navigate") && (destination === undefined || destination === "document");
}
