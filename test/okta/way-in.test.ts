import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { startTestService } from "../support/service.ts";
import { readWorld, type World } from "./way-in-world.ts";

const service = await startTestService();
after(() => service.stop());

const SEED = 20_261_127;
const RUNS = 30;

/** One act that could take a way in from an owner, or give one. Answers the statuses that it was met with. */
type Act = (world: World) => Promise<readonly number[]>;

/** Of any of the three people. */
function by(act: (world: World, who: number) => Promise<readonly number[]>): fc.Arbitrary<Act> {
  return fc.nat(2).map((who) => (world: World) => act(world, who));
}

/** With any of these values. */
function any<T>(values: readonly T[], act: (world: World, value: T) => Promise<readonly number[]>): fc.Arbitrary<Act> {
  return fc.constantFrom(...values).map((value) => (world: World) => act(world, value));
}

/** What takes ways in away: most of what is tried. */
const taking: fc.Arbitrary<Act> = fc.oneof(
  by((world, who) => world.useCodes(who, 1)),
  by((world, who) => world.useCodes(who, 9)),
  by((world, who) => world.member(who, { role: "admin" })),
  by((world, who) => world.member(who, { state: "deactivated" })),
  by((world, who) => world.remove(who)),
  by((world, who) => world.setActive(who, false)),
  by((world, who) => world.unpush(who)),
  fc.constant((world: World) => world.save({ issuer: "wrong" })),
  any(["wrong", "both"] as const, (world, certificate) => world.save({ certificate })),
  any(["right", "wrong"] as const, (world, which) => world.dropCertificate(which)),
  any(["any", "both", "assertion"] as const, (world, policy) => world.save({ policy })),
  by((world, who) => world.group(who, false)),
  fc.constant((world: World) => world.map(false)),
);

const giving: fc.Arbitrary<Act> = fc.oneof(
  by((world, who) => world.signInBySso(who)),
  by((world, who) => world.keepCodes(who)),
  by((world, who) => world.member(who, { role: "owner" })),
  by((world, who) => world.member(who, { state: "active" })),
  by((world, who) => world.invite(who)),
  by((world, who) => world.push(who)),
  by((world, who) => world.setActive(who, true)),
  fc.constant((world: World) => world.save({ issuer: "right", certificate: "right" })),
  any(["scim", "jit"] as const, (world, provisioning) => world.save({ provisioning })),
  by((world, who) => world.enforce(who)),
  fc.constant((world: World) => world.organization({ ssoEnforced: true, plan: "scaleup" })),
  by((world, who) => world.group(who, true)),
  fc.constant((world: World) => world.map(true)),
);

/** What switches enforcement off by itself. */
const lifting: fc.Arbitrary<Act> = fc.oneof(
  fc.constant((world: World) => world.organization({ ssoEnforced: false })),
  fc.constant((world: World) => world.organization({ plan: "startup" })),
  fc.constant((world: World) => world.disconnect()),
);

const acts = fc.oneof(
  { weight: 12, arbitrary: taking },
  { weight: 6, arbitrary: giving },
  { weight: 1, arbitrary: lifting },
);

test("whatever is done while Single Sign-On is enforced, some active owner can sign in", async () => {
  const seen = { enforced: 0, refused: 0, sso: 0, code: 0 };
  const runs = fc.record({ codes: fc.boolean(), steps: fc.array(acts, { minLength: 8, maxLength: 24 }) });
  const property = fc.asyncProperty(runs, async ({ codes, steps }) => {
    const world = await readWorld(service);
    await world.signInBySso(0);
    await (codes ? world.enforce(0) : world.organization({ ssoEnforced: true }));
    assert.ok(await world.isEnforced(), "each run begins with enforcement");
    for (const step of steps) {
      const statuses = await step(world);
      assert.ok(
        statuses.every((status) => status < 500),
        `${statuses}`,
      );
      seen.refused += world.refusals();
      if (!(await world.isEnforced())) continue;
      const way = await world.wayIn();
      assert.notEqual(way, undefined, "an owner signs in");
      seen.enforced++;
      seen[way ?? "sso"]++;
    }
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  // Or the walk was none: it was enforced often, refused often, and both ways in were the last ones at times.
  assert.ok(seen.enforced > 100 && seen.refused > 20 && seen.sso > 20 && seen.code > 20, JSON.stringify(seen));
});
