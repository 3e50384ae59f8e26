import assert from "node:assert/strict";
import { createPrivateKey, createVerify } from "node:crypto";
import { describe, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { parseXml2JsFromString } from "@node-saml/node-saml/lib/xml.js";
import { PROVIDER_CERTIFICATE, PROVIDER_KEY } from "./fixtures/certificates.ts";
import {
  type AuthnRequest,
  authnRequest,
  isRequestId,
  newRequestId,
  redirectQuery,
  signedQuery,
  withQuery,
} from "./request.ts";

const REQUEST: AuthnRequest = {
  id: "_0123456789abcdef0123456789abcdef",
  issueInstant: new Date("2026-03-01T09:30:00.123Z"),
  destination: "https://example.okta.com/app/semaphore/exk1/sso/saml",
  acsUrl: "https://acme.example.com/okta/auth",
  issuer: "https://acme.example.com",
};

/** The element as another library's reader sees it: its attributes, and the texts of its children. */
async function read(xml: string) {
  const root = (await parseXml2JsFromString(xml))["AuthnRequest"] as Record<string, unknown>;
  const { $: attributes, ...children } = root;
  return { attributes: values(attributes as Attributes), children: children as Record<string, { _: string }[]> };
}

type Attributes = Readonly<Record<string, { readonly value: string } | string>>;

function values(attributes: Attributes): Record<string, string> {
  const entries = Object.entries(attributes);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? value : value.value]));
}

describe("an AuthnRequest", () => {
  test("says what SAML Core §3.4.1 and Okta want, and nothing more", async () => {
    const { attributes, children } = await read(authnRequest(REQUEST));
    assert.deepEqual(attributes, {
      "xmlns:samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
      "xmlns:saml": "urn:oasis:names:tc:SAML:2.0:assertion",
      ID: REQUEST.id,
      Version: "2.0",
      IssueInstant: "2026-03-01T09:30:00Z",
      Destination: REQUEST.destination,
      AssertionConsumerServiceURL: REQUEST.acsUrl,
      ProtocolBinding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
    });
    assert.deepEqual(Object.keys(children), ["Issuer"]);
    assert.deepEqual(
      children["Issuer"]?.map(({ _ }) => _),
      [REQUEST.issuer],
    );
  });

  test("asks for the password again only where somebody wants that", async () => {
    assert.ok(!authnRequest(REQUEST).includes("ForceAuthn"));
    assert.ok(!authnRequest({ ...REQUEST, forceAuthn: false }).includes("ForceAuthn"));
    const { attributes } = await read(authnRequest({ ...REQUEST, forceAuthn: true }));
    assert.equal(attributes["ForceAuthn"], "true");
  });

  test("carries any character that an address may have, and is still one element with one child", async () => {
    const nasty = `https://idp.test/sso?a=1&b="2"&c=<x>'\n\t\r]]>&#38;`;
    const { attributes, children } = await read(
      authnRequest({ ...REQUEST, destination: nasty, acsUrl: nasty, issuer: nasty }),
    );
    assert.deepEqual([attributes["Destination"], attributes["AssertionConsumerServiceURL"]], [nasty, nasty]);
    assert.deepEqual(
      Object.values(children)
        .flat()
        .map(({ _ }) => _),
      [nasty],
    );
  });

  test("has an ID of 128 random bits that is a valid xs:ID, and never the same one", () => {
    assert.equal(
      newRequestId(() => Buffer.from("00112233445566778899aabbccddeeff", "hex")),
      "_00112233445566778899aabbccddeeff",
    );
    const ids = new Set(Array.from({ length: 1_000 }, () => newRequestId()));
    assert.equal(ids.size, 1_000);
    for (const id of ids) assert.ok(isRequestId(id));
    for (const other of ["", "_", REQUEST.id.toUpperCase(), `${REQUEST.id}0`, `${REQUEST.id}\n`, ` ${REQUEST.id}`]) {
      assert.ok(!isRequestId(other), JSON.stringify(other));
    }
  });
});

describe("the HTTP-Redirect binding", () => {
  test("carries the request deflated, in base64, and then the RelayState", () => {
    const query = redirectQuery(authnRequest(REQUEST), REQUEST.id);
    const parameters = new URLSearchParams(query);
    assert.deepEqual([...parameters.keys()], ["SAMLRequest", "RelayState"]);
    const parameter = parameters.get("SAMLRequest") ?? "";
    assert.equal(inflateRawSync(Buffer.from(parameter, "base64")).toString(), authnRequest(REQUEST));
  });

  test("encodes what an address cannot hold, also in RelayState", () => {
    const query = redirectQuery(authnRequest(REQUEST), "a&b=c d+é");
    assert.match(query, /^SAMLRequest=[\w%.-]+&RelayState=a%26b%3Dc%20d%2B%C3%A9$/);
  });

  test("leaves the address as it is configured, with its query", () => {
    const cases = [
      ["https://idp.test/sso", "https://idp.test/sso?q=1"],
      ["https://idp.test/sso?", "https://idp.test/sso?q=1"],
      ["https://idp.test/sso?idpid=C0", "https://idp.test/sso?idpid=C0&q=1"],
      ["https://idp.test/sso?x=%2f&", "https://idp.test/sso?x=%2f&q=1"],
      ["https://IDP.test:443/a/../sso?x=y?z", "https://IDP.test:443/a/../sso?x=y?z&q=1"],
    ] as const;
    for (const [address, wanted] of cases) assert.equal(withQuery(address, "q=1"), wanted);
  });
});

describe("the signature of a request", () => {
  const key = createPrivateKey(PROVIDER_KEY);

  /** As a provider verifies it: over the octets of the query, up to the signature, never decoded and encoded anew. */
  function verifies(query: string): boolean {
    const [signed = "", signature = ""] = query.split("&Signature=");
    const verifier = createVerify("sha256").update(signed, "ascii");
    return verifier.verify(PROVIDER_CERTIFICATE, decodeURIComponent(signature), "base64");
  }

  test("covers SAMLRequest, RelayState and SigAlg, in this order and as they are sent", () => {
    const query = redirectQuery(authnRequest(REQUEST), REQUEST.id);
    const signed = signedQuery(query, key);
    assert.deepEqual([...new URLSearchParams(signed).keys()], ["SAMLRequest", "RelayState", "SigAlg", "Signature"]);
    assert.ok(signed.startsWith(`${query}&SigAlg=`));
    assert.equal(new URLSearchParams(signed).get("SigAlg"), "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
    assert.ok(verifies(signed));
    for (const changed of [
      signed.replace("SAMLRequest=", "SAMLRequest=A"),
      signed.replace("RelayState=_0", "RelayState=_1"),
      signed.replace("rsa-sha256", "rsa-sha512"),
      signed.replace(/Signature=.{3}/, "Signature=AAA"),
      signed.replaceAll("%3D", "%3d").replaceAll("%2B", "%2b").replaceAll("%2F", "%2f"),
    ]) {
      assert.notEqual(changed, signed);
      assert.ok(!verifies(changed));
    }
  });

  test("stands behind whatever the address had before, which it does not cover", () => {
    const address = withQuery("https://idp.test/sso?idpid=C0", signedQuery(redirectQuery("<a/>", "_r"), key));
    const own = address.replace("https://idp.test/sso?idpid=C0&", "");
    assert.ok(verifies(own));
  });
});
