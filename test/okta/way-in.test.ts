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

const owner = fc.nat(2);

/** What takes ways in away: most of what is tried. */
const taking: fc.Arbitrary<Act> = fc.oneof(
  owner.map(
    (who): Act =>
      (world) =>
        world.useCodes(who, 1),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.useCodes(who, 9),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.member(who, { role: "admin" }),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.member(who, { state: "deactivated" }),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.remove(who),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.setActive(who, false),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.unpush(who),
  ),
  fc.constant((world: World) => world.save({ issuer: "wrong" })),
  fc.constantFrom("wrong", "both").map(
    (certificate): Act =>
      (world) =>
        world.save({ certificate }),
  ),
  fc.constantFrom("right", "wrong").map(
    (which): Act =>
      (world) =>
        world.dropCertificate(which),
  ),
  fc.constantFrom("any", "both", "assertion").map(
    (policy): Act =>
      (world) =>
        world.save({ policy }),
  ),
);

const giving: fc.Arbitrary<Act> = fc.oneof(
  owner.map(
    (who): Act =>
      (world) =>
        world.signInBySso(who),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.keepCodes(who),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.member(who, { role: "owner" }),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.member(who, { state: "active" }),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.invite(who),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.push(who),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.setActive(who, true),
  ),
  fc.constant((world: World) => world.save({ issuer: "right", certificate: "right" })),
  fc.constantFrom("scim", "jit").map(
    (provisioning): Act =>
      (world) =>
        world.save({ provisioning }),
  ),
  owner.map(
    (who): Act =>
      (world) =>
        world.enforce(who),
  ),
  fc.constant((world: World) => world.organization({ ssoEnforced: true, plan: "scaleup" })),
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
