import { type Ask, load, type Target } from "../load.ts";
import type { Setting } from "../setting.ts";
import { median } from "../table.ts";

export type Send = (ask: Ask) => Promise<string>;
export type Unit = (index: number, send: Send) => Promise<unknown>;

/** One operation at one size, and its floor: `calls` of each make a round. */
export interface Job {
  /** The line of a chart, and of the table: what is done. */
  readonly what: string;
  readonly size: number;
  readonly target: Target;
  readonly calls: number;
  readonly floor: Unit;
  readonly ours: Unit;
  readonly atOnce?: number;
  /** Whether the note says how much the process grew meanwhile. */
  readonly memory?: boolean;
}

/** What a job came to: milliseconds of a call. */
export interface Measure {
  readonly what: string;
  readonly size: number;
  readonly floor: number;
  readonly ours: number;
  /** Times its floor, and times the first job of the same line: medians of what each round says. */
  readonly ratio: number;
  readonly growth: number;
  readonly note?: string;
}

const ROUNDS = 5;

/** Measures jobs in turn, floor and service, round by round, so that a slow minute of the machine hits all of them. */
export async function measureInTurn(setting: Setting, jobs: readonly Job[]): Promise<Measure[]> {
  for (const job of jobs) await callsOf(job.target, job, job.ours);
  const rounds: { floor: number; ours: number }[][] = jobs.map(() => []);
  const before = setting.service.memory();
  const peaks = jobs.map(() => before);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, job] of jobs.entries()) {
      const floor = await callsOf(setting.floorTarget, job, job.floor);
      const watch = setInterval(() => {
        peaks[at] = Math.max(peaks[at] ?? 0, setting.service.memory());
      }, 10);
      rounds[at]?.push({ floor, ours: await callsOf(job.target, job, job.ours) });
      clearInterval(watch);
    }
  }
  return jobs.map((job, at) => {
    const own = rounds[at] ?? [];
    const first = rounds[jobs.findIndex((one) => one.what === job.what)] ?? [];
    const peak = `memory of the process ${before.toFixed(0)} MB before, at most ${peaks[at]?.toFixed(0)} MB`;
    return {
      what: job.what,
      size: job.size,
      floor: median(own.map((one) => one.floor)),
      ours: median(own.map((one) => one.ours)),
      ratio: median(own.map((one) => one.ours / one.floor)),
      growth: median(own.map((one, round) => one.ours / (first[round]?.ours ?? one.ours))),
      ...(job.memory && { note: peak }),
    };
  });
}

async function callsOf(target: Target, { calls, atOnce = 1 }: Job, unit: Unit): Promise<number> {
  const outcome = await load(target, calls, atOnce, async (index, send) => {
    await unit(index, send);
  });
  return outcome.median;
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
