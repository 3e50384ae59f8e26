import type { KeyObject } from "node:crypto";
import type { TrustedCertificate } from "./certificate.ts";
import { type Claims, type Confirmation, UNSPECIFIED } from "./claims.ts";
import type { ProfileAttributes } from "./profile.ts";
import type { SignaturePolicy, SignedMessage } from "./signatures.ts";
import type { Comparison } from "./trace.ts";
import { attributeOf, textOf } from "./tree.ts";

/** What the integration's configuration says. None of it may come from the request. */
export interface ExpectedResponse {
  readonly acsUrl: string;
  /** The organization's URL: our entity ID. */
  readonly audience: string;
  /** The provider's entity ID. */
  readonly issuer: string;
  readonly certificates: readonly TrustedCertificate[];
  /** Our private keys: an assertion may be encrypted for any of them. */
  readonly decryptionKeys: readonly KeyObject[];
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

/** A persistent or transient NameID that looks like an address is none. Some providers write 2.0 for 1.1. */
const EMAIL_FORMATS: ReadonlySet<string> = new Set([
  UNSPECIFIED,
  "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
  "urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified",
  "urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress",
]);

/** In the order in which they are made. The first that fails is the verdict; the others are made all the same. */
export const CHECKS: readonly Comparison<Signed>[] = [
  {
    // SAML Bindings §3.5.5.2: a signed message must name its destination; an unsigned one may leave it out.
    check: "destination",
    passes: ({ message, expected }) => {
      const got = destinationOf(message);
      return got === expected.acsUrl || (got === undefined && !message.responseIsSigned);
    },
    wanted: ({ expected }) => expected.acsUrl,
    got: ({ message }) => destinationOf(message) ?? "none",
  },
  {
    // SAML Profiles §4.1.4.2: may be left out only of an unsigned response.
    check: "issuer",
    passes: ({ message, expected }) => {
      const { issuer } = message.response;
      return issuer === undefined ? !message.responseIsSigned : textOf(issuer) === expected.issuer;
    },
    wanted: ({ expected }) => expected.issuer,
    got: ({ message: { response } }) => `${(response.issuer && textOf(response.issuer)) ?? "none"} on the response`,
  },
  {
    check: "issuer",
    passes: ({ claims, expected }) => claims.issuer === expected.issuer,
    wanted: ({ expected }) => expected.issuer,
    got: ({ claims }) => `${claims.issuer} on the assertion`,
  },
  {
    // SAML Core §2.5.1.4: each restriction must hold, by one of its audiences.
    check: "audience",
    passes: ({ claims: { conditions }, expected }) =>
      conditions.restrictions.length > 0 &&
      conditions.restrictions.every((audiences) => audiences.includes(expected.audience)),
    wanted: ({ expected }) => expected.audience,
    got: ({ claims }) => claims.conditions.restrictions.flat().join(", ") || "none",
  },
  {
    check: "not-yet-valid",
    passes: ({ claims: { conditions }, expected }) =>
      conditions.notBefore === undefined || conditions.notBefore.getTime() <= expected.now.getTime() + SKEW,
    wanted: ({ expected }) => `a start before ${expected.now.toISOString()}, with two minutes of grace`,
    got: ({ claims }) => instant("NotBefore", claims.conditions.notBefore),
  },
  {
    check: "expired",
    passes: ({ claims: { conditions }, expected }) =>
      conditions.notOnOrAfter === undefined || !isPast(conditions.notOnOrAfter, expected),
    wanted: notEarlier,
    got: ({ claims }) => instant("NotOnOrAfter", claims.conditions.notOnOrAfter),
  },
  {
    // SAML Profiles §4.1.4.2: a bearer confirmation, without NotBefore. Providers send one; two would be two answers.
    check: "confirmation",
    passes: ({ claims }) => {
      const bearers = claims.confirmations.filter(({ method }) => method === BEARER);
      return bearers.length === 1 && bearers[0]?.notBefore === undefined;
    },
    wanted: () => `one confirmation by ${BEARER}, without NotBefore`,
    got: ({ claims }) => claims.confirmations.map(confirmationWords).join(", ") || "none",
  },
  {
    check: "recipient",
    passes: ({ claims, expected }) => bearerOf(claims)?.recipient === expected.acsUrl,
    wanted: ({ expected }) => expected.acsUrl,
    got: ({ claims }) => bearerOf(claims)?.recipient ?? "none",
  },
  {
    check: "confirmation-expired",
    passes: ({ claims, expected }) => {
      const notOnOrAfter = bearerOf(claims)?.notOnOrAfter;
      return notOnOrAfter !== undefined && !isPast(notOnOrAfter, expected);
    },
    wanted: notEarlier,
    got: ({ claims }) => instant("NotOnOrAfter", bearerOf(claims)?.notOnOrAfter),
  },
  {
    // Without this, whoever strips the request from an unsigned envelope, or adds one, would choose how it is treated.
    check: "in-response-to",
    passes: ({ message, claims }) => {
      const bearer = bearerOf(claims);
      const envelope = requestOf(message);
      return (
        bearer !== undefined &&
        bearer.inResponseTo !== "" &&
        (envelope === undefined || envelope === bearer.inResponseTo)
      );
    },
    wanted: ({ message }) => {
      const envelope = requestOf(message);
      return envelope === undefined ? "a request, or none, in SubjectConfirmationData" : signedRequest(envelope);
    },
    got: ({ claims }) => bearerOf(claims)?.inResponseTo ?? "none",
  },
  {
    // SAML Core §2.5.1: a condition that is not understood makes the assertion's validity unknown.
    check: "conditions",
    passes: ({ claims }) => claims.conditions.unknown.length === 0,
    wanted: () => "conditions that we understand",
    got: ({ claims }) => claims.conditions.unknown.join(", ") || "no others",
  },
  {
    // SAML Core §2.7.2: after it, the provider's session is over.
    check: "session-expired",
    passes: ({ claims, expected }) =>
      claims.sessionNotOnOrAfter === undefined || !isPast(claims.sessionNotOnOrAfter, expected),
    wanted: notEarlier,
    got: ({ claims }) => instant("SessionNotOnOrAfter", claims.sessionNotOnOrAfter),
  },
  {
    check: "name-id",
    passes: ({ claims, expected }) => expected.emailFrom !== "NameID" || EMAIL_FORMATS.has(claims.nameIdFormat),
    wanted: ({ expected }) =>
      expected.emailFrom === "NameID" ? "the format unspecified or emailAddress" : "any format: it is not read",
    got: ({ claims }) => claims.nameIdFormat,
  },
  {
    check: "email",
    passes: (signed) => {
      const got = emailOf(signed);
      return got !== undefined && isEmail(got);
    },
    wanted: ({ expected }) => `one email address in ${sourceOf(expected)}`,
    got: (signed) => emailOf(signed) ?? "none, or several",
  },
];

function destinationOf(message: SignedMessage): string | undefined {
  return attributeOf(message.response.element, "Destination");
}

function requestOf(message: SignedMessage): string | undefined {
  return attributeOf(message.response.element, "InResponseTo");
}

function signedRequest(envelope: string): string {
  return `${envelope || "a request"} in SubjectConfirmationData`;
}

function confirmationWords({ method, notBefore }: Confirmation): string {
  return notBefore === undefined ? method : `${method} with NotBefore`;
}

const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/** The bearer confirmation, where there is one; the check `confirmation` sees to it that there is no second. */
export function bearerOf(claims: Claims): Confirmation | undefined {
  return claims.confirmations.find((confirmation) => confirmation.method === BEARER);
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

function notEarlier({ expected }: Signed): string {
  return `an end after ${expected.now.toISOString()}, with two minutes of grace`;
}

function instant(name: string, value: Date | undefined): string {
  return value === undefined ? `no ${name}` : `${name} ${value.toISOString()}`;
}
