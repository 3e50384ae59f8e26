import { findPath } from "./attribute-path.ts";
import { currentUrn } from "./dialects.ts";
import { foldAscii, isObject, type JsonObject, type JsonValue } from "./json.ts";
import { COMMON, ENTERPRISE_URN, type ResourceType, SCHEMAS_OF } from "./schema.ts";

/** What an answer shall show of a resource (RFC 7644 §3.9). Names in any case, with their URN or without. */
export interface Projection {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/**
 * The resource with only what was asked for. `schemas` and `id` are always there (RFC 7643 §7, `returned`); names that no
 * schema has ask for nothing. With both lists, the second takes from what the first one chose.
 */
export function project(
  resource: JsonObject,
  { attributes, excludedAttributes }: Projection,
  type: ResourceType,
): JsonObject {
  const wanted = attributes && select(attributes, type);
  const chosen = wanted === undefined ? resource : reduce(resource, "", (key, part) => isNamed(wanted, key, part));
  const excluded = excludedAttributes && select(excludedAttributes, type);
  if (excluded === undefined) return chosen;
  return reduce(chosen, "", (key, part) => ALWAYS.has(key) || !isNamed(excluded, key, part));
}

/**
 * Whether the answer needs an attribute (`members`, `groups` …), to be asked before it is read from the database. True
 * also where only a part of it is asked for (`members.value`), and not false where only a part is excluded.
 */
export function wantsAttribute({ attributes, excludedAttributes }: Projection, name: string): boolean {
  const wanted = foldAscii(name);
  if (excludedAttributes?.some((one) => bare(one) === wanted)) return false;
  if (attributes === undefined) return true;
  return attributes.some((one) => [wanted, ""].includes(bare(one).split(".")[0] ?? ""));
}

/** The name in lower case without a URN before it; "" for a URN alone. */
function bare(name: string): string {
  const lower = currentUrn(name.trim());
  if (!lower.startsWith("urn:")) return lower;
  const schemas = Object.values(SCHEMAS_OF).flat();
  const urn = schemas.map((one) => foldAscii(one.urn)).find((one) => lower === one || lower.startsWith(`${one}:`));
  return urn === undefined ? lower : lower.slice(urn.length + 1);
}

/** What names ask for: each attribute by its key, whole (`true`) or by its parts. */
type Selection = ReadonlyMap<string, true | ReadonlySet<string>>;

const ALWAYS: ReadonlySet<string> = new Set(COMMON.filter((one) => one.returned === "always").map((one) => one.name));

function select(names: readonly string[], type: ResourceType): Selection {
  const selection = new Map<string, true | Set<string>>();
  for (const name of names) {
    const found = findPath(name.trim(), type);
    if (found === undefined) continue;
    if ("schema" in found) {
      for (const one of found.schema.attributes) selection.set(keyIn(found.schema.urn, one.name), true);
      continue;
    }
    const key = keyIn(found.path.urn, found.path.attribute);
    const before = selection.get(key);
    if (found.path.sub === undefined) selection.set(key, true);
    else if (before !== true) selection.set(key, (before ?? new Set()).add(found.path.sub));
  }
  return selection;
}

/** An attribute's key: its name, behind the URN in the extension. */
function keyIn(urn: string | undefined, name: string): string {
  return urn === ENTERPRISE_URN ? `${urn}:${name}` : name;
}

/** Whether a selection names the attribute, or the part of it; `part` undefined asks about all of it. */
function isNamed(selection: Selection, key: string, part: string | undefined): boolean {
  const selected = selection.get(key);
  return ALWAYS.has(key) || selected === true || (part !== undefined && selected?.has(part) === true);
}

/** The object without the attributes and parts that are not kept, and without what is then empty. */
function reduce(object: JsonObject, prefix: string, keeps: (key: string, part?: string) => boolean): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    const key = prefix + name;
    const kept =
      name === ENTERPRISE_URN && isObject(value)
        ? unlessEmpty(reduce(value, `${ENTERPRISE_URN}:`, keeps))
        : parts(value, (part) => keeps(key, part), keeps(key));
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

/** A value with the parts that are kept; one without parts by whether the attribute itself is. */
function parts(value: JsonValue, keeps: (part: string) => boolean, whole: boolean): JsonValue | undefined {
  if (Array.isArray(value)) {
    const values = value.flatMap((one) => parts(one, keeps, whole) ?? []);
    return values.length > 0 || whole ? values : undefined;
  }
  if (!isObject(value)) return whole ? value : undefined;
  return unlessEmpty(Object.fromEntries(Object.entries(value).filter(([name]) => keeps(name))));
}

function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}
