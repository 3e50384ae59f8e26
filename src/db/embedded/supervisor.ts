import { setTimeout as sleep } from "node:timers/promises";
import type { Postmaster } from "./postmaster.ts";
import type { Log } from "./server-log.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** A server that ran so long was well; its end starts the pauses anew. */
const STEADY_MS = 10_000;

/**
 * Keeps a server running until `stop`: when it ends by itself, it is started again at once, and then with pauses that
 * double. The first start is not repeated: it throws. When this process exits without `stop`, the server is told to end.
 */
export async function supervise(start: () => Promise<Postmaster>, log: Log): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  let current: Postmaster | undefined = await start();
  const interrupt = () => current?.interrupt();
  process.once("exit", interrupt);

  async function watch(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const since = performance.now();
      const how = await current?.ended;
      current = undefined;
      if (stopping.signal.aborted) return;
      if (how !== undefined) log("error", `The embedded PostgreSQL ended (${how}) and is started again.`);
      if (performance.now() - since > STEADY_MS) failures = 0;
      await pause(failures, stopping.signal);
      current = await start().catch((error: Error) => void log("error", error.message));
    }
    // Asked to stop during a start.
    await current?.stop();
  }

  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await current?.stop();
      await watching;
      process.off("exit", interrupt);
    },
  };
}

async function pause(failures: number, signal: AbortSignal): Promise<void> {
  if (failures === 0) return;
  const milliseconds = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
