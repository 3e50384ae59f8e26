import { badRequest } from "./error.ts";
import { isObject, quoted } from "./json.ts";
import type { PatchOperation } from "./patch-request.ts";
import { type AttributeTarget, findTarget, parsePath } from "./path.ts";
import { type ResourceType, SCHEMAS_OF } from "./schema.ts";

/** An operation on one attribute. */
export interface TargetedOperation {
  readonly op: PatchOperation["op"];
  readonly target: AttributeTarget;
  /** Unset only for `remove`. */
  readonly value: unknown;
  /** Whether the path named the attribute, not a key of the value: then a read-only one is refused, not ignored. */
  readonly named: boolean;
}

/**
 * The operation on single attributes that an operation comes to.
 *
 * Without a path its value is an object of attributes (RFC 7644 §3.5.2.1, §3.5.2.3), whose keys Entra ID writes as paths;
 * unknown ones are dropped as in a POST. A schema's URN stands for an object of that schema's attributes. `schemas` and
 * `password` come to nothing. Refuses with `mutability` a read-only attribute that the path names, `invalidValue` a value
 * that is no object, and what `parsePath` refuses.
 */
export function targetsOf(operation: PatchOperation, type: ResourceType): TargetedOperation[] {
  const { op, path, value } = operation;
  if (path === undefined) return ofObject(op, value, "", type);
  const target = parsePath(path, type);
  if ("schema" in target) {
    return op === "remove" ? removals(target.schema.urn, type) : ofObject(op, value, `${target.schema.urn}:`, type);
  }
  const { attribute, sub } = target;
  if (isDropped(target)) return [];
  if (isReadOnly(target)) {
    throw badRequest("mutability", `${sub?.label ?? attribute.label} is read-only.`);
  }
  return [{ op, target, value, named: true }];
}

function ofObject(op: PatchOperation["op"], value: unknown, prefix: string, type: ResourceType): TargetedOperation[] {
  if (!isObject(value)) {
    throw badRequest(
      "invalidValue",
      `Without an attribute in its path, ${op} takes an object, but got ${quoted(value)}.`,
    );
  }
  return Object.entries(value).flatMap(([key, inner]): TargetedOperation[] => {
    const target = findTarget(prefix + key, type);
    if (target === undefined) return [];
    if ("schema" in target) return inner === null ? [] : ofObject(op, inner, `${target.schema.urn}:`, type);
    return isDropped(target) || isReadOnly(target) ? [] : [{ op, target, value: inner, named: false }];
  });
}

/** Removing a schema is removing all its attributes; the core one's are refused one by one where they are required. */
function removals(urn: string, type: ResourceType): TargetedOperation[] {
  const schema = SCHEMAS_OF[type].find((one) => one.urn === urn);
  const operations = (schema?.attributes ?? []).map((one) => ({ op: "remove" as const, path: `${urn}:${one.name}` }));
  return operations.flatMap((one) => targetsOf(one, type));
}

function isDropped({ attribute }: AttributeTarget): boolean {
  return attribute.mutability === "writeOnly" || attribute.name === "schemas";
}

function isReadOnly({ attribute, sub }: AttributeTarget): boolean {
  return attribute.mutability === "readOnly" || sub?.mutability === "readOnly";
}
