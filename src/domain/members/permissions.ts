import type { Role } from "../../db/tables.ts";

/** Who may do what in an organization. */
const PERMISSIONS = {
  "organization.view": ["owner", "admin", "member"],
  "organization.people.view": ["owner", "admin", "member"],
  "organization.people.signOut": ["owner", "admin"],
  "organization.people.manage": ["owner", "admin"],
  "organization.groups.manage": ["owner", "admin"],
  "organization.settings.view": ["owner", "admin"],
  "organization.settings.manage": ["owner", "admin"],
  "organization.okta.view": ["owner", "admin"],
  "organization.okta.manage": ["owner", "admin"],
  "organization.okta.enforce": ["owner"],
  "organization.audit.view": ["owner", "admin"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

/** Does this role carry the permission? */
export function allows(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission];
  return roles.includes(role);
}

/** Does nobody but owners have this permission? */
export function isForOwners(permission: Permission): boolean {
  return !allows("admin", permission);
}
