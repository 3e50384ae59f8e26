import { DSIG } from "./signature-shape.ts";
import { attributeOf, type XmlElement } from "./tree.ts";

/** An element as people are shown it: JSON, without what could be used again. */
export interface ShownElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly children?: readonly ShownElement[];
  /** So many child elements are not shown, since there are too many. */
  readonly more?: number;
}

/** How much of a document is shown at most. */
const MOST = { elements: 400, characters: 32 * 1024, ofText: 500, ofAttribute: 300 };

/**
 * The element with all that it holds, cut to a size that fits on a page. Of XML Signature and XML Encryption no text is
 * shown, whatever the element: signatures, digests, keys, certificates and ciphertexts. Nor is the value of an attribute
 * that calls itself a secret. Nothing of it was verified by being shown. `decrypted` is shown in place of the
 * EncryptedAssertion that it came from.
 */
export function shownElement(element: XmlElement, decrypted?: XmlElement): ShownElement {
  return shown(element, { elements: MOST.elements, characters: MOST.characters, decrypted });
}

interface Budget {
  elements: number;
  characters: number;
  readonly decrypted: XmlElement | undefined;
}

function shown(element: XmlElement, budget: Budget): ShownElement {
  budget.elements -= 1;
  const attributes: Record<string, string> = {};
  for (const { prefix, local, value } of element.attributes) {
    const name = prefix === "" ? local : `${prefix}:${local}`;
    // A name such as __proto__ is an attribute like any other.
    Object.defineProperty(attributes, taken(name, MOST.ofAttribute, budget), {
      value: taken(value, MOST.ofAttribute, budget),
      enumerable: true,
      configurable: true,
    });
  }
  const text = taken(textShown(element), MOST.ofText, budget);
  const children: ShownElement[] = [];
  let more = 0;
  for (const child of element.children) {
    if (typeof child === "string") continue;
    const instead = child.local === "EncryptedAssertion" ? budget.decrypted : undefined;
    if (budget.elements > 0 && budget.characters > 0) children.push(shown(instead ?? child, budget));
    else more += 1;
  }
  return {
    name: taken(element.name, MOST.ofAttribute, budget),
    ...(element.attributes.length > 0 && { attributes }),
    ...(text !== "" && { text }),
    ...(children.length > 0 && { children }),
    ...(more > 0 && { more }),
  };
}

/** The text that stands directly in the element. */
function textShown(element: XmlElement): string {
  const text = element.children
    .filter((child) => typeof child === "string")
    .join("")
    .trim();
  return text !== "" && isSecret(element) ? `(left out, ${text.length} characters)` : text;
}

const XENC = /^http:\/\/www\.w3\.org\/(2001\/04\/xmlenc|2009\/xmlenc11|2009\/xmldsig11)#$/;

/** By local name too: whoever writes these in another namespace may still mean them. */
const VALUES: ReadonlySet<string> = new Set(
  "SignatureValue DigestValue X509Certificate CipherValue Modulus Exponent PublicKey".split(" "),
);

const SECRET = /password|passwd|secret|token|private.?key/i;

function isSecret(element: XmlElement): boolean {
  const { namespace, local, parent } = element;
  if (namespace === DSIG || XENC.test(namespace) || VALUES.has(local)) return true;
  const names = parent?.local === "Attribute" ? ["Name", "FriendlyName"].map((name) => attributeOf(parent, name)) : [];
  return names.some((name) => name !== undefined && SECRET.test(name));
}

/** As much of a text as may still be shown, never ending in half a character, and without what no database holds. */
function taken(text: string, most: number, budget: Budget): string {
  const length = Math.max(0, Math.min(most, budget.characters));
  budget.characters -= Math.min(text.length, length);
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}
