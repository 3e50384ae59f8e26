import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { XmlFault } from "./characters.ts";
import { assertRefused, EXPECTED, refusalOf, verified } from "./fixtures/expectation.ts";
import { OKTA, sent } from "./fixtures/providers.ts";
import { EMAIL, ISSUER, ORG_URL } from "./fixtures/shapes.ts";
import { verifyResponse } from "./response.ts";
import { textOf } from "./tree.ts";
import { MESSAGE, METADATA, parseXml } from "./xml.ts";

const GENUINE = sent(OKTA);
const XML = '<?xml version="1.0" encoding="UTF-8"?>';

/** What canonicalization drops or resolves, so that a signature survives it: the classic ways to cut a value short. */
const SPLITS: readonly (readonly [what: string, text: string])[] = [
  ["a comment", "<!-- -->"],
  ["an empty comment", "<!---->"],
  ["a processing instruction", "<?x y?>"],
  ["a CDATA section", "<![CDATA[]]>"],
  ["an entity", "&nothing;"],
  ["a parameter entity", "%nothing;<"],
];

for (const [what, split] of SPLITS) {
  for (const [element, value] of [
    ["NameID", EMAIL],
    ["Audience", ORG_URL],
    ["Issuer", ISSUER],
  ] as const) {
    test(`refuses ${what} in ${element}`, () => {
      const says = { nameId: `${EMAIL}.evil.test`, audience: `${ORG_URL}.evil.test`, issuer: `${ISSUER}.evil.test` };
      const cut = sent(OKTA, says).replace(`${value}.evil.test</`, () => `${value}${split}.evil.test</`);
      assertRefused(cut, "xml");
    });
  }
}

const ELEMENT = "<!DOCTYPE r [<!ELEMENT r ANY>]>";
const BOMB = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${"bcdefghij".replace(/./g, (name, at) => `<!ENTITY ${name} "${`&${"abcdefghi"[at]};`.repeat(10)}">`)}]>`;

/** What stands before or after the root, in place of characters, or around the whole. */
const DOCUMENTS: readonly (readonly [what: string, xml: string | Buffer])[] = [
  ["a DTD", GENUINE.replace(XML, XML + ELEMENT)],
  ["a DTD without declaration", GENUINE.replace(XML, ELEMENT)],
  ["a DTD that names another file", GENUINE.replace(XML, `${XML}<!DOCTYPE r SYSTEM "http://evil.test/x.dtd">`)],
  ["an entity bomb", GENUINE.replace(XML, XML + BOMB).replace(EMAIL, "&j;")],
  [
    "an external entity",
    GENUINE.replace(XML, `${XML}<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>`).replace(EMAIL, "&x;"),
  ],
  [
    "an external parameter entity",
    GENUINE.replace(XML, `${XML}<!DOCTYPE r [<!ENTITY % x SYSTEM "http://evil.test/">%x;]>`),
  ],
  ["UTF-16 with a byte order mark", Buffer.from(`\uFEFF${GENUINE}`, "utf16le")],
  ["UTF-16 without a byte order mark", Buffer.from(GENUINE, "utf16le")],
  ["a compressed response, as the redirect binding has it", deflateRawSync(GENUINE)],
  ["a byte order mark", `\uFEFF${GENUINE}`],
  ["a declaration of UTF-16", GENUINE.replace("UTF-8", "UTF-16")],
  ["a declaration of UTF-7", GENUINE.replace("UTF-8", "UTF-7")],
  ["a declaration of Latin 1", GENUINE.replace("UTF-8", "ISO-8859-1")],
  ["XML 1.1", GENUINE.replace('version="1.0" encoding', 'version="1.1" encoding')],
  ["bad UTF-8", Buffer.from(GENUINE).fill(0xff, 900, 901)],
  ["an overlong form in UTF-8", Buffer.concat([Buffer.from(GENUINE), Buffer.from([0xc0, 0xbc])])],
  ["a surrogate in UTF-8", Buffer.concat([Buffer.from(GENUINE), Buffer.from([0xed, 0xa0, 0x80])])],
  ["a NUL", GENUINE.replace(EMAIL, `${EMAIL}\u0000.evil.test`)],
  ["a NUL by reference", GENUINE.replace(EMAIL, `${EMAIL}&#0;.evil.test`)],
  ["a control character", GENUINE.replace(EMAIL, `${EMAIL}\u0008`)],
  ["a surrogate by reference", GENUINE.replace(EMAIL, "&#xD800;")],
  ["a reference beyond Unicode", GENUINE.replace(EMAIL, "&#x110000;")],
  ["an endless reference", GENUINE.replace(EMAIL, `&#${"0".repeat(1000)}65;`)],
  ["two roots", `${GENUINE}<x/>`],
  ["two responses", `${GENUINE}${GENUINE.replace(XML, "")}`],
  ["text after the root", `${GENUINE}x`],
  ["a comment after the root", `${GENUINE}<!---->`],
  ["text before the root", `x${GENUINE}`],
  ["white space before the declaration", ` ${GENUINE}`],
  ["an unclosed root", GENUINE.replace("</saml2p:Response>", "")],
  ["an end tag too many", `${GENUINE}</saml2p:Response>`],
  ["an unclosed element", GENUINE.replace("</saml2:Subject>", "")],
  [
    "crossed tags",
    GENUINE.replace("</saml2:Audience></saml2:AudienceRestriction>", "</saml2:AudienceRestriction></saml2:Audience>"),
  ],
  ["an end tag that is longer than its start", GENUINE.replace("</saml2:Audience>", "</saml2:Audiences>")],
  ["an attribute twice", GENUINE.replace(" ID=", ' ID="x" ID=')],
  [
    "an attribute twice by two prefixes",
    GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns:a="urn:x" xmlns:b="urn:x" a:c="" b:c="">'),
  ],
  [
    "a namespace declared twice",
    GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns:a="urn:x" xmlns:a="urn:y">'),
  ],
  ["an attribute without quotes", GENUINE.replace('Version="2.0"', "Version=2.0")],
  ["an attribute with another sign than =", GENUINE.replace('Version="2.0"', 'Version~"2.0"')],
  ["a name that begins with a digit", GENUINE.replaceAll("saml2:Audience>", "saml2:1Audience>")],
  ["an attribute without value", GENUINE.replace('Version="2.0"', "Version")],
  ["an attribute with <", GENUINE.replace('Version="2.0"', 'Version="<"')],
  ["attributes without space between them", GENUINE.replace('" ID=', '"ID=')],
  ["an undeclared prefix", GENUINE.replaceAll("saml2:Audience>", "saml3:Audience>")],
  ["an undeclared prefix on an attribute", GENUINE.replace("<saml2:Audience>", '<saml2:Audience q:x="">')],
  ["a relative namespace", GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns:a="b">')],
  ["a namespace with an ampersand", GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns:a="urn:x&amp;y">')],
  ["a namespace that is taken back", GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns="">')],
  ["a redefinition of xml", GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns:xml="urn:x">')],
  ["a redefinition of xmlns", GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns:xmlns="urn:x">')],
  [
    "another prefix for xml",
    GENUINE.replace("<saml2:Audience>", '<saml2:Audience xmlns:x="http://www.w3.org/XML/1998/namespace">'),
  ],
  ["a name with two colons", GENUINE.replaceAll("saml2:Audience>", "saml2:x:Audience>")],
  ["a name outside ASCII", GENUINE.replaceAll("saml2:Audience>", "saml2:Audiencé>")],
  ["]]> in text", GENUINE.replace(EMAIL, "]]>")],
  ["JSON", '{"email": "ann.lee@example.com"}'],
  ["an empty tag", `${XML}<>`],
  ["half a tag", `${XML}<saml2p:Response`],
  ["a slash that ends no tag", GENUINE.replace("/></saml2p:Status>", "/ ></saml2p:Status>")],
  ["a lone slash", `${XML}<a/ >`],
];

for (const [what, xml] of DOCUMENTS) {
  test(`refuses ${what}`, () => {
    assert.equal(assertRefused(xml, "xml").status, 400);
  });
}

test("refuses a document of nothing but a declaration", () => {
  assertRefused(XML, "xml");
});

test("refuses depth, sibling, attribute and namespace bombs", () => {
  const bombs = {
    depth: `${"<a>".repeat(30_000)}${"</a>".repeat(30_000)}`,
    siblings: `<a>${"<b/>".repeat(60_000)}</a>`,
    attributes: `<a ${Array.from({ length: 20_000 }, (_, at) => `b${at}=""`).join(" ")}/>`,
    "attributes of many": `<a>${`<b c="" d="" e="" f=""/>`.repeat(8_000)}</a>`,
    namespaces: `<a ${Array.from({ length: 60 }, (_, at) => `xmlns:b${at}="urn:x"`).join(" ")}><c xmlns:d="u:d" xmlns:e="u:e" xmlns:f="u:f" xmlns:g="u:g" xmlns:h="u:h"/></a>`,
  };
  for (const bomb of Object.values(bombs)) assertRefused(bomb, "xml");
});

test("64 levels are read, 65 are not", () => {
  const levels = (count: number): string => "<a>".repeat(count) + "</a>".repeat(count);
  parseXml(levels(64), MESSAGE);
  assert.throws(() => parseXml(levels(65), MESSAGE), XmlFault);
});

test("refuses more than 256 KiB, and base64 of more before decoding it", () => {
  const padded = (bytes: number): string =>
    GENUINE.replace(EMAIL, EMAIL + " ".repeat(bytes - Buffer.byteLength(GENUINE)));
  assert.equal(assertRefused(padded(256 * 1024 + 1), "size").status, 413);
  assertRefused(padded(256 * 1024), "digest");
  const refusal = refusalOf(() => verifyResponse("!".repeat(400_000), EXPECTED));
  assert.equal(refusal.status, 413);
  assert.equal(refusalOf(() => verifyResponse("\n".repeat(1_000_000), EXPECTED)).code, "size");
});

test("refuses what is no base64", () => {
  const base64 = Buffer.from(GENUINE).toString("base64");
  for (const text of [
    `${base64}!`,
    ` ${base64}`,
    `${base64}====`,
    base64.replace("P", "-"),
    `${base64}AB==`,
    "A",
    "====",
  ]) {
    assert.equal(refusalOf(() => verifyResponse(text, EXPECTED)).code, "base64", text.slice(-8));
  }
  assert.equal(refusalOf(() => verifyResponse("", EXPECTED)).code, "request-shape");
});

test("resolves the references that XML knows, and line ends and white space as XML says", () => {
  const root = parseXml("<a b=' &lt;&#x41;\t\r\n&#9;'>&amp;&#65;&quot;&apos;&gt;\r\n\r&#13;</a>", MESSAGE);
  assert.equal(root.attributes[0]?.value, " <A  \t");
  assert.equal(textOf(root), "&A\"'>\n\n\r");
});

test("an identity in references is the identity that they stand for", () => {
  const xml = sent(OKTA).replaceAll(EMAIL, `&#97;${EMAIL.slice(1)}`);
  assert.equal(verified(xml).email, EMAIL);
});

test("metadata may have comments and processing instructions, but no DTD, CDATA section or second declaration", () => {
  const root = parseXml(`<?xml version="1.0"?><!-- a --><?b c?><d>e<!-- f -->g<?h?></d><!---->`, METADATA);
  assert.equal(textOf(root), "eg");
  const others = [
    "<!DOCTYPE a><a/>",
    "<a><![CDATA[]]></a>",
    "<a><?xml version='1.0'?></a>",
    "<!-- -- --><a/>",
    "<!DOCTYPE a --><a/>",
    "<a><!-- -- --></a>",
    "<!-- <a/>",
    "<? <a/>",
  ];
  for (const xml of others) assert.throws(() => parseXml(xml, METADATA), XmlFault, xml);
});

test("an attribute of xml: needs no declaration", () => {
  const root = parseXml(`<a xml:lang="en"/>`, MESSAGE);
  assert.equal(root.attributes[0]?.namespace, "http://www.w3.org/XML/1998/namespace");
});

test("says what it wanted where a quote does not end", () => {
  assert.throws(() => parseXml('<a b="c', MESSAGE), { wanted: "a quoted attribute value" });
});
