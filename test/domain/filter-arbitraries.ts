import fc from "fast-check";
import type { AttributePath } from "../../src/protocols/scim/attribute-path.ts";
import type { Comparison, Filter } from "../../src/protocols/scim/filter-tree.ts";
import type { JsonObject } from "../../src/protocols/scim/json.ts";
import {
  type Attribute,
  COMMON,
  ENTERPRISE_URN,
  type ResourceType,
  SCHEMAS_OF,
} from "../../src/protocols/scim/schema.ts";

/** What people, patterns and SQL stumble over; few, so that a filter often meets a value. */
const ODD = [
  "a",
  "A",
  "b",
  "ab",
  "aB",
  "ä",
  "Ä",
  "İ",
  "ı",
  "\u212a",
  "k",
  "\uffee",
  "😀",
  "%",
  "_",
  "a_b",
  "a%b",
  "\\",
];
const HOSTILE = ["'", '"', "''", "O'Hara", "'; DROP TABLE members; --", "$1", "{}", " ", " a ", "null", "true"];
export const words = ["", ...ODD, ...HOSTILE, "work", "Work", "home"];
export const addresses = ["a@x.co", "A@X.co", " b@x.co ", "b@x.co", "'%_@x.co", "ä@x.co", "Ä@x.co", "c@x.co", "no one"];

/** Neighbours in the unit that is shown. */
export const instants = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z", "1999-12-31T23:59:59.999Z"];

const word = fc.constantFrom(...words);

/** The body of a POST to `/Users`, with any of the schema's attributes. */
export const userBody: fc.Arbitrary<JsonObject> = fc
  .tuple(attributes(SCHEMAS_OF.User[0]?.attributes ?? []), attributes(SCHEMAS_OF.User[1]?.attributes ?? []), fc.nat(2))
  .map(([core, enterprise, extended]) => ({
    userName: "a",
    ...core,
    ...(extended === 0 && { [ENTERPRISE_URN]: enterprise }),
  }));

function attributes(among: readonly Attribute[]): fc.Arbitrary<JsonObject> {
  const writable = among.filter((one) => one.mutability !== "readOnly");
  const named = writable.map((one) => {
    const given = value(one);
    return [one.name, one.name === "emails" ? given : fc.option(given)] as const;
  });
  return fc.record({ ...Object.fromEntries(named), externalId: fc.option(word) }) as fc.Arbitrary<JsonObject>;
}

function value(attribute: Attribute): fc.Arbitrary<unknown> {
  if (attribute.type === "boolean") return fc.boolean();
  if (attribute.type !== "complex") return attribute.label === "emails.value" ? fc.constantFrom(...addresses) : word;
  const subs = Object.fromEntries(attribute.subAttributes.map((sub) => [sub.name, value(sub)]));
  const hollow = fc
    .constantFrom(...Object.keys(subs).filter((name) => name !== "primary"))
    .map((name) => ({ [name]: "" }));
  const one = fc.oneof(
    { weight: 4, arbitrary: fc.record(subs, { requiredKeys: [] }) },
    { weight: 1, arbitrary: hollow },
  );
  // One primary value at most (RFC 7643 §2.4).
  const list = fc.array(one, { maxLength: 3 }).map((all) => all.map((each, i) => (i > 0 ? secondary(each) : each)));
  return attribute.multiValued ? list : one;
}

function secondary(item: Record<string, unknown>): Record<string, unknown> {
  return item["primary"] === true ? { ...item, primary: false } : item;
}

interface Leaf {
  readonly path: AttributePath;
  readonly definition: Attribute;
}

/** Every filter that the grammar can say of the schema's attributes; texts to compare with are among these. */
export function filters(type: ResourceType, texts: readonly string[]): fc.Arbitrary<Filter> {
  const tops = SCHEMAS_OF[type].flatMap((schema): Leaf[] => {
    const urn: Pick<AttributePath, "urn"> = schema.urn === ENTERPRISE_URN ? { urn: ENTERPRISE_URN } : {};
    const all = schema.urn === ENTERPRISE_URN ? schema.attributes : [...schema.attributes, ...COMMON];
    const known = all.filter((one) => one.returned !== "never");
    return known.map((definition) => ({ path: { ...urn, attribute: definition.name }, definition }));
  });
  const text = fc.constantFrom(...texts);
  const any = often(tops);
  const plain = any
    .chain((top) => (top.definition.type === "complex" ? fc.constantFrom(...subs(top)) : fc.constant(top)))
    .chain((leaf) => comparison(leaf, text));
  const complex = often(tops.filter(({ definition }) => definition.type === "complex"));
  const present = complex.map((top): Filter => ({ op: "pr", ...top }));
  const values = complex.chain((top) => {
    const leaf = fc.constantFrom(...subs(top)).chain((sub) => comparison(sub, text));
    return tree(leaf, 2).map((filter): Filter => ({ op: "values", ...top, filter }));
  });
  const leaf = fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 4, arbitrary: values },
    { weight: 1, arbitrary: present },
  );
  return tree(leaf, 3);
}

/** Each of them, and more often those that are not looked for in the JSON alone. */
function often(tops: readonly Leaf[]): fc.Arbitrary<Leaf> {
  const special = ["id", "externalId", "userName", "active", "displayName", "emails", "groups", "members", "meta"];
  const often = tops.filter(({ path }) => special.includes(path.attribute));
  return fc.oneof(fc.constantFrom(...tops), fc.constantFrom(...often));
}

function subs({ path, definition }: Leaf): Leaf[] {
  return definition.subAttributes.map((sub) => ({ path: { ...path, sub: sub.name }, definition: sub }));
}

function comparison(leaf: Leaf, texts: fc.Arbitrary<string>): fc.Arbitrary<Filter> {
  const { type, label } = leaf.definition;
  const text = label === "emails.value" ? fc.constantFrom(...addresses) : texts;
  const of = (op: Comparison["op"][], wanted: fc.Arbitrary<Comparison["value"]>) =>
    fc.tuple(fc.constantFrom(...op), wanted).map(([name, one]): Filter => ({ op: name, ...leaf, value: one }));
  const isNull = of(["eq", "ne"], fc.constant(null));
  const present = fc.constant<Filter>({ op: "pr", ...leaf });
  if (type === "boolean") return fc.oneof(present, isNull, of(["eq", "ne"], fc.boolean()));
  const instant = fc.constantFrom(...instants);
  if (type === "dateTime") return fc.oneof(present, isNull, of(["eq", "ne", "gt", "ge", "lt", "le"], instant));
  const order = type === "binary" ? fc.constant<Filter>({ op: "pr", ...leaf }) : of(["gt", "ge", "lt", "le"], text);
  return fc.oneof(present, isNull, of(["eq"], text), of(["ne"], text), of(["co", "sw", "ew"], text), order);
}

function tree(leaf: fc.Arbitrary<Filter>, maxDepth: number): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth, depthSize: "small" },
      leaf,
      tie("filter").map((filter): Filter => ({ op: "not", filter })),
      fc
        .tuple(fc.constantFrom("and", "or"), fc.array(tie("filter"), { minLength: 2, maxLength: 3 }))
        .map(([op, all]): Filter => ({ op, filters: all })),
    ),
  })).filter;
}
