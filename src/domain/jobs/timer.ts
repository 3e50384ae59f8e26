import type { Logger } from "../../observe/log.ts";

/**
 * Does something every so many milliseconds, never twice at once; what fails is logged under `failed` and tried again the
 * next time. `work` is handed whether to go on. Answers how to stop, after what is at hand.
 */
export function startTimer(
  every: number,
  work: (goOn: () => boolean) => Promise<unknown>,
  log: Logger,
  failed: string,
): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> | undefined;
  const once = async () => {
    try {
      await work(() => !stopped);
    } catch (error) {
      log.warn({ err: error }, failed);
    }
    running = undefined;
  };
  const timer = setInterval(() => {
    running ??= once();
  }, every);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
