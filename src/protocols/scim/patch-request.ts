import { operationName } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { isObject, member, quoted } from "./json.ts";

/** One operation as it was sent. Its path is resolved when it is applied, for then the kind of resource is known. */
export interface PatchOperation {
  readonly op: "add" | "replace" | "remove";
  /** Unset: the operation is about the resource itself. */
  readonly path?: string;
  /** Unset only for `remove`. */
  readonly value?: unknown;
}

/** Okta sends 1,000 at most. */
const MAX_OPERATIONS = 10_000;

/**
 * The operations of a PATCH body, in order (RFC 7644 §3.5.2). An empty list is a no-op: Entra ID sends one.
 *
 * Names of members and of operations are in any case; `schemas` is not looked at. Refuses with 400: `invalidSyntax` for
 * what is no PATCH body or an operation that does not exist; `invalidPath` for a path that is no text; `invalidValue` for
 * `add` and `replace` without a value; `noTarget` for `remove` without a path; `tooMany` past 10,000 operations.
 */
export function parsePatch(body: unknown): PatchOperation[] {
  const operations = isObject(body) ? member(body, "operations") : undefined;
  if (!Array.isArray(operations)) {
    throw badRequest("invalidSyntax", "A PATCH body must be an object with a list named Operations.");
  }
  if (operations.length > MAX_OPERATIONS) {
    throw badRequest("tooMany", `A PATCH may have ${MAX_OPERATIONS} operations, but got ${operations.length}.`);
  }
  return operations.map(parseOperation);
}

function parseOperation(given: unknown, index: number): PatchOperation {
  const where = `Operation ${index + 1}`;
  if (!isObject(given)) throw badRequest("invalidSyntax", `${where} must be an object, but it is ${quoted(given)}.`);
  const op = operationName(member(given, "op"));
  if (op === undefined) {
    const got = quoted(member(given, "op"));
    throw badRequest("invalidSyntax", `${where}: op takes add, replace or remove, but got ${got}.`);
  }
  const path = parsePathText(member(given, "path"), where);
  const value = member(given, "value");
  if (op !== "remove" && value === undefined) throw badRequest("invalidValue", `${where}: ${op} needs a value.`);
  if (op === "remove" && path === undefined) throw badRequest("noTarget", `${where}: remove needs a path.`);
  return { op, ...(path === undefined ? {} : { path }), ...(value === undefined ? {} : { value }) };
}

/** No path, null and "" all mean the resource itself. */
function parsePathText(path: unknown, where: string): string | undefined {
  if (path === undefined || path === null) return undefined;
  if (typeof path !== "string") throw badRequest("invalidPath", `${where}: path takes text, but got ${quoted(path)}.`);
  return path.trim() === "" ? undefined : path;
}
