import type { AttributePath } from "./attribute-path.ts";
import type { Attribute } from "./schema.ts";

export type ComparisonOperator = "eq" | "ne" | "co" | "sw" | "ew" | "gt" | "ge" | "lt" | "le";

/**
 * An attribute compared with a value. The value has the attribute's type: a boolean for booleans, an ISO 8601 instant in
 * UTC with milliseconds for times, else text; or null, which only `eq` and `ne` take.
 */
export interface Comparison {
  readonly op: ComparisonOperator;
  readonly path: AttributePath;
  readonly definition: Attribute;
  readonly value: string | boolean | null;
}

/** `title pr`: the attribute has a value that is not empty. */
export interface Presence {
  readonly op: "pr";
  readonly path: AttributePath;
  readonly definition: Attribute;
}

/**
 * `emails[type eq "work"]`: one and the same value of the attribute matches the filter. Paths inside are whole, with the
 * attribute and its sub-attribute, and are about that one value.
 */
export interface ValueFilter {
  readonly op: "values";
  readonly path: AttributePath;
  readonly definition: Attribute;
  readonly filter: Filter;
}

export interface Not {
  readonly op: "not";
  readonly filter: Filter;
}

/** Two or more filters, so that a long row of `or` is no deep tree. */
export interface And {
  readonly op: "and";
  readonly filters: readonly Filter[];
}

export interface Or {
  readonly op: "or";
  readonly filters: readonly Filter[];
}

/** A filter (RFC 7644 §3.4.2.2) whose attributes are resolved against the schema. */
export type Filter = Comparison | Presence | ValueFilter | Not | And | Or;
