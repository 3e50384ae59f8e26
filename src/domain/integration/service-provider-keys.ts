import { createPrivateKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { inTransaction, statement } from "../../db/database.ts";
import type { Sealer } from "../../db/sealed.ts";
import { type KeyUse, selfSignedCertificate } from "../../protocols/saml/self-signed.ts";
import { Refusal } from "../../refusal.ts";
import type { Scope } from "../../scope.ts";
import { recordEvent } from "../audit/events.ts";
import { holdOrganization } from "../organizations/organizations.ts";

/** A pair of our keys without the keys: what the metadata and the operator see of it. */
export interface ServiceProviderKeys {
  /** 1, 2, … in the order in which they were made. */
  readonly number: number;
  /** PEM */
  readonly signingCertificate: string;
  /** PEM */
  readonly encryptionCertificate: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

type Reader = Pick<Scope, "organization" | "log">;
type Maker = Pick<Scope, "db" | "organization" | "now">;

const selectPublic = statement<ServiceProviderKeys, [string]>(`
  SELECT number, signing_certificate AS "signingCertificate", encryption_certificate AS "encryptionCertificate",
    created_at AS "createdAt", expires_at AS "expiresAt"
  FROM service_provider_keys WHERE organization_id = $1 ORDER BY number`);

/**
 * The organization's own keys, the oldest first; the first pair is made when somebody first asks. Its private keys never
 * leave the database unsealed but to sign and to decrypt.
 */
export async function serviceProviderKeys(scope: Maker, sealer: Sealer): Promise<readonly ServiceProviderKeys[]> {
  const found = await selectPublic(scope.db, scope.organization.id);
  if (found.length > 0) return found;
  await makeFirst(scope, sealer);
  return selectPublic(scope.db, scope.organization.id);
}

/** How many pairs may stand side by side: the one in use, the next, and one that was forgotten. */
const MOST = 3;

/**
 * Makes another pair, to be shown in the metadata besides those before. Refuses a fourth (409 `too-many-keys`).
 * Answers the new one.
 */
export async function addServiceProviderKeys(scope: Scope, sealer: Sealer): Promise<ServiceProviderKeys> {
  requireRoom(await serviceProviderKeys(scope, sealer));
  const made = await makeKeys(scope);
  return inTransaction(scope.db, async (db) => {
    await holdOrganization(db, scope.organization.id);
    const before = await selectPublic(db, scope.organization.id);
    requireRoom(before);
    const number = (before.at(-1)?.number ?? 0) + 1;
    await insertKeys({ ...scope, db }, sealer, number, made);
    const target = { kind: "integration", name: scope.organization.slug };
    await recordEvent({ ...scope, db }, { action: "service_provider_keys.added", target, detail: { number } });
    const { signing, encryption, expiresAt } = made;
    const certificates = { signingCertificate: signing.certificate, encryptionCertificate: encryption.certificate };
    return { number, ...certificates, createdAt: scope.now, expiresAt };
  });
}

function requireRoom(before: readonly ServiceProviderKeys[]): void {
  if (before.length < MOST) return;
  const sentence = `There are ${before.length} pairs of keys already: remove one that is not used any more.`;
  throw new Refusal(409, "too-many-keys", sentence);
}

/**
 * Removes a pair: nothing is decrypted with it and nothing signed any more. Refuses an unknown one (404
 * `service-provider-keys`) and the last (409 `last-keys`).
 */
export function removeServiceProviderKeys(scope: Scope, number: number): Promise<void> {
  return inTransaction(scope.db, async (db) => {
    await holdOrganization(db, scope.organization.id);
    const before = await selectPublic(db, scope.organization.id);
    if (!before.some((keys) => keys.number === number)) {
      throw new Refusal(404, "service-provider-keys", "There is no pair of keys with this number.");
    }
    if (before.length === 1) {
      throw new Refusal(409, "last-keys", "This is the only pair of keys: add the next one before you remove it.");
    }
    const mine = db.deleteFrom("service_provider_keys").where("organization_id", "=", scope.organization.id);
    await mine.where("number", "=", number).execute();
    const target = { kind: "integration", name: scope.organization.slug };
    await recordEvent({ ...scope, db }, { action: "service_provider_keys.removed", target, detail: { number } });
  });
}

const selectSigningKeys = statement<{ sealed: Buffer }, [string]>(
  "SELECT signing_key AS sealed FROM service_provider_keys WHERE organization_id = $1 ORDER BY number",
);

/**
 * The key that signs our requests: the oldest, whose certificate the identity provider has known longest. Makes the first
 * where there is none, so not within a transaction. Refuses (503 `own-keys`) where none can be opened any more.
 */
export async function signingKey(scope: Maker & Reader, sealer: Sealer): Promise<KeyObject> {
  let rows = await selectSigningKeys(scope.db, scope.organization.id);
  if (rows.length === 0) {
    await makeFirst(scope, sealer);
    rows = await selectSigningKeys(scope.db, scope.organization.id);
  }
  const sealed = rows.map((row) => row.sealed);
  const [oldest] = opened(scope, sealer, "signing", sealed);
  if (oldest) return oldest;
  const sentence = "This service cannot sign its requests: its operator has to make new keys.";
  throw new Refusal(503, "own-keys", sentence, { check: "own-keys", wanted: "the SECRET_KEY that sealed them" });
}

/** The private keys that assertions may be encrypted for, of what is kept of them. */
export function decryptionKeys(scope: Reader, sealer: Sealer, sealed: readonly Buffer[]): readonly KeyObject[] {
  return opened(scope, sealer, "encryption", sealed);
}

/**
 * A key that was sealed under a lost `SECRET_KEY` is left out: nobody else's sign-in is to fail for it, and the operator can
 * make another pair.
 */
function opened(scope: Reader, sealer: Sealer, use: KeyUse, sealed: readonly Buffer[]): readonly KeyObject[] {
  return sealed.flatMap((key) => {
    try {
      return [unsealed(scope, sealer, use, key)];
    } catch (error) {
      const { slug } = scope.organization;
      scope.log.warn({ err: error, organization: slug, use }, "a key of our own cannot be opened");
      return [];
    }
  });
}

/** A private key as it may be used: unsealed and parsed once, then kept, the last `CACHED` of them. */
function unsealed({ organization }: Reader, sealer: Sealer, use: KeyUse, sealed: Buffer): KeyObject {
  const name = sealed.toString("latin1");
  const found = cache.get(name) ?? createPrivateKey(sealer.open(sealed, placeOf(organization.id, use)));
  cache.delete(name);
  cache.set(name, found);
  for (const oldest of cache.keys()) {
    if (cache.size <= CACHED) break;
    cache.delete(oldest);
  }
  return found;
}

const CACHED = 1024;

/** By the sealed bytes, which are never the same twice; least recently used first. */
const cache = new Map<string, KeyObject>();

/** Binds a sealed key to its organization and use, so that none can be had to work for another. */
export function placeOf(organizationId: string, use: KeyUse): string {
  return `service provider key ${organizationId} ${use}`;
}

/** Anybody may ask for metadata, and a key costs a second of one processor: however many ask, it is made once here. */
function makeFirst(scope: Maker, sealer: Sealer): Promise<void> {
  const id = scope.organization.id;
  const made = making.get(id) ?? makeKeys(scope).then((keys) => insertKeys(scope, sealer, 1, keys));
  making.set(id, made);
  return made.finally(() => making.delete(id));
}

const making = new Map<string, Promise<void>>();

/** NIST SP 800-57: enough until after the certificates have expired. */
const BITS = 3072;
const YEARS = 10;

interface MadeKey {
  readonly certificate: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

interface MadeKeys {
  readonly signing: MadeKey;
  readonly encryption: MadeKey;
  readonly expiresAt: Date;
}

/** On the threads of the runtime, so that requests go on meanwhile. */
async function makeKeys({ organization, now }: Pick<Maker, "organization" | "now">): Promise<MadeKeys> {
  const expiresAt = new Date(now);
  expiresAt.setUTCFullYear(now.getUTCFullYear() + YEARS);
  // A day before, for providers whose clock is behind.
  const notBefore = new Date(now.getTime() - 86_400_000);
  const make = async (use: KeyUse): Promise<MadeKey> => {
    const pair = await promisify(generateKeyPair)("rsa", { modulusLength: BITS });
    const certificate = selfSignedCertificate(pair, { name: organization.slug, use, notBefore, notAfter: expiresAt });
    return { certificate, privateKey: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  };
  const [signing, encryption] = await Promise.all([make("signing"), make("encryption")]);
  return { signing, encryption, expiresAt };
}

/** Another process may have made the first pair at the same moment: then that one counts. */
async function insertKeys(scope: Maker, sealer: Sealer, number: number, made: MadeKeys): Promise<void> {
  const id = scope.organization.id;
  await scope.db
    .insertInto("service_provider_keys")
    .values({
      organization_id: id,
      number,
      signing_certificate: made.signing.certificate,
      encryption_certificate: made.encryption.certificate,
      signing_key: sealer.seal(made.signing.privateKey, placeOf(id, "signing")),
      encryption_key: sealer.seal(made.encryption.privateKey, placeOf(id, "encryption")),
      created_at: scope.now,
      expires_at: made.expiresAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
