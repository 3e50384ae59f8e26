import { type Db, statement } from "../../db/database.ts";
import type { Logger } from "../../observe/log.ts";

/** Why a token was refused; the name of the one that it was, where that is known. */
export interface WhyRefused {
  readonly reason: "unknown" | "expired" | "revoked";
  readonly tokenName: string | null;
}

/** Counts refused tokens for the organization's admins: how many, when and from where. Never which token it was. */
export interface RefusedTokens {
  /** `address`: empty where it is not known. Never fails. */
  count(organizationId: string, address: string, why: WhyRefused, now: Date): Promise<void>;
  /** Writes what waits, and stops. */
  stop(): Promise<void>;
}

interface Tally {
  readonly counts: { unknown: number; expired: number; revoked: number };
  firstAt: Date;
  lastAt: Date;
  tokenName: string | null;
  writtenAt: number;
}

/** So many addresses of an organization are told apart, here and in the table; the others are one. */
const ADDRESSES = 20;
/** A row is written at most so often by one process, in milliseconds; what comes meanwhile is added up. */
const WRITE_EVERY = 60_000;
const LOOK_EVERY = 15_000;

/**
 * A flood of wrong tokens costs a few writes a minute for each organization, whoever sends it and from however many
 * addresses. The first refusal from an address is written before it is answered; those that follow, within two minutes.
 */
export function countRefusedTokens(db: Db, clock: () => Date, log: Logger): RefusedTokens {
  const organizations = new Map<string, Map<string, Tally>>();
  const write = (organizationId: string, address: string, tally: Tally, now: Date) =>
    writeTally(db, organizationId, address, tally, now).catch((error: unknown) => {
      log.warn({ err: error }, "refused SCIM tokens could not be counted");
    });

  const flush = async (now: Date, due: number) => {
    for (const [organizationId, tallies] of organizations) {
      for (const [address, tally] of tallies) {
        if (now.getTime() - tally.writtenAt < due) continue;
        if (isEmpty(tally)) tallies.delete(address);
        else await write(organizationId, address, tally, now);
      }
      if (tallies.size === 0) organizations.delete(organizationId);
    }
  };
  const timer = setInterval(() => flush(clock(), WRITE_EVERY), LOOK_EVERY);
  timer.unref();

  return {
    async count(organizationId, from, why, now) {
      const tallies = organizations.get(organizationId) ?? new Map<string, Tally>();
      organizations.set(organizationId, tallies);
      const address = tallies.has(from) || tallies.size < ADDRESSES ? from : "";
      const tally = tallies.get(address) ?? emptyTally(now);
      tallies.set(address, tally);
      add(tally, why, now);
      if (now.getTime() - tally.writtenAt >= WRITE_EVERY) await write(organizationId, address, tally, now);
    },
    async stop() {
      clearInterval(timer);
      await flush(clock(), Number.NEGATIVE_INFINITY);
    },
  };
}

function emptyTally(now: Date): Tally {
  const counts = { unknown: 0, expired: 0, revoked: 0 };
  return { counts, firstAt: now, lastAt: now, tokenName: null, writtenAt: Number.NEGATIVE_INFINITY };
}

function isEmpty({ counts }: Tally): boolean {
  return counts.unknown + counts.expired + counts.revoked === 0;
}

function add(tally: Tally, { reason, tokenName }: WhyRefused, now: Date): void {
  if (isEmpty(tally)) tally.firstAt = now;
  tally.counts[reason]++;
  tally.lastAt = now;
  tally.tokenName = tokenName ?? tally.tokenName;
}

/** What is counted while this is on its way belongs to the next time. */
async function writeTally(db: Db, organizationId: string, address: string, tally: Tally, now: Date): Promise<void> {
  const { unknown, expired, revoked } = tally.counts;
  const { firstAt, lastAt, tokenName } = tally;
  Object.assign(tally.counts, { unknown: 0, expired: 0, revoked: 0 });
  tally.writtenAt = now.getTime();
  await addRefused(db, organizationId, address, unknown, expired, revoked, firstAt, lastAt, tokenName);
}

type Refused = [string, string, number, number, number, Date, Date, string | null];

/** An address that has no row yet gets one while there are few, and else shares the one without an address. */
const addRefused = statement<never, Refused>(`
  INSERT INTO refused_scim_tokens AS r
    (organization_id, address, unknown, expired, revoked, first_at, last_at, token_name)
  SELECT $1::uuid, CASE
    WHEN EXISTS (SELECT FROM refused_scim_tokens WHERE organization_id = $1 AND address = $2)
      OR (SELECT count(*) FROM refused_scim_tokens WHERE organization_id = $1) < ${ADDRESSES}
    THEN $2::text ELSE '' END, $3::bigint, $4::bigint, $5::bigint, $6::timestamptz, $7::timestamptz, $8::text
  ON CONFLICT (organization_id, address) DO UPDATE SET
    unknown = r.unknown + excluded.unknown, expired = r.expired + excluded.expired,
    revoked = r.revoked + excluded.revoked, last_at = greatest(r.last_at, excluded.last_at),
    token_name = coalesce(excluded.token_name, r.token_name)`);
