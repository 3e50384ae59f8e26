import { prepare, type Setting } from "../setting.ts";
import { writeCharts } from "./charts.ts";
import { cursorPages, indexPages, lookups } from "./directories.ts";
import { type Filled, fillUsers, settle } from "./fill.ts";
import { groupPuts, groupReads, memberPatches } from "./groups.ts";
import { markdown } from "./markdown.ts";
import { type Measure, measureInTurn } from "./measure.ts";
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
    show(...(await measureInTurn(setting, [await mixedLoad(setting)])));
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
  show(...(await measureInTurn(setting, directories.flatMap(lookups))));
  show(...(await measureInTurn(setting, (await inTurn(directories, indexPages)).flat())));
  // To walk to the last cursor of the largest would take longer than everything else.
  show(...(await measureInTurn(setting, (await inTurn(directories.slice(0, 2), cursorPages)).flat())));
}

async function benchGroups(setting: Setting, directory: Filled | undefined, share: number, show: Show): Promise<void> {
  if (directory === undefined) return;
  for (const [sizes, make] of [
    [[100, 1_000, 10_000, 100_000], memberPatches],
    [[1_000, 10_000, 50_000], groupPuts],
    [[1_000, 10_000, 100_000], groupReads],
  ] as const) {
    const jobs = await inTurn(sizes, (size) => make(setting, directory, Math.max(1, size * share)));
    show(...(await measureInTurn(setting, jobs)));
  }
}

/** One after another: what one prepares is not measured beside what another one does. */
async function inTurn<T, Made>(things: readonly T[], make: (thing: T) => Promise<Made>): Promise<Made[]> {
  const made = [];
  for (const thing of things) made.push(await make(thing));
  return made;
}
