import { Refusal } from "../../refusal.ts";

/** One wrong value of a request: where it stands, and what would be right. */
export interface WrongValue {
  /** A JSON Pointer into the body, as a URI fragment (RFC 6901 §6): `#/owner/email`. */
  readonly pointer?: string;
  /** The name of a query parameter. */
  readonly parameter?: string;
  readonly detail: string;
}

/** 422: the request can be read, but these values are wrong. A problem document lists them as `errors` (RFC 9457 §3). */
export class InvalidValues extends Refusal {
  readonly errors: readonly WrongValue[];

  constructor(errors: readonly WrongValue[], code = "invalid") {
    super(422, code, errors.map(({ pointer, parameter, detail }) => `${pointer ?? parameter}: ${detail}`).join(" "));
    this.errors = errors;
  }
}
