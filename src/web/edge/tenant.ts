import { findOrganization } from "../../domain/organizations/organizations.ts";
import { Refusal } from "../../refusal.ts";
import type { Context } from "./context.ts";

/** Whose door a host is: the apex's, an organization's by its slug, or nobody's. */
export type Tenant = { readonly kind: "apex" | "nowhere" } | { readonly kind: "organization"; readonly slug: string };

/**
 * Which door a host belongs to. The host only chooses among what the configuration allows; no address is ever made from it.
 * `host` as in the Host header, with or without a port; `apex` the configured host name.
 */
export function tenantOf(host: string, apex: string): Tenant {
  const name = host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
  if (name === apex) return { kind: "apex" };
  const slug = name.endsWith(`.${apex}`) ? name.slice(0, -apex.length - 1) : "";
  return /^[a-z0-9-]{1,63}$/.test(slug) ? { kind: "organization", slug } : { kind: "nowhere" };
}

/** Loads the organization whose host was asked; 404 `organization` if there is none. */
export async function loadOrganization(c: Context): Promise<void> {
  const parts = c.get("parts");
  const slug = c.get("slug");
  const organization = slug === undefined ? undefined : await findOrganization(parts.db, parts.settings, slug);
  if (!organization) {
    throw new Refusal(404, "organization", "There is no organization at this address. Check the address you typed.");
  }
  c.set("organization", organization);
}
