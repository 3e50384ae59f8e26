import type { ResolvedPath } from "../../protocols/scim/attribute-path.ts";
import type { CursorPosition } from "../../protocols/scim/cursor.ts";
import type { Filter } from "../../protocols/scim/filter-tree.ts";
import type { Scope } from "../../scope.ts";

/** Which page of which resources. */
export interface PageQuery {
  readonly filter: Filter | undefined;
  /** From 1 (RFC 7644 §3.4.2.4). */
  readonly startIndex: number;
  /** 0: only the total. */
  readonly count: number;
  /** Without it they come in the order in which they were made. */
  readonly sort?: Sort | undefined;
  /** A page by cursor (RFC 9865), which begins behind this position, or at the start. `startIndex` says nothing then. */
  readonly after?: CursorPosition | "start" | undefined;
  /** False where the answer shows no `groups` of users: then memberships are not read. */
  readonly withGroups?: boolean;
}

/** RFC 7644 §3.4.2.3. The path ends at an attribute without sub-attributes. */
export interface Sort {
  readonly by: ResolvedPath;
  readonly descending: boolean;
}

/** A page of resources. */
export interface Page<Resource> {
  /** How many match in all. */
  readonly total: number;
  readonly resources: readonly Resource[];
  /** Where the next page by cursor begins; `undefined` on the last one. */
  readonly next?: CursorPosition | undefined;
}

/** What listing needs of a scope. */
export type Reader = Pick<Scope, "db" | "organization">;

/** How many rows to read: one more by cursor, which tells whether there is a next page. */
export function rowsWanted({ after, count }: PageQuery): number {
  return after !== undefined && count > 0 ? count + 1 : count;
}

/** A row as the listing statements give it: without an id where the page is empty. */
export type ListedRow<Resource> = (Resource | { readonly id: null }) & {
  readonly total: number;
  readonly sortKey?: string | boolean | Date | null;
};

/** The page that the rows of a statement come to. */
export function pageOf<Resource extends { readonly id: string }>(
  rows: readonly ListedRow<Resource>[],
  { after, count }: PageQuery,
): Page<Resource> {
  const total = rows[0]?.total ?? 0;
  const found = rows.filter((row): row is Resource & ListedRow<Resource> => row.id !== null);
  const resources = found.slice(0, count);
  const last = resources.at(-1);
  if (after === undefined || last === undefined || found.length === resources.length) return { total, resources };
  const key = last.sortKey instanceof Date ? last.sortKey.toISOString() : (last.sortKey ?? null);
  return { total, resources, next: { id: last.id, key } };
}
