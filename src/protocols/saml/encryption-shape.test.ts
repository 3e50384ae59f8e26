import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { describe, test } from "node:test";
import { type Encrypting, OUR_KEY, sentEncrypted, XENC, XENC11 } from "./fixtures/encrypter.ts";
import { assertRefused, verified } from "./fixtures/expectation.ts";
import { OKTA, replacing } from "./fixtures/providers.ts";
import { EMAIL } from "./fixtures/shapes.ts";

const WITH_KEYS = { decryptionKeys: [createPrivateKey(OUR_KEY)] };

/** By its own signature only, so that nothing but what is looked at here says no. */
const ASSERTION_SIGNED = { ...OKTA, signs: [{ element: "Assertion", inclusive: ["xs"] }] } as const;

const ALGORITHMS: readonly [what: string, how: Encrypting][] = [
  ["RSA 1.5", { transport: `${XENC}rsa-1_5` }],
  ["Triple DES", { cipher: `${XENC}tripledes-cbc` }],
  ["AES-CBC, for the response is not signed,", { cipher: `${XENC}aes256-cbc` }],
  ["RSA-OAEP of XML Encryption 1.0 with SHA-256", { digest: "sha256" }],
  ["RSA-OAEP with two digests", { transport: `${XENC11}rsa-oaep`, digest: "sha256", mask: "sha1" }],
  ["RSA-OAEP with a mask that is not named", { transport: `${XENC11}rsa-oaep`, digest: "sha256" }],
  ["a cipher that nobody knows", { edit: replacing("aes256-gcm", "aes256-ctr") }],
  ["no cipher", { edit: replacing(/<xenc:EncryptionMethod Algorithm="[^"]*"/, "<xenc:EncryptionMethod") }],
  ["a digest that nobody knows", { edit: replacing("xmldsig#sha1", "xmldsig#md5") }],
];

describe("an assertion that is encrypted in a way that is not safe, or not ours, is refused:", () => {
  for (const [what, how] of ALGORITHMS) {
    test(what, async () => {
      assertRefused(await sentEncrypted(ASSERTION_SIGNED, how), "encryption-algorithm", WITH_KEYS);
    });
  }

  test("RSA 1.5 and Triple DES also where the response is signed", async () => {
    for (const how of [{ transport: `${XENC}rsa-1_5` }, { cipher: `${XENC}tripledes-cbc` }]) {
      assertRefused(await sentEncrypted(OKTA, how), "encryption-algorithm", WITH_KEYS);
    }
  });
});

const KEY = /<e:EncryptedKey [\s\S]*<\/e:EncryptedKey>/;
const DATA = /<xenc:EncryptedData [\s\S]*<\/xenc:EncryptedData>/;
const twice = (pattern: RegExp) => (xml: string) => xml.replace(pattern, (found) => found + found);
const without = (pattern: RegExp) => replacing(pattern, "");
const into = (tag: string, added: string) => replacing(`</${tag}>`, `${added}</${tag}>`);

const SHAPES: readonly [what: string, edit: (xml: string) => string, key?: "beside"][] = [
  ["two texts", twice(DATA)],
  ["no text", without(DATA)],
  ["two keys", twice(KEY)],
  ["two keys, one inside and one beside", (xml) => xml.replace(DATA, (data) => data + KEY.exec(data)?.[0])],
  ["two keys beside the text", into("saml2:EncryptedAssertion", `<e:EncryptedKey xmlns:e="${XENC}"/>`), "beside"],
  ["no key", without(KEY)],
  ["a key that stands before the text", (xml) => xml.replace(DATA, (data) => (KEY.exec(data)?.[0] ?? "") + data)],
  ["a key beside the text that nothing points at", without(/<RetrievalMethod [^>]*\/>/), "beside"],
  ["a pointer to another key", replacing('URI="#_key"', 'URI="#other"'), "beside"],
  ["a pointer to a key somewhere else", replacing('URI="#_key"', 'URI="https://evil.test/key"'), "beside"],
  ["a pointer with a transform", replacing('URI="#_key"/>', 'URI="#_key"><Transforms/></RetrievalMethod>'), "beside"],
  [
    "a text to be fetched",
    replacing(/<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/, '<xenc:CipherReference URI="https://evil.test"/>'),
  ],
  ["a key to be fetched", replacing(/<e:CipherValue>[^<]*<\/e:CipherValue>/, '<e:CipherReference URI="#x"/>')],
  ["two values of one text", twice(/<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/)],
  ["a text that is no base64", replacing("<xenc:CipherValue>", "<xenc:CipherValue>!")],
  ["an element in its text", replacing("<xenc:CipherValue>", "<xenc:CipherValue><b/>")],
  ["an empty text", replacing(/<xenc:CipherValue>[^<]*</, "<xenc:CipherValue><")],
  ["content in place of an element", replacing('xmlenc#Element"', 'xmlenc#Content"')],
  [
    "parameters of the cipher",
    replacing(
      /(<xenc:EncryptionMethod [^>]*)\/>/,
      '<xenc:EncryptionMethod Algorithm="x"><xenc:KeySize>1</xenc:KeySize></xenc:EncryptionMethod>',
    ),
  ],
  ["parameters of the padding", into("e:EncryptionMethod", "<e:OAEPparams>AAAA</e:OAEPparams>")],
  [
    "parameters of the digest",
    replacing(/(<DigestMethod [^>]*)\/>/, '<DigestMethod Algorithm="x"><b/></DigestMethod>'),
  ],
  ["words between its parts", replacing("<xenc:CipherData>", "words<xenc:CipherData>")],
  ["words in the method of the key", into("e:EncryptionMethod", "words")],
  [
    "a text to be fetched, with something in its place",
    (xml) => xml.replaceAll("xenc:CipherValue", "xenc:CipherReference"),
  ],
  [
    "an agreement beside the key",
    replacing("<e:EncryptedKey ", `<e:AgreementMethod xmlns:e="${XENC}"/><e:EncryptedKey `),
  ],
  ["a list of keys behind the text", into("xenc:EncryptedData", "<xenc:ReferenceList/>")],
  ["properties of the text", into("xenc:EncryptedData", "<xenc:EncryptionProperties/>")],
  ["properties of the key", into("e:EncryptedKey", "<e:EncryptionProperties/>")],
  [
    "a list of what else the key is for",
    into("e:EncryptedKey", "<e:ReferenceList><e:KeyReference/></e:ReferenceList>"),
  ],
  ["something in the description of the key", replacing("<X509Data>", "<Object/><X509Data>")],
  ["a key that is agreed on", replacing(KEY, `<e:AgreementMethod xmlns:e="${XENC}"/>`)],
  ["no method", without(/<xenc:EncryptionMethod [^>]*\/>/)],
];

describe("an assertion that is encrypted in another shape is refused:", () => {
  for (const [what, edit, key] of SHAPES) {
    test(what, async () => {
      const xml = await sentEncrypted(ASSERTION_SIGNED, { edit, ...(key && { key }) });
      assertRefused(xml, "encryption-shape", WITH_KEYS);
    });
  }

  test("what only names the key, or says what it is for, is allowed and not believed", async () => {
    for (const edit of [
      into("e:EncryptedKey", '<e:ReferenceList><e:DataReference URI="#_d"/></e:ReferenceList>'),
      into("e:EncryptedKey", "<e:CarriedKeyName>ours</e:CarriedKeyName>"),
      replacing("<e:EncryptedKey ", '<e:EncryptedKey Recipient="https://other.test" '),
      replacing("<e:EncryptedKey ", "<KeyName>other</KeyName><e:EncryptedKey "),
      replacing(/<X509Certificate>[^<]*</, "<X509Certificate>AAAA<"),
      replacing(' Type="http://www.w3.org/2001/04/xmlenc#Element"', ""),
    ]) {
      assert.equal(verified(await sentEncrypted(ASSERTION_SIGNED, { edit }), WITH_KEYS).email, EMAIL);
    }
  });
});
