import { cut } from "./refusals.ts";
import { attributeOf, textOf, type XmlElement } from "./tree.ts";

/**
 * What a response says of itself, read without looking who signed it: it tells an administrator what arrived, and decides
 * nothing. Each text has at most 200 characters.
 */
export interface Seen {
  readonly issuer?: string;
  readonly audiences?: readonly string[];
  readonly nameId?: string;
  readonly nameIdFormat?: string;
  /** The first values of the first attributes, in the order in which they stand. */
  readonly attributes?: readonly SeenAttribute[];
}

export interface SeenAttribute {
  readonly name: string;
  readonly values: readonly string[];
}

const MOST = { audiences: 5, attributes: 50, values: 20 };

/** Reads leniently: whatever is not where it is expected is left out. */
export function seenIn(root: XmlElement): Seen {
  const found = new Map<string, XmlElement[]>(WANTED.map((local) => [local, []]));
  const pending = [root];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    found.get(element.local)?.push(element);
    for (const child of element.children.toReversed()) if (typeof child !== "string") pending.push(child);
  }
  const [issuer, nameId] = [found.get("Issuer")?.at(-1), found.get("NameID")?.[0]];
  const format = nameId && attributeOf(nameId, "Format");
  const audiences = (found.get("Audience") ?? []).slice(0, MOST.audiences).map(words);
  const attributes = (found.get("Attribute") ?? []).slice(0, MOST.attributes).map(seenAttribute);
  return {
    ...(issuer && { issuer: words(issuer) }),
    ...(audiences.length > 0 && { audiences }),
    ...(nameId && { nameId: words(nameId) }),
    ...(format && { nameIdFormat: cut(format) }),
    ...(attributes.length > 0 && { attributes }),
  };
}

const WANTED = ["Issuer", "NameID", "Audience", "Attribute"];

function seenAttribute(attribute: XmlElement): SeenAttribute {
  const values = attribute.children.filter((child) => typeof child !== "string").slice(0, MOST.values);
  return { name: cut(attributeOf(attribute, "Name") ?? ""), values: values.map(words) };
}

function words(element: XmlElement): string {
  return cut((textOf(element) ?? "").trim());
}
