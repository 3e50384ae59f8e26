import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Refusal } from "../../refusal.ts";
import { verified } from "./fixtures/expectation.ts";
import { mutant, numbers } from "./fixtures/mutants.ts";
import { NEEDS_XMLSEC1, nodeSamlReads, xmlsec1Verifies } from "./fixtures/oracles.ts";
import { PROVIDERS, type Provider, sent } from "./fixtures/providers.ts";
import { NOW } from "./fixtures/shapes.ts";
import type { VerifiedAssertion } from "./response.ts";

const MUTANTS_EACH = 1000;

/** Each genuine response, and those of its mutants that we accept. The seeds are fixed: they are the same each time. */
const RESPONSES = PROVIDERS.map((provider, at) => {
  const genuine = sent(provider);
  const random = numbers(1000 + at);
  const mutants = Array.from({ length: MUTANTS_EACH }, () => mutant(genuine, random));
  const accepted = mutants.filter((xml) => xml !== genuine && read(provider, xml) !== undefined);
  return { provider, genuine, accepted };
});

test("an accepted mutant of a genuine response says exactly what the genuine one says", () => {
  for (const { provider, genuine, accepted } of RESPONSES) {
    const said = read(provider, genuine);
    assert.ok(accepted.length > 3, `${provider.name}: some mutants must be accepted for this to say something`);
    for (const xml of accepted) {
      if (!isDeepStrictEqual(read(provider, xml), said)) assert.fail(changed(genuine, xml));
    }
  }
});

test("xmlsec1 accepts every mutant that we accept", NEEDS_XMLSEC1, () => {
  for (const { genuine, accepted } of RESPONSES) {
    // Starting it costs ten milliseconds for each signature: a part of them says enough.
    for (const xml of accepted.slice(0, 12)) {
      if (!xmlsec1Verifies(xml)) assert.fail(changed(genuine, xml));
    }
  }
});

test("node-saml accepts every mutant that we accept, and reads the same name from it", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  for (const { provider, genuine, accepted } of RESPONSES) {
    const signs = provider.signs.map(({ element }) => element);
    const signed = { response: signs.includes("Response"), assertion: signs.includes("Assertion") };
    for (const xml of accepted.slice(0, 30)) {
      const profile = await nodeSamlReads(xml, signed);
      assert.equal(profile?.nameID, read(provider, genuine)?.nameId, changed(genuine, xml));
    }
  }
  mock.timers.reset();
});

/** What we read from the document, or undefined where we refuse it. Any other error than a refusal fails the test. */
function read({ emailFrom, signs }: Provider, xml: string): VerifiedAssertion | undefined {
  // Otherwise a mutant that lost one of two signatures would do, and node-saml be right to refuse it.
  const signaturePolicy = signs.length === 2 ? "both" : "any";
  try {
    return verified(xml, { emailFrom, signaturePolicy });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Where the mutant differs from the genuine response. */
function changed(genuine: string, xml: string): string {
  let from = 0;
  while (from < genuine.length && genuine[from] === xml[from]) from += 1;
  let tail = 0;
  while (tail < Math.min(genuine.length, xml.length) - from && genuine.at(-1 - tail) === xml.at(-1 - tail)) tail += 1;
  const before = genuine.slice(from, genuine.length - tail);
  return `at ${from}: ${before.slice(0, 300)} became ${xml.slice(from, xml.length - tail).slice(0, 300)}`;
}
