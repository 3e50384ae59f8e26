import { attributeAlias, currentUrn } from "./dialects.ts";
import { badRequest, type ScimType } from "./error.ts";
import { foldAscii, quoted } from "./json.ts";
import {
  type Attribute,
  attributeOf,
  ENTERPRISE,
  ENTERPRISE_URN,
  type ResourceType,
  SCHEMAS_OF,
  type Schema,
  subAttributeOf,
} from "./schema.ts";

/** Where a value stands in a resource: names in the schema's case. */
export interface AttributePath {
  /** Only for an attribute of the enterprise extension. */
  readonly urn?: typeof ENTERPRISE_URN;
  readonly attribute: string;
  readonly sub?: string;
}

/** A path with what the schema says of it. */
export interface ResolvedPath {
  readonly path: AttributePath;
  /** The attribute at the top; it says whether there are several values. */
  readonly top: Attribute;
  /** The attribute that the path ends at: `top`, or its sub-attribute. */
  readonly definition: Attribute;
}

/** A name that is a schema's URN and nothing more. */
export interface WholeSchema {
  readonly schema: Schema;
}

/**
 * What an attribute's name stands for (RFC 7644 §3.10): with its schema's URN or without, with a sub-attribute or without,
 * in any case. Names of the enterprise extension resolve without their URN. `undefined` if the schemas have no such.
 */
export function findPath(text: string, type: ResourceType): ResolvedPath | WholeSchema | undefined {
  if (!text.includes(":")) return findIn(SCHEMAS_OF[type], type === "User" ? attributeAlias(text) : text);
  const name = currentUrn(text);
  for (const schema of SCHEMAS_OF[type]) {
    const urn = foldAscii(schema.urn);
    if (name === urn) return { schema };
    if (name.startsWith(`${urn}:`)) return findIn([schema], name.slice(urn.length + 1));
  }
  return undefined;
}

function findIn(schemas: readonly Schema[], name: string): ResolvedPath | undefined {
  const [head = "", sub, ...more] = name.split(".");
  for (const schema of schemas) {
    const top = attributeOf(schema, head);
    if (top === undefined) continue;
    const urn: Pick<AttributePath, "urn"> = schema === ENTERPRISE ? { urn: ENTERPRISE_URN } : {};
    if (sub === undefined) return { path: { ...urn, attribute: top.name }, top, definition: top };
    const definition = more.length === 0 ? subAttributeOf(top, sub) : undefined;
    return definition && { path: { ...urn, attribute: top.name, sub: definition.name }, top, definition };
  }
  return undefined;
}

/**
 * The attribute that a name stands for, as for `sortBy`. Refuses an unknown one with 400 and the word given.
 */
export function resolveAttribute(text: string, type: ResourceType, scimType: ScimType): ResolvedPath {
  const found = findPath(text.trim(), type);
  if (found === undefined || "schema" in found) throw badRequest(scimType, unknownAttribute(text, type));
  return found;
}

/** The sentence for a name that no schema of the resource has. */
export function unknownAttribute(text: string, type: ResourceType): string {
  return `${quoted(text)} is no attribute of a ${type}.`;
}

/** The path as text that resolves to it again; enterprise attributes with their URN. */
export function printPath({ urn, attribute, sub }: AttributePath): string {
  return `${urn === undefined ? "" : `${urn}:`}${attribute}${sub === undefined ? "" : `.${sub}`}`;
}
