import { type KeyObject, randomBytes, sign } from "node:crypto";

/** What a key may be used for (RFC 5280 §4.2.1.3). */
export type KeyUse = "signing" | "encryption";

export interface CertificateSubject {
  /** The common name, at most 64 characters. */
  readonly name: string;
  readonly use: KeyUse;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * A self-signed X.509 version 3 certificate in PEM (RFC 5280 §4.1) of an RSA key, signed with RSA-SHA256. SAML's metadata
 * carries keys in certificates, and `node:crypto` makes none: decision 12. Whoever reads it trusts the metadata that it
 * stands in; nobody asks for an authority.
 */
export function selfSignedCertificate(
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  subject: CertificateSubject,
): string {
  const tbs = toBeSigned(publicKey, subject);
  const signature = bitString(sign("sha256", tbs, privateKey));
  const certificate = sequence(tbs, SHA256_WITH_RSA, signature);
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function toBeSigned(publicKey: KeyObject, { name, use, notBefore, notAfter }: CertificateSubject): Buffer {
  const commonName = sequence(value(SET, sequence(COMMON_NAME, value(UTF8_STRING, Buffer.from(name)))));
  return sequence(
    value(EXPLICIT | 0, integer(Buffer.of(2))),
    integer(serialNumber()),
    SHA256_WITH_RSA,
    commonName,
    sequence(time(notBefore), time(notAfter)),
    commonName,
    publicKey.export({ type: "spki", format: "der" }),
    value(EXPLICIT | 3, sequence(keyUsage(use))),
  );
}

/** 126 random bits: positive, and no leading zero to leave out (RFC 5280 §4.1.2.2: at most 20 octets). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** Critical, as RFC 5280 §4.2.1.3 would have it: bit 0 is digitalSignature, bit 2 keyEncipherment. */
function keyUsage(use: KeyUse): Buffer {
  const bits = use === "signing" ? Buffer.of(7, 0x80) : Buffer.of(5, 0x20);
  return sequence(KEY_USAGE, TRUE, value(OCTET_STRING, value(BIT_STRING, bits)));
}

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
/** A context-specific tag around another value. */
const EXPLICIT = 0xa0;

const TRUE = value(BOOLEAN, Buffer.of(0xff));
/** 2.5.4.3 */
const COMMON_NAME = value(OBJECT_IDENTIFIER, Buffer.of(0x55, 0x04, 0x03));
/** 2.5.29.15 */
const KEY_USAGE = value(OBJECT_IDENTIFIER, Buffer.of(0x55, 0x1d, 0x0f));
/** 1.2.840.113549.1.1.11, with the NULL that RFC 4055 §5 asks for. */
const SHA256_WITH_RSA = sequence(
  value(OBJECT_IDENTIFIER, Buffer.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b)),
  value(NULL, Buffer.alloc(0)),
);

function sequence(...parts: readonly Buffer[]): Buffer {
  return value(SEQUENCE, Buffer.concat(parts));
}

/** Of a positive number whose highest bit is 0. */
function integer(bytes: Buffer): Buffer {
  return value(INTEGER, bytes);
}

/** A whole number of octets. */
function bitString(bytes: Buffer): Buffer {
  return value(BIT_STRING, Buffer.concat([Buffer.of(0), bytes]));
}

/** RFC 5280 §4.1.2.5: in two digits until 2049, in four from 2050. To the second. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;
  return date.getUTCFullYear() < 2050
    ? value(UTC_TIME, Buffer.from(digits.slice(2)))
    : value(GENERALIZED_TIME, Buffer.from(digits));
}

/** Tag, length in as few octets as it needs, content (X.690 §10.1). */
function value(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) length.unshift(rest & 0xff);
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length, ...length), content]);
}
