import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

/** Encrypts what the database must hold and a thief of the database must not read: git tokens and private keys. */
export interface Sealer {
  /**
   * `key id (4 bytes) | nonce (12) | tag (16) | ciphertext`, AES-256-GCM under the current key. The place, such as
   * `git token ORGANIZATION MEMBER`, is bound to it: a value that was moved to another row does not open.
   */
  seal(plain: string, place: string): Buffer;
  /** Opens what the current or the previous key sealed for this place; throws where neither did. */
  open(sealed: Buffer, place: string): string;
  /** Whether it was sealed under another key than the current one, and should be sealed anew. */
  isOld(sealed: Buffer): boolean;
}

/** A sealer with `SECRET_KEY` and, while keys are being rotated, `SECRET_KEY_PREVIOUS`; each has 32 bytes. */
export function createSealer(secretKey: Buffer, previousSecretKey?: Buffer): Sealer {
  const current = derive(secretKey);
  const keys = previousSecretKey ? [current, derive(previousSecretKey)] : [current];
  return {
    seal(plain, place) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", current.key, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return Buffer.concat([current.id, nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, place) {
      const found = keys.find(({ id }) => id.equals(sealed.subarray(0, 4)));
      if (!found || sealed.length < 32)
        throw new Error("sealed under a key that is neither the current nor the previous");
      const decipher = createDecipheriv("aes-256-gcm", found.key, sealed.subarray(4, 16)).setAAD(Buffer.from(place));
      decipher.setAuthTag(sealed.subarray(16, 32));
      return decipher.update(sealed.subarray(32), undefined, "utf8") + decipher.final("utf8");
    },
    isOld: (sealed) => !current.id.equals(sealed.subarray(0, 4)),
  };
}

/** A key for this purpose alone (RFC 5869), and an id that tells keys apart and nothing about them. */
function derive(secret: Buffer): { id: Buffer; key: Buffer } {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "sealed column", 32));
  return { id: createHash("sha256").update("sealed column key id").update(key).digest().subarray(0, 4), key };
}
