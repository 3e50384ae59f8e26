import { benchDisconnect } from "./disconnect.ts";
import { benchSaml, samlVerification } from "./saml.ts";
import { benchScale } from "./scale/scale.ts";
import { assignSequence, deactivation, fill, groupPuts, lookups } from "./scim.ts";
import { prepare, type Setting } from "./setting.ts";
import { startTimes } from "./start.ts";
import { print, type Row } from "./table.ts";

/**
 * The benchmarks: `npm run bench`, or `npm run bench -- quick` without the store of 100,000; `npm run bench -- scim` for
 * what grows with a directory, `npm run bench -- disconnect` for a large disconnect, and `npm run bench -- saml` for what a
 * sign-in costs. On a PostgreSQL with fsync on; each line beside its floor, measured in turn in the same run. The machine
 * may be noisy: read the ratios.
 */
const words = process.argv.slice(2);
if (words.includes("disconnect")) await benchDisconnect(Number(words[1] ?? 100_000));
else if (words.includes("scim")) await benchScale(words);
else if (words.includes("saml")) await benchSaml();
else await benchEverything(words.includes("quick"));

async function benchEverything(quick: boolean): Promise<void> {
  const rows: Row[] = [];
  const show = (more: Row | readonly Row[]) => {
    const added = [more].flat();
    rows.push(...added);
    print(added);
  };
  show(await samlVerification());
  const { fresh, old } = await startTimes();
  process.stdout.write(
    `ready in ${fresh.toFixed(2)} s on a new embedded database, ${old.toFixed(2)} s on an old one\n`,
  );
  const setting = await prepare();
  try {
    await benchScim(setting, quick, show);
    process.stdout.write(`memory at the end: ${setting.service.memory().toFixed(0)} MB\n\n`);
  } finally {
    await setting.stop();
  }
  print(rows);
}

async function benchScim(setting: Setting, quick: boolean, show: (more: Row | readonly Row[]) => void): Promise<void> {
  const small = await setting.organization();
  show(await assignSequence(setting, small));
  const large = await setting.organization();
  await fill(setting, large, 0, 10_000);
  process.stdout.write(`memory after 10,000 creates: ${setting.service.memory().toFixed(0)} MB\n`);
  show(await lookups(setting, large, 10_000));
  show(await deactivation(setting, large));
  show(await groupPuts(setting, large, 1_000));
  if (quick) return;
  show(await groupPuts(setting, large, 10_000));
  await fill(setting, large, 10_000, 100_000);
  show(await lookups(setting, large, 100_000));
  show(await assignSequence(setting, large, "assign into 100,000"));
}
