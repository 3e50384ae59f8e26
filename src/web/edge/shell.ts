import { allows, type Permission } from "../../domain/members/permissions.ts";
import type { Shell } from "../ui/shell.ts";
import { bannersOf } from "./banners.ts";
import type { Context } from "./context.ts";

const MENU: readonly { label: string; href: string; permission: Permission }[] = [
  { label: "Home", href: "/", permission: "organization.view" },
  { label: "People", href: "/people", permission: "organization.people.view" },
  { label: "Groups", href: "/groups", permission: "organization.people.view" },
  { label: "Account", href: "/account", permission: "organization.view" },
  { label: "Audit log", href: "/audit", permission: "organization.audit.view" },
  { label: "Settings", href: "/settings", permission: "organization.settings.view" },
];

const ROLES = { owner: "Owner", admin: "Admin", member: "Member" } as const;

/** What this request's page is framed with: the organization, who is signed in, and what they may open. */
export function shellOf(c: Context): Shell {
  const parts = c.get("parts");
  const organization = c.get("organization");
  const session = c.get("session");
  const { productName, supportEmail } = parts.config;
  if (!organization) return { productName, supportEmail, menu: [] };
  const shell = { productName, supportEmail, organization };
  if (!session) return { ...shell, menu: [] };
  const allowed = MENU.filter((item) => allows(session.role, item.permission));
  const menu = allowed.map(({ label, href }) => ({ label, href, current: isCurrent(c.req.path, href) }));
  const person = { name: session.name, email: session.email, role: ROLES[session.role] };
  return { ...shell, menu, person, banners: bannersOf(c) };
}

function isCurrent(path: string, href: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}
