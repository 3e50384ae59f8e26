import { unwrapped } from "./dialects.ts";
import { badRequest } from "./error.ts";
import type { Filter } from "./filter-tree.ts";
import { isObject, member } from "./json.ts";
import { type GroupMember, parseMembers } from "./members.ts";
import type { PatchOperation } from "./patch-request.ts";
import { type TargetedOperation, targetsOf } from "./patch-target.ts";
import { requiredText } from "./resource.ts";
import { readValue } from "./value.ts";

/** One thing to do to a group. Members are ids of directory users, each named once in a change. */
export type GroupChange =
  | { readonly kind: "displayName"; readonly value: string }
  | { readonly kind: "externalId"; readonly value: string | null }
  | { readonly kind: "addMembers"; readonly members: readonly GroupMember[] }
  | { readonly kind: "removeMembers"; readonly values: readonly string[] }
  | { readonly kind: "removeMembersMatching"; readonly filter: Filter }
  | { readonly kind: "replaceMembers"; readonly members: readonly GroupMember[] };

/**
 * What the operations on a group come to, in order (RFC 7644 §3.5.2), so that a group never has to be read as a document.
 *
 * Additions and removals of single members say nothing about one another, so a thousand operations come to one removal
 * and one addition; what a later `replace` undoes is left out. Adding who is in and removing who is out is no error.
 * `remove members` clears; with a value (Entra ID) it removes only who is named. Refuses with 400: `mutability` for
 * `id`, `meta` and parts of a member named by a path, and for removing `displayName`; `invalidPath`, `invalidFilter`,
 * `invalidValue`.
 */
export function groupChanges(operations: readonly PatchOperation[]): GroupChange[] {
  const ledger: Ledger = { texts: new Map(), done: [], replaced: false, pending: new Map() };
  for (const operation of operations) {
    for (const targeted of targetsOf(operation, "Group")) enter(ledger, targeted);
  }
  flush(ledger);
  return [...ledger.texts.values(), ...ledger.done];
}

interface Ledger {
  readonly texts: Map<string, GroupChange>;
  done: GroupChange[];
  /** Whether `pending` is all the members, or what to add (a member) and to remove (null). */
  replaced: boolean;
  pending: Map<string, GroupMember | null>;
}

function enter(ledger: Ledger, operation: TargetedOperation): void {
  const { op, target, value } = operation;
  const { name } = target.attribute;
  if (name === "members") {
    enterMembers(ledger, operation);
    return;
  }
  const text = op === "remove" ? undefined : readValue(target.attribute, unwrapped(value));
  if (name === "externalId") {
    const identifier = typeof text === "string" && text !== "" ? text : null;
    ledger.texts.set(name, { kind: name, value: identifier });
  } else {
    if (op === "remove") throw badRequest("mutability", "displayName is required and must stay.");
    ledger.texts.set("displayName", { kind: "displayName", value: requiredText("displayName", text) });
  }
}

function enterMembers(ledger: Ledger, { op, target, value }: TargetedOperation): void {
  if (target.sub !== undefined) {
    throw badRequest("mutability", `${target.sub.label} cannot be changed; remove the member and add another.`);
  }
  if (target.filter !== undefined) {
    if (op === "remove") removeChosen(ledger, target.filter);
    else addDescribed(ledger, target.filter, value);
    return;
  }
  if (op === "replace" || (op === "remove" && (value === undefined || value === null))) {
    ledger.done = [];
    ledger.replaced = true;
    ledger.pending = new Map();
  }
  for (const one of parseMembers(value)) enterMember(ledger, op === "remove" ? null : one, one.value);
}

function enterMember(ledger: Ledger, one: GroupMember | null, id: string): void {
  const before = ledger.pending.get(id);
  if (one !== null && one.display === undefined && before) return;
  ledger.pending.set(id, one);
}

/** `members[value eq "…"]`, as Okta removes members; also any other filter, for the database to evaluate. */
function removeChosen(ledger: Ledger, filter: Filter): void {
  const ids = plainIds(filter);
  if (ids === undefined) {
    flush(ledger);
    ledger.done.push({ kind: "removeMembersMatching", filter });
  } else for (const id of ids) enterMember(ledger, null, id);
}

/** Adding `members[value eq "…"]` adds the member that the filter describes. */
function addDescribed(ledger: Ledger, filter: Filter, value: unknown): void {
  const [id, ...more] = plainIds(filter) ?? [];
  if (id === undefined || more.length > 0) {
    throw badRequest("noTarget", 'To add a member through a filter, it must be of the form members[value eq "…"].');
  }
  const given = isObject(value) ? value : {};
  if ((member(given, "value") ?? id) !== id) {
    throw badRequest("mutability", "members.value cannot be changed; remove the member and add another.");
  }
  for (const one of parseMembers([{ ...given, value: id }])) enterMember(ledger, one, id);
}

/** The ids, if the filter is `value eq "…"`, or several of them with `or`. */
function plainIds(filter: Filter): string[] | undefined {
  if (filter.op === "eq" && filter.path.sub === "value" && typeof filter.value === "string") return [filter.value];
  if (filter.op !== "or") return undefined;
  const ids = filter.filters.map(plainIds);
  return ids.every((one) => one !== undefined) ? ids.flat() : undefined;
}

function flush(ledger: Ledger): void {
  const members = [...ledger.pending.values()].filter((one) => one !== null);
  const values = [...ledger.pending].filter(([, one]) => one === null).map(([id]) => id);
  if (ledger.replaced) ledger.done.push({ kind: "replaceMembers", members });
  else {
    if (values.length > 0) ledger.done.push({ kind: "removeMembers", values });
    if (members.length > 0) ledger.done.push({ kind: "addMembers", members });
  }
  ledger.replaced = false;
  ledger.pending = new Map();
}
