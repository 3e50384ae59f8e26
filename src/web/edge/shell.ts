import { allows, type Permission } from "../../domain/members/permissions.ts";
import type { Shell, ShellBanner } from "../ui/shell.ts";
import type { Context } from "./context.ts";

const MENU: readonly { label: string; href: string; permission: Permission }[] = [
  { label: "Home", href: "/", permission: "organization.view" },
  { label: "People", href: "/people", permission: "organization.people.view" },
  { label: "Account", href: "/account", permission: "organization.view" },
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
  return { ...shell, menu, person, banners: banners(c) };
}

function banners(c: Context): readonly ShellBanner[] {
  const change = c.get("trustChange");
  if (!change) return [];
  const day = change.at.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  const who = change.by === "operator" ? "The operator" : change.by;
  const text = `${who} changed the SAML certificates on ${day}. Whoever may do that could sign in as anybody here.`;
  return [{ tone: "warning", text, link: { label: "See the certificates", href: "/settings/okta" } }];
}

function isCurrent(path: string, href: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}
