import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { difference, fuzzTargets, type Target } from "./fixtures/fuzz.ts";
import { mutant, structuralMutant } from "./fixtures/mutants.ts";
import { NEEDS_XMLSEC1, nodeSamlReads, xmlsec1Verifies } from "./fixtures/oracles.ts";
import { numbers } from "./fixtures/random.ts";
import { NOW } from "./fixtures/shapes.ts";

const MUTANTS_EACH = 1000;

const TARGETS = await fuzzTargets();

/** The mutants of each genuine response that we accept. The seeds are fixed: they are the same each time. */
function accepted(mutate: typeof mutant, seed: number, each = MUTANTS_EACH) {
  return TARGETS.map((target, at) => {
    const random = numbers(seed + at);
    const mutants = Array.from({ length: each }, () => mutate(target.genuine, random));
    return { target, xmls: mutants.filter((xml) => xml !== target.genuine && target.read(xml) !== undefined) };
  });
}

const BY_CHARACTERS = accepted(mutant, 1000);
const BY_STRUCTURE = accepted(structuralMutant, 2000, 600);
const ALL = [...BY_CHARACTERS, ...BY_STRUCTURE];

test("an accepted mutant of a genuine response says exactly what the genuine one says", () => {
  for (const { target, xmls } of ALL) {
    for (const xml of xmls) assertSame(target, xml);
  }
  for (const { target, xmls } of BY_CHARACTERS) {
    assert.ok(xmls.length > 3, `${target.name}: some mutants must be accepted for this to say something`);
  }
  const structural = BY_STRUCTURE.reduce((sum, { xmls }) => sum + xmls.length, 0);
  assert.ok(structural > 30, `${structural} mutants of the structure were accepted`);
});

test("an accepted mutant of what was encrypted says exactly what the genuine one says", async () => {
  let tried = 0;
  for (const [at, target] of TARGETS.entries()) {
    if (!target.encrypting) continue;
    for (const mutate of [mutant, structuralMutant]) {
      const random = numbers(3000 + at);
      for (let count = 0; count < 100; count += 1) {
        tried += 1;
        let plain = "";
        const xml = await target.encrypting((assertion) => {
          // There is no encrypting nothing.
          plain = mutate(assertion, random) || " ";
          return plain;
        });
        // Under the response's signature alone whatever was encrypted is the provider's word: nothing to compare with.
        if (target.signed.assertion) assertSame(target, xml, plain);
        else target.read(xml);
      }
    }
  }
  assert.equal(tried, 600);
});

test("xmlsec1 accepts every mutant that we accept", NEEDS_XMLSEC1, () => {
  for (const { target, xmls } of ALL) {
    // Starting it costs ten milliseconds for each signature: a part of them says enough.
    for (const xml of xmls.slice(0, 4)) {
      if (!xmlsec1Verifies(xml)) assert.fail(difference(target.genuine, xml));
    }
  }
});

test("node-saml accepts every mutant that we accept, and reads the same name from it", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  for (const { target, xmls } of ALL) {
    for (const xml of xmls.slice(0, 12)) {
      const profile = await nodeSamlReads(xml, target.signed);
      assert.equal(profile?.nameID, target.read(target.genuine)?.nameId, difference(target.genuine, xml));
    }
  }
  mock.timers.reset();
});

function assertSame(target: Target, xml: string, what = xml): void {
  const got = target.read(xml);
  if (got === undefined || isDeepStrictEqual(got, target.read(target.genuine))) return;
  assert.fail(difference(target.genuine, what));
}
