import { Refusal } from "../../refusal.ts";
import { badRequest, scimError } from "./error.ts";
import { isObject, type JsonObject, type JsonValue, member, quoted } from "./json.ts";
import type { ResourceType } from "./schema.ts";

/** One operation of a bulk request (RFC 7644 §3.7). */
export interface BulkOperation {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly resourceType: ResourceType;
  /** The resource, or `bulkId:…` for one that the same request makes. Unset for POST. */
  readonly id?: string;
  readonly bulkId?: string;
  /** An entity tag, as in `If-Match`. */
  readonly version?: string;
  readonly data: unknown;
}

/** An operation that cannot be carried out, with what is known of it. */
export interface RefusedOperation {
  readonly method: string;
  readonly bulkId?: string;
  readonly refusal: Refusal;
}

export interface BulkRequest {
  /** After so many errors the rest is left undone; `undefined`: never. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly (BulkOperation | RefusedOperation)[];
}

/**
 * The operations in a bulk body, in its order. What is wrong with one is in its place, for it fails alone.
 *
 * Refuses the whole with 400 `invalidSyntax` if it is no bulk request, `invalidValue` for a `failOnErrors` that is no
 * positive integer or a `bulkId` that two operations have, and 413 `tooLarge` past `maxOperations` (§3.7.4).
 */
export function parseBulk(body: unknown, maxOperations: number): BulkRequest {
  const list = isObject(body) ? member(body, "operations") : undefined;
  if (!isObject(body) || !Array.isArray(list)) {
    throw badRequest("invalidSyntax", "A bulk request must be an object with a list named Operations.");
  }
  if (list.length > maxOperations) {
    const sentence = `A bulk request may have ${maxOperations} operations, but got ${list.length}.`;
    throw new Refusal(413, "tooLarge", sentence);
  }
  const failOnErrors = member(body, "failonerrors") ?? undefined;
  if (failOnErrors !== undefined && !(Number.isInteger(failOnErrors) && Number(failOnErrors) > 0)) {
    throw badRequest("invalidValue", `failOnErrors takes an integer from 1, but got ${quoted(failOnErrors)}.`);
  }
  const operations = list.map(parseOperation);
  refuseTwins(operations);
  return { failOnErrors: failOnErrors === undefined ? undefined : Number(failOnErrors), operations };
}

function parseOperation(given: unknown): BulkOperation | RefusedOperation {
  const operation = isObject(given) ? given : {};
  const method = String(member(operation, "method") ?? "")
    .toUpperCase()
    .slice(0, 16);
  const bulkId = member(operation, "bulkid");
  const named = typeof bulkId === "string" && bulkId !== "" ? { bulkId } : {};
  try {
    return { ...named, ...parseTarget(method, operation, named.bulkId), data: member(operation, "data") };
  } catch (error) {
    if (error instanceof Refusal) return { ...named, method, refusal: error };
    throw error;
  }
}

function parseTarget(method: string, operation: Record<string, unknown>, bulkId: string | undefined) {
  if (method !== "POST" && method !== "PUT" && method !== "PATCH" && method !== "DELETE") {
    throw badRequest("invalidSyntax", `method takes POST, PUT, PATCH or DELETE, but got ${quoted(method)}.`);
  }
  const path = member(operation, "path");
  const [, type, id] = (typeof path === "string" && /^\/(User|Group)s(?:\/([^/?#]+))?$/.exec(path)) || [];
  if ((type !== "User" && type !== "Group") || (id === undefined) !== (method === "POST")) {
    const wanted = method === "POST" ? "/Users or /Groups" : "/Users/{id} or /Groups/{id}";
    throw badRequest("invalidPath", `path takes ${wanted} for ${method}, but got ${quoted(path)}.`);
  }
  if (method === "POST" && bulkId === undefined) throw badRequest("invalidValue", "POST needs a bulkId.");
  const version = member(operation, "version") ?? undefined;
  if (version !== undefined && typeof version !== "string") {
    throw badRequest("invalidValue", `version takes an entity tag, but got ${quoted(version)}.`);
  }
  const resourceType: ResourceType = type;
  return {
    method,
    resourceType,
    ...(id === undefined ? {} : { id }),
    ...(version === undefined ? {} : { version }),
  } as const;
}

function refuseTwins(operations: BulkRequest["operations"]): void {
  const seen = new Set<string>();
  for (const { bulkId, method } of operations) {
    if (bulkId === undefined || method !== "POST") continue;
    if (seen.has(bulkId)) throw badRequest("invalidValue", `The bulkId ${quoted(bulkId)} stands in two operations.`);
    seen.add(bulkId);
  }
}

/**
 * The positions of the operations in an order in which what an operation refers to comes before it (RFC 7644 §3.7.2).
 * Where operations refer to one another in a circle, one of them comes too early; `resolveBulkIds` then refuses it.
 */
export function bulkOrder(operations: BulkRequest["operations"]): number[] {
  const makers = new Map<string, number>();
  operations.forEach(({ method, bulkId }, at) => {
    if (method === "POST" && bulkId !== undefined) makers.set(bulkId, at);
  });
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (at: number) => {
    const operation = operations[at];
    if (operation === undefined || seen.has(at)) return;
    seen.add(at);
    for (const bulkId of references(operation)) visit(makers.get(bulkId) ?? at);
    order.push(at);
  };
  for (const at of operations.keys()) visit(at);
  return order;
}

function references(operation: BulkOperation | RefusedOperation): Set<string> {
  const found = new Set<string>();
  if ("refusal" in operation) return found;
  mapReferences([operation.id, operation.data], (bulkId) => {
    found.add(bulkId);
    return bulkId;
  });
  return found;
}

/**
 * The data or id of an operation with each `bulkId:…` replaced by the id that the operation of this name made.
 *
 * Refuses with 409 `conflict` one that has made nothing: it failed, stands in a circle, or does not exist.
 */
export function resolveBulkIds(data: unknown, made: ReadonlyMap<string, string>): unknown {
  return mapReferences(data, (bulkId) => {
    const id = made.get(bulkId);
    if (id !== undefined) return id;
    throw new Refusal(409, "conflict", `No operation of this request has made ${quoted(`bulkId:${bulkId}`)}.`);
  });
}

/** Deeper than any value that the schema reads; what is below is dropped later in any case. */
const MAX_DEPTH = 12;

function mapReferences(value: unknown, replace: (bulkId: string) => string, depth = 0): unknown {
  if (typeof value === "string") return value.startsWith("bulkId:") ? replace(value.slice(7)) : value;
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((one) => mapReferences(one, replace, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapReferences(one, replace, depth + 1)]));
}

/** What came of an operation: where the resource is now, or the refusal. */
export interface BulkResult {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: number;
  readonly refusal?: Refusal;
}

/** The body of the answer to a bulk request (RFC 7644 §3.7.3). */
export function bulkResponse(results: readonly BulkResult[]): JsonObject {
  const operations = results.map(({ status, refusal, ...known }): JsonObject => {
    const body = refusal && scimError(refusal.status, refusal.message, refusal.code);
    const response: JsonValue | undefined = body && { ...body, schemas: [...body.schemas] };
    return { ...known, status: String(status), ...(response === undefined ? {} : { response }) };
  });
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"], Operations: operations };
}
