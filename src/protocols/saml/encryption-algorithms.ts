/** How the text of an EncryptedAssertion is encrypted. */
export interface Cipher {
  /** By its name in `node:crypto`. */
  readonly name: "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm" | "aes-128-cbc" | "aes-192-cbc" | "aes-256-cbc";
  /** Whether it notices by itself that the text was changed. CBC does not: whoever may ask often reads the text. */
  readonly authenticates: boolean;
  /** In bytes. */
  readonly keyLength: number;
}

/** XML Encryption 1.1 §5.2. Triple DES and everything else is refused by not being here. */
export const CIPHERS: ReadonlyMap<string, Cipher> = new Map([
  ["http://www.w3.org/2009/xmlenc11#aes128-gcm", { name: "aes-128-gcm", authenticates: true, keyLength: 16 }],
  ["http://www.w3.org/2009/xmlenc11#aes192-gcm", { name: "aes-192-gcm", authenticates: true, keyLength: 24 }],
  ["http://www.w3.org/2009/xmlenc11#aes256-gcm", { name: "aes-256-gcm", authenticates: true, keyLength: 32 }],
  ["http://www.w3.org/2001/04/xmlenc#aes128-cbc", { name: "aes-128-cbc", authenticates: false, keyLength: 16 }],
  ["http://www.w3.org/2001/04/xmlenc#aes192-cbc", { name: "aes-192-cbc", authenticates: false, keyLength: 24 }],
  ["http://www.w3.org/2001/04/xmlenc#aes256-cbc", { name: "aes-256-cbc", authenticates: false, keyLength: 32 }],
] as const);

/** A key transport as one line: algorithm, digest, mask. */
export function keyTransportName(algorithm: string, digest: string, mask: string): string {
  return `${algorithm} ${digest} ${mask}`;
}

const XENC11 = "http://www.w3.org/2009/xmlenc11#";

/** The digests of `rsa-oaep`, with the mask of the same name; OpenSSL through `node:crypto` takes no mixture. */
const DIGESTS = [
  ["http://www.w3.org/2000/09/xmldsig#sha1", "sha1"],
  ["http://www.w3.org/2001/04/xmlenc#sha256", "sha256"],
  ["http://www.w3.org/2001/04/xmldsig-more#sha384", "sha384"],
  ["http://www.w3.org/2001/04/xmlenc#sha512", "sha512"],
] as const;

/**
 * XML Encryption 1.1 §5.5.2, by `keyTransportName`: the digest by its name in `node:crypto`. RSA 1.5 is refused by not being
 * here. SHA-1 is safe in this place, where nobody gains by a collision, and it is what providers send.
 */
export const KEY_TRANSPORTS: ReadonlyMap<string, string> = new Map([
  [
    keyTransportName("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", DIGESTS[0][0], `${XENC11}mgf1sha1`),
    DIGESTS[0][1],
  ],
  ...DIGESTS.map(
    ([digest, name]) => [keyTransportName(`${XENC11}rsa-oaep`, digest, `${XENC11}mgf1${name}`), name] as const,
  ),
]);
