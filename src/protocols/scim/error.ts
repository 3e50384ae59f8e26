import { Refusal } from "../../refusal.ts";

/** The words of RFC 7644 §3.12 (table 9), and of RFC 9865 §2.1 for cursors. */
export type ScimType = (typeof SCIM_TYPES)[number];

const SCIM_TYPES = [
  "invalidFilter",
  "tooMany",
  "uniqueness",
  "mutability",
  "invalidSyntax",
  "invalidPath",
  "noTarget",
  "invalidValue",
  "invalidVers",
  "sensitive",
  "invalidCursor",
  "expiredCursor",
  "invalidCount",
] as const;

/** The body of every error answer below the SCIM base URL (RFC 7644 §3.12). `status` is a string. */
export interface ScimErrorBody {
  readonly schemas: readonly [string];
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/**
 * An error body.
 *
 * `status`: the HTTP status; `detail`: a sentence for the administrator; `scimType`: the word, left out of the answer if
 * it is none of the standard's, so that a refusal's `code` can be handed over as it is. Okta shows a body that is not of
 * this shape as "Invalid JSON".
 */
export function scimError(status: number, detail: string, scimType?: string): ScimErrorBody {
  const type = scimType !== undefined && isScimType(scimType) ? { scimType } : {};
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: String(status), ...type, detail };
}

/** Whether the word is a `scimType` of RFC 7644 §3.12 or RFC 9865. */
export function isScimType(code: string): code is ScimType {
  return (SCIM_TYPES as readonly string[]).includes(code);
}

/** The refusal of a request that the client must change: status 400 with the standard's word for what is wrong. */
export function badRequest(scimType: ScimType, sentence: string): Refusal {
  return new Refusal(400, scimType, sentence);
}
