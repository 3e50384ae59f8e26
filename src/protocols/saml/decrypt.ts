import { constants, createDecipheriv, type KeyObject, privateDecrypt, randomBytes } from "node:crypto";
import type { Cipher } from "./encryption-algorithms.ts";
import { type EncryptionShape, readEncryption } from "./encryption-shape.ts";
import { SAML } from "./message.ts";
import { refusal } from "./refusals.ts";
import type { Trace } from "./trace.ts";
import { isNamed, type XmlElement } from "./tree.ts";
import { MESSAGE, parseXml } from "./xml.ts";

/**
 * Decrypts an EncryptedAssertion (SAML Core §2.3.4) with one of our private keys: the Assertion as a tree of its own, parsed
 * by the grammar of messages. Nothing in it is verified by that: whoever has our metadata can encrypt.
 *
 * AES-CBC only where a verified signature covers the whole response: else anybody could change the text bit by bit, and
 * learn it from what we make of it. Whatever goes wrong with the key, the text, its padding, its tag or its XML is one
 * refusal, `decryption`, reached by the same steps. Refuses besides with `encryption-shape` and `encryption-algorithm`,
 * which say only what everybody can read in the message.
 */
export function decryptAssertion(
  encrypted: XmlElement,
  keys: readonly KeyObject[],
  { responseIsSigned }: { readonly responseIsSigned: boolean },
  trace: Trace,
): XmlElement {
  const shape = readEncryption(encrypted);
  trace.pass("encryption-shape", "one text, encrypted with one key", "that");
  const { name, authenticates } = shape.cipher;
  if (!authenticates && !responseIsSigned) throw refusal("encryption-algorithm", ALGORITHMS, name);
  trace.pass("encryption-algorithm", ALGORITHMS, name);
  let assertion: XmlElement | undefined;
  // All of them, also after one that fits: how long it takes says only how many there are.
  for (const key of keys) assertion = assertionIn(shape, key) ?? assertion;
  if (assertion === undefined) throw refusal("decryption", FOR_US, "one that cannot be read with our keys");
  trace.pass("decryption", FOR_US, "that");
  return assertion;
}

const ALGORITHMS = "AES-GCM, or AES-CBC in a response that is signed itself";
const FOR_US = "an assertion that is encrypted for a certificate of our metadata";

function assertionIn(shape: EncryptionShape, key: KeyObject): XmlElement | undefined {
  const { cipher, data } = shape;
  // A key that is wrong must not be told from a text that is: the text is decrypted with a random one instead.
  const secret = unwrapped(shape, key) ?? randomBytes(cipher.keyLength);
  const plain = cipher.authenticates ? opened(cipher, secret, data) : unpadded(cipher, secret, data);
  try {
    const element = parseXml(UTF8.decode(plain ?? Buffer.from("unreadable")), MESSAGE);
    return isNamed(element, SAML, "Assertion") ? element : undefined;
  } catch {
    return undefined;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** RSA-OAEP; OpenSSL takes the same time for each padding that is wrong. */
function unwrapped({ cipher, oaepHash, encryptedKey }: EncryptionShape, key: KeyObject): Buffer | undefined {
  try {
    const secret = privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, encryptedKey);
    return secret.length === cipher.keyLength ? secret : undefined;
  } catch {
    return undefined;
  }
}

const NONCE = 12;
const TAG = 16;

/** XML Encryption 1.1 §5.2.4: a nonce of 96 bits, the text, a tag of 128 bits and no shorter one. */
function opened({ name }: Cipher, secret: Buffer, data: Buffer): Buffer | undefined {
  if (data.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv(name as "aes-256-gcm", secret, data.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAuthTag(data.subarray(-TAG));
  const plain = decipher.update(data.subarray(NONCE, -TAG));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

const BLOCK = 16;

/** XML Encryption 1.1 §5.2.3: a vector, then blocks; the last byte says how many bytes at the end are padding. */
function unpadded({ name }: Cipher, secret: Buffer, data: Buffer): Buffer | undefined {
  if (data.length < 2 * BLOCK || data.length % BLOCK !== 0) return undefined;
  const decipher = createDecipheriv(name, secret, data.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(data.subarray(BLOCK)), decipher.final()]);
  const padding = plain.at(-1) ?? 0;
  return padding >= 1 && padding <= BLOCK ? plain.subarray(0, -padding) : undefined;
}
