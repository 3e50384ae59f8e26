import assert from "node:assert/strict";
import { createCipheriv, createPrivateKey, type KeyObject, publicEncrypt, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { ATTACKER_CERTIFICATE, ATTACKER_KEY, PROVIDER_CERTIFICATE, PROVIDER_KEY } from "./fixtures/certificates.ts";
import {
  type Encrypting,
  encryptionTemplate,
  OUR_CERTIFICATE,
  OUR_KEY,
  sentEncrypted,
  XENC,
  XENC11,
} from "./fixtures/encrypter.ts";
import { assertRefused, EXPECTED, verified } from "./fixtures/expectation.ts";
import { NEEDS_XMLSEC1, xmlsec1Encrypts } from "./fixtures/oracles.ts";
import { ENTRA, OKTA, PROVIDERS, type Provider, replacing, sent } from "./fixtures/providers.ts";
import { EMAIL } from "./fixtures/shapes.ts";
import { examineResponse } from "./response.ts";

const OURS = createPrivateKey(OUR_KEY);
const OTHER = createPrivateKey(ATTACKER_KEY);
const WITH_KEYS = { decryptionKeys: [OURS] };

const GCM = ["aes128-gcm", "aes256-gcm"].map((name) => XENC11 + name);
const CBC = ["aes128-cbc", "aes256-cbc"].map((name) => XENC + name);
const OAEP_256: Encrypting = { transport: `${XENC11}rsa-oaep`, digest: "sha256", mask: "sha256" };
const ASSERTION_SIGNED: Provider = { ...OKTA, signs: [{ element: "Assertion", inclusive: ["xs"] }] };
const RESPONSE_SIGNED: Provider = { ...OKTA, signs: [{ element: "Response", inclusive: ["xs"] }] };
const UNSIGNED: Provider = { ...OKTA, signs: [] };

describe("an encrypted assertion is read", () => {
  for (const provider of PROVIDERS) {
    test(`in the shape of ${provider.name}`, async () => {
      const xml = await sentEncrypted(provider);
      assert.ok(!xml.includes(EMAIL));
      const { emailFrom } = provider;
      assert.equal(verified(xml, { ...WITH_KEYS, emailFrom }).email, EMAIL);
    });
  }

  const transports: readonly Encrypting[] = [
    { digest: "sha1" },
    { transport: `${XENC11}rsa-oaep`, digest: "sha1" },
    OAEP_256,
    { transport: `${XENC11}rsa-oaep`, digest: "sha512", mask: "sha512" },
  ];
  for (const cipher of GCM) {
    for (const transport of transports) {
      for (const key of ["inside", "beside"] as const) {
        const how: Encrypting = { cipher, key, ...transport };
        test(`by ${cipher.slice(32)}, ${JSON.stringify(transport)}, the key ${key}`, async () => {
          assert.equal(verified(await sentEncrypted(ASSERTION_SIGNED, how), WITH_KEYS).email, EMAIL);
        });
      }
    }
  }

  for (const [cipher, sessionKey] of [
    [`${XENC11}aes128-gcm`, "aes-128"],
    [`${XENC11}aes192-gcm`, "aes-192"],
    [`${XENC11}aes256-gcm`, "aes-256"],
  ] as const) {
    test(`as xmlsec1 encrypts it, with ${sessionKey}`, NEEDS_XMLSEC1, async () => {
      let plain = "";
      const xml = await sentEncrypted(ASSERTION_SIGNED, { plain: (assertion) => (plain = assertion) });
      const data = xmlsec1Encrypts(encryptionTemplate(cipher), plain, OUR_CERTIFICATE, sessionKey);
      const own = xml.replace(/\s*<xenc:EncryptedData [\s\S]*<\/xenc:EncryptedData>\s*/, data);
      assert.notEqual(own, xml);
      assert.equal(verified(own, WITH_KEYS).email, EMAIL);
    });
  }

  for (const cipher of CBC) {
    test(`by ${cipher.slice(33)} where the response is signed`, async () => {
      assert.equal(verified(await sentEncrypted(OKTA, { cipher }), WITH_KEYS).email, EMAIL);
      assert.equal(verified(await sentEncrypted(RESPONSE_SIGNED, { cipher }), WITH_KEYS).email, EMAIL);
    });
  }

  test("with any of our keys, whichever stands first", async () => {
    const xml = await sentEncrypted(ASSERTION_SIGNED);
    for (const decryptionKeys of [
      [OURS, OTHER],
      [OTHER, OURS],
      [OTHER, createPrivateKey(PROVIDER_KEY), OURS],
    ]) {
      assert.equal(verified(xml, { decryptionKeys }).email, EMAIL);
    }
  });

  test("and shown to the administrator in the place of the ciphertext", async () => {
    const xml = await sentEncrypted(OKTA);
    const { tree, named, checks } = examineResponse(Buffer.from(xml).toString("base64"), { ...EXPECTED, ...WITH_KEYS });
    const shown = JSON.stringify(tree);
    assert.ok(shown.includes(EMAIL) && !shown.includes("EncryptedAssertion"));
    assert.equal(named, EMAIL);
    const names = checks.map(({ check }) => check);
    const from = names.indexOf("one-assertion");
    assert.deepEqual(names.slice(from, from + 13), [
      "one-assertion",
      ...["signature-shape", "signature-algorithm", "signature", "digest"],
      ...["encryption-shape", "encryption-algorithm", "decryption"],
      "signature-policy",
      ...["signature-shape", "signature-algorithm", "signature", "digest"],
    ]);
  });
});

describe("an assertion that is encrypted and not signed", () => {
  test("is covered by the signature of the response", async () => {
    const xml = await sentEncrypted(RESPONSE_SIGNED);
    assert.equal(verified(xml, { ...WITH_KEYS, signaturePolicy: "response" }).email, EMAIL);
    assertRefused(xml, "signature-policy", { ...WITH_KEYS, signaturePolicy: "assertion" });
    assertRefused(xml, "signature-policy", { ...WITH_KEYS, signaturePolicy: "both" });
  });

  test("is refused in a response that is not signed either: anybody can encrypt for us", async () => {
    assertRefused(await sentEncrypted(UNSIGNED), "signature-policy", WITH_KEYS);
  });

  test("is not even decrypted where the policy wants the response signed", async () => {
    const xml = await sentEncrypted(ASSERTION_SIGNED);
    for (const signaturePolicy of ["response", "both"] as const) {
      assertRefused(xml, "signature-policy", { decryptionKeys: [], signaturePolicy });
    }
  });
});

describe("what was decrypted is trusted no more than what was not encrypted", () => {
  const CASES: readonly [what: string, check: string, how: Encrypting, provider?: Provider][] = [
    ["was changed after it was signed", "digest", { plain: replacing(EMAIL, `x${EMAIL}`) }],
    ["has a comment in it", "decryption", { plain: replacing(EMAIL, "admin@example.com<!-- -->") }],
    ["is in a document with a DTD", "decryption", { plain: (xml) => `<!DOCTYPE a [<!ENTITY b "c">]>${xml}` }],
    [
      "holds another assertion",
      "one-assertion",
      { plain: replacing("</saml2:Subject>", "<Assertion/></saml2:Subject>") },
    ],
    [
      "holds a second signature",
      "signature-shape",
      { plain: (xml) => xml.replace("</saml2:Assertion>", `${/<ds:Signature[\s\S]*<\/ds:Signature>/.exec(xml)}$&`) },
    ],
    [
      "lost its signature",
      "signature-policy",
      { plain: (xml) => xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, "") },
    ],
    ["lost its ID", "assertion", { plain: (xml) => xml.replace(/ ID="\w+"/, "") }, RESPONSE_SIGNED],
  ];
  for (const [what, check, how, provider = ASSERTION_SIGNED] of CASES) {
    test(`one that ${what} is refused`, async () => {
      assertRefused(await sentEncrypted(provider, how), check, WITH_KEYS);
    });
  }

  test("one that the attacker signed is refused, and one that says something else than is expected", async () => {
    const signs = [{ element: "Assertion", key: ATTACKER_KEY, certificate: ATTACKER_CERTIFICATE }] as const;
    assertRefused(await sentEncrypted({ ...OKTA, signs }), "signature", WITH_KEYS);
    const evil = await sentEncrypted({ ...OKTA, signs: [{ ...signs[0], certificate: PROVIDER_CERTIFICATE }] });
    assertRefused(evil, "signature", WITH_KEYS);
    assertRefused(await sentEncrypted(OKTA, {}, { audience: "https://other.test" }), "audience", WITH_KEYS);
    assertRefused(await sentEncrypted(ENTRA, {}, { recipient: ' Recipient="x"' }), "recipient", {
      ...WITH_KEYS,
      emailFrom: ENTRA.emailFrom,
    });
  });

  test("a bomb in it goes off nowhere: the same caps hold as for the response", async () => {
    const deep = `${"<a>".repeat(80)}${"</a>".repeat(80)}`;
    for (const bomb of [
      deep,
      "<b/>".repeat(9000),
      `<b ${Array.from({ length: 70 }, (_, at) => `c${at}=""`).join(" ")}/>`,
    ]) {
      const plain = replacing("</saml2:Subject>", `${bomb}</saml2:Subject>`);
      assertRefused(await sentEncrypted(ASSERTION_SIGNED, { plain }), "decryption", WITH_KEYS);
    }
  });

  test("another ciphertext under the response's signature is refused: it covers what was sent", async () => {
    const [genuine, other] = [
      await sentEncrypted(OKTA),
      await sentEncrypted(OKTA, {}, { nameId: "admin@example.com" }),
    ];
    const element = /<saml2:EncryptedAssertion[\s\S]*<\/saml2:EncryptedAssertion>/;
    assertRefused(
      genuine.replace(element, () => `${element.exec(other)?.[0]}`),
      "digest",
      WITH_KEYS,
    );
    // What was encrypted for us under another response is still signed by itself.
    const stripped = genuine.replace(/<ds:Signature [\s\S]*?<\/ds:Signature>/, "");
    assert.equal(verified(stripped, WITH_KEYS).email, EMAIL);
    assertRefused(stripped, "signature-policy", { ...WITH_KEYS, signaturePolicy: "both" });
  });
});

describe("where the encrypted assertion stands", () => {
  const encryptedIn = (xml: string) =>
    /<saml2:EncryptedAssertion[\s\S]*<\/saml2:EncryptedAssertion>/.exec(xml)?.[0] ?? "";

  test("two of them, or one beside a plain one, are refused in either order", async () => {
    const plain = `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="x"/>`;
    for (const edit of [(xml: string) => xml + xml, (xml: string) => plain + xml, (xml: string) => xml + plain]) {
      assertRefused(await sentEncrypted(OKTA, { edit }), "one-assertion", WITH_KEYS);
      assertRefused(await sentEncrypted(ASSERTION_SIGNED, { edit }), "one-assertion", WITH_KEYS);
    }
  });

  test("one that hides in a status, an extension or a key description is refused", async () => {
    const genuine = await sentEncrypted(ASSERTION_SIGNED);
    const one = encryptedIn(genuine);
    const hidden = [
      genuine.replace("</saml2p:Status>", `<saml2p:StatusDetail>${one}</saml2p:StatusDetail>$&`),
      genuine.replace("<saml2p:Status ", `<saml2p:Extensions>${one}</saml2p:Extensions>$&`),
    ];
    for (const xml of hidden) {
      assert.notEqual(xml, genuine);
      assert.throws(() => verified(xml, WITH_KEYS));
    }
    const detail = genuine.replace(
      /(<saml2p:StatusCode [^>]*\/>)/,
      `$1<saml2p:StatusDetail>${one}</saml2p:StatusDetail>`,
    );
    assertRefused(detail, "one-assertion", WITH_KEYS);
    const within = genuine.replace("<e:EncryptedKey ", `<Assertion/>$&`);
    assertRefused(within, "one-assertion", WITH_KEYS);
  });

  test("one that is encrypted twice, or is a whole response, is refused", async () => {
    const inner = encryptedIn(await sentEncrypted(ASSERTION_SIGNED));
    assertRefused(await sentEncrypted(ASSERTION_SIGNED, { plain: () => inner }), "decryption", WITH_KEYS);
    const response = await sentEncrypted(OKTA);
    const plain = () => response.replace(/^<\?xml.*?\?>/, "");
    assertRefused(await sentEncrypted(RESPONSE_SIGNED, { plain }), "decryption", WITH_KEYS);
  });

  test("an encrypted name or attribute in a plain assertion is refused", () => {
    const data = `<xenc:EncryptedData xmlns:xenc="${XENC}"/>`;
    const sentPlain = (from: string | RegExp, to: string) => sent(OKTA, {}, replacing(from, to));
    assertRefused(
      sentPlain(/<saml2:NameID[\s\S]*<\/saml2:NameID>/, `<saml2:EncryptedID>${data}</saml2:EncryptedID>`),
      "assertion",
    );
    const attribute = `<saml2:EncryptedAttribute>${data}</saml2:EncryptedAttribute></saml2:AttributeStatement>`;
    assertRefused(sentPlain("</saml2:AttributeStatement>", attribute), "assertion");
  });
});

describe("whatever goes wrong in decrypting is refused in the same words", () => {
  const cipherValue = (at: number, change: (bytes: Buffer) => Buffer) => (xml: string) => {
    let seen = -1;
    return xml.replace(/(<\w+:CipherValue>)([^<]+)</g, (whole, tag: string, value: string) => {
      seen += 1;
      return seen === at ? `${tag}${change(Buffer.from(value, "base64")).toString("base64")}<` : whole;
    });
  };
  const flipped = (at: number) => (bytes: Buffer) => {
    const index = at < 0 ? bytes.length + at : at;
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    return bytes;
  };
  const cut = (bytes: Buffer) => bytes.subarray(0, -1);
  const gcm: Readonly<Record<string, Encrypting>> = {
    "the key is changed": { edit: cipherValue(0, flipped(10)) },
    "the key is cut off": { edit: cipherValue(0, cut) },
    "the key is one byte": { edit: cipherValue(0, () => Buffer.of(1)) },
    "the nonce is changed": { edit: cipherValue(1, flipped(0)) },
    "the text is changed": { edit: cipherValue(1, flipped(40)) },
    "the tag is changed": { edit: cipherValue(1, flipped(-1)) },
    "the tag is cut off": { edit: cipherValue(1, cut) },
    "the text is only a tag": { edit: cipherValue(1, (bytes) => bytes.subarray(-16)) },
    "the text is one byte": { edit: cipherValue(1, () => Buffer.of(1)) },
    "the key is of another length": { edit: replacing("aes256-gcm", "aes128-gcm") },
    "the padding has another digest": {
      ...OAEP_256,
      edit: (xml) => xml.replaceAll(/(xmlenc#|mgf1)sha256/g, "$1sha512"),
    },
    "it is for another organization": { certificate: ATTACKER_CERTIFICATE },
    "it is no XML": { plain: () => "no XML" },
    "it is cut off": { plain: (xml) => xml.slice(0, -10) },
    "it is empty": { plain: () => " " },
    "it is not UTF-8": { plain: (xml) => xml.replace("Engineering", "\uFFFE") },
    "it is something else": { plain: () => "<a/>" },
    "it is an assertion of another version of SAML": { plain: replacing(/SAML:2.0:assertion/g, "SAML:1.0:assertion") },
  };
  const cbc: Readonly<Record<string, Encrypting>> = Object.fromEntries(
    Object.entries({
      "the key is changed": { edit: cipherValue(0, flipped(10)) },
      "the padding is changed": { edit: cipherValue(1, flipped(-20)) },
      "the padding is too long": { edit: cipherValue(1, (bytes) => Buffer.concat([bytes, Buffer.alloc(16)])) },
      "a block is cut off": { edit: cipherValue(1, cut) },
      "there is only a vector": { edit: cipherValue(1, (bytes) => bytes.subarray(0, 16)) },
      "it is no XML": { plain: () => "no XML" },
    }).map(([what, how]) => [what, { ...how, cipher: `${XENC}aes256-cbc` }]),
  );

  for (const [mode, cases] of Object.entries({ gcm, cbc })) {
    for (const [what, how] of Object.entries(cases)) {
      test(`${mode}: ${what}`, async () => {
        await assertUndecryptable(await sentEncrypted(RESPONSE_SIGNED, how), [OURS]);
      });
    }
  }

  test("cbc: the padding is longer than a block, and what is left is an assertion", async () => {
    // The last byte is a space, 32: whoever takes so many away has the assertion left.
    const padded = (assertion: string) => Buffer.from(assertion + " ".repeat(48 - (Buffer.byteLength(assertion) % 16)));
    let plain = "";
    const sent = await sentEncrypted(RESPONSE_SIGNED, {
      plain: (assertion) => (plain = assertion),
      edit: (xml) => encryptedByHand(xml, padded(plain)),
    });
    await assertUndecryptable(sent, [OURS]);
  });

  test("there is no key", async () => {
    await assertUndecryptable(await sentEncrypted(RESPONSE_SIGNED), []);
  });
});

async function assertUndecryptable(xml: string, decryptionKeys: readonly KeyObject[]): Promise<void> {
  const { status, code, message, cause } = assertRefused(xml, "decryption", { decryptionKeys });
  assert.deepEqual(
    { status, code, message, cause: { ...cause } },
    {
      status: 403,
      code: "decryption",
      message: "The sign-in from your identity provider could not be decrypted.",
      cause: {
        check: "decryption",
        wanted: "an assertion that is encrypted for a certificate of our metadata",
        got: "one that cannot be read with our keys",
      },
    },
  );
}

/** AES-256-CBC of whole blocks, with a padding that no library would write, in the place of what xml-encryption made. */
function encryptedByHand(xml: string, blocks: Buffer): string {
  const [secret, vector] = [randomBytes(32), randomBytes(16)];
  const cipher = createCipheriv("aes-256-cbc", secret, vector).setAutoPadding(false);
  const text = Buffer.concat([vector, cipher.update(blocks), cipher.final()]).toString("base64");
  const key = publicEncrypt({ key: OUR_CERTIFICATE, oaepHash: "sha1" }, secret).toString("base64");
  return xml
    .replace("xmlenc11#aes256-gcm", "xmlenc#aes256-cbc")
    .replace("http://www.w3.org/2009/xmlenc#aes256-cbc", `${XENC}aes256-cbc`)
    .replace(/(<e:CipherValue>)[^<]*/, `$1${key}`)
    .replace(/(<xenc:CipherValue>)[^<]*/, `$1${text}`);
}
