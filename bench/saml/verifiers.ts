import { createPrivateKey, hash, verify, X509Certificate } from "node:crypto";
import { createRequire } from "node:module";
import { SAML } from "@node-saml/node-saml";
import { canonicalize } from "../../src/protocols/saml/canonical.ts";
import { OUR_KEY, withEncryptedAssertion } from "../../src/protocols/saml/fixtures/encrypter.ts";
import { verifyResponse } from "../../src/protocols/saml/response.ts";
import type { XmlElement } from "../../src/protocols/saml/tree.ts";
import { MESSAGE, parseXml } from "../../src/protocols/saml/xml.ts";
import { expected, ISSUER, KEYS, ORG, oktaResponse } from "./responses.ts";

/** Each makes what it needs, and answers one verification of the same response. */
type Verifier = () => (() => unknown) | Promise<() => unknown>;

const encoded = (xml: string): string => Buffer.from(xml).toString("base64");

export const ours: Verifier = () => {
  const response = encoded(oktaResponse());
  return () => verifyResponse(response, expected());
};

/** The response unsigned, the assertion signed and encrypted: RSA-OAEP of 2048 bits, AES-256-GCM. */
export const oursEncrypted: Verifier = async () => {
  const xml = oktaResponse().replace(/<ds:Signature[\s\S]*?<\/ds:Signature>/, "");
  const response = encoded(await withEncryptedAssertion(xml));
  const decryptionKeys = [createPrivateKey(OUR_KEY)];
  return () => verifyResponse(response, { ...expected(), decryptionKeys, signaturePolicy: "any" });
};

/** What cannot be left out: for each of the two signatures a digest of what is signed, and RSA, over ready-made texts. */
export const bareFloor: Verifier = () => {
  const root = parseXml(oktaResponse(), MESSAGE);
  const { publicKey } = new X509Certificate(KEYS.certificate);
  const signatures = elements(root, "Signature").map((signature) => {
    const [signedInfo] = elements(signature, "SignedInfo");
    const [value] = elements(signature, "SignatureValue");
    const signed = signature.parent;
    if (!signedInfo || !value || !signed) throw new Error("no signature in its usual shape");
    return {
      content: canonicalize(signed, ["xs"], signature),
      signedInfo: Buffer.from(canonicalize(signedInfo)),
      value: Buffer.from(value.children.join(""), "base64"),
    };
  });
  const once = () => {
    for (const { content, signedInfo, value } of signatures) {
      hash("sha256", content, "base64");
      if (!verify("sha256", signedInfo, publicKey, value)) throw new Error("the floor does not verify");
    }
  };
  return once;
};

export const nodeSaml: Verifier = () => {
  const saml = new SAML({
    callbackUrl: ORG.acsUrl,
    audience: ORG.url,
    issuer: ORG.url,
    idpIssuer: ISSUER,
    idpCert: KEYS.certificate,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
  });
  const SAMLResponse = encoded(oktaResponse());
  return () => saml.validatePostResponseAsync({ SAMLResponse });
};

/** What of samlify is used here. Its own types bring the browser's along, which are not those of Node. */
interface Samlify {
  setSchemaValidator(validator: { validate(): Promise<string> }): void;
  IdentityProvider(settings: object): object;
  ServiceProvider(settings: object): { parseLoginResponse(from: object, binding: string, request: object): unknown };
}

export const samlify: Verifier = () => {
  const library: Samlify = createRequire(import.meta.url)("samlify");
  // It has no schema of its own, and refuses to work without a validator: this one costs nothing.
  library.setSchemaValidator({ validate: async () => "valid" });
  const binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
  const provider = library.IdentityProvider({
    entityID: ISSUER,
    signingCert: KEYS.certificate,
    singleSignOnService: [{ Binding: binding, Location: "https://example.okta.com/sso" }],
  });
  const us = library.ServiceProvider({
    entityID: ORG.url,
    wantAssertionsSigned: true,
    wantMessageSigned: true,
    assertionConsumerService: [{ Binding: binding, Location: ORG.acsUrl }],
  });
  const body = { SAMLResponse: encoded(oktaResponse()) };
  return () => us.parseLoginResponse(provider, "post", { body });
};

function elements(root: XmlElement, local: string): XmlElement[] {
  const inside = root.children.filter((child) => typeof child !== "string").flatMap((child) => elements(child, local));
  return root.local === local ? [root, ...inside] : inside;
}
