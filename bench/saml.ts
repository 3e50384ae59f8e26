import { hostileBodies } from "./saml/hostile.ts";
import { signIns } from "./saml/sign-ins.ts";
import { bareFloor, nodeSaml, ours, oursEncrypted, samlify } from "./saml/verifiers.ts";
import { prepare } from "./setting.ts";
import { median, print, type Row } from "./table.ts";

const ROUNDS = 9;

/** `npm run bench -- saml`: what a sign-in costs, beside other libraries and beside what cannot be left out. */
export async function benchSaml(): Promise<void> {
  print(await samlVerification());
  process.stdout.write("\n");
  print(hostileBodies());
  process.stdout.write("\n");
  const setting = await prepare();
  try {
    print(await signIns(setting));
  } finally {
    await setting.stop();
  }
}

/**
 * Verification of one response in Okta's shape: response and assertion signed, five groups. All in this process, in turn,
 * round by round; the ratio is the median of what each round says.
 */
export async function samlVerification(): Promise<Row[]> {
  const sides = { ours, bareFloor, oursEncrypted, nodeSaml, samlify };
  const calls = { ours: 400, bareFloor: 1000, oursEncrypted: 100, nodeSaml: 20, samlify: 20 };
  type Side = keyof typeof sides;
  const prepared = new Map<Side, () => unknown>();
  for (const [side, make] of Object.entries(sides)) prepared.set(side as Side, await make());
  const rounds: Record<Side, number>[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const times = {} as Record<Side, number>;
    for (const [side, call] of prepared) times[side] = await milliseconds(calls[side], call);
    // The first warms up.
    if (round > 0) rounds.push(times);
  }
  const row = (name: string, one: Side, other: Side, note: string): Row => ({
    name,
    floor: `${median(rounds.map((times) => times[other])).toFixed(3)} ms`,
    ours: `${median(rounds.map((times) => times[one])).toFixed(3)} ms`,
    ratio: median(rounds.map((times) => Math.max(times[one] / times[other], times[other] / times[one]))),
    note,
  });
  return [
    row("SAML verification, beside node-saml", "ours", "nodeSaml", "times as fast"),
    row("SAML verification, beside samlify", "ours", "samlify", "times as fast"),
    row("SAML verification, beside bare digests and RSA", "ours", "bareFloor", "times the floor"),
    row("the same, encrypted, beside bare digests and RSA", "oursEncrypted", "bareFloor", "times the floor"),
  ];
}

async function milliseconds(calls: number, call: () => unknown): Promise<number> {
  const began = performance.now();
  for (let index = 0; index < calls; index++) await call();
  return (performance.now() - began) / calls;
}
