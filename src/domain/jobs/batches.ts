import { setTimeout as wait } from "node:timers/promises";

/** So many rows are deleted at once: a few milliseconds, in which nobody waits for anything. */
export const BATCH = 1_000;
/** Between two batches, in milliseconds: requests come first. */
const PAUSE = 20;

/** Deletes batch by batch, until one is not full or `goOn` says no. Answers how many rows that were. */
export async function deleteInBatches(
  deleteBatch: () => Promise<readonly unknown[]>,
  goOn: () => boolean,
): Promise<number> {
  let deleted = 0;
  while (goOn()) {
    const { length } = await deleteBatch();
    deleted += length;
    if (length < BATCH) break;
    await wait(PAUSE);
  }
  return deleted;
}
