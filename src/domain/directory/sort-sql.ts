import { type RawBuilder, sql } from "kysely";
import { type ResolvedPath, resolveAttribute } from "../../protocols/scim/attribute-path.ts";
import type { CursorPosition } from "../../protocols/scim/cursor.ts";
import { badRequest } from "../../protocols/scim/error.ts";
import type { ResourceType } from "../../protocols/scim/schema.ts";
import { type Field, placeOf } from "./filter-places.ts";
import type { Sort } from "./page-query.ts";

/** Of longer values, such as pictures, so many characters decide. */
const KEY_LENGTH = 1_024;

/**
 * The order that `sortBy` asks for (RFC 7644 §3.4.2.3): an attribute with sub-attributes is sorted by its `value`. Refuses with
 * 400 `invalidValue` an attribute that does not exist, one whose sub-attribute must be named, and the password.
 */
export function resolveSort(sortBy: string, order: "ascending" | "descending", type: ResourceType): Sort {
  const found = resolveAttribute(sortBy, type, "invalidValue");
  const { path, top, definition } = found;
  if (top.returned === "never") throw badRequest("invalidValue", `${top.name} is not kept, so nothing sorts by it.`);
  const descending = order === "descending";
  if (definition.type !== "complex") return { by: found, descending };
  const value = definition.byName.get("value");
  if (value === undefined) {
    throw badRequest("invalidValue", `sortBy takes a part of ${top.name}, as in ${top.name}.${partOf(found)}.`);
  }
  return { by: { path: { ...path, sub: value.name }, top, definition: value }, descending };
}

function partOf({ definition }: ResolvedPath): string {
  return definition.subAttributes[0]?.name ?? "value";
}

/**
 * What a resource is sorted by, in SQL; NULL where it has no such value. Of several values it is the primary, else the first.
 * Text is compared by code point, without regard to ASCII case unless the attribute is exact.
 */
export function sortKey({ by }: Sort, type: ResourceType, baseUrl: string): RawBuilder<unknown> {
  const place = placeOf(by.path, { type, baseUrl });
  const key = comparable(by, place.field(by.path.sub));
  if (place.rows === undefined) return key;
  return sql`(SELECT ${key} ${place.rows} ORDER BY ${place.firstBy ?? key} LIMIT 1)`;
}

function comparable({ definition }: ResolvedPath, field: Field): RawBuilder<unknown> {
  if (definition.type === "boolean" || definition.type === "dateTime") return field.value;
  if (definition.caseExact) return sql`(${shortened(definition.maxLength, field.value)} COLLATE "C")`;
  return field.folded ?? sql`lower(${shortened(definition.maxLength, field.value)} COLLATE "C")`;
}

function shortened(maxLength: number, value: RawBuilder<unknown>): RawBuilder<unknown> {
  return maxLength > KEY_LENGTH ? sql`left(${value}, ${sql.lit(KEY_LENGTH)})` : value;
}

/** Who is without a value comes last where the order ascends, and first where it descends; ids decide between equals. */
export function orderBy(sort: Sort | undefined): RawBuilder<unknown> {
  if (sort === undefined) return sql`id`;
  return sort.descending ? sql`key DESC NULLS FIRST, id DESC` : sql`key ASC NULLS LAST, id ASC`;
}

/** Whether a row with `key` and `id` comes behind a position in that order. */
export function isBehind({ id, key }: CursorPosition, sort: Sort | undefined): RawBuilder<unknown> {
  if (sort === undefined) return sql`id > ${id}::uuid`;
  const further = sort.descending ? sql`<` : sql`>`;
  const nextId = sql`id ${further} ${id}::uuid`;
  if (key === null) return sql`((key IS NULL AND ${nextId})${sort.descending ? sql` OR key IS NOT NULL` : sql``})`;
  const at = sql`${key}::${sql.raw(typeOf(sort))}`;
  const behind = sql`key ${further} ${at} OR (key = ${at} AND ${nextId})`;
  return sort.descending ? sql`(${behind})` : sql`(${behind} OR key IS NULL)`;
}

function typeOf({ by }: Sort): "boolean" | "timestamptz" | "text" {
  const { type } = by.definition;
  return type === "boolean" ? "boolean" : type === "dateTime" ? "timestamptz" : "text";
}
