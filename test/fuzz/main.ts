import { isDeepStrictEqual } from "node:util";
import { difference, fuzzTargets, type Target } from "../../src/protocols/saml/fixtures/fuzz.ts";
import { mutant, structuralMutant } from "../../src/protocols/saml/fixtures/mutants.ts";
import { nodeSamlReads } from "../../src/protocols/saml/fixtures/oracles.ts";
import { numbers } from "../../src/protocols/saml/fixtures/random.ts";
import { NOW } from "../../src/protocols/saml/fixtures/shapes.ts";

/**
 * `npm run fuzz -- SECONDS [SEED]`: tries mutants of genuine SAML responses for so long. An accepted one must say what the
 * genuine one says, and node-saml must accept it as well; nothing may end in another error than a refusal. Prints the seed,
 * and each mutant that breaks this; then it ends with 1.
 */
const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
process.stdout.write(`${seconds} s with the seed ${seed}\n`);

const count = { tried: 0, accepted: 0, judged: 0, broken: 0 };
const random = numbers(seed);
const targets = await fuzzTargets();
const RealDate = Date;
const end = performance.now() + seconds * 1000;

while (performance.now() < end) for (const target of targets) await tryOne(target);

process.stdout.write(
  `${count.tried} mutants, ${count.accepted} accepted, ${count.judged} of them judged by node-saml, ${count.broken} broken\n`,
);
process.exitCode = count.broken > 0 ? 1 : 0;

async function tryOne(target: Target): Promise<void> {
  const mutate = random() < 0.5 ? mutant : structuralMutant;
  const inside = target.encrypting && target.signed.assertion && random() < 0.2;
  const xml = inside
    ? await target.encrypting((plain) => mutate(plain, random) || " ")
    : mutate(target.genuine, random);
  count.tried += 1;
  try {
    const got = target.read(xml);
    if (got === undefined || xml === target.genuine) return;
    count.accepted += 1;
    const genuine = target.read(target.genuine);
    if (!isDeepStrictEqual(got, genuine)) report(target, xml, "it says something else");
    // It costs fifty times as much as we do.
    if (inside || random() > 0.05) return;
    count.judged += 1;
    const profile = await atThatTime(() => nodeSamlReads(xml, target.signed));
    if (profile?.nameID !== genuine?.nameId) report(target, xml, `node-saml reads ${profile?.nameID ?? "nothing"}`);
  } catch (error) {
    report(target, xml, String(error instanceof Error ? error.stack : error));
  }
}

function report(target: Target, xml: string, why: string): void {
  count.broken += 1;
  process.stdout.write(`\n${target.name}: ${why}\n${difference(target.genuine, xml)}\n${xml}\n`);
}

/** node-saml takes the time from `Date`, and the responses are of a day long ago. */
async function atThatTime<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  globalThis.Date = class extends RealDate {
    constructor(...values: [] | [number | string | Date]) {
      super(values.length === 0 ? NOW : values[0]);
    }
    static override now(): number {
      return NOW.getTime();
    }
  } as DateConstructor;
  try {
    return await act();
  } finally {
    globalThis.Date = RealDate;
  }
}
