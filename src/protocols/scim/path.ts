import {
  type AttributePath,
  findPath,
  type ResolvedPath,
  unknownAttribute,
  type WholeSchema,
} from "./attribute-path.ts";
import { badRequest } from "./error.ts";
import { parseBrackets, parseSubName, refuseTooLong } from "./filter-parser.ts";
import { Scanner } from "./filter-scanner.ts";
import type { Filter } from "./filter-tree.ts";
import type { Attribute, ResourceType } from "./schema.ts";

/** What a PATCH path names: an attribute, those of its values that match a filter, or a part of them. */
export interface AttributeTarget {
  /** The attribute; without `sub`, which stands beside. */
  readonly path: AttributePath;
  readonly attribute: Attribute;
  readonly filter?: Filter;
  readonly sub?: Attribute;
}

/** A path is an attribute's, or the URN of a schema for all its attributes. */
export type PatchPath = AttributeTarget | WholeSchema;

/**
 * The path of a PATCH operation (RFC 7644 §3.5.2, figure 7): `name.familyName`, `addresses[type eq "work"]`,
 * `emails[type eq "work"].value`, with a URN or without, in any case; also a URN alone.
 *
 * Refuses with 400 `invalidPath` what does not parse and what no schema has; with `invalidFilter` what is wrong between
 * brackets. Both say where.
 */
export function parsePath(text: string, resourceType: ResourceType): PatchPath {
  const found = findTarget(text, resourceType);
  if (found === undefined) throw badRequest("invalidPath", unknownAttribute(text, resourceType));
  return found;
}

/** The same, but `undefined` where the path begins with an unknown attribute: the keys of a path-less value may. */
export function findTarget(text: string, resourceType: ResourceType): PatchPath | undefined {
  refuseTooLong(text, "path");
  const scanner = new Scanner(text, "invalidPath");
  const found = findPath(scanner.word(), resourceType);
  if (found === undefined) return undefined;
  const target = "schema" in found ? found : parseTarget(scanner, found, resourceType);
  if (scanner.peek() !== "") throw scanner.refusal("the end");
  return target;
}

function parseTarget(scanner: Scanner, found: ResolvedPath, type: ResourceType): AttributeTarget {
  if (!found.top.multiValued || found.path.sub !== undefined || !scanner.take("[")) return targetOf(found);
  scanner.scimType = "invalidFilter";
  const filter = parseBrackets({ scanner, type }, found, 0);
  scanner.scimType = "invalidPath";
  const sub = parseSubName(scanner, found);
  return { ...targetOf(sub ?? found), filter };
}

function targetOf({ path: { sub, ...path }, top, definition }: ResolvedPath): AttributeTarget {
  return { path, attribute: top, ...(sub === undefined ? {} : { sub: definition }) };
}
