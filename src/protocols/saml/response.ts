import { bearerOf, CHECKS, type ExpectedResponse, emailOf, SKEW } from "./checks.ts";
import { readClaims } from "./claims.ts";
import { readMessage } from "./message.ts";
import { type Profile, readProfile } from "./profile.ts";
import { refusal } from "./refusals.ts";
import { verifySignatures } from "./signatures.ts";
import { requireSuccess } from "./status.ts";

export type { ExpectedResponse } from "./checks.ts";

declare const verified: unique symbol;

/** What a signed, current assertion for this organization says. Only `verifyResponse` makes one. */
export interface VerifiedAssertion extends Profile {
  readonly [verified]: true;
  /** Trimmed; otherwise as the provider wrote it. */
  readonly email: string;
  readonly nameId: string;
  readonly nameIdFormat: string;
  readonly assertionId: string;
  readonly issuer: string;
  readonly audience: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly sessionIndex?: string;
  /** Our session must not outlive it. */
  readonly sessionNotOnOrAfter?: Date;
  /** The request that this answers, from the signed SubjectConfirmationData; absent where the provider started it. */
  readonly inResponseTo?: string;
  /** From then on nobody accepts it, skew included: so long must its id be remembered. */
  readonly expiresAt: Date;
  readonly certificateFingerprint: string;
}

/**
 * Verifies the `SAMLResponse` of an HTTP-POST (SAML Profiles §4.1.4.3), in this order: size, base64, XML grammar,
 * layout, status, one assertion, signatures, then `CHECKS`. What is read is only what a verified signature covers.
 *
 * Left to the caller, who has the database: that `inResponseTo` is an open request of this browser, that the assertion
 * was not seen before, that the person may sign in.
 *
 * Throws a `Refusal`: 400 for what is malformed, 413 for over 256 KiB, 403 for what is untrusted or out of time. Its
 * code is the check's name; its cause says what was wanted and what came.
 */
export function verifyResponse(samlResponse: string, expected: ExpectedResponse): VerifiedAssertion {
  const response = readMessage(samlResponse);
  requireSuccess(response.status);
  const message = verifySignatures(response, expected.signaturePolicy, expected.certificates);
  const claims = readClaims(message.assertion);
  for (const check of CHECKS) check({ message, claims, expected });
  const email = emailOf({ claims, expected });
  const { notOnOrAfter, inResponseTo } = bearerOf(claims);
  if (email === undefined || notOnOrAfter === undefined) throw refusal("assertion", "what was just checked", "nothing");
  const end = Math.min(notOnOrAfter.getTime(), claims.conditions.notOnOrAfter?.getTime() ?? Number.POSITIVE_INFINITY);
  const assertion: Omit<VerifiedAssertion, typeof verified> = {
    email,
    nameId: claims.nameId,
    nameIdFormat: claims.nameIdFormat,
    assertionId: message.assertionId,
    issuer: claims.issuer,
    audience: expected.audience,
    attributes: claims.attributes,
    ...readProfile(claims.attributes, expected.profileFrom),
    ...(claims.sessionIndex !== undefined && { sessionIndex: claims.sessionIndex }),
    ...(claims.sessionNotOnOrAfter !== undefined && { sessionNotOnOrAfter: claims.sessionNotOnOrAfter }),
    ...(inResponseTo !== undefined && { inResponseTo }),
    expiresAt: new Date(end + SKEW),
    certificateFingerprint: message.certificate.fingerprintSha256,
  };
  return assertion as VerifiedAssertion;
}
