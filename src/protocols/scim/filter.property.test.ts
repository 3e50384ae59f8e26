import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AttributePath } from "./attribute-path.ts";
import { type Comparison, type Filter, matches, parseFilter, printFilter } from "./filter.ts";
import { isObject, type JsonObject, type JsonValue } from "./json.ts";
import { type Attribute, COMMON, ENTERPRISE_URN, SCHEMAS_OF, type Schema } from "./schema.ts";

const text = fc.string({ unit: "grapheme", maxLength: 6 }).filter((one) => one.isWellFormed() && !one.includes("\0"));
const word = fc.constantFrom("a", "A", "work", "Work", "b", "ab", "", "or", '"');
const instant = fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z", "1999-12-31T23:59:59.999Z");

interface Leaf {
  readonly path: AttributePath;
  readonly definition: Attribute;
}

function leavesOf(schema: Schema): Leaf[] {
  const urn = schema.urn === ENTERPRISE_URN ? { urn: ENTERPRISE_URN } : {};
  const attributes = schema.urn === ENTERPRISE_URN ? schema.attributes : [...schema.attributes, ...COMMON];
  return attributes
    .filter((one) => one.returned !== "never")
    .flatMap((one): Leaf[] => {
      const path: AttributePath = { ...(urn as Pick<AttributePath, "urn">), attribute: one.name };
      if (one.type !== "complex") return [{ path, definition: one }];
      return one.subAttributes.map((sub) => ({ path: { ...path, sub: sub.name }, definition: sub }));
    });
}

const leaves = SCHEMAS_OF.User.flatMap(leavesOf);
const multiValued = leaves.filter(({ path }) => ["emails", "roles", "addresses"].includes(path.attribute));

function comparisons(among: readonly Leaf[], values: fc.Arbitrary<string>): fc.Arbitrary<Filter> {
  return fc.constantFrom(...among).chain(({ path, definition }): fc.Arbitrary<Filter> => {
    const { type } = definition;
    const present = fc.constant<Filter>({ op: "pr", path, definition });
    const compare = (op: Comparison["op"][], value: fc.Arbitrary<Comparison["value"]>) =>
      fc
        .tuple(fc.constantFrom(...op), value)
        .map(([name, one]): Comparison => ({ op: name, path, definition, value: one }));
    const equal = (value: fc.Arbitrary<string | boolean>) => compare(["eq", "ne"], fc.oneof(value, fc.constant(null)));
    if (type === "boolean") return fc.oneof(present, equal(fc.boolean()));
    if (type === "dateTime") return fc.oneof(present, equal(instant), compare(["gt", "ge", "lt", "le"], instant));
    const ordered = type === "binary" ? [] : [compare(["gt", "ge", "lt", "le"], values)];
    return fc.oneof(present, equal(values), compare(["co", "sw", "ew"], values), ...ordered);
  });
}

function filters(values: fc.Arbitrary<string>): fc.Arbitrary<Filter> {
  const valueFilter = fc.constantFrom("emails", "roles", "addresses").chain((name) => {
    const definition = SCHEMAS_OF.User[0]?.byName.get(name);
    assert.ok(definition);
    const among = multiValued.filter(({ path }) => path.attribute === name);
    return tree(comparisons(among, values)).map(
      (filter): Filter => ({ op: "values", path: { attribute: name }, definition, filter }),
    );
  });
  return tree(fc.oneof({ weight: 4, arbitrary: comparisons(leaves, values) }, { weight: 1, arbitrary: valueFilter }));
}

function tree(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      leaf,
      tie("filter").map((filter): Filter => ({ op: "not", filter })),
      fc
        .tuple(fc.constantFrom("and", "or"), fc.array(tie("filter"), { minLength: 2, maxLength: 3 }))
        .map(([op, filters]): Filter => ({ op, filters })),
    ),
  })).filter;
}

test("a filter that is printed and parsed again is the same filter", () => {
  fc.assert(
    fc.property(filters(text), (filter) => {
      const printed = printFilter(filter);
      fc.pre(printed.length <= 8192);
      assert.deepEqual(parseFilter(printed, "User"), filter);
    }),
    { numRuns: 2000 },
  );
});

const value = fc.record(
  { value: word, type: word, display: word, primary: fc.boolean() },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

const resource = fc.record(
  {
    id: word,
    externalId: word,
    userName: word,
    title: word,
    active: fc.boolean(),
    name: fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
    emails: fc.array(value, { minLength: 1, maxLength: 3 }),
    roles: fc.array(value, { minLength: 1, maxLength: 3 }),
    addresses: fc.array(fc.record({ locality: word, type: word }, { requiredKeys: [] }), {
      minLength: 1,
      maxLength: 2,
    }),
    meta: fc.record({ created: instant, lastModified: instant }, { requiredKeys: [] }),
    [ENTERPRISE_URN]: fc.record({ department: word, manager: fc.record({ value: word }) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

test("matches() agrees with a second reading of RFC 7644 §3.4.2.2", () => {
  fc.assert(
    fc.property(filters(word), resource, (filter, one) => {
      assert.equal(matches(filter, one), holds(filter, one), printFilter(filter));
    }),
    { numRuns: 5000 },
  );
});

test("a filter is not its own negation, and De Morgan's laws hold", () => {
  fc.assert(
    fc.property(filters(word), filters(word), resource, (a, b, one) => {
      const not = (filter: Filter): Filter => ({ op: "not", filter });
      assert.notEqual(matches(a, one), matches(not(a), one));
      assert.equal(
        matches(not({ op: "and", filters: [a, b] }), one),
        matches({ op: "or", filters: [not(a), not(b)] }, one),
      );
    }),
    { numRuns: 1000 },
  );
});

/** The second reading: it flattens the resource to rows of [path, value] first, as a database would index them. */
function holds(filter: Filter, one: JsonObject): boolean {
  if (filter.op === "and" || filter.op === "or") {
    const truths = filter.filters.map((inner) => holds(inner, one));
    return filter.op === "and" ? !truths.includes(false) : truths.includes(true);
  }
  if (filter.op === "not") return !holds(filter.filter, one);
  if (filter.op === "values") {
    const values = one[filter.path.attribute];
    const elements = Array.isArray(values) ? values : [];
    return elements.map((element) => holds(filter.filter, { [filter.path.attribute]: [element] })).includes(true);
  }
  const rows = rowsOf(one, filter.path);
  if (filter.op === "pr") return rows.some((row) => row !== null && row !== "");
  return (rows.length === 0 ? [null] : rows).some((row) => compared(filter, row));
}

function rowsOf(one: JsonObject, { urn, attribute, sub }: AttributePath): JsonValue[] {
  const keys = [urn, attribute, sub].filter((key) => key !== undefined);
  let rows: JsonValue[] = [one];
  for (const key of keys) {
    rows = rows
      .flatMap((row) => (Array.isArray(row) ? row : [row]))
      .map((row) => (isObject(row) ? (row[key] ?? null) : null));
  }
  return rows.flatMap((row) => (Array.isArray(row) ? row : [row]));
}

function compared({ op, definition, value: wanted }: Comparison, row: JsonValue): boolean {
  const fold = (item: JsonValue) =>
    typeof item === "string" && !definition.caseExact
      ? [...item].map((c) => (c >= "A" && c <= "Z" ? String.fromCharCode(c.charCodeAt(0) + 32) : c)).join("")
      : item;
  const [a, b] = definition.type === "dateTime" ? [row, wanted] : [fold(row), fold(wanted)];
  if (op === "eq") return a === b;
  if (op === "ne") return a !== b;
  if (typeof a !== "string" || typeof b !== "string") return false;
  if (op === "co") return a.split(b).length > 1 || b === "";
  if (op === "sw") return a.slice(0, b.length) === b;
  if (op === "ew") return b === "" || a.slice(-b.length) === b;
  return op === "gt" ? a > b : op === "ge" ? a >= b : op === "lt" ? a < b : a <= b;
}
