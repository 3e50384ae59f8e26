import { bytesOfBase64 } from "./base64.ts";
import { XmlFault } from "./characters.ts";
import { refusal } from "./refusals.ts";
import { DSIG } from "./signature-shape.ts";
import type { Trace } from "./trace.ts";
import { attributeOf, elementsOf, isNamed, type XmlElement } from "./tree.ts";
import { MESSAGE, parseXml } from "./xml.ts";

export const SAML = "urn:oasis:names:tc:SAML:2.0:assertion";
export const SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol";

/** A samlp:Response in the one layout that is accepted. Nothing in it is verified yet. */
export interface Response {
  readonly element: XmlElement;
  readonly id: string;
  readonly issuer: XmlElement | undefined;
  readonly signature: XmlElement | undefined;
  readonly status: XmlElement;
  readonly assertions: readonly XmlElement[];
}

const MAX_BYTES = MESSAGE.length;

/** Base64 of the largest message, and room for a line break after every few characters. */
const MAX_ENCODED = Math.ceil(MAX_BYTES / 3) * 4 * 1.125;

/**
 * From the form field to one tree: size, base64, UTF-8, XML grammar. Refuses with `request-shape`, `size`, `base64` or
 * `xml`.
 */
export function readDocument(samlResponse: string, trace: Trace): XmlElement {
  const bytes = decoded(samlResponse);
  trace.pass("request-shape", "a SAMLResponse", "one");
  trace.pass("size", LARGEST, () => `${bytes.length} bytes`);
  trace.pass("base64", BASE64, "that");
  const element = parsed(bytes);
  trace.pass("xml", "UTF-8 and XML without DTD, comments, CDATA and instructions", "that");
  return element;
}

const LARGEST = `at most ${MAX_BYTES} bytes`;
const BASE64 = "padded base64 with nothing but line breaks in it";

function decoded(samlResponse: string): Buffer {
  if (samlResponse === "") throw refusal("request-shape", "a SAMLResponse", "none");
  if (samlResponse.length > MAX_ENCODED) throw refusal("size", LARGEST, "more, before decoding");
  const bytes = bytesOfBase64(samlResponse);
  if (bytes === undefined) throw refusal("base64", BASE64, "something else");
  if (bytes.length > MAX_BYTES) throw refusal("size", LARGEST, `${bytes.length} bytes`);
  return bytes;
}

function parsed(bytes: Buffer): XmlElement {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw refusal("xml", "UTF-8", "other bytes");
  }
  try {
    return parseXml(text, MESSAGE);
  } catch (error) {
    if (error instanceof XmlFault) throw refusal("xml", error.wanted, error.got);
    throw error;
  }
}

/** A byte order mark is kept, so that the parser refuses it. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * SAML Core §3.2.2: Issuer?, Signature?, Extensions?, Status, assertions. No provider sends Extensions: refused
 * (`response`), as is another root or version.
 */
export function readLayout(element: XmlElement, trace: Trace): Response {
  if (!isNamed(element, SAMLP, "Response")) throw refusal("response", "a samlp:Response", element.local);
  const version = attributeOf(element, "Version");
  if (version !== "2.0") throw refusal("response", "version 2.0", version ?? "no version");
  const id = attributeOf(element, "ID");
  if (!id) throw refusal("response", "an ID", "none");
  const children = elementsOf(element) ?? [];
  const issuer = isNamed(children[0], SAML, "Issuer") ? children[0] : undefined;
  const second = children[issuer === undefined ? 0 : 1];
  const signature = isNamed(second, DSIG, "Signature") ? second : undefined;
  const [status, ...assertions] = children.slice((issuer ? 1 : 0) + (signature ? 1 : 0));
  if (status === undefined || !isNamed(status, SAMLP, "Status")) {
    throw refusal("response", "Issuer, Signature, Status, Assertion, in this order", names(children));
  }
  trace.pass("response", "a samlp:Response of version 2.0 in its usual layout", () => names(children));
  return { element, id, issuer, signature, status, assertions };
}

function names(children: readonly XmlElement[]): string {
  return children.map((child) => child.local).join(", ") || "nothing";
}
