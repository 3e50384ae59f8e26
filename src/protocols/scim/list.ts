import { withoutTail } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { foldAscii, isObject, member, quoted } from "./json.ts";

export { type Projection, project, wantsAttribute } from "./projection.ts";

/** What a query asks for (RFC 7644 §3.4.2). `filter` and `sortBy` are as sent; they resolve once the resource is known. */
export interface ListQuery {
  readonly filter?: string;
  /** From 1. */
  readonly startIndex: number;
  /** Resources on the page, 0 to 200; 0 asks for the total only. */
  readonly count: number;
  /** RFC 9865 §2: "" asks for the first page by cursor. */
  readonly cursor?: string;
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
  readonly sortBy?: string;
  readonly sortOrder: "ascending" | "descending";
}

/** Query parameters as `URLSearchParams` has them, or a record of them, such as the body of `POST /.search`. */
export type QueryParameters = { get(name: string): string | null | undefined } | Readonly<Record<string, unknown>>;

const DEFAULT_COUNT = 100;
/** The `filter.maxResults` of our ServiceProviderConfig. */
export const MAX_COUNT = 200;

/**
 * The query in a URL's parameters or a search body (RFC 7644 §3.4.2, §3.4.3).
 *
 * A `startIndex` below 1 is 1 and a negative `count` 0 (§3.4.2.4); more than 200 are never asked for. What is empty is
 * unsaid. Refuses with 400 `invalidValue` numbers that are no integers, an unknown `sortOrder`, and other types.
 */
export function parseListQuery(parameters: QueryParameters): ListQuery {
  const read = reader(parameters);
  const cursor = read("cursor");
  if (cursor !== undefined && typeof cursor !== "string") throw wrong("cursor", "text", cursor);
  const texts = { filter: text(read, "filter"), sortBy: text(read, "sortBy") };
  const names = { attributes: list(read, "attributes"), excludedAttributes: list(read, "excludedAttributes") };
  return {
    ...withoutUndefined({ ...texts, ...names, cursor }),
    startIndex: Math.max(1, integer(read, "startIndex") ?? 1),
    count: Math.min(MAX_COUNT, Math.max(0, integer(read, "count") ?? DEFAULT_COUNT)),
    sortOrder: sortOrder(read),
  };
}

/** The query in the body of `POST /.search` (RFC 7644 §3.4.3). Refuses what is no object with `invalidSyntax`. */
export function parseSearch(body: unknown): ListQuery {
  if (!isObject(body)) throw badRequest("invalidSyntax", "A search must be a JSON object.");
  return parseListQuery(body);
}

type Read = (name: string) => unknown;

function reader(parameters: QueryParameters): Read {
  const { get } = parameters;
  if (typeof get === "function") return (name) => get.call(parameters, name) ?? undefined;
  const record = parameters as Record<string, unknown>;
  return (name) => member(record, foldAscii(name)) ?? undefined;
}

function text(read: Read, name: string): string | undefined {
  const value = read(name);
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw wrong(name, "text", value);
  return withoutTail(value) || undefined;
}

/** Names with commas between them, or in a body a list of names. */
function list(read: Read, name: string): readonly string[] | undefined {
  const value = read(name);
  if (value === undefined) return undefined;
  const parts: unknown[] =
    typeof value === "string" ? withoutTail(value).split(",") : Array.isArray(value) ? value : [];
  if ((typeof value !== "string" && !Array.isArray(value)) || !parts.every((part) => typeof part === "string")) {
    throw wrong(name, "names of attributes", value);
  }
  const names = parts.map((part) => part.trim()).filter((part) => part !== "");
  return names.length > 0 ? names : undefined;
}

function integer(read: Read, name: string): number | undefined {
  const value = read(name);
  if (value === undefined) return undefined;
  const digits =
    typeof value === "number" ? String(value) : typeof value === "string" ? withoutTail(value).trim() : "?";
  if (digits === "") return undefined;
  if (!/^[+-]?\d{1,15}$/.test(digits)) throw wrong(name, "an integer", value);
  return Number(digits);
}

function sortOrder(read: Read): ListQuery["sortOrder"] {
  const order = foldAscii(text(read, "sortOrder") ?? "ascending");
  if (order === "ascending" || order === "descending") return order;
  throw wrong("sortOrder", "ascending or descending", order);
}

function wrong(name: string, wanted: string, got: unknown): Error {
  return badRequest("invalidValue", `${name} takes ${wanted}, but got ${quoted(got)}.`);
}

function withoutUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The body of an answer to a query (RFC 7644 §3.4.2). */
export interface ListResponse<Resource> {
  readonly schemas: readonly [string];
  readonly totalResults: number;
  readonly startIndex?: number;
  readonly itemsPerPage: number;
  readonly previousCursor?: string;
  readonly nextCursor?: string;
  readonly Resources: readonly Resource[];
}

/**
 * The answer with one page of `total` resources. `startIndex` is the query's; `undefined` for a page by cursor, which has
 * `cursors` instead, without a next one on the last page (RFC 9865 §2).
 */
export function listResponse<Resource>(
  resources: readonly Resource[],
  total: number,
  startIndex: number | undefined,
  cursors: { readonly previousCursor?: string; readonly nextCursor?: string } = {},
): ListResponse<Resource> {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: total,
    ...(startIndex === undefined ? {} : { startIndex }),
    itemsPerPage: resources.length,
    ...cursors,
    Resources: resources,
  };
}
