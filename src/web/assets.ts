import type { Context } from "./edge/context.ts";
import { assets } from "./ui/asset.ts";

/** `GET /assets/:name`: what browsers load. The address carries the content's hash, so it may be kept for ever. */
export function serveAsset(c: Context): Response | Promise<Response> {
  const file = assets.get(c.req.param("name") ?? "");
  if (!file) return c.notFound();
  return c.body(file.body, 200, {
    "Content-Type": file.contentType,
    "Cache-Control": "public, max-age=31536000, immutable",
  });
}
