import { allows, type Permission } from "../../domain/members/permissions.ts";
import type { Shell, ShellBanner } from "../ui/shell.ts";
import type { Context } from "./context.ts";

const MENU: readonly { label: string; href: string; permission: Permission }[] = [
  { label: "Home", href: "/", permission: "organization.view" },
  { label: "People", href: "/people", permission: "organization.people.view" },
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
  return { ...shell, menu, person, banners: banners(c) };
}

function banners(c: Context): readonly ShellBanner[] {
  const { trustChange, certificatesEnd } = c.get("notices") ?? {};
  const told: ShellBanner[] = [];
  if (trustChange) {
    const who = trustChange.by === "operator" ? "The operator" : trustChange.by;
    const text = `${who} changed the SAML certificates on ${dayOf(trustChange.at)}. Whoever may do that could sign in as anybody here.`;
    told.push({ tone: "warning", text, link: { label: "See the certificates", href: "/settings/okta" } });
  }
  if (certificatesEnd) {
    const verb = certificatesEnd > c.get("now") ? "expires" : "expired";
    const text = `The SAML certificate that sign-in rests on ${verb} on ${dayOf(certificatesEnd)}, and there is no next one yet.`;
    told.push({ tone: "warning", text, link: { label: "See the certificates", href: "/settings/okta" } });
  }
  return [...told, ...emailBanner(c)];
}

function emailBanner(c: Context): readonly ShellBanner[] {
  const email = c.get("session").foreseenEmail;
  if (email === null || c.req.path === "/account/corporate-email") return [];
  const link = { label: "Say whether it is", href: "/account/corporate-email" };
  return [{ tone: "info", text: `An admin says that ${email} is your address in this organization.`, link }];
}

function dayOf(at: Date): string {
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

function isCurrent(path: string, href: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}
