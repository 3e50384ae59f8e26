import type { TrustedCertificate } from "./certificate.ts";
import type { ExpectedResponse } from "./checks.ts";
import { decryptAssertion } from "./decrypt.ts";
import { type Response, SAML } from "./message.ts";
import { refusal } from "./refusals.ts";
import { verifySignature } from "./signature.ts";
import { DSIG } from "./signature-shape.ts";
import type { Trace } from "./trace.ts";
import { attributeOf, elementsOf, isNamed, type XmlElement } from "./tree.ts";

/** Which signatures an integration demands: at least one that covers the assertion, or certain ones. */
export type SignaturePolicy = "any" | "both" | "response" | "assertion";

/** An assertion that a verified signature covers, and what else is covered. */
export interface SignedMessage {
  readonly response: Response;
  readonly assertion: XmlElement;
  readonly assertionId: string;
  /** Whether it was sent encrypted: then it is no part of the response's tree. */
  readonly encrypted: boolean;
  readonly responseIsSigned: boolean;
  /** The certificate that verified the assertion's own signature, else the response's. */
  readonly certificate: TrustedCertificate;
}

type Expected = Pick<ExpectedResponse, "signaturePolicy" | "certificates" | "decryptionKeys">;

/**
 * Finds the one assertion, decrypts it where it is encrypted, and verifies every signature that is present: they may stand
 * only where SAML Core §5.4 puts them, after the Issuer. Refuses with `one-assertion`, `signature-policy` and what
 * `verifySignature` and `decryptAssertion` refuse with.
 */
export function verifySignatures(response: Response, expected: Expected, trace: Trace): SignedMessage {
  const sent = onlyAssertion(response);
  if (isNamed(sent, SAML, "EncryptedAssertion")) return verifyEncrypted(response, sent, expected, trace);
  const { id, signature } = signatureIn(sent);
  refuseStrays(response.element, [response.element, sent, response.signature, signature]);
  trace.pass("one-assertion", "one Assertion", "Assertion");
  const present = [response.signature !== undefined, signature !== undefined] as const;
  trace.pass("signature-policy", ...requirePolicy(expected.signaturePolicy, ...present));
  const outer = verifyIfPresent(response.element, response.id, response.signature, expected, trace);
  const inner = verifyIfPresent(sent, id, signature, expected, trace);
  return signedMessage(response, { element: sent, id, encrypted: false }, outer, inner);
}

/**
 * The response's signature covers the assertion as it was sent, so it is verified first. What is decrypted is a tree of its
 * own with a signature of its own: nothing in one tree can pass for a part of the other.
 */
function verifyEncrypted(response: Response, sent: XmlElement, expected: Expected, trace: Trace): SignedMessage {
  refuseStrays(response.element, [response.element, sent, response.signature]);
  trace.pass("one-assertion", "one Assertion", "EncryptedAssertion");
  const responseIsSigned = response.signature !== undefined;
  // What is still encrypted may be signed. A response that would not do even then is not worth decrypting.
  requirePolicy(expected.signaturePolicy, responseIsSigned, true);
  const outer = verifyIfPresent(response.element, response.id, response.signature, expected, trace);
  const element = decryptAssertion(sent, expected.decryptionKeys, { responseIsSigned: outer !== undefined }, trace);
  const { id, signature } = signatureIn(element);
  refuseStrays(element, [element, signature]);
  trace.pass("signature-policy", ...requirePolicy(expected.signaturePolicy, responseIsSigned, signature !== undefined));
  const inner = verifyIfPresent(element, id, signature, expected, trace);
  return signedMessage(response, { element, id, encrypted: true }, outer, inner);
}

function signedMessage(
  response: Response,
  assertion: { readonly element: XmlElement; readonly id: string; readonly encrypted: boolean },
  outer: TrustedCertificate | undefined,
  inner: TrustedCertificate | undefined,
): SignedMessage {
  const certificate = inner ?? outer;
  if (certificate === undefined) throw refusal("signature-policy", "a signature that covers the assertion", "none");
  const { element, id, encrypted } = assertion;
  const responseIsSigned = outer !== undefined;
  return { response, assertion: element, assertionId: id, encrypted, responseIsSigned, certificate };
}

function signatureIn(assertion: XmlElement): { id: string; signature: XmlElement | undefined } {
  const id = attributeOf(assertion, "ID");
  if (!id) throw refusal("assertion", "an ID", "none");
  const second = (elementsOf(assertion) ?? [])[1];
  return { id, signature: isNamed(second, DSIG, "Signature") ? second : undefined };
}

function verifyIfPresent(
  signed: XmlElement,
  id: string,
  signature: XmlElement | undefined,
  { certificates }: Expected,
  trace: Trace,
): TrustedCertificate | undefined {
  return signature && verifySignature(signed, id, signature, certificates, trace);
}

function onlyAssertion({ assertions }: Response): XmlElement {
  const [assertion, second] = assertions;
  const known = isNamed(assertion, SAML, "Assertion") || isNamed(assertion, SAML, "EncryptedAssertion");
  if (assertion === undefined || second !== undefined || !known) {
    throw refusal("one-assertion", "one Assertion", assertions.map((element) => element.local).join(", ") || "none");
  }
  return assertion;
}

/** Every wrapping attack hides a second one of these somewhere: in Extensions, Object, StatusDetail, an attribute value. */
const PLACED: ReadonlySet<string> = new Set(["Response", "Assertion", "EncryptedAssertion", "Signature"]);

function refuseStrays(root: XmlElement, places: readonly (XmlElement | undefined)[]): void {
  const placed = new Set(places);
  const pending: XmlElement[] = [root];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    if (PLACED.has(element.local) && !placed.has(element)) {
      const check = element.local === "Signature" ? "signature-shape" : "one-assertion";
      throw refusal(check, `${element.local} only in its place`, `one in ${element.parent?.local ?? "none"}`);
    }
    for (const child of element.children) if (typeof child !== "string") pending.push(child);
  }
}

/** What was wanted and what is there; refuses what does not keep the policy. */
function requirePolicy(policy: SignaturePolicy, ofResponse: boolean, ofAssertion: boolean): [string, string] {
  const needsResponse = policy === "both" || policy === "response";
  const needsAssertion = policy === "both" || policy === "assertion";
  const kept = (ofResponse || !needsResponse) && (ofAssertion || !needsAssertion);
  const present = [ofResponse ? "response" : "", ofAssertion ? "assertion" : ""].filter((part) => part !== "");
  const wanted = policy === "any" ? "a signed response or a signed assertion" : `signed: ${policy}`;
  const got = present.length === 0 ? "no signature" : `signed: ${present.join(", ")}`;
  if (!kept || present.length === 0) throw refusal("signature-policy", wanted, got);
  return [wanted, got];
}
