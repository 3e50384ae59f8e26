import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { SignedXml } from "xml-crypto";
import { canonicalize } from "./canonical.ts";
import { PROVIDER_KEY } from "./fixtures/certificates.ts";
import { NEEDS_XMLSEC1, xmlsec1Digests } from "./fixtures/oracles.ts";
import { C14N } from "./fixtures/signer.ts";
import type { XmlElement } from "./tree.ts";
import { type Grammar, METADATA, parseXml } from "./xml.ts";

const SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const WIDE: Grammar = { ...METADATA, length: 1e8, elements: 1e6, attributes: 1e6 };
const OUTERMOST = { t: "urn:t", a: "urn:1", b: "urn:1", c: "urn:2" };
const TEXTS = ["x", " ", "\n\t", "&amp;", "&lt;", "&gt;", ">", '"', "'", "&#13;", "&#9;", "&#10;", "é", "😀", "\r\n"];

type Names = Record<string, string>;
interface Sample {
  /** Declared between the root and what is canonicalized. */
  readonly outside: Names;
  readonly tree: string;
  readonly prefixes: readonly string[];
}

/** Prefixes that hide one another and come back, with every character that is escaped. */
const WILD = samples(400, ["urn:1", "urn:2", "http://example.com/?x=1"]);

/** Each prefix with one namespace throughout: xml-crypto forgets a declaration that an inner one hides. */
const TAME = samples(100, undefined);

test("canonicalizes as xmlsec1 does, PrefixList included", NEEDS_XMLSEC1, () => {
  const template = documentOf(WILD, `${signatureTemplate(WILD)}`);
  const theirs = xmlsec1Digests(template, "urn:t:case");
  assert.deepEqual(theirs.length, WILD.length);
  const cases = casesIn(template);
  for (const [at, { prefixes }] of WILD.entries()) {
    const ours = canonicalize(cases[at] ?? assert.fail(), prefixes);
    assert.equal(hash("sha256", ours, "base64"), theirs[at], `${JSON.stringify(WILD[at])} became ${ours}`);
  }
});

test("canonicalizes as xml-crypto does", () => {
  const document = documentOf(TAME, "");
  const signer = new SignedXml({
    privateKey: PROVIDER_KEY,
    signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    canonicalizationAlgorithm: C14N,
  });
  for (const at of TAME.keys()) {
    signer.addReference({ xpath: `//*[@ID='c${at}']`, transforms: [C14N], digestAlgorithm: SHA256 });
  }
  signer.computeSignature(document);
  const theirs = [...signer.getSignedXml().matchAll(/<DigestValue>([^<]+)</g)].map((match) => match[1]);
  assert.deepEqual(theirs.length, TAME.length);
  for (const [at, element] of casesIn(document).entries()) {
    const ours = canonicalize(element);
    assert.equal(hash("sha256", ours, "base64"), theirs[at], `${JSON.stringify(TAME[at])} became ${ours}`);
  }
});

test("what is canonical stays as it is", () => {
  for (const [at, element] of casesIn(documentOf(WILD, "")).entries()) {
    // Only without a PrefixList: with one, namespaces of the parents are written that no parent declares the next time.
    const once = canonicalize(element);
    assert.equal(canonicalize(parseXml(once, WIDE)), once, JSON.stringify(WILD[at]));
  }
});

test("leaves out the one element that it is told to, and no other", () => {
  const root = parseXml("<a><b>1</b><b>2</b>3</a>", METADATA);
  const second = root.children[1];
  assert.ok(typeof second === "object");
  assert.equal(canonicalize(root, [], second), "<a><b>1</b>3</a>");
});

/** Random trees, the same each time; `uris` to choose from at each declaration, or else one fixed namespace for each prefix. */
function samples(count: number, uris: readonly string[] | undefined): readonly Sample[] {
  const fixed: Names = { "": "urn:0", ...OUTERMOST };
  const prefix = fc.constantFrom("", "a", "b", "c");
  const declared = fc
    .array(fc.tuple(prefix, fc.constantFrom(...(uris ?? [""]))), { maxLength: 3 })
    .map((pairs): Names => Object.fromEntries(pairs.map(([name, uri]) => [name, uri || (fixed[name] ?? "")])));
  const text = fc.array(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
  const attribute = fc.tuple(fc.oneof(prefix, fc.constant("xml")), text);
  const attributes = fc.dictionary(fc.constantFrom("p", "q", "r", "Z"), attribute, { maxKeys: 4 });
  const { element } = fc.letrec<{ element: string; children: string }>((tie) => ({
    children: fc
      .array(fc.oneof({ maxDepth: 4 }, text, tie("element")), { maxLength: 3 })
      .map((parts) => parts.join("")),
    element: fc.tuple(prefix, declared, attributes, tie("children")).map(written),
  }));
  const prefixes = fc.uniqueArray(fc.constantFrom("#default", "a", "b", "c", "xml", "unknown"), { maxLength: 4 });
  return fc.sample(fc.record({ outside: declared, tree: element, prefixes }), { seed: 20260301, numRuns: count });
}

function written(
  parts: [prefix: string, declared: Names, given: Record<string, [string, string]>, children: string],
): string {
  const [prefix, declared, given, children] = parts;
  const values = Object.entries(given).map(
    ([local, [space, value]]) => ` ${named(space, local)}="${value.replaceAll('"', "'")}"`,
  );
  return `<${named(prefix, "e")}${declarations(declared)}${values.join("")}>${children}</${named(prefix, "e")}>`;
}

function named(prefix: string, local: string): string {
  return prefix === "" ? local : `${prefix}:${local}`;
}

function declarations(names: Names): string {
  return Object.entries(names)
    .map(([prefix, uri]) => ` ${prefix === "" ? "xmlns" : `xmlns:${prefix}`}="${uri}"`)
    .join("");
}

/** All samples in one document, so that a signer has to start once. */
function documentOf(trees: readonly Sample[], end: string): string {
  const cases = trees.map(
    ({ outside, tree }, at) => `<t:outer${declarations(outside)}><t:case ID="c${at}">${tree}</t:case></t:outer>`,
  );
  return `<t:root${declarations(OUTERMOST)}>${cases.join("\n")}${end}</t:root>`;
}

function signatureTemplate(trees: readonly Sample[]): string {
  const references = trees.map(({ prefixes }, at) => {
    const list = `<ec:InclusiveNamespaces xmlns:ec="${C14N}" PrefixList="${prefixes.join(" ")}"/>`;
    return (
      `<Reference URI="#c${at}"><Transforms><Transform Algorithm="${C14N}">${prefixes.length > 0 ? list : ""}</Transform>` +
      `</Transforms><DigestMethod Algorithm="${SHA256}"/><DigestValue></DigestValue></Reference>`
    );
  });
  return (
    `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="${C14N}"/>` +
    `<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>${references.join("")}` +
    "</SignedInfo><SignatureValue></SignatureValue></Signature>"
  );
}

function casesIn(document: string): XmlElement[] {
  const outer = parseXml(document, WIDE).children.filter((child) => typeof child !== "string");
  return outer
    .flatMap(({ local, children }) => (local === "outer" ? children : []))
    .filter((child) => typeof child !== "string");
}
