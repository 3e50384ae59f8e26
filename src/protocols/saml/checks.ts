import type { TrustedCertificate } from "./certificate.ts";
import { type Claims, type Confirmation, UNSPECIFIED } from "./claims.ts";
import type { ProfileAttributes } from "./profile.ts";
import { refusal } from "./refusals.ts";
import type { SignaturePolicy, SignedMessage } from "./signatures.ts";
import { attributeOf, textOf } from "./tree.ts";

/** What the integration's configuration says. None of it may come from the request. */
export interface ExpectedResponse {
  readonly acsUrl: string;
  /** The organization's URL: our entity ID. */
  readonly audience: string;
  /** The provider's entity ID. */
  readonly issuer: string;
  readonly certificates: readonly TrustedCertificate[];
  readonly signaturePolicy: SignaturePolicy;
  /** Where the email stands: in the NameID, or in the attribute of this name. */
  readonly emailFrom: "NameID" | { readonly attribute: string };
  /** Where the rest of the person's profile stands. */
  readonly profileFrom: ProfileAttributes;
  readonly now: Date;
}

/** What a check looks at: the message, what its signed assertion says, and what the integration expects. */
export interface Signed {
  readonly message: SignedMessage;
  readonly claims: Claims;
  readonly expected: ExpectedResponse;
}

/** How far the provider's clock may be off, in milliseconds. */
export const SKEW = 120_000;

/** In the order in which they are made; each throws its own refusal. */
export const CHECKS: readonly ((signed: Signed) => void)[] = [
  destination,
  responseIssuer,
  assertionIssuer,
  audience,
  notYetValid,
  expired,
  bearer,
  recipient,
  confirmationExpiry,
  inResponseTo,
  conditions,
  sessionEnd,
  nameIdFormat,
  email,
];

/** SAML Bindings §3.5.5.2: a signed message must name its destination; an unsigned one may leave it out. */
function destination({ message, expected }: Signed): void {
  const got = attributeOf(message.response.element, "Destination");
  if (got === expected.acsUrl || (got === undefined && !message.responseIsSigned)) return;
  throw refusal("destination", expected.acsUrl, got ?? "none");
}

/** SAML Profiles §4.1.4.2: may be left out only of an unsigned response. */
function responseIssuer({ message, expected }: Signed): void {
  const { issuer } = message.response;
  if (issuer === undefined && !message.responseIsSigned) return;
  const got = issuer && textOf(issuer);
  if (got !== expected.issuer) throw refusal("issuer", expected.issuer, `${got ?? "none"} on the response`);
}

function assertionIssuer({ claims, expected }: Signed): void {
  if (claims.issuer !== expected.issuer) throw refusal("issuer", expected.issuer, `${claims.issuer} on the assertion`);
}

/** SAML Core §2.5.1.4: each restriction must hold, by one of its audiences. */
function audience({ claims, expected }: Signed): void {
  const { restrictions } = claims.conditions;
  if (restrictions.length > 0 && restrictions.every((audiences) => audiences.includes(expected.audience))) return;
  throw refusal("audience", expected.audience, restrictions.flat().join(", ") || "none");
}

function notYetValid({ claims, expected }: Signed): void {
  const { notBefore } = claims.conditions;
  if (notBefore === undefined || notBefore.getTime() <= expected.now.getTime() + SKEW) return;
  throw refusal("not-yet-valid", notLater(expected), `NotBefore ${notBefore.toISOString()}`);
}

function expired({ claims, expected }: Signed): void {
  const { notOnOrAfter } = claims.conditions;
  if (notOnOrAfter === undefined || !isPast(notOnOrAfter, expected)) return;
  throw refusal("expired", notEarlier(expected), `NotOnOrAfter ${notOnOrAfter.toISOString()}`);
}

/** SAML Profiles §4.1.4.2: a bearer confirmation, without NotBefore. Providers send one; two would be two answers. */
function bearer({ claims }: Signed): void {
  const methods = claims.confirmations.map((confirmation) => confirmation.method);
  if (methods.filter((method) => method === BEARER).length !== 1) {
    throw refusal("confirmation", `one confirmation by ${BEARER}`, methods.join(", ") || "none");
  }
  if (bearerOf(claims).notBefore !== undefined) throw refusal("confirmation", "no NotBefore on it", "NotBefore");
}

function recipient({ claims, expected }: Signed): void {
  const got = bearerOf(claims).recipient;
  if (got !== expected.acsUrl) throw refusal("recipient", expected.acsUrl, got ?? "none");
}

function confirmationExpiry({ claims, expected }: Signed): void {
  const { notOnOrAfter } = bearerOf(claims);
  if (notOnOrAfter !== undefined && !isPast(notOnOrAfter, expected)) return;
  const got = notOnOrAfter === undefined ? "no NotOnOrAfter" : `NotOnOrAfter ${notOnOrAfter.toISOString()}`;
  throw refusal("confirmation-expired", notEarlier(expected), got);
}

/** Without this, whoever strips the request from an unsigned envelope, or adds one, would choose how it is treated. */
function inResponseTo({ message, claims }: Signed): void {
  const signed = bearerOf(claims).inResponseTo;
  const envelope = attributeOf(message.response.element, "InResponseTo");
  if (signed !== "" && (envelope === undefined || envelope === signed)) return;
  throw refusal("in-response-to", `${envelope || "a request"} in SubjectConfirmationData`, signed ?? "none");
}

/** SAML Core §2.5.1: a condition that is not understood makes the assertion's validity unknown. */
function conditions({ claims }: Signed): void {
  const { unknown } = claims.conditions;
  if (unknown.length > 0) throw refusal("conditions", "conditions that we understand", unknown.join(", "));
}

/** SAML Core §2.7.2: after it, the provider's session is over. */
function sessionEnd({ claims, expected }: Signed): void {
  const end = claims.sessionNotOnOrAfter;
  if (end === undefined || !isPast(end, expected)) return;
  throw refusal("session-expired", notEarlier(expected), `SessionNotOnOrAfter ${end.toISOString()}`);
}

/** A persistent or transient NameID that looks like an address is none. Some providers write 2.0 for 1.1. */
const EMAIL_FORMATS: ReadonlySet<string> = new Set([
  UNSPECIFIED,
  "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
  "urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified",
  "urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress",
]);

function nameIdFormat({ claims, expected }: Signed): void {
  if (expected.emailFrom !== "NameID" || EMAIL_FORMATS.has(claims.nameIdFormat)) return;
  throw refusal("name-id", "the format unspecified or emailAddress", claims.nameIdFormat);
}

function email(signed: Signed): void {
  const got = emailOf(signed);
  if (got === undefined) throw refusal("email", `one value of ${sourceOf(signed.expected)}`, "none, or several");
  if (!isEmail(got)) throw refusal("email", `an email address in ${sourceOf(signed.expected)}`, got);
}

const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/** The one bearer confirmation; the check `bearer` has seen to it that there is one. */
export function bearerOf(claims: Claims): Confirmation {
  const found = claims.confirmations.find((confirmation) => confirmation.method === BEARER);
  if (found === undefined) throw refusal("confirmation", `one confirmation by ${BEARER}`, "none");
  return found;
}

/** What the assertion gives as the email, trimmed, or undefined where it does not give exactly one value. */
export function emailOf({ claims, expected }: Pick<Signed, "claims" | "expected">): string | undefined {
  if (expected.emailFrom === "NameID") return claims.nameId.trim();
  const [value, second] = claims.attributes.get(expected.emailFrom.attribute) ?? [];
  return second === undefined ? value?.trim() : undefined;
}

function sourceOf({ emailFrom }: ExpectedResponse): string {
  return emailFrom === "NameID" ? "NameID" : `the attribute ${emailFrom.attribute}`;
}

/** RFC 5321 §4.1.2 without quoted and domain literals, at most 254 octets; letters of any script (RFC 6531). */
function isEmail(text: string): boolean {
  return (
    Buffer.byteLength(text) <= 254 && /^[^\s\p{C}@"(),:;<>[\\\]]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u.test(text)
  );
}

function isPast(end: Date, { now }: ExpectedResponse): boolean {
  return now.getTime() >= end.getTime() + SKEW;
}

function notEarlier({ now }: ExpectedResponse): string {
  return `an end after ${now.toISOString()}, with two minutes of grace`;
}

function notLater({ now }: ExpectedResponse): string {
  return `a start before ${now.toISOString()}, with two minutes of grace`;
}
