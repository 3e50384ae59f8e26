/** What a gate remembers of each key, until something changes. */
export interface Memory<T> {
  /** What is known of the key; else what `read` finds. Requests of one moment with the same key read once. */
  find(key: string, read: () => Promise<T>): Promise<T>;
  /** Whether the key was good when it was last looked at, or is being looked at now: a hint. */
  knows(key: string): boolean;
  /** This key is good no more. */
  drop(key: string): void;
  /** Something changed: all that is known has to be read again. */
  forget(): void;
}

/** So many keys are kept, so that memory is bounded. */
const REMEMBERED = 10_000;

/**
 * Keeps what `isGood` says is worth it. `hears` tells whether changes made elsewhere reach this process now; while they do
 * not, nothing is remembered.
 */
export function createMemory<T>(hears: () => boolean, isGood: (found: T) => boolean): Memory<T> {
  const known = new Map<string, T>();
  const beingRead = new Map<string, Promise<T>>();
  const good = new Set<string>();
  let generation = 0;

  const readAndKeep = async (key: string, read: () => Promise<T>): Promise<T> => {
    const began = generation;
    const found = await read();
    if (!isGood(found)) return found;
    if (good.size >= REMEMBERED) good.clear();
    good.add(key);
    // What was read before something changed is not kept.
    if (hears() && began === generation) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, found);
    }
    return found;
  };

  return {
    async find(key, read) {
      const found = known.get(key) ?? beingRead.get(key);
      if (found) return found;
      const reading = readAndKeep(key, read);
      if (!hears()) return reading;
      beingRead.set(key, reading);
      return reading.finally(() => beingRead.get(key) === reading && beingRead.delete(key));
    },
    knows: (key) => good.has(key) || beingRead.has(key),
    drop(key) {
      good.delete(key);
    },
    forget() {
      generation++;
      known.clear();
      beingRead.clear();
    },
  };
}
