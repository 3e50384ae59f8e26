import { inTransaction, statement } from "../../db/database.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { refusedForLastOwner } from "../organizations/organizations.ts";
import { holdMapping, type Rule, readMapping } from "./mapping.ts";
import { type MappingDraft, type NewRule, type Plan, planMapping, sameRule } from "./mapping-draft.ts";
import { type MappingPreview, previewPlan } from "./mapping-preview.ts";

/** Saved, or not: then the preview says what the change would do now. */
export interface SavedMapping {
  readonly saved: boolean;
  readonly preview: MappingPreview;
}

/**
 * Changes the mapping and everybody whom that touches, in one transaction, if it does what was shown: `fingerprint` is that of
 * the preview. Where people, groups or the mapping itself have changed since, nothing is saved. Without a fingerprint
 * it is saved as it is. Refuses as `planMapping`, and to take the last owner away (409 `last-owner`).
 */
export async function saveMapping(scope: Scope, draft: MappingDraft, fingerprint?: string): Promise<SavedMapping> {
  try {
    return await inTransaction(scope.db, async (db) => {
      const inside = { ...scope, db };
      await holdMapping(db, scope.organization.id);
      const plan = await planMapping(inside, draft);
      const preview = await previewPlan(inside, plan);
      if (fingerprint !== undefined && preview.fingerprint !== fingerprint) return { saved: false, preview };
      await write(inside, plan, preview);
      return { saved: true, preview };
    });
  } catch (error) {
    throw refusedForLastOwner(error);
  }
}

/** The whole mapping, as somebody wants it. */
export type WantedMapping = Omit<MappingDraft, "remove" | "add"> & { readonly rules: readonly NewRule[] };

/**
 * Makes the mapping what is wanted: lines that are wanted and there already stay as they are. Answers how many people that
 * touched. Refusals as for `saveMapping`.
 */
export function replaceMapping(scope: Scope, { rules, ...settings }: WantedMapping): Promise<number> {
  return inTransaction(scope.db, async (db) => {
    const inside = { ...scope, db };
    await holdMapping(db, scope.organization.id);
    const before = await readMapping(inside);
    const remove = before.rules.filter((rule) => !rules.some((wanted) => sameRule(rule, wanted))).map(({ id }) => id);
    const { preview } = await saveMapping(inside, { ...settings, remove, add: rules });
    return preview.touched;
  });
}

const deleteRules = statement<never, [string, string[]]>(
  "DELETE FROM mappings WHERE organization_id = $1 AND id = ANY ($2::uuid[])",
);

const updateSettings = statement<never, [string, string, string]>(
  "UPDATE integrations SET default_role = $2, absent_attribute = $3 WHERE organization_id = $1",
);

/** Everybody whom the integration knows: whatever the mapping gave before is in there. */
const applyToAll = statement<never, [string]>(`
  SELECT apply_mapping($1, ARRAY(
    SELECT member_id FROM directory_users WHERE organization_id = $1 AND member_id IS NOT NULL))`);

async function write(scope: Scope, { before, after, removed, added }: Plan, preview: MappingPreview): Promise<void> {
  const { db, organization } = scope;
  const target = { kind: "integration", name: organization.slug };
  const settings = ({ defaultRole, absentAttribute }: Plan["after"]) => ({ defaultRole, absentAttribute });
  const detail = {
    removed: removed.map(told),
    added: added.map(told),
    before: settings(before),
    after: settings(after),
    touched: preview.touched,
  };
  // First: the events of the people name who did this and under which reference.
  await recordEvent(scope, { action: "mapping.changed", target, detail });
  await deleteRules(
    db,
    organization.id,
    removed.map((rule) => rule.id),
  );
  const rows = added.map((rule) => ({
    organization_id: organization.id,
    id: rule.id,
    source_kind: rule.kind,
    source_name: rule.name,
    directory_group_id: rule.directoryGroupId,
    target_role: rule.role,
    target_group_id: rule.groupId,
    created_at: scope.now,
  }));
  if (rows.length > 0) await db.insertInto("mappings").values(rows).execute();
  await updateSettings(db, organization.id, after.defaultRole, after.absentAttribute);
  await applyToAll(db, organization.id);
}

function told(rule: Rule) {
  const { kind, name, role, groupName } = rule;
  return { kind, name, ...(role ? { role } : { group: groupName }) };
}
