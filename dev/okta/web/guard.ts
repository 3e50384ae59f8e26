import { setTimeout as sleep } from "node:timers/promises";
import type { Context, MiddlewareHandler } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-ancestors 'none'";

/** Refuses forms from other sites and gives every answer the headers of a careful page. */
export const guard: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header("origin");
  if (c.req.method === "POST" && origin !== undefined && origin !== new URL(c.req.url).origin) {
    return c.text("This form came from another site", 403);
  }
  await next();
  if (!c.res.headers.has("content-security-policy")) {
    c.header("content-security-policy", `${POLICY}; form-action 'self'`);
  }
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "strict-origin-when-cross-origin");
  c.header("x-content-type-options", "nosniff");
  return undefined;
};

/** Answers with a whole page. `formsTo` is the one other origin that a form of the page may post to. */
export async function page(
  c: Context,
  element: JSX.Element,
  options: { readonly status?: 200 | 400 | 403; readonly formsTo?: string } = {},
): Promise<Response> {
  if (options.formsTo !== undefined) {
    c.header("content-security-policy", `${POLICY}; form-action 'self' ${options.formsTo}`);
  }
  return c.html(`<!doctype html>${await element}`, options.status ?? 200);
}

/** Goes back to the admin page, at the thing that was acted on, once the task is done or has taken three seconds. */
export async function done(c: Context, task: Promise<{ readonly id: string }>): Promise<Response> {
  const { id } = (await Promise.race([task, sleep(3000, undefined, { ref: false })])) ?? { id: c.req.param("id") };
  return c.redirect(`/admin#${id}`, 303);
}
