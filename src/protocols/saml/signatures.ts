import type { TrustedCertificate } from "./certificate.ts";
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
  readonly responseIsSigned: boolean;
  /** The certificate that verified the assertion's own signature, else the response's. */
  readonly certificate: TrustedCertificate;
}

/**
 * Finds the one assertion and verifies every signature that is present: they may stand only where SAML Core §5.4 puts
 * them, after the Issuer. Refuses with `one-assertion`, `encrypted-assertion`, `signature-policy` and what
 * `verifySignature` refuses with.
 */
export function verifySignatures(
  response: Response,
  policy: SignaturePolicy,
  certificates: readonly TrustedCertificate[],
  trace: Trace,
): SignedMessage {
  const assertion = onlyAssertion(response);
  const assertionId = attributeOf(assertion, "ID");
  if (!assertionId) throw refusal("assertion", "an ID", "none");
  const own = (elementsOf(assertion) ?? [])[1];
  const ownSignature = isNamed(own, DSIG, "Signature") ? own : undefined;
  refuseStrays(response, [response.signature, ownSignature]);
  trace.pass("one-assertion", "one Assertion", "Assertion");
  requirePolicy(policy, response.signature !== undefined, ownSignature !== undefined, trace);
  const verify = (signed: XmlElement, id: string, signature: XmlElement | undefined) =>
    signature && verifySignature(signed, id, signature, certificates, trace);
  const outer = verify(response.element, response.id, response.signature);
  const inner = verify(assertion, assertionId, ownSignature);
  const certificate = inner ?? outer;
  if (certificate === undefined) throw refusal("signature-policy", "a signature that covers the assertion", "none");
  return { response, assertion, assertionId, responseIsSigned: outer !== undefined, certificate };
}

function onlyAssertion({ assertions }: Response): XmlElement {
  const [assertion, second] = assertions;
  if (assertions.some((element) => element.local === "EncryptedAssertion")) {
    throw refusal("encrypted-assertion", "an assertion that is not encrypted", "EncryptedAssertion");
  }
  if (assertion === undefined || second !== undefined || !isNamed(assertion, SAML, "Assertion")) {
    throw refusal("one-assertion", "one Assertion", assertions.map((element) => element.local).join(", ") || "none");
  }
  return assertion;
}

/** Every wrapping attack hides a second one of these somewhere: in Extensions, Object, StatusDetail, an attribute value. */
const PLACED: ReadonlySet<string> = new Set(["Response", "Assertion", "EncryptedAssertion", "Signature"]);

function refuseStrays(response: Response, signatures: readonly (XmlElement | undefined)[]): void {
  const places = new Set<XmlElement | undefined>([response.element, response.assertions[0], ...signatures]);
  const pending: XmlElement[] = [response.element];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    if (PLACED.has(element.local) && !places.has(element)) {
      const check = element.local === "Signature" ? "signature-shape" : "one-assertion";
      throw refusal(check, `${element.local} only in its place`, `one in ${element.parent?.local ?? "none"}`);
    }
    for (const child of element.children) if (typeof child !== "string") pending.push(child);
  }
}

function requirePolicy(policy: SignaturePolicy, ofResponse: boolean, ofAssertion: boolean, trace: Trace): void {
  const needsResponse = policy === "both" || policy === "response";
  const needsAssertion = policy === "both" || policy === "assertion";
  const kept = (ofResponse || !needsResponse) && (ofAssertion || !needsAssertion);
  const present = [ofResponse ? "response" : "", ofAssertion ? "assertion" : ""].filter((part) => part !== "");
  const wanted = policy === "any" ? "a signed response or a signed assertion" : `signed: ${policy}`;
  const got = present.length === 0 ? "no signature" : `signed: ${present.join(", ")}`;
  if (!kept || present.length === 0) throw refusal("signature-policy", wanted, got);
  trace.pass("signature-policy", wanted, got);
}
