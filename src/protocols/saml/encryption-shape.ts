import { bytesOfBase64 } from "./base64.ts";
import { CIPHERS, type Cipher, KEY_TRANSPORTS, keyTransportName } from "./encryption-algorithms.ts";
import { refusal } from "./refusals.ts";
import { DSIG, requireKeyInfo } from "./signature-shape.ts";
import { attributeOf, elementsOf, isNamed, textOf, type XmlElement } from "./tree.ts";

const XENC = "http://www.w3.org/2001/04/xmlenc#";
const XENC11 = "http://www.w3.org/2009/xmlenc11#";

/** What one EncryptedAssertion says, in the only shape that is accepted. */
export interface EncryptionShape {
  readonly cipher: Cipher;
  /** What of XML Encryption stands in EncryptedData: for GCM nonce, text and tag, for CBC vector and padded text. */
  readonly data: Buffer;
  /** The digest of RSA-OAEP, by its name in `node:crypto`; its mask is made with the same. */
  readonly oaepHash: string;
  readonly encryptedKey: Buffer;
}

/**
 * Reads an EncryptedAssertion (SAML Core §2.3.4, XML Encryption 1.1 §3): one EncryptedData, and one EncryptedKey in its
 * KeyInfo or beside it. Refuses with `encryption-shape`, and with `encryption-algorithm` all but RSA-OAEP and AES.
 */
export function readEncryption(assertion: XmlElement): EncryptionShape {
  const [data, beside, third] = childrenOf(assertion);
  if (data === undefined || third !== undefined || !isNamed(data, XENC, "EncryptedData")) {
    throw misshapen("EncryptedData, and perhaps one EncryptedKey", namesIn(assertion));
  }
  const type = attributeOf(data, "Type") ?? ELEMENT;
  if (type !== ELEMENT) throw misshapen(`the Type ${ELEMENT}`, type);
  const [method, keyInfo, value] = partsOf(data);
  leaf(method);
  const key = onlyKey(keyInfo, beside);
  const [keyMethod, described, keyValue] = partsOf(key);
  if (described !== undefined) requireKeyInfo(described, "encryption-shape");
  return {
    cipher: cipherOf(method),
    data: bytesIn(value),
    oaepHash: oaepHashOf(keyMethod),
    encryptedKey: bytesIn(keyValue),
  };
}

const ELEMENT = `${XENC}Element`;

/** EncryptionMethod, KeyInfo?, CipherData, of which the CipherValue; in a key then perhaps what it is for. */
function partsOf(encrypted: XmlElement): [XmlElement, XmlElement | undefined, XmlElement] {
  const [method, ...others] = childrenOf(encrypted);
  const keyInfo = isNamed(others[0], DSIG, "KeyInfo") ? others.shift() : undefined;
  const [data, ...hints] = others;
  if (!method || !data || !isNamed(method, XENC, "EncryptionMethod") || !isNamed(data, XENC, "CipherData")) {
    throw misshapen(`EncryptionMethod, KeyInfo and CipherData in ${encrypted.local}`, namesIn(encrypted));
  }
  if (hints.some((element) => !isNamed(encrypted, XENC, "EncryptedKey") || !isHint(element))) {
    throw misshapen(`nothing after CipherData in ${encrypted.local}`, namesIn(encrypted));
  }
  // A CipherReference would have us fetch the text from somewhere.
  const [value, another] = childrenOf(data);
  if (!value || another || !isNamed(value, XENC, "CipherValue")) throw misshapen("one CipherValue", namesIn(data));
  return [method, keyInfo, value];
}

/** XML Encryption 1.1 §3.5.1: what the key is for and how it is called. There is one key and one text: nothing to choose. */
function isHint(element: XmlElement): boolean {
  if (isNamed(element, XENC, "ReferenceList")) {
    return childrenOf(element).every((reference) => isNamed(reference, XENC, "DataReference"));
  }
  return isNamed(element, XENC, "CarriedKeyName") && textOf(element) !== undefined;
}

/** The one EncryptedKey: in the KeyInfo, or beside the data with a RetrievalMethod that points at it. */
function onlyKey(keyInfo: XmlElement | undefined, beside: XmlElement | undefined): XmlElement {
  const keys = beside === undefined ? [] : [beside];
  let pointed = false;
  for (const child of keyInfo === undefined ? [] : childrenOf(keyInfo)) {
    if (isNamed(child, XENC, "EncryptedKey")) keys.push(child);
    else if (isNamed(child, DSIG, "RetrievalMethod")) pointed = requireRetrieval(child, beside);
    else if (!KEY_NAMES.has(child.local)) throw misshapen("a key in KeyInfo, or what describes one", child.local);
    else requireKeyInfo(child, "encryption-shape");
  }
  const [key, second] = keys;
  const names = keys.map((element) => element.local).join(", ") || "none";
  if (key === undefined || second !== undefined || !isNamed(key, XENC, "EncryptedKey")) {
    throw misshapen("one EncryptedKey", names);
  }
  if (key === beside && !pointed) throw misshapen("a RetrievalMethod that names the EncryptedKey", "none");
  return key;
}

const KEY_NAMES: ReadonlySet<string> = new Set(["KeyName", "X509Data", "KeyValue"]);

function requireRetrieval(method: XmlElement, beside: XmlElement | undefined): true {
  leaf(method);
  const id = beside && attributeOf(beside, "Id");
  const uri = attributeOf(method, "URI");
  if (!id || uri !== `#${id}`) throw misshapen("a RetrievalMethod that names the EncryptedKey", uri ?? "no URI");
  return true;
}

function cipherOf(method: XmlElement): Cipher {
  const algorithm = attributeOf(method, "Algorithm") ?? "none";
  const cipher = CIPHERS.get(algorithm);
  if (cipher !== undefined) return cipher;
  throw refusal("encryption-algorithm", "AES in Galois/Counter Mode (aes256-gcm)", algorithm);
}

/** XML Encryption 1.1 §5.5.2: the digest is SHA-1 where none is named, and so is that of the mask. */
function oaepHashOf(method: XmlElement): string {
  let digest = `${DSIG}sha1`;
  let mask = `${XENC11}mgf1sha1`;
  for (const parameter of childrenOf(method)) {
    leaf(parameter);
    const algorithm = attributeOf(parameter, "Algorithm") ?? "none";
    if (isNamed(parameter, DSIG, "DigestMethod")) digest = algorithm;
    else if (isNamed(parameter, XENC11, "MGF")) mask = algorithm;
    else throw misshapen("DigestMethod and MGF in EncryptionMethod", parameter.local);
  }
  const name = keyTransportName(attributeOf(method, "Algorithm") ?? "none", digest, mask);
  const hash = KEY_TRANSPORTS.get(name);
  if (hash !== undefined) return hash;
  throw refusal("encryption-algorithm", "rsa-oaep-mgf1p with SHA-1, or rsa-oaep with one digest throughout", name);
}

function leaf(element: XmlElement): void {
  const inside = element.children.find((child) => typeof child !== "string");
  if (inside !== undefined) throw misshapen(`${element.local} without parameters`, inside.local);
}

function bytesIn(element: XmlElement): Buffer {
  const text = textOf(element);
  const bytes = text === undefined ? undefined : bytesOfBase64(text.replace(/[ \t]+/g, ""));
  if (bytes !== undefined && bytes.length > 0) return bytes;
  throw misshapen(`base64 in ${element.local}`, "something else");
}

function childrenOf(element: XmlElement): XmlElement[] {
  const children = elementsOf(element);
  if (children === undefined) throw misshapen(`no text in ${element.local}`, "text");
  return children;
}

function namesIn(element: XmlElement): string {
  const names = childrenOf(element).map((child) => child.local);
  return names.join(", ") || "nothing";
}

function misshapen(wanted: string, got: string) {
  return refusal("encryption-shape", wanted, got);
}
