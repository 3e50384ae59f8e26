import { Refusal } from "../../refusal.ts";
import { type CheckName, cut, refusal } from "./refusals.ts";

/** One check that was made, as the administrator reads it. `wanted` and `got` have at most 200 characters. */
export interface CheckRecord {
  /** The code of the refusal that it ends in where it fails. */
  readonly check: string;
  readonly wanted: string;
  readonly got: string;
  readonly passed: boolean;
}

/** A comparison that depends on no other: a later one is made even where this one fails. */
export interface Comparison<Subject> {
  readonly check: CheckName;
  readonly passes: (subject: Subject) => boolean;
  readonly wanted: (subject: Subject) => string;
  readonly got: (subject: Subject) => string;
}

type Words = string | (() => string);

/**
 * What was checked, in order. Nothing is trusted because it stands here: a step that fails throws, or is remembered as the
 * `refusal`, and the first one is the verdict. The words of steps that passed are made only when somebody reads them.
 */
export class Trace {
  /** The first failure. */
  refusal: Refusal | undefined;
  private readonly steps: { check: string; wanted: Words; got: Words; passed: boolean }[] = [];

  /** A step was passed. A step that fails throws its refusal instead. */
  pass(check: CheckName, wanted: Words, got: Words): void {
    this.steps.push({ check, wanted, got, passed: true });
  }

  /** Makes one of the comparisons; a failure does not end the examination, but no later success mends it. */
  compare<Subject>({ check, passes, wanted, got }: Comparison<Subject>, subject: Subject): void {
    if (passes(subject))
      this.pass(
        check,
        () => wanted(subject),
        () => got(subject),
      );
    else this.fail(refusal(check, wanted(subject), got(subject)));
  }

  /** Ends in the refusal of a step after which nothing can be trusted. Any other error is thrown on. */
  stop(error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    this.fail(error);
  }

  get records(): readonly CheckRecord[] {
    return this.steps.map(({ check, wanted, got, passed }) => ({
      check,
      wanted: said(wanted),
      got: said(got),
      passed,
    }));
  }

  private fail(failure: Refusal): void {
    const { check = failure.code, wanted = "", got = "" } = failure.cause;
    this.refusal ??= failure;
    this.steps.push({ check, wanted, got, passed: false });
  }
}

function said(words: Words): string {
  return cut(typeof words === "string" ? words : words());
}
