import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Page, renderPage } from "../ui/page.tsx";
import type { Context } from "./context.ts";

/** Answers a page; 200 unless something is wrong with what was sent. */
export async function show(c: Context, page: ReturnType<typeof Page>, status: ContentfulStatusCode = 200) {
  return c.html(await renderPage(page), status);
}
