import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../refusal.ts";
import { canonicalize } from "./canonical.ts";
import { XmlFault } from "./characters.ts";
import { assertRefused } from "./fixtures/expectation.ts";
import { HOSTILE } from "./fixtures/hostile.ts";
import { OKTA, sent } from "./fixtures/providers.ts";
import type { XmlElement } from "./tree.ts";
import { MESSAGE, parseXml } from "./xml.ts";

const ASSERTION_SIGNED = { ...OKTA, signs: [{ element: "Assertion", inclusive: ["xs"] }] } as const;

/** What a replayer makes of a genuine response: SignedInfo is still signed, so the assertion is canonicalized. */
function replayed(declaration: string, parts: string): string {
  return sent(ASSERTION_SIGNED)
    .replace("<saml2p:Response ", `$&${declaration} `)
    .replace("</saml2:Assertion>", `${parts}$&`);
}

test("one long declaration far out is not written a thousand times: namespaces are short", () => {
  const declaration = (length: number) => `xmlns:p="u:${"A".repeat(length)}"`;
  assertRefused(replayed(declaration(511), "<p:x/>".repeat(5000)), "xml");
  assertRefused(replayed(declaration(100_000), "<p:x/>"), "xml");
  assertRefused(replayed(declaration(510), "<p:x/>"), "digest");
});

test("a canonical form that is much longer than its document is refused", () => {
  // Each tab becomes `&#x9;`, each quotation mark `&quot;`, each greater-than sign `&gt;`.
  assertRefused(replayed("", `<x a="${"&#9;".repeat(1000)}"/>`), "digest");
  assertRefused(replayed('xmlns:p="u:p"', '<x p:a=""/>'.repeat(8000)), "digest");
  const declarations = ["a", "b", "c", "d"].map((prefix) => `xmlns:${prefix}="u:${"A".repeat(400)}${prefix}"`);
  const needed = declarations.map((_, at) => `${"abcd"[at]}:x=""`).join(" ");
  assertRefused(replayed(declarations.join(" "), `<x ${needed}/>`.repeat(3000)), "xml");
});

test("what is made of a hostile body is bounded: elements, attributes, depth, and its canonical form", () => {
  let trees = 0;
  for (const [what, body] of Object.entries(HOSTILE)) {
    const root = parsed(body);
    if (root === undefined) continue;
    trees += 1;
    const { elements, attributes, depth } = sizeOf(root);
    assert.ok(elements <= 8192 && attributes <= 16384 && depth <= 64, `${what}: ${elements}, ${attributes}, ${depth}`);
    // The last element may still be as long as the body.
    assert.ok(canonicalLength(root) <= 5 * 256 * 1024, what);
  }
  assert.ok(trees > 10, `${trees} of them have a tree at all`);
});

function parsed(body: Buffer): XmlElement | undefined {
  try {
    return parseXml(body.toString(), MESSAGE);
  } catch (error) {
    if (error instanceof XmlFault) return undefined;
    throw error;
  }
}

function canonicalLength(root: XmlElement): number {
  try {
    return canonicalize(root, ["#default", "xs", "a", "p"]).length;
  } catch (error) {
    if (error instanceof Refusal) return 0;
    throw error;
  }
}

function sizeOf(root: XmlElement): { elements: number; attributes: number; depth: number } {
  const size = { elements: 0, attributes: 0, depth: 0 };
  let level: XmlElement[] = [root];
  while (level.length > 0) {
    size.depth += 1;
    size.elements += level.length;
    for (const element of level) size.attributes += element.attributes.length;
    level = level.flatMap((element) => element.children.filter((child) => typeof child !== "string"));
  }
  return size;
}
