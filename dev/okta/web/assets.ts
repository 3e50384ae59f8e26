import { readFileSync } from "node:fs";
import type { Context } from "hono";
import { sourceFile } from "../source.ts";

const TYPES: Readonly<Record<string, string>> = {
  "okta.css": "text/css; charset=utf-8",
  "admin.css": "text/css; charset=utf-8",
  "okta.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

/** One of this Okta's own few files; anything else is 404. */
export function asset(c: Context<object, "/assets/:file">): Response {
  const file = c.req.param("file");
  const type = TYPES[file];
  if (type === undefined) return c.text("There is no such file", 404);
  return c.body(readFileSync(sourceFile(`assets/${file}`), "utf8"), 200, { "content-type": type });
}
