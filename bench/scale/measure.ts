import { type Ask, load, type Target } from "../load.ts";
import type { Setting } from "../setting.ts";
import { median } from "../table.ts";

/** What one operation costs at one size, in milliseconds, beside its floor in the same minute. */
export interface Measure {
  /** The line of a chart, and of the table: what is done. */
  readonly what: string;
  readonly size: number;
  readonly floor: number;
  readonly ours: number;
  readonly note?: string;
}

export type Send = (ask: Ask) => Promise<string>;
export type Unit = (index: number, send: Send) => Promise<unknown>;

const ROUNDS = 3;

/** Measures floor and service in turn, round by round, one request after another. */
export async function measure(
  { floorTarget }: Setting,
  target: Target,
  what: string,
  size: number,
  { calls, floor, ours, atOnce = 1 }: { calls: number; floor: Unit; ours: Unit; atOnce?: number },
): Promise<Measure> {
  const run = async (at: Target, unit: Unit) => {
    const outcome = await load(at, calls, atOnce, async (index, send) => {
      await unit(index, send);
    });
    return outcome.median;
  };
  const rounds = [];
  await run(target, ours);
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ floor: await run(floorTarget, floor), ours: await run(target, ours) });
  }
  return { what, size, floor: median(rounds.map((one) => one.floor)), ours: median(rounds.map((one) => one.ours)) };
}

/** One request, outside of any measurement. */
export async function once(target: Target, ask: Ask): Promise<string> {
  let text = "";
  await load(target, 1, 1, async (_, send) => {
    text = await send(ask);
  });
  return text;
}

let names = 0;

/** The floor that reads: one row by its name. */
export const floorRead =
  (name: (index: number) => string): Unit =>
  (index, send) =>
    send({ method: "GET", path: `/${name(index)}`, expect: 200 });

/** The floor that writes: one row with this body. */
export const floorWrite =
  (body = "{}"): Unit =>
  (_, send) =>
    send({ method: "POST", path: `/w${++names}`, body, expect: 201 });

/** The floor that reads a document as large as this answer. */
export async function floorDocument({ floorTarget }: Setting, body: string): Promise<Unit> {
  const name = `d${++names}`;
  await once(floorTarget, { method: "POST", path: `/${name}`, body, expect: 201 });
  return floorRead(() => name);
}
