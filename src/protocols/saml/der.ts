/** The two bits of KeyUsage (RFC 5280 §4.2.1.3) that let a key sign what is not a certificate. */
interface KeyUsage {
  readonly digitalSignature: boolean;
  readonly contentCommitment: boolean;
}

/**
 * The KeyUsage extension of a certificate in DER, or undefined where there is none: then every use is allowed.
 * `node:crypto` shows only the extended key usage. The bytes must be a certificate that `X509Certificate` has read.
 */
export function keyUsageOf(der: Uint8Array): KeyUsage | undefined {
  const certificate = valueAt(der, 0);
  const tbs = valueAt(der, certificate.from);
  for (const field of valuesIn(der, tbs)) {
    if (field.tag !== EXTENSIONS) continue;
    for (const extension of valuesIn(der, valueAt(der, field.from))) {
      const [id, ...rest] = valuesIn(der, extension);
      const octets = rest.at(-1);
      if (id === undefined || octets === undefined || !isKeyUsage(der, id)) continue;
      // BIT STRING: a count of unused bits, then the bits, the first one leftmost.
      const bits = der[valueAt(der, octets.from).from + 1] ?? 0;
      return { digitalSignature: (bits & 0x80) !== 0, contentCommitment: (bits & 0x40) !== 0 };
    }
  }
  return undefined;
}

/** `[3] EXPLICIT Extensions` of TBSCertificate (RFC 5280 §4.1). */
const EXTENSIONS = 0xa3;

/** 2.5.29.15 */
const KEY_USAGE = [0x55, 0x1d, 0x0f];

interface Value {
  readonly tag: number;
  /** Where the content starts and ends. */
  readonly from: number;
  readonly to: number;
}

function isKeyUsage(der: Uint8Array, id: Value): boolean {
  return id.to - id.from === KEY_USAGE.length && KEY_USAGE.every((byte, at) => der[id.from + at] === byte);
}

function valuesIn(der: Uint8Array, outer: Value): Value[] {
  const values: Value[] = [];
  for (let at = outer.from; at < outer.to; ) {
    const value = valueAt(der, at);
    values.push(value);
    at = value.to;
  }
  return values;
}

/** Tag, length and content (X.690 §8.1). A certificate has one-byte tags and definite lengths only. */
function valueAt(der: Uint8Array, at: number): Value {
  const tag = der[at] ?? 0;
  const short = der[at + 1] ?? 0;
  if (short < 0x80) return { tag, from: at + 2, to: at + 2 + short };
  const bytes = short & 0x7f;
  let length = 0;
  for (const byte of der.subarray(at + 2, at + 2 + bytes)) length = length * 256 + byte;
  return { tag, from: at + 2 + bytes, to: at + 2 + bytes + length };
}
