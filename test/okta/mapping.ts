import { readMapping } from "../../src/domain/directory/mapping.ts";
import type { MappingDraft, NewRule } from "../../src/domain/directory/mapping-draft.ts";
import { makeOwnGroup } from "../../src/domain/directory/own-groups.ts";
import { saveMapping } from "../../src/domain/directory/save-mapping.ts";
import type { TestOrganization } from "../support/organization.ts";

/** The organization's owner, as they act on a page. */
export function asOwner({ scope, owner }: TestOrganization) {
  return { ...scope, actor: { kind: "member", id: owner.id, name: owner.email, role: "owner" } as const };
}

/** Adds lines to the mapping, or takes lines away by their names at the identity provider. */
export async function map(
  org: TestOrganization,
  add: readonly NewRule[],
  changes: Partial<Omit<MappingDraft, "remove">> & { remove?: readonly string[] } = {},
) {
  const { rules, defaultRole, absentAttribute } = await readMapping(org.scope);
  const remove = rules.filter((rule) => changes.remove?.includes(rule.name)).map((rule) => rule.id);
  return saveMapping(asOwner(org), { add, defaultRole, absentAttribute, ...changes, remove });
}

/** A group of our own. */
export async function ownGroup(org: TestOrganization, name: string): Promise<string> {
  return (await makeOwnGroup(asOwner(org), { name })).id;
}

/** Who is in a group of our own, and how: sorted emails, each with its origins. */
export async function inOwnGroup(org: TestOrganization, groupId: string): Promise<string[]> {
  const rows = await org.scope.db
    .selectFrom("group_members")
    .innerJoin("members", (join) =>
      join
        .onRef("members.organization_id", "=", "group_members.organization_id")
        .onRef("members.id", "=", "group_members.member_id"),
    )
    .select(["members.email", "group_members.origin"])
    .where("group_members.organization_id", "=", org.organization.id)
    .where("group_members.group_id", "=", groupId)
    .execute();
  return rows.map((row) => `${row.email} ${row.origin}`).sort();
}

/** The roles of somebody: effective, granted by hand, mapped. */
export async function rolesOf(org: TestOrganization, email: string) {
  const { role, granted_role, mapped_role } = await org.scope.db
    .selectFrom("members")
    .select(["role", "granted_role", "mapped_role"])
    .where("organization_id", "=", org.organization.id)
    .where("email", "=", email)
    .executeTakeFirstOrThrow();
  return { role, granted: granted_role, mapped: mapped_role };
}
