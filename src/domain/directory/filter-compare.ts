import { type RawBuilder, sql } from "kysely";
import { isId } from "../../db/id.ts";
import type { Comparison, ComparisonOperator } from "../../protocols/scim/filter-tree.ts";
import { foldAscii } from "../../protocols/scim/json.ts";
import type { Field } from "./filter-places.ts";

/** The comparison of one value, in SQL: what has no value is not equal to one, and neither before nor after it. */
export function compareField({ op, definition, value }: Comparison, field: Field): RawBuilder<boolean> {
  if (value === null) return sql`(${field.value} IS ${op === "eq" ? sql`NULL` : sql`NOT NULL`})`;
  if (typeof value === "boolean") return compare(op, field.value, sql`${value}::boolean`);
  if (definition.type === "dateTime") return compareTime(op, field, value);
  if (op === "eq" && field.uuid !== undefined) return equalsId(field.uuid, value);
  if (definition.caseExact) return compareText(op, field.value, value);
  return compareText(op, field.folded ?? sql`lower(${field.value} COLLATE "C")`, foldAscii(value));
}

/** What an index finds is still compared: the value may be a fraction of a millisecond before the column. */
function compareTime(op: ComparisonOperator, { value, indexed }: Field, time: string): RawBuilder<boolean> {
  const wanted = sql`${time}::timestamptz`;
  const compared = compare(op, value, wanted);
  if (indexed === undefined || !["gt", "ge", "eq"].includes(op)) return compared;
  return sql`(${indexed} >= ${wanted} AND ${compared})`;
}

/** Ids are shown in lower case and compared exactly; what is none is never cast to one. */
function equalsId(id: RawBuilder<unknown>, value: string): RawBuilder<boolean> {
  return isId(value) && value === foldAscii(value) ? sql`(${id} = ${value}::uuid)` : sql`false`;
}

/** Equality and prefixes are left to the column's own collation, that its index has; order is by code point. */
function compareText(op: ComparisonOperator, got: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  const wanted = sql`${text}::text`;
  switch (op) {
    case "eq":
    case "ne":
      return compare(op, got, wanted);
    case "co":
      return sql`(strpos(${got}, ${wanted}) > 0)`;
    case "sw":
      return sql`starts_with(${got}, ${wanted})`;
    case "ew":
      return sql`(right(${got}, length(${wanted})) = ${wanted})`;
    default:
      return compare(op, sql`${got} COLLATE "C"`, wanted);
  }
}

const OPERATORS: Partial<Record<ComparisonOperator, RawBuilder<unknown>>> = {
  eq: sql`=`,
  ne: sql`IS DISTINCT FROM`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
};

/** What has no beginning and no end matches no other operator; the parser refuses it before. */
function compare(op: ComparisonOperator, got: RawBuilder<unknown>, wanted: RawBuilder<unknown>): RawBuilder<boolean> {
  const operator = OPERATORS[op];
  return operator === undefined ? sql`false` : sql`(${got} ${operator} ${wanted})`;
}
