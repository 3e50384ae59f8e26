import { prepare, type Setting } from "../setting.ts";
import { writeCharts } from "./charts.ts";
import { cursorPages, indexPages, lookups } from "./directories.ts";
import { type Filled, fillUsers, settle } from "./fill.ts";
import { groupPuts, groupReads, memberPatches } from "./groups.ts";
import { markdown } from "./markdown.ts";
import type { Measure } from "./measure.ts";
import { mixedLoad } from "./mixed.ts";

/**
 * What grows with a directory: `npm run bench -- scim`, with `--charts docs` to write the charts, and `small` for a run at a
 * hundredth of the size, to see that it works. Prints Markdown for docs/performance.md.
 */
export async function benchScale(words: readonly string[]): Promise<void> {
  const share = words.includes("small") ? 0.01 : 1;
  const setting = await prepare();
  const measures: Measure[] = [];
  const show = (...more: Measure[]) => {
    measures.push(...more);
    for (const one of more) process.stderr.write(`${one.what}, ${one.size}: ${one.ours.toFixed(2)} ms\n`);
  };
  try {
    const directories = await fillDirectories(
      setting,
      [10_000, 100_000, 1_000_000].map((size) => size * share),
    );
    await benchDirectories(setting, directories, show);
    await benchGroups(setting, directories[1], share, show);
    show(await mixedLoad(setting));
  } finally {
    await setting.stop();
  }
  process.stdout.write(markdown(measures, new Date()));
  const folder = words[words.indexOf("--charts") + 1];
  if (words.includes("--charts") && folder !== undefined) writeCharts(folder, measures);
}

type Show = (...more: Measure[]) => void;

async function fillDirectories(setting: Setting, sizes: readonly number[]): Promise<Filled[]> {
  const directories = [];
  for (const size of sizes) directories.push(await fillUsers(setting.db, await setting.organization(), size));
  await settle(setting.db);
  return directories;
}

async function benchDirectories(setting: Setting, directories: readonly Filled[], show: Show): Promise<void> {
  for (const directory of directories) {
    show(...(await lookups(setting, directory)));
    show(...(await indexPages(setting, directory)));
    show(...(await cursorPages(setting, directory)));
  }
}

async function benchGroups(setting: Setting, directory: Filled | undefined, share: number, show: Show): Promise<void> {
  if (directory === undefined) return;
  for (const size of [100, 1_000, 10_000, 100_000]) {
    show(await memberPatches(setting, setting.db, directory, Math.max(1, size * share)));
  }
  for (const size of [1_000, 10_000, 50_000]) show(await groupPuts(setting, setting.db, directory, size * share));
  for (const size of [1_000, 10_000, 100_000]) show(await groupReads(setting, setting.db, directory, size * share));
}
