import { statement } from "../../db/database.ts";
import { isId, newId } from "../../db/id.ts";
import type { AbsentAttribute, DefaultRole, MappingSource, Role } from "../../db/tables.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { addressKey } from "../members/address.ts";
import { type Mapping, type Rule, readMapping } from "./mapping.ts";

/** What somebody wants to change of the mapping. */
export interface MappingDraft {
  /** The ids of the rules that go. */
  readonly remove: readonly string[];
  readonly add: readonly NewRule[];
  readonly defaultRole: DefaultRole;
  readonly absentAttribute: AbsentAttribute;
}

/** A rule that comes; exactly one of `role` and `groupId` is given. */
export interface NewRule {
  readonly kind: MappingSource;
  readonly name: string;
  readonly role?: Role | null | undefined;
  readonly groupId?: string | null | undefined;
}

/** The mapping as it is, and as it would be. */
export interface Plan {
  readonly before: Mapping;
  readonly after: Mapping;
  readonly removed: readonly Rule[];
  readonly added: readonly Rule[];
}

/** A mapping has so many rules at most: each is compared with what each person is in. */
const MOST_RULES = 500;

/**
 * What a draft comes to. A rule that is there already is not added again. Refuses a name that is empty or over 200
 * characters (422 `mapping`), a rule or a group that is not here (404 `mapping`, `group`), too many rules (422 `mapping`),
 * and, of anybody but an owner, a change to what leads to the role owner (403 `owner`).
 */
export async function planMapping(scope: Scope, draft: MappingDraft): Promise<Plan> {
  const before = await readMapping(scope);
  const removed = draft.remove.map((id) => before.rules.find((rule) => rule.id === id) ?? refuseUnknown());
  const kept = before.rules.filter((rule) => !removed.includes(rule));
  const added: Rule[] = [];
  for (const wanted of draft.add) {
    const rule = await newRule(scope, wanted);
    if (![...kept, ...added].some((other) => sameRule(other, rule))) added.push(rule);
  }
  const touchesOwner = [...removed, ...added].some((rule) => rule.role === "owner");
  if (touchesOwner && !mayMapToOwner(scope)) throw refuseOwner();
  const rules = [...kept, ...added];
  if (rules.length > MOST_RULES) throw refuse(`A mapping has at most ${MOST_RULES} lines.`);
  const { defaultRole, absentAttribute } = draft;
  return { before, after: { rules, defaultRole, absentAttribute }, removed, added };
}

/** Only an owner, and whoever runs the service, maps anything to the role owner. */
export function mayMapToOwner(scope: Pick<Scope, "actor">): boolean {
  return scope.actor.kind === "operator" || (scope.actor.kind === "member" && scope.actor.role === "owner");
}

interface Found {
  readonly directoryGroupId: string | null;
  readonly groupName: string | null;
}

const find = statement<Found, [string, string, string | null]>(`
  SELECT (SELECT id FROM directory_groups WHERE organization_id = $1 AND display_name_key = lower($2 COLLATE "C"))
      AS "directoryGroupId",
    (SELECT name FROM groups WHERE organization_id = $1 AND id = $3) AS "groupName"`);

async function newRule(scope: Scope, wanted: NewRule): Promise<Rule> {
  const name = wanted.name.trim();
  if (!name || name.length > 200 || /\p{Cc}/u.test(name))
    throw refuse("A group or role has a name of 1 to 200 characters.");
  const groupId = wanted.groupId ?? null;
  const role = wanted.role ?? null;
  if ((groupId === null) === (role === null)) throw refuse("A line leads to one role or to one group.");
  if (groupId !== null && !isId(groupId)) return refuseUnknownGroup();
  const [found] = await find(scope.db, scope.organization.id, name, groupId);
  const groupName = found?.groupName ?? null;
  if (groupId !== null && groupName === null) return refuseUnknownGroup();
  const directoryGroupId = wanted.kind === "group" ? (found?.directoryGroupId ?? null) : null;
  const pushed = directoryGroupId !== null;
  return { id: newId(scope.now), kind: wanted.kind, name, directoryGroupId, pushed, role, groupId, groupName };
}

/** Whether two lines say the same: ASCII case does not matter. */
export function sameRule(one: Rule | NewRule, other: Rule | NewRule): boolean {
  const same = addressKey(one.name) === addressKey(other.name) && one.kind === other.kind;
  return same && (one.role ?? null) === (other.role ?? null) && (one.groupId ?? null) === (other.groupId ?? null);
}

function refuse(sentence: string): Refusal {
  return new Refusal(422, "mapping", sentence);
}

function refuseOwner(): Refusal {
  return new Refusal(403, "owner", "Only an owner may add or remove what makes people owners.");
}

function refuseUnknown(): never {
  throw new Refusal(404, "mapping", "That line of the mapping is gone: somebody else removed it.");
}

function refuseUnknownGroup(): never {
  throw new Refusal(404, "group", "There is no such group in this organization.");
}
