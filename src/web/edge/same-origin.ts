import { Refusal } from "../../refusal.ts";
import type { Context } from "./context.ts";

/**
 * Refuses a POST that another site's page made (403 `cross-site`). Browsers say where a request comes from in `Origin`, and
 * pages cannot change that; our own address comes from the configuration.
 */
export function requireSameOrigin(c: Context, origin: string): void {
  const got = c.req.header("origin");
  if (got === origin) return;
  const sentence = "This form was sent from another site. Open the page here and send it again.";
  throw new Refusal(403, "cross-site", sentence, {
    check: "same origin",
    wanted: origin,
    got: got?.slice(0, 200) ?? "none",
  });
}
