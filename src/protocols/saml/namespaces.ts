import { XmlFault } from "./characters.ts";
import { type NamespaceBinding, namespaceOf, type XmlAttribute } from "./tree.ts";

const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";

/** More than any provider declares on one path; it bounds each look-up. */
const MAX_IN_SCOPE = 64;

/** Canonical XML writes a declaration wherever it is needed first, however far out it stands: it is to stay short. */
const MAX_URI = 512;

/**
 * The scope with one more declaration. `outside` is the scope of the parent: what lies between is declared on this same
 * element, where a prefix may stand once. Refuses what Namespaces in XML 1.0 §3 reserves, and relative URIs, for which
 * canonical XML has no result (Canonical XML 1.0 §1.3). `xmlns=""` is refused too: no provider sends it.
 */
export function declared(
  scope: NamespaceBinding | undefined,
  outside: NamespaceBinding | undefined,
  prefix: string,
  uri: string,
): NamespaceBinding {
  if (prefix === "xml" || prefix === "xmlns" || uri === XML_NAMESPACE || uri === XMLNS_NAMESPACE) {
    throw new XmlFault("no declaration of a reserved namespace", `xmlns:${prefix}`);
  }
  if (!isAbsolute(uri)) throw new XmlFault("an absolute namespace URI", uri);
  if (uri.length > MAX_URI) throw new XmlFault(`a namespace URI of at most ${MAX_URI} characters`, `${uri.length}`);
  for (let binding = scope; binding !== outside && binding !== undefined; binding = binding.outer) {
    if (binding.prefix === prefix) throw new XmlFault("each namespace declared once", `xmlns:${prefix} twice`);
  }
  const length = (scope?.length ?? 0) + 1;
  if (length > MAX_IN_SCOPE) throw new XmlFault(`at most ${MAX_IN_SCOPE} namespaces in scope`, "more");
  return { prefix, uri, outer: scope, length };
}

/** The namespace of an element with this prefix. Refuses a prefix that is not declared. */
export function elementNamespace(scope: NamespaceBinding | undefined, prefix: string): string {
  const uri = namespaceOf(scope, prefix);
  if (uri !== undefined) return uri;
  if (prefix === "") return "";
  throw new XmlFault("a declared prefix", prefix);
}

/** The attribute with its namespace filled in; without a prefix it has none (Namespaces in XML 1.0 §6.2). */
export function resolvedAttribute(scope: NamespaceBinding | undefined, attribute: XmlAttribute): XmlAttribute {
  const { prefix, local, value } = attribute;
  if (prefix === "") return attribute;
  const namespace = prefix === "xml" ? XML_NAMESPACE : namespaceOf(scope, prefix);
  if (namespace === undefined) throw new XmlFault("a declared prefix", prefix);
  return { prefix, local, namespace, value };
}

/** Refuses two attributes of one expanded name (Namespaces in XML 1.0 §6.3). Their number is capped by the caller. */
export function refuseDuplicates(attributes: readonly XmlAttribute[]): void {
  attributes.forEach((one, at) => {
    for (let next = at + 1; next < attributes.length; next += 1) {
      const other = attributes[next];
      if (other?.local === one.local && other.namespace === one.namespace) {
        throw new XmlFault("each attribute once", `${one.local} twice`);
      }
    }
  });
}

/** In ASCII, and without what libxml2 forgets to escape when it writes a namespace, so that it could not be the same. */
function isAbsolute(uri: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[!#-%'-;=?-~]+$/.test(uri);
}
