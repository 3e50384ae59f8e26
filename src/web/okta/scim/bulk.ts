import type { Exchange } from "../../../domain/activity/exchange.ts";
import {
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  bulkOrder,
  bulkResponse,
  parseBulk,
  resolveBulkIds,
} from "../../../protocols/scim/bulk.ts";
import { namedVersions } from "../../../protocols/scim/etag.ts";
import { metaOf } from "../../../protocols/scim/resource.ts";
import { Refusal } from "../../../refusal.ts";
import type { Scope } from "../../../scope.ts";
import type { Context } from "../../edge/context.ts";
import { refusalOf } from "../../edge/refusals.tsx";
import { MEBIBYTE } from "../../edge/size.ts";
import { type Asked, answer, baseUrl, readJson } from "./exchange.ts";
import { groupOperations } from "./groups.ts";
import { beginOperation, keepOperation } from "./recording.ts";
import { LARGEST_USER, userOperations } from "./users.ts";

/** What a bulk request may hold at most, as ServiceProviderConfig says it. */
export const BULK_LIMITS = { maxOperations: 1_000, maxPayloadSize: 16 * MEBIBYTE } as const;

/**
 * `POST /Bulk` (RFC 7644 §3.7). Each operation is done as the single request would be, in a transaction of its own: one
 * that is refused changes nothing, and undoes none of the others.
 */
export async function postBulk(c: Context): Promise<Response> {
  const { failOnErrors = Number.POSITIVE_INFINITY, operations } = parseBulk(
    await readJson(c, BULK_LIMITS.maxPayloadSize),
    BULK_LIMITS.maxOperations,
  );
  const made = new Map<string, string>();
  const results: BulkResult[] = [];
  let errors = 0;
  for (const at of bulkOrder(operations)) {
    const operation = operations[at];
    if (operation === undefined) continue;
    const result = await carryOut(c, operation, made);
    results[at] = result;
    if (result.refusal) errors++;
    // What is not answered was not done. Where we fail ourselves, the rest would only wait for the same.
    if (errors >= failOnErrors || result.status >= 500) break;
  }
  // In the order of the request, without those that were left undone.
  return answer(c, bulkResponse(results.filter((result) => result !== undefined)));
}

async function carryOut(
  c: Context,
  operation: BulkRequest["operations"][number],
  made: Map<string, string>,
): Promise<BulkResult> {
  const { method, bulkId } = operation;
  const known = { method, ...(bulkId !== undefined && { bulkId }) };
  const exchange = exchangeOf(c, operation);
  // Set once the id is known, for what is refused then.
  const where: { location?: string } = {};
  try {
    if ("refusal" in operation) throw operation.refusal;
    const { resourceType } = operation;
    const id = String(resolveBulkIds(operation.id ?? "", made));
    if (id !== "") where.location = `${baseUrl(c)}/${resourceType}s/${id}`;
    const scope = { ...c.get("scope"), ...(exchange && { exchange }) };
    const { status, stored } = await perform(scope, operation, askedIn(operation, id, made));
    if (exchange) await keepOperation(c, exchange, status);
    if (stored === undefined) return { ...known, ...where, status };
    if (method === "POST" && bulkId !== undefined) made.set(bulkId, stored.id);
    const { location, version } = metaOf(resourceType, stored, baseUrl(c));
    return { ...known, location, version, status };
  } catch (error) {
    const refusal = refusalOf(error, c);
    if (exchange) await keepOperation(c, exchange, refusal.status, refusal);
    return { ...known, ...where, status: refusal.status, refusal };
  }
}

/** The operation as it is written down: each for itself, as the single request would be. */
function exchangeOf(c: Context, operation: BulkRequest["operations"][number]): Exchange | undefined {
  const { exchange } = c.get("scope");
  if (exchange === undefined) return undefined;
  exchange.recorded = true;
  // Its method may be anything.
  if ("refusal" in operation) return beginOperation(exchange, "POST", "/Bulk", undefined);
  const { method, resourceType, id, data } = operation;
  return beginOperation(exchange, method, `/${resourceType}s${id === undefined ? "" : `/${id}`}`, data);
}

function perform(scope: Scope, { resourceType, method }: BulkOperation, asked: Asked) {
  return resourceType === "User" ? userOperations[method](scope, asked) : groupOperations[method](scope, asked);
}

function askedIn(operation: BulkOperation, id: string, made: ReadonlyMap<string, string>): Asked {
  const { method, resourceType, version, data } = operation;
  const match = namedVersions(version);
  const precondition = method === "POST" || match === undefined ? undefined : { match };
  if (method === "DELETE") return { id, body: undefined, precondition };
  const body = resolveBulkIds(data, made);
  if (resourceType === "User" && Buffer.byteLength(JSON.stringify(body) ?? "") > LARGEST_USER) {
    throw new Refusal(413, "too-large", "The data of a user takes at most 1 MiB.");
  }
  return { id, body, precondition };
}
