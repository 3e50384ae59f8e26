import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../src/root.ts";
import { freePort, NODE_OPTIONS, startMeasured } from "./process.ts";
import { median } from "./table.ts";

/** Seconds until the service is ready, on a new embedded database and on an old one. */
export async function startTimes(): Promise<{ fresh: number; old: number }> {
  const fresh = [];
  const old = [];
  for (let round = 0; round < 3; round++) {
    const folder = await mkdtemp(join(tmpdir(), "semaphore-start-"));
    fresh.push(await startOnce(folder));
    old.push(await startOnce(folder));
    await rm(folder, { recursive: true, force: true });
  }
  return { fresh: median(fresh), old: median(old) };
}

async function startOnce(folder: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const environment = { PORT: String(port), DATA_DIR: folder, LOG_LEVEL: "warn", LOG_FORMAT: "json" };
  const ready = (line: string) => (line.startsWith("Ready:") ? port : undefined);
  const service = await startMeasured(join(projectRoot, "dist/src/main.js"), NODE_OPTIONS, environment, ready);
  const seconds = (performance.now() - began) / 1000;
  await service.stop();
  return seconds;
}
