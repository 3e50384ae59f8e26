import { Refusal, type RefusalCause } from "../../refusal.ts";

/**
 * Each check that can fail: the HTTP status and the sentence that the member reads. 400 is malformed, 403 untrusted or
 * out of time. What exactly was wanted and what came is for the administrator, in the cause.
 */
const CHECKS = {
  "request-shape": [400, "Your identity provider sent an empty sign-in."],
  size: [413, "Your identity provider sent a sign-in that is too large to be read."],
  base64: [400, "Your identity provider sent a sign-in that could not be decoded."],
  xml: [400, "Your identity provider sent a sign-in that could not be read."],
  response: [400, "Your identity provider sent something that is not a SAML 2.0 response."],
  status: [403, "Your identity provider did not sign you in."],
  "encryption-shape": [403, "The encryption of the sign-in from your identity provider is not in the form we accept."],
  "encryption-algorithm": [
    403,
    "The sign-in from your identity provider is encrypted in a way that is not safe enough.",
  ],
  decryption: [403, "The sign-in from your identity provider could not be decrypted."],
  "one-assertion": [400, "Your identity provider sent a sign-in that does not hold exactly one assertion."],
  "signature-policy": [403, "The sign-in from your identity provider is not signed as it should be."],
  "signature-shape": [403, "The signature of the sign-in from your identity provider is not in the form we accept."],
  "signature-algorithm": [403, "The sign-in from your identity provider is signed in a way that is not safe enough."],
  signature: [403, "The sign-in was not signed by the identity provider that your organization trusts."],
  digest: [403, "The sign-in from your identity provider was changed after it was signed."],
  assertion: [400, "Your identity provider sent an assertion that could not be read."],
  destination: [403, "The sign-in from your identity provider was meant for another address."],
  issuer: [403, "The sign-in came from an identity provider that your organization does not use."],
  audience: [403, "The sign-in from your identity provider was meant for another service."],
  "not-yet-valid": [403, "The sign-in from your identity provider is not valid yet."],
  expired: [403, "The sign-in from your identity provider has expired. Please try again."],
  confirmation: [403, "The sign-in from your identity provider does not say that its bearer may use it."],
  recipient: [403, "The sign-in from your identity provider was meant for another recipient."],
  "confirmation-expired": [403, "The sign-in from your identity provider has expired. Please try again."],
  "in-response-to": [403, "The sign-in does not say in its signed part which request it answers."],
  conditions: [403, "Your identity provider set a condition that this service does not understand."],
  "session-expired": [403, "Your session at the identity provider has ended. Please sign in there again."],
  "name-id": [403, "Your identity provider did not name you in the form that is expected."],
  email: [403, "Your identity provider did not send a valid email address."],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type CheckName = keyof typeof CHECKS;

/**
 * The refusal of one check. `wanted` and `got` are cut to 200 characters, since they may quote what nobody verified.
 */
export function refusal(check: CheckName, wanted: string, got: string, sentence?: string): Refusal {
  const [status, usual] = CHECKS[check];
  const cause: RefusalCause = { check, wanted: cut(wanted), got: cut(got) };
  return new Refusal(status, check, sentence ?? usual, cause);
}

/** No longer than 200 characters, and never ending in half a surrogate pair, which no database takes. */
export function cut(text: string): string {
  if (text === "") return "nothing";
  return text.length > 200 ? `${text.slice(0, 199).toWellFormed()}…` : text;
}
