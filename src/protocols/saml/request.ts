import { type KeyObject, randomBytes, sign } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { SAML, SAMLP } from "./message.ts";

/** What an AuthnRequest says (SAML Core §3.4.1). */
export interface AuthnRequest {
  readonly id: string;
  readonly issueInstant: Date;
  /** The provider's Single Sign-On URL, as it is configured. */
  readonly destination: string;
  /** Where the answer is posted. */
  readonly acsUrl: string;
  /** The organization's URL: our entity ID. */
  readonly issuer: string;
  /** The provider asks for the password again, however lately it was given. */
  readonly forceAuthn?: boolean;
}

const HTTP_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/** A new ID: an underscore, since an xs:ID begins with no digit, and 128 random bits (SAML Core §1.3.4). */
export function newRequestId(random: (size: number) => Buffer = randomBytes): string {
  return `_${random(16).toString("hex")}`;
}

/** Could this be an ID that we made? */
export function isRequestId(text: string): boolean {
  return /^_[0-9a-f]{32}$/.test(text);
}

/**
 * The request as XML. It has no NameIDPolicy, for Okta refuses one that is not the app's own format, and asks for no
 * authentication context: how people prove who they are is the provider's affair.
 */
export function authnRequest(request: AuthnRequest): string {
  const attributes = {
    "xmlns:samlp": SAMLP,
    "xmlns:saml": SAML,
    ID: request.id,
    Version: "2.0",
    IssueInstant: `${request.issueInstant.toISOString().slice(0, 19)}Z`,
    Destination: request.destination,
    ...(request.forceAuthn && { ForceAuthn: "true" }),
    AssertionConsumerServiceURL: request.acsUrl,
    ProtocolBinding: HTTP_POST,
  };
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  const issuer = `<saml:Issuer>${escaped(request.issuer)}</saml:Issuer>`;
  return `<samlp:AuthnRequest${written.join("")}>${issuer}</samlp:AuthnRequest>`;
}

/**
 * The query of the HTTP-Redirect binding (SAML Bindings §3.4.4.1): the request deflated, in base64, percent-encoded, then
 * the RelayState. These very characters are what a signature of the request covers, with `SigAlg` behind them.
 */
export function redirectQuery(xml: string, relayState: string): string {
  const deflated = deflateRawSync(xml).toString("base64");
  return `SAMLRequest=${encodeURIComponent(deflated)}&RelayState=${encodeURIComponent(relayState)}`;
}

const RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/**
 * The query with its signature behind it (SAML Bindings §3.4.4.1): over the very characters that are sent, `SigAlg` included,
 * since whoever verifies must not encode them anew. RSA with SHA-256.
 */
export function signedQuery(query: string, privateKey: KeyObject): string {
  const signed = `${query}&SigAlg=${encodeURIComponent(RSA_SHA256)}`;
  const signature = sign("sha256", Buffer.from(signed), privateKey).toString("base64");
  return `${signed}&Signature=${encodeURIComponent(signature)}`;
}

/** The address with the query behind it; what is there already, such as Google's `?idpid=…`, stays as it is. */
export function withQuery(address: string, query: string): string {
  if (!address.includes("?")) return `${address}?${query}`;
  return /[?&]$/.test(address) ? `${address}${query}` : `${address}&${query}`;
}

/** For an attribute's value and for text. Line breaks are written as references, or a reader makes spaces of them. */
function escaped(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
