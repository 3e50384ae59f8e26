import {
  DIGEST_ALGORITHMS,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from "./algorithms.ts";
import { bytesOfBase64 } from "./base64.ts";
import { refusal } from "./refusals.ts";
import type { Trace } from "./trace.ts";
import { attributeOf, elementsOf, isNamed, textOf, type XmlElement } from "./tree.ts";

export const DSIG = "http://www.w3.org/2000/09/xmldsig#";

const ALGORITHMS = "RSA or ECDSA, with SHA-256, SHA-384 or SHA-512";

/** What one `ds:Signature` says, in the only shape that is accepted. */
export interface SignatureShape {
  readonly signedInfo: XmlElement;
  /** PrefixList of the canonicalization of SignedInfo. */
  readonly signedInfoPrefixes: readonly string[];
  readonly algorithm: SignatureAlgorithm;
  readonly value: Buffer;
  /** PrefixList of the canonicalization of what is signed. */
  readonly contentPrefixes: readonly string[];
  readonly digest: string;
  /** Canonical base64. */
  readonly digestValue: string;
  /** Never a source of keys: only to tell the administrator which certificate the sender named. */
  readonly keyInfo: XmlElement | undefined;
}

/**
 * Reads an enveloped signature of the element with the id `signedId` (SAML Core §5.4, XML Signature 1.1 §4): one
 * SignedInfo, one reference to that very id, the transforms enveloped-signature and exclusive C14N, nothing else.
 * Refuses with `signature-shape` or `signature-algorithm`.
 */
export function readSignature(signature: XmlElement, signedId: string, trace: Trace): SignatureShape {
  const [signedInfo, signatureValue, keyInfo] = parts(signature, ["SignedInfo", "SignatureValue"], "KeyInfo");
  const [canonicalization, method, reference] = parts(signedInfo, [
    "CanonicalizationMethod",
    "SignatureMethod",
    "Reference",
  ]);
  const [transforms, digestMethod, digestValue] = parts(reference, ["Transforms", "DigestMethod", "DigestValue"]);
  requireReference(reference, signedId);
  if (keyInfo !== undefined) requireKeyInfo(keyInfo);
  leaf(method);
  leaf(digestMethod);
  const shape = {
    signedInfo,
    signedInfoPrefixes: exclusivePrefixes(canonicalization),
    value: bytesIn(signatureValue),
    contentPrefixes: contentPrefixes(transforms),
    digestValue: bytesIn(digestValue).toString("base64"),
    keyInfo,
  };
  trace.pass("signature-shape", `one reference, to #${signedId}`, () => `that, in the ${signature.parent?.local}`);
  const algorithm = known(SIGNATURE_ALGORITHMS, method);
  const digest = known(DIGEST_ALGORITHMS, digestMethod);
  trace.pass("signature-algorithm", ALGORITHMS, () => algorithmOf(method));
  return { ...shape, algorithm, digest };
}

type Parts<Names extends readonly string[]> = { readonly [At in keyof Names]: XmlElement };

/** Exactly these children in this order, then perhaps one of the name `last`. */
function parts<const Names extends readonly string[]>(
  parent: XmlElement,
  names: Names,
  last?: string,
): [...Parts<Names>, XmlElement | undefined] {
  const children = elementsOf(parent);
  const wanted = last !== undefined && children?.length === names.length + 1 ? [...names, last] : names;
  if (children?.length !== wanted.length || !wanted.every((name, at) => isNamed(children[at], DSIG, name))) {
    const got = children?.map((child) => child.local).join(", ") ?? "text";
    throw refusal("signature-shape", `${parent.local} holding ${names.join(", ")}`, got);
  }
  return children as [...Parts<Names>, XmlElement | undefined];
}

/** A reference to another element, to all of the document (`""`) or to something outside is a wrapping attack. */
function requireReference(reference: XmlElement, signedId: string): void {
  const uri = attributeOf(reference, "URI");
  if (uri !== `#${signedId}`) {
    throw refusal("signature-shape", `a reference to its parent, #${signedId}`, uri ?? "no URI");
  }
}

const KEY_INFO: ReadonlySet<string> = new Set(
  (
    "X509Data X509Certificate X509SubjectName X509IssuerSerial X509IssuerName X509SerialNumber X509SKI X509Digest " +
    "KeyName KeyValue RSAKeyValue Modulus Exponent ECKeyValue NamedCurve PublicKey"
  ).split(" "),
);

/** Nothing of it is believed. But it is not signed either, so it may hold only what describes a key. */
export function requireKeyInfo(
  keyInfo: XmlElement,
  check: "signature-shape" | "encryption-shape" = "signature-shape",
): void {
  for (const child of keyInfo.children) {
    if (typeof child === "string") continue;
    if (!KEY_INFO.has(child.local)) throw refusal(check, "a description of a key in KeyInfo", child.local);
    requireKeyInfo(child, check);
  }
}

function contentPrefixes(transforms: XmlElement): readonly string[] {
  const [enveloped, exclusive] = parts(transforms, ["Transform", "Transform"]);
  // xml-crypto writes the prefix list here as well. The transform takes no parameter, so it says nothing.
  const [parameter, ...others] = elementsOf(enveloped) ?? [];
  if (others.length > 0 || (parameter !== undefined && parameter.local !== "InclusiveNamespaces")) leaf(enveloped);
  else if (parameter !== undefined) leaf(parameter);
  if (attributeOf(enveloped, "Algorithm") !== ENVELOPED_SIGNATURE) {
    throw refusal(
      "signature-shape",
      "the transform enveloped-signature",
      attributeOf(enveloped, "Algorithm") ?? "none",
    );
  }
  return exclusivePrefixes(exclusive);
}

/** Exclusive C14N §4: `InclusiveNamespaces` with a `PrefixList` is the one parameter (Okta sends it). */
function exclusivePrefixes(method: XmlElement): readonly string[] {
  const algorithm = attributeOf(method, "Algorithm");
  if (algorithm !== EXCLUSIVE_C14N) throw refusal("signature-shape", "exclusive C14N", algorithm ?? "none");
  const children = elementsOf(method);
  if (children?.length === 0) return [];
  const [parameter, second] = children ?? [];
  if (parameter === undefined || second !== undefined || !isNamed(parameter, EXCLUSIVE_C14N, "InclusiveNamespaces")) {
    throw refusal("signature-shape", "InclusiveNamespaces or nothing", "other parameters");
  }
  leaf(parameter);
  return (attributeOf(parameter, "PrefixList") ?? "").split(/[ \t\r\n]+/).filter((prefix) => prefix !== "");
}

function known<Algorithm>(table: ReadonlyMap<string, Algorithm>, method: XmlElement): Algorithm {
  const name = algorithmOf(method);
  const algorithm = table.get(name);
  if (algorithm !== undefined) return algorithm;
  throw refusal("signature-algorithm", ALGORITHMS, name);
}

function algorithmOf(method: XmlElement): string {
  return attributeOf(method, "Algorithm") ?? "none";
}

/** HMACOutputLength, an XPath, an XSLT stylesheet: parameters that would change what is checked. */
function leaf(element: XmlElement): void {
  if (element.children.some((child) => typeof child !== "string")) {
    throw refusal("signature-shape", `${element.local} without parameters`, "parameters");
  }
}

function bytesIn(element: XmlElement): Buffer {
  const text = textOf(element);
  // Providers indent and wrap; SignedInfo is digested as it stands, so white space here changes nothing that is read.
  const bytes = text === undefined ? undefined : bytesOfBase64(text.replace(/[ \t]+/g, ""));
  if (bytes !== undefined && bytes.length > 0) return bytes;
  throw refusal("signature-shape", `base64 in ${element.local}`, "something else");
}
