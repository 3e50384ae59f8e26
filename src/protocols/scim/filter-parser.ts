import { findPath, type ResolvedPath, unknownAttribute } from "./attribute-path.ts";
import { truthValue, withoutTail } from "./dialects.ts";
import { badRequest } from "./error.ts";
import { Scanner } from "./filter-scanner.ts";
import type { ComparisonOperator, Filter } from "./filter-tree.ts";
import { foldAscii } from "./json.ts";
import { type Attribute, type ResourceType, subAttributeOf } from "./schema.ts";

/** Characters. Longer ones come from no provider, and each term costs the database something. */
const MAX_LENGTH = 8_192;
/** Parentheses and brackets within one another; keeps reading and walking the tree off the end of the stack. */
const MAX_NESTING = 50;

const OPERATORS: ReadonlySet<string> = new Set(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);

/** Where names are looked up: in a kind of resource, or, inside brackets, in one attribute of it. */
export interface FilterContext {
  readonly scanner: Scanner;
  readonly type: ResourceType;
  readonly parent?: ResolvedPath;
  /** Set where other kinds of resource are asked at once: what is said of an attribute that only they have is kept here. */
  readonly shared?: { readonly others: readonly ResourceType[]; readonly absent: Set<Filter> };
}

/**
 * The filter in a query (RFC 7644 §3.4.2.2, figure 1): the whole grammar, names and operators in any case.
 *
 * Beyond the grammar, since providers send it: `emails eq "x"` is about `emails.value`, `emails[type eq "work"].value eq
 * "x"` is `emails[type eq "work" and value eq "x"]`, a quoted boolean compares as a boolean. Refuses with 400
 * `invalidFilter`, saying where: what does not parse, unknown attributes, a value or an operator that the attribute's
 * type does not take, `password`, and what is too long or too deep.
 */
export function parseFilter(text: string, resourceType: ResourceType): Filter {
  return parseWhole(text, { type: resourceType });
}

/** The filter that the text is, all of it. */
export function parseWhole(text: string, where: Pick<FilterContext, "type" | "shared">): Filter {
  refuseTooLong(text, "filter");
  const scanner = new Scanner(withoutTail(text), "invalidFilter");
  const filter = parseOr({ ...where, scanner }, 0);
  if (scanner.peek() !== "") throw scanner.refusal(`"and", "or" or the end`);
  return filter;
}

/** Refuses a filter or path that is longer than we read. */
export function refuseTooLong(text: string, what: "filter" | "path"): void {
  if (text.length <= MAX_LENGTH) return;
  const sentence = `The ${what} has ${text.length} characters; at most ${MAX_LENGTH} are read.`;
  throw badRequest(what === "filter" ? "invalidFilter" : "invalidPath", sentence);
}

function parseOr(context: FilterContext, depth: number): Filter {
  return parseJunction("or", () => parseJunction("and", () => parseTerm(context, depth), context), context);
}

function parseJunction(op: "and" | "or", operand: () => Filter, { scanner }: FilterContext): Filter {
  const first = operand();
  const filters = [first];
  while (takeWord(scanner, op)) filters.push(operand());
  return filters.length === 1 ? first : { op, filters };
}

function takeWord(scanner: Scanner, wanted: string): boolean {
  const start = scanner.position;
  if (foldAscii(scanner.word()) === wanted) return true;
  scanner.rewind(start);
  return false;
}

function parseTerm(context: FilterContext, depth: number): Filter {
  const { scanner } = context;
  if (depth > MAX_NESTING) throw scanner.refusal(`at most ${MAX_NESTING} levels of nesting`);
  if (scanner.take("(")) return parseEnclosed(context, ")", depth);
  const start = scanner.start();
  const name = scanner.word();
  if (name === "") throw scanner.refusal("the name of an attribute");
  if (foldAscii(name) === "not" && scanner.take("(")) return { op: "not", filter: parseEnclosed(context, ")", depth) };
  const found = resolve(context, name, start);
  const bracketed = context.parent === undefined && scanner.take("[");
  const leaf = bracketed ? parseValueFilter(context, found, depth) : parseExpression(context, found);
  if (context.parent === undefined && findPath(name, context.type) === undefined) context.shared?.absent.add(leaf);
  return leaf;
}

function parseEnclosed(context: FilterContext, end: ")" | "]", depth: number): Filter {
  const filter = parseOr(context, depth + 1);
  if (!context.scanner.take(end)) throw context.scanner.refusal(`"and", "or" or "${end}"`);
  return filter;
}

function resolve({ scanner, type, parent, shared }: FilterContext, name: string, at: number): ResolvedPath {
  const types = [type, ...(shared?.others ?? [])];
  const found = parent === undefined ? firstOf(types, (one) => findPath(name, one)) : findSub(parent, name);
  if (found === undefined || "schema" in found) {
    const what = parent === undefined ? unknownAttribute(name, type) : `"${name}" is not in ${parent.top.name}.`;
    throw badRequest(scanner.scimType, `The filter is wrong at character ${at + 1}: ${what}`);
  }
  if (found.top.returned === "never") {
    // Without what follows, which would be a password in a sentence that is kept.
    const what = `expected another attribute: ${found.top.name} is not kept.`;
    throw badRequest(scanner.scimType, `The filter is wrong at character ${at + 1}: ${what}`);
  }
  return found;
}

function firstOf<T, Found>(list: readonly T[], find: (one: T) => Found | undefined): Found | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The sub-attribute of a resolved attribute. */
function findSub({ path, top }: ResolvedPath, name: string): ResolvedPath | undefined {
  const definition = subAttributeOf(top, name);
  return definition && { path: { ...path, sub: definition.name }, top, definition };
}

/** `[…]` after a name, and perhaps `.value eq "x"` after that, which is not in the grammar but in Okta's requests. */
function parseValueFilter(context: FilterContext, found: ResolvedPath, depth: number): Filter {
  const { path, top } = found;
  const { scanner } = context;
  const filter = parseBrackets(context, found, depth);
  const sub = parseSubName(scanner, found);
  if (sub === undefined) return { op: "values", path, definition: top, filter };
  const both: Filter = { op: "and", filters: [filter, parseExpression(context, sub)] };
  return { op: "values", path, definition: top, filter: both };
}

/** The filter up to the closing bracket; the opening one was taken. The names in it are sub-attributes. */
export function parseBrackets(context: FilterContext, found: ResolvedPath, depth: number): Filter {
  if (found.top.type !== "complex" || found.path.sub !== undefined) {
    throw context.scanner.refusal(`an attribute with sub-attributes before the bracket`, context.scanner.position - 1);
  }
  return parseEnclosed({ ...context, parent: found }, "]", depth);
}

/** `.name` directly after a closing bracket; `undefined` if there is none. */
export function parseSubName(scanner: Scanner, found: ResolvedPath): ResolvedPath | undefined {
  if (!scanner.takeHere(".")) return undefined;
  const at = scanner.position;
  const sub = findSub(found, scanner.word());
  if (sub === undefined) throw scanner.refusal(`a sub-attribute of ${found.top.name}`, at);
  return sub;
}

function parseExpression({ scanner }: FilterContext, found: ResolvedPath): Filter {
  const start = scanner.start();
  const op = foldAscii(scanner.word());
  if (op === "pr") return { op, path: found.path, definition: found.definition };
  if (!isOperator(op)) throw scanner.refusal("an operator (eq ne co sw ew pr gt ge lt le)", start);
  const { path, definition } = comparable(scanner, found, start);
  return { op, path, definition, value: parseValue(scanner, definition, op) };
}

function isOperator(op: string): op is ComparisonOperator {
  return OPERATORS.has(op);
}

/** An attribute with sub-attributes is compared by its `value` (as in RFC 7644 §3.4.2.2: `emails co "example.com"`). */
function comparable(scanner: Scanner, found: ResolvedPath, at: number): ResolvedPath {
  if (found.definition.type !== "complex") return found;
  const value = findSub(found, "value");
  if (value === undefined) throw scanner.refusal(`"pr", or a sub-attribute of ${found.top.name} before it`, at);
  return value;
}

function parseValue(scanner: Scanner, definition: Attribute, op: ComparisonOperator): string | boolean | null {
  const start = scanner.start();
  const text = scanner.string();
  const word = text === undefined ? foldAscii(scanner.word()) : undefined;
  if (word === "null") {
    if (op === "eq" || op === "ne") return null;
    throw scanner.refusal(`"eq" or "ne" before null`, start);
  }
  if (!takesOperator(definition, op))
    throw scanner.refusal(`another operator: ${definition.label} takes no ${op}`, start);
  const value = typed(definition, text, word);
  if (value === undefined) throw scanner.refusal(WANTED[definition.type] ?? "text in double quotes", start);
  return value;
}

/** RFC 7644 §3.4.2.2: booleans and binary values have no order; a time has no beginning or end to compare. */
function takesOperator({ type }: Attribute, op: ComparisonOperator): boolean {
  if (op === "eq" || op === "ne") return true;
  const ordering = op === "gt" || op === "ge" || op === "lt" || op === "le";
  return type !== "boolean" && (ordering ? type !== "binary" : type !== "dateTime");
}

const WANTED: Partial<Record<Attribute["type"], string>> = {
  boolean: "true or false",
  dateTime: 'a time such as "2026-01-31T12:00:00Z"',
};

function typed({ type }: Attribute, text: string | undefined, word: string | undefined): string | boolean | undefined {
  if (type === "boolean") return truthValue(text ?? word);
  return type === "dateTime" && text !== undefined ? instant(text) : text;
}

/** An xsd:dateTime (RFC 7643 §2.3.5) as UTC with milliseconds, in the years 1 to 9999; without a zone it is UTC. */
function instant(text: string): string | undefined {
  const [, local, zone = "Z"] = DATE_TIME.exec(text) ?? [];
  const time = Date.parse(`${local}${zone}`);
  if (local === undefined || Number.isNaN(time)) return undefined;
  const canonical = new Date(time).toISOString();
  return canonical.length === 24 && canonical >= "0001" ? canonical : undefined;
}

const DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/;
