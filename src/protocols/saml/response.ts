import type { Refusal } from "../../refusal.ts";
import { bearerOf, CHECKS, type ExpectedResponse, emailOf, type Signed, SKEW } from "./checks.ts";
import { readClaims } from "./claims.ts";
import { readDocument, readLayout } from "./message.ts";
import { type Profile, readProfile } from "./profile.ts";
import { refusal } from "./refusals.ts";
import { type ShownElement, shownElement } from "./shown.ts";
import { verifySignatures } from "./signatures.ts";
import { requireSuccess } from "./status.ts";
import { type CheckRecord, Trace } from "./trace.ts";
import type { XmlElement } from "./tree.ts";

export type { ExpectedResponse } from "./checks.ts";

declare const verified: unique symbol;

/** What a signed, current assertion for this organization says. Only `examineResponse` makes one. */
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

/** What came of a response: every check that was made and its verdict. */
export interface Examination {
  /** Present only where every check was passed. */
  readonly assertion: VerifiedAssertion | undefined;
  /** The first check that failed: the verdict. */
  readonly refusal: Refusal | undefined;
  /** Whether a trusted signature covers what it says, for us or for somebody else. Without one, anybody may have sent it. */
  readonly isSigned: boolean;
  /** Whom it names under a trusted signature: the email, else what stands where the email should. */
  readonly named: string | undefined;
  /** In the order in which they were made, the words made as they are read. */
  readonly checks: readonly CheckRecord[];
  /** The response, for people to read and for nothing else; absent where it was no XML. */
  readonly tree: ShownElement | undefined;
}

/**
 * Examines the `SAMLResponse` of an HTTP-POST (SAML Profiles §4.1.4.3), in this order: size, base64, XML grammar,
 * layout, status, one assertion, signatures, its decryption, the assertion's layout, then `CHECKS`. It ends with the first
 * that fails, but for `CHECKS`: those compare what is signed, one independent of the other, so all of them are made and an
 * administrator mends all at once. What is believed is only what a verified signature covers.
 */
export function examineResponse(samlResponse: string, expected: ExpectedResponse): Examination {
  const trace = new Trace();
  let root: XmlElement | undefined;
  let signed: Signed | undefined;
  try {
    root = readDocument(samlResponse, trace);
    signed = readSigned(root, expected, trace);
    for (const check of CHECKS) trace.compare(check, signed);
  } catch (error) {
    trace.stop(error);
  }
  const { refusal } = trace;
  return {
    assertion: signed !== undefined && refusal === undefined ? verifiedAssertion(signed) : undefined,
    refusal,
    isSigned: signed !== undefined,
    named: signed && (emailOf(signed) || signed.claims.nameId.trim() || undefined),
    get checks() {
      return trace.records;
    },
    get tree() {
      return root && shownElement(root, decrypted(signed));
    },
  };
}

/**
 * Verifies a response as `examineResponse` does, and answers what it says.
 *
 * Left to the caller, who has the database: that `inResponseTo` is an open request of this browser, that the assertion
 * was not seen before, that the person may sign in.
 *
 * Throws a `Refusal`: 400 for what is malformed, 413 for over 256 KiB, 403 for what is untrusted or out of time. Its
 * code is the check's name; its cause says what was wanted and what came.
 */
export function verifyResponse(samlResponse: string, expected: ExpectedResponse): VerifiedAssertion {
  const { assertion, refusal } = examineResponse(samlResponse, expected);
  if (assertion === undefined) throw refusal;
  return assertion;
}

/** The assertion that was sent encrypted, once a verified signature is known to cover it. */
function decrypted(signed: Signed | undefined): XmlElement | undefined {
  return signed?.message.encrypted ? signed.message.assertion : undefined;
}

/** Everything that must hold before two values are worth comparing. */
function readSigned(root: XmlElement, expected: ExpectedResponse, trace: Trace): Signed {
  const response = readLayout(root, trace);
  requireSuccess(response.status, trace);
  const message = verifySignatures(response, expected, trace);
  const claims = readClaims(message.assertion);
  trace.pass("assertion", "Issuer, Subject, Conditions and statements of version 2.0", "that");
  return { message, claims, expected };
}

/** Only for what passed every check. */
function verifiedAssertion({ message, claims, expected }: Signed): VerifiedAssertion {
  const email = emailOf({ claims, expected });
  const { notOnOrAfter, inResponseTo } = bearerOf(claims) ?? {};
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
