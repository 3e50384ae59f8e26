import assert from "node:assert/strict";
import { test } from "node:test";
import { EXPECTED, refusalOf, verified } from "./fixtures/expectation.ts";
import { mutant } from "./fixtures/mutants.ts";
import { OKTA, PROVIDERS, replacing, sent } from "./fixtures/providers.ts";
import { numbers } from "./fixtures/random.ts";
import { ACS_URL, EMAIL, ORG_URL } from "./fixtures/shapes.ts";
import { type Examination, examineResponse } from "./response.ts";

/** In the order of docs/security.md, as far as the protocol goes. */
const ALL = [
  ...["request-shape", "size", "base64", "xml", "response", "status", "one-assertion", "signature-policy"],
  ...["signature-shape", "signature-algorithm", "signature", "digest"],
  ...["signature-shape", "signature-algorithm", "signature", "digest"],
  ...["assertion", "destination", "issuer", "issuer", "audience", "not-yet-valid", "expired", "confirmation"],
  ...["recipient", "confirmation-expired", "in-response-to", "conditions", "session-expired", "name-id", "email"],
];

test("every check of a response that is accepted is told, in order, with what it wanted and what it got", () => {
  const { assertion, refusal, checks } = examined(sent(OKTA));
  assert.equal(assertion?.email, EMAIL);
  assert.equal(refusal, undefined);
  assert.deepEqual(
    checks.map(({ check }) => check),
    ALL,
  );
  assert.ok(checks.every(({ passed, wanted, got }) => passed && wanted !== "nothing" && got !== "nothing"));
  const audience = checks.find(({ check }) => check === "audience");
  assert.deepEqual(audience, { check: "audience", wanted: ORG_URL, got: ORG_URL, passed: true });
});

test("all comparisons that fail are told at once, and the first is the verdict", () => {
  const xml = sent(OKTA, { audience: "https://other.test", recipient: ` Recipient="${ACS_URL}/x"`, nameId: "ann" });
  const { assertion, refusal, checks } = examined(xml);
  assert.equal(assertion, undefined);
  assert.equal(refusal?.code, "audience");
  assert.deepEqual(
    checks.filter(({ passed }) => !passed),
    [
      { check: "audience", wanted: ORG_URL, got: "https://other.test", passed: false },
      { check: "recipient", wanted: ACS_URL, got: `${ACS_URL}/x`, passed: false },
      { check: "email", wanted: "one email address in NameID", got: "ann", passed: false },
    ],
  );
  assert.deepEqual(
    checks.map(({ check }) => check),
    ALL,
  );
});

test("nothing is compared that no trusted signature covers", () => {
  const { checks, tree } = examined(sent(OKTA, { audience: "https://other.test" }).replace(EMAIL, `x${EMAIL}`));
  assert.deepEqual(checks.at(-1)?.check, "digest");
  assert.equal(checks.filter(({ passed }) => !passed).length, 1);
  assert.ok(tree, "it is shown all the same");
  assert.ok(JSON.stringify(tree).includes("https://other.test"));
});

test("what is no XML has no tree", () => {
  const { checks, tree } = examined("<a>");
  assert.deepEqual(
    checks.map(({ check, passed }) => [check, passed]),
    [
      ["request-shape", true],
      ["size", true],
      ["base64", true],
      ["xml", false],
    ],
  );
  assert.equal(tree, undefined);
});

test("without a bearer confirmation, nothing that only it can say is taken as said", () => {
  const { refusal, checks } = examined(sent(OKTA, {}, replacing("cm:bearer", "cm:holder-of-key")));
  assert.equal(refusal?.code, "confirmation");
  assert.deepEqual(
    checks.filter(({ passed }) => !passed).map(({ check }) => check),
    ["confirmation", "recipient", "confirmation-expired", "in-response-to"],
  );
});

test("the tree shows names, attributes and text, and no signature, key or certificate", () => {
  for (const provider of PROVIDERS) {
    const xml = sent(provider);
    const shown = JSON.stringify(examined(xml).tree);
    assert.ok(shown.includes(EMAIL) && shown.includes(ORG_URL) && shown.includes("Destination"));
    const values = [...xml.matchAll(/<(?:\w+:)?(?:SignatureValue|DigestValue|X509Certificate)[^>]*>([^<]+)</g)];
    assert.ok(values.length > 2);
    for (const [, value = ""] of values) {
      assert.ok(!shown.includes(value.trim().slice(0, 20)), "a value of the signature is shown");
      assert.ok(shown.includes(`(left out, ${value.trim().length} characters)`));
    }
  }
});

test("the tree shows no ciphertext, wherever it hides, and no attribute that calls itself a secret", () => {
  const encrypted = `<x:CipherValue xmlns:x="http://www.w3.org/2001/04/xmlenc#">CIPHERTEXT</x:CipherValue>`;
  const bare = "<SignatureValue>SIGNATURE</SignatureValue>";
  const secret = `<Attribute Name="userPassword"><AttributeValue>PASSWORD</AttributeValue></Attribute>`;
  const shown = JSON.stringify(examined(`<a>${encrypted}${bare}${secret}<b>seen</b></a>`).tree);
  assert.doesNotMatch(shown, /CIPHERTEXT|SIGNATURE|PASSWORD/);
  assert.match(shown, /left out, 10 characters.*left out, 9 characters.*left out, 8 characters.*seen/);
});

test("the tree has a size that a page can show, whatever was sent", () => {
  const bombs = {
    siblings: `<a>${"<b/>".repeat(8000)}</a>`,
    text: `<a>${"x".repeat(200_000)}</a>`,
    attributes: `<a>${`<b c="${"y".repeat(250)}" d="${"z".repeat(250)}"/>`.repeat(400)}</a>`,
    names: `<a>${`<${"n".repeat(400)}/>`.repeat(500)}</a>`,
    halves: `<a>${"😀".repeat(50_000)}</a>`,
  };
  for (const [what, xml] of Object.entries(bombs)) {
    const { tree } = examined(xml);
    const shown = JSON.stringify(tree);
    assert.ok(shown.length < 100_000, `${what}: ${shown.length}`);
    assert.ok(shown.isWellFormed(), what);
  }
  assert.equal(examined(bombs.siblings).tree?.more, 7601);
});

test("an attribute may be called anything", () => {
  assert.deepEqual(Object.entries(examined('<a __proto__="b" toString="c"/>').tree?.attributes ?? {}), [
    ["__proto__", "b"],
    ["toString", "c"],
  ]);
});

test("mutants of a response get the verdict of their first failure, and what is shown of them never fails", () => {
  const random = numbers(20261127);
  const genuine = sent(OKTA);
  for (let count = 0; count < 3000; count += 1) {
    const xml = mutant(genuine, random);
    const { assertion, refusal, checks, tree } = examined(xml);
    assert.equal(assertion === undefined, refusal !== undefined);
    const first = checks.find(({ passed }) => !passed);
    assert.equal(first?.check, refusal?.cause.check, xml);
    assert.equal(first === undefined, assertion !== undefined);
    assert.ok(JSON.stringify(tree ?? null));
    if (refusal === undefined) verified(xml);
    else assert.deepEqual({ ...refusalOf(() => verified(xml)).cause }, { ...refusal.cause });
  }
});

function examined(xml: string): Examination {
  return examineResponse(Buffer.from(xml).toString("base64"), EXPECTED);
}
