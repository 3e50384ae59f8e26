import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { EXPECTED } from "../../src/protocols/saml/fixtures/expectation.ts";
import { HOSTILE } from "../../src/protocols/saml/fixtures/hostile.ts";
import { type Examination, examineResponse } from "../../src/protocols/saml/response.ts";
import type { Row } from "../table.ts";

const SIZE = 256 * 1024;

/** What 256 KiB of each hostile thing cost: the slowest of them, and the one that holds most memory. */
export function hostileBodies(): Row[] {
  const costs = Object.entries(HOSTILE).map(([what, body]) => ({ what, ...cost(body.toString("base64")) }));
  const [slowest] = costs.toSorted((one, other) => other.milliseconds - one.milliseconds);
  const [largest] = costs.toSorted((one, other) => other.bytes - one.bytes);
  if (!slowest || !largest) throw new Error("there is nothing hostile");
  return [
    {
      name: `slowest of ${costs.length} hostile bodies: ${slowest.what}`,
      floor: "100 ms allowed",
      ours: `${slowest.milliseconds.toFixed(1)} ms`,
      ratio: slowest.milliseconds / 100,
      note: "of what is allowed",
    },
    {
      name: `largest in memory: ${largest.what}`,
      floor: `${megabytes(SIZE)} body`,
      ours: megabytes(largest.bytes),
      ratio: largest.bytes / SIZE,
      note: "times the body",
    },
  ];
}

/** The best time of five, and what is alive while the answer is read: tree, refusal and all that is shown. */
function cost(body: string): { milliseconds: number; bytes: number } {
  let milliseconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const began = performance.now();
    read(examineResponse(body, EXPECTED));
    milliseconds = Math.min(milliseconds, performance.now() - began);
  }
  collect();
  const before = process.memoryUsage();
  const examination = examineResponse(body, EXPECTED);
  const shown = read(examination);
  collect();
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.external - before.heapUsed - before.external;
  return { milliseconds, bytes: shown === undefined || !examination ? 0 : bytes };
}

function read({ refusal, checks, tree }: Examination): unknown {
  return [refusal, checks, tree];
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}
