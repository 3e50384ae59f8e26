/** Lets so much through and no more, each key by itself. */
export interface Limiter {
  /** Takes one from the key's allowance: 0 if there was one left, else the seconds to wait, a whole number. */
  take(key: string, now: Date): number;
}

export interface Allowance {
  /** So many a second on average; 0 lets everything through. */
  readonly perSecond: number;
  /** So many at once after a pause. */
  readonly burst: number;
}

/** So many keys are remembered; beyond, the one that asked least recently is forgotten, and has its whole allowance again. */
const REMEMBERED = 10_000;

/**
 * A token bucket for each key, kept as one number: when the bucket will be full again (the generic cell rate algorithm,
 * ITU-T I.371). Nothing runs between requests, and memory is bounded whoever asks.
 */
export function createLimiter({ perSecond, burst }: Allowance, remembered = REMEMBERED): Limiter {
  if (perSecond === 0) return { take: () => 0 };
  const each = 1000 / perSecond;
  const whole = each * burst;
  const fullAt = new Map<string, number>();
  return {
    take(key, now) {
      const at = now.getTime();
      // Never later than an empty bucket takes to fill, also where the clock was set back.
      const full = Math.min(Math.max(fullAt.get(key) ?? at, at), at + whole);
      const wait = full + each - whole - at;
      fullAt.delete(key);
      if (fullAt.size >= remembered) fullAt.delete(fullAt.keys().next().value ?? "");
      // A hair of tolerance: sums of fractions are not exact.
      const passes = wait <= 1e-6;
      fullAt.set(key, passes ? full + each : full);
      return passes ? 0 : Math.ceil(wait / 1000);
    },
  };
}
