import { setTimeout as sleep } from "node:timers/promises";

/**
 * PostgreSQL's ways to end, from the gentlest that does not wait for clients, with the time that each is given. After
 * the second and the third it recovers at its next start; no answered write is lost. (PostgreSQL manual, §18.5)
 */
const WAYS: readonly (readonly [NodeJS.Signals, seconds: number])[] = [
  ["SIGINT", 20],
  ["SIGQUIT", 5],
  ["SIGKILL", 5],
];

/** Ends a postmaster: `send` gives it a signal, `gone` settles when it has ended. `pace` shortens the waiting in tests. */
export async function shutDown(
  send: (signal: NodeJS.Signals) => void,
  gone: Promise<unknown>,
  pace = 1,
): Promise<void> {
  for (const [signal, seconds] of WAYS) {
    send(signal);
    if (await settles(gone, seconds * 1000 * pace)) return;
  }
  throw new Error("PostgreSQL did not end.");
}

async function settles(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(milliseconds, false, { signal: timer.signal }).catch(() => false);
  const settled = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return settled;
}
