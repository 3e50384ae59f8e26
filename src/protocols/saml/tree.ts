import { isBlank } from "./characters.ts";

/** One namespace declaration; `outer` leads to those further out. */
export interface NamespaceBinding {
  /** Empty for the default namespace. */
  readonly prefix: string;
  readonly uri: string;
  readonly outer: NamespaceBinding | undefined;
  /** How many bindings this chain holds, itself included. */
  readonly length: number;
}

export interface XmlAttribute {
  readonly prefix: string;
  readonly local: string;
  /** Empty for an attribute without a prefix. */
  readonly namespace: string;
  readonly value: string;
}

/** An element of the one tree that is canonicalized, digested and read. Nothing writes to it after parsing. */
export interface XmlElement {
  /** The name as it was written, prefix included. */
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  /** In document order, without namespace declarations. */
  readonly attributes: readonly XmlAttribute[];
  /** The innermost namespace declaration in scope. */
  readonly scope: NamespaceBinding | undefined;
  readonly parent: XmlElement | undefined;
  readonly children: readonly (XmlElement | string)[];
}

/** The URI that a prefix is bound to here, or undefined. */
export function namespaceOf(scope: NamespaceBinding | undefined, prefix: string): string | undefined {
  for (let binding = scope; binding !== undefined; binding = binding.outer) {
    if (binding.prefix === prefix) return binding.uri;
  }
  return undefined;
}

/** Has the element exactly this expanded name? */
export function isNamed(element: XmlElement | undefined, namespace: string, local: string): boolean {
  return element?.local === local && element.namespace === namespace;
}

/** The value of an attribute without a namespace, or undefined. */
export function attributeOf(element: XmlElement, local: string): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.local === local && attribute.namespace === "") return attribute.value;
  }
  return undefined;
}

/** The child elements, or undefined where there is text between them that is not white space. */
export function elementsOf(element: XmlElement): XmlElement[] | undefined {
  const elements: XmlElement[] = [];
  for (const child of element.children) {
    if (typeof child !== "string") elements.push(child);
    else if (!isBlank(child)) return undefined;
  }
  return elements;
}

/** The text of an element, or undefined where it holds another element. */
export function textOf(element: XmlElement): string | undefined {
  let text = "";
  for (const child of element.children) {
    if (typeof child !== "string") return undefined;
    text += child;
  }
  return text;
}
