/** What the one who can act on a refusal may read: the check that failed, what it wanted and what it got. Never a secret. */
export interface RefusalCause {
  readonly check?: string;
  readonly wanted?: string;
  readonly got?: string;
}

/**
 * The one error that is thrown on purpose. The edge dresses it: a SCIM error under `/okta/scim`, a problem document
 * under `/api`, a page elsewhere.
 *
 * `status` is the HTTP status; `code` a stable word (for SCIM the `scimType` of RFC 7644 §3.12 where there is one);
 * `message` a sentence that anybody may read; `cause` what only the administrator may read.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;
  override readonly cause: RefusalCause;

  constructor(status: number, code: string, sentence: string, cause: RefusalCause = {}) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.cause = cause;
  }
}
