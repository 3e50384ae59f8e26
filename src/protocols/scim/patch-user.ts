import { badRequest } from "./error.ts";
import { isObject, type JsonObject } from "./json.ts";
import type { PatchOperation } from "./patch-request.ts";
import { changedSingle } from "./patch-single.ts";
import { type TargetedOperation, targetsOf } from "./patch-target.ts";
import { changedValues } from "./patch-values.ts";
import { requiredText } from "./resource.ts";
import { ENTERPRISE_URN } from "./schema.ts";

/** What a PATCH can change of a user; `attributes` as `parseUser` gives them. */
export interface PatchedUser {
  readonly userName: string;
  readonly externalId: string | null;
  readonly active: boolean;
  readonly attributes: JsonObject;
}

/**
 * The user after the operations, one after the other (RFC 7644 §3.5.2). The one given is left as it is.
 *
 * More liberal than the standard where a provider needs it and nobody is harmed: `add` and `replace` with a filter that
 * matches nothing make the value that the filter describes (Entra ID), a path-less value may have read-only attributes
 * (Okta sends `id`), passwords are dropped. Refuses with 400, and then nothing is changed: `mutability` for read-only
 * attributes named by a path and for removing `userName`, `noTarget` where a filter matches nothing and describes nothing,
 * `invalidPath`, `invalidFilter`, `invalidValue`, and `tooMany` past 2,000 operations.
 */
export function patchUser(current: PatchedUser, operations: readonly PatchOperation[]): PatchedUser {
  if (operations.length > MAX_OPERATIONS) {
    throw badRequest(
      "tooMany",
      `A PATCH of a user may have ${MAX_OPERATIONS} operations, but got ${operations.length}.`,
    );
  }
  const draft = draftOf(current);
  for (const operation of operations) {
    for (const targeted of targetsOf(operation, "User")) apply(draft, targeted);
  }
  const { userName, externalId, active, ...attributes } = draft.core;
  if (Object.keys(draft.extension).length > 0) attributes[ENTERPRISE_URN] = draft.extension;
  return {
    userName: requiredText("userName", userName),
    externalId: typeof externalId === "string" && externalId !== "" ? externalId : null,
    active: active === true,
    attributes,
  };
}

/** More than a person has attributes. Each costs what its attribute has values, so they are fewer than a group may have. */
const MAX_OPERATIONS = 2_000;

interface Draft {
  readonly core: JsonObject;
  readonly extension: JsonObject;
}

/** A copy to write into; the values in it are never written into, only replaced. */
function draftOf({ userName, externalId, active, attributes }: PatchedUser): Draft {
  const { [ENTERPRISE_URN]: extension, ...core } = attributes;
  const named = externalId === null ? { userName, active } : { userName, externalId, active };
  return { core: { ...core, ...named }, extension: isObject(extension) ? { ...extension } : {} };
}

function apply(draft: Draft, operation: TargetedOperation): void {
  const { path, attribute } = operation.target;
  const container = path.urn === undefined ? draft.core : draft.extension;
  const before = container[path.attribute];
  const after = attribute.multiValued ? changedValues(operation, before) : changedSingle(operation, before);
  if (after !== undefined) container[path.attribute] = after;
  else if (mayGo(operation)) delete container[path.attribute];
}

/**
 * Whether the attribute may become unassigned. `userName` is required (RFC 7644 §3.5.2.2). `active` decides access, so it
 * changes only when it is said: a null among other attributes leaves it, a path that removes it is refused.
 */
function mayGo({ op, target: { attribute }, named }: TargetedOperation): boolean {
  if (attribute.required) {
    throw badRequest(op === "remove" ? "mutability" : "invalidValue", `${attribute.label} is required and must stay.`);
  }
  if (attribute.name !== "active") return true;
  if (!named) return false;
  throw badRequest("invalidValue", "active cannot be removed; replace it with true or false.");
}
