import { refusal } from "./refusals.ts";
import { type NamespaceBinding, namespaceOf, type XmlAttribute, type XmlElement } from "./tree.ts";

/**
 * Exclusive XML canonicalization without comments (https://www.w3.org/TR/xml-exc-c14n/ §3) of one element.
 * `inclusive` is the `InclusiveNamespaces PrefixList`, with `#default` for the default namespace. `without` is one
 * element that is left out with all it holds: the signature that the enveloped-signature transform takes away.
 * The tree has no relative and no undeclared namespaces, no comments and no DTD, so those rules have nothing to do.
 *
 * Refuses (`xml`) a form of more than a million characters. One declaration far out is written at each element that needs it,
 * and a tab in an attribute becomes five characters, so a form may be thousands of times as long as its document; that of a
 * genuine response is about as long.
 */
export function canonicalize(apex: XmlElement, inclusive: readonly string[] = [], without?: XmlElement): string {
  const prefixes = new Set(inclusive.map((prefix) => (prefix === "#default" ? "" : prefix)));
  const writer = new Writer(prefixes, without);
  writer.element(apex, undefined, undefined);
  return writer.out;
}

class Writer {
  out = "";
  private readonly inclusive: ReadonlySet<string>;
  private readonly without: XmlElement | undefined;

  constructor(inclusive: ReadonlySet<string>, without: XmlElement | undefined) {
    this.inclusive = inclusive;
    this.without = without;
  }

  /**
   * `rendered` is what the output ancestors declare; `outside` the scope of the parent in the output, undefined for the
   * apex, whose whole scope counts. The depth of the recursion is capped by the parser.
   */
  element(element: XmlElement, rendered: NamespaceBinding | undefined, outside: NamespaceBinding | undefined): void {
    if (this.out.length > MAX_LENGTH)
      throw refusal("xml", `a canonical form of at most ${MAX_LENGTH} characters`, "more");
    const added = this.missing(element, rendered, outside);
    let here = rendered;
    this.out += `<${element.name}`;
    for (const [prefix, uri] of added) {
      this.out += prefix === "" ? ` xmlns="${attributeText(uri)}"` : ` xmlns:${prefix}="${attributeText(uri)}"`;
      here = { prefix, uri, outer: here, length: 0 };
    }
    for (const { prefix, local, value } of inOrder(element.attributes)) {
      this.out +=
        prefix === "" ? ` ${local}="${attributeText(value)}"` : ` ${prefix}:${local}="${attributeText(value)}"`;
    }
    this.out += ">";
    for (const child of element.children) {
      if (typeof child === "string") this.out += characterText(child);
      else if (child !== this.without) this.element(child, here, element.scope);
    }
    this.out += `</${element.name}>`;
  }

  /** The declarations to write here, ordered by prefix: visibly used ones (§3), then those of the PrefixList. */
  private missing(
    element: XmlElement,
    rendered: NamespaceBinding | undefined,
    outside: NamespaceBinding | undefined,
  ): readonly (readonly [string, string])[] {
    const { scope, attributes } = element;
    let found: Map<string, string> | undefined;
    const want = (prefix: string): void => {
      const uri = prefix === "xml" ? undefined : namespaceOf(scope, prefix);
      if (uri === undefined || namespaceOf(rendered, prefix) === uri) return;
      found ??= new Map();
      found.set(prefix, uri);
    };
    want(element.prefix);
    for (const { prefix } of attributes) if (prefix !== "") want(prefix);
    if (this.inclusive.size > 0) {
      for (let own = scope; own !== undefined && own !== outside; own = own.outer) {
        if (this.inclusive.has(own.prefix)) want(own.prefix);
      }
    }
    if (found === undefined) return NONE;
    return found.size === 1 ? [...found] : [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  }
}

/** In UTF-16 code units. */
const MAX_LENGTH = 1024 * 1024;

const NONE: readonly (readonly [string, string])[] = [];

/** By namespace, then by local name; both are ASCII, so code units order as code points do (Canonical XML 1.0 §2.2). */
function inOrder(attributes: readonly XmlAttribute[]): readonly XmlAttribute[] {
  for (let at = 1; at < attributes.length; at += 1) {
    const [before, after] = [attributes[at - 1], attributes[at]];
    if (before !== undefined && after !== undefined && follows(before, after)) {
      return attributes.toSorted((one, other) => (follows(one, other) ? 1 : -1));
    }
  }
  return attributes;
}

function follows(one: XmlAttribute, other: XmlAttribute): boolean {
  return one.namespace === other.namespace ? one.local > other.local : one.namespace > other.namespace;
}

/** Canonical XML 1.0 §2.3, text nodes. */
function characterText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (character) => IN_TEXT[character] ?? character) : text;
}

/** Canonical XML 1.0 §2.3, attribute nodes. */
function attributeText(value: string): string {
  return /[&<"\t\n\r]/.test(value)
    ? value.replace(/[&<"\t\n\r]/g, (character) => IN_ATTRIBUTE[character] ?? character)
    : value;
}

const IN_TEXT: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;" };

const IN_ATTRIBUTE: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};
